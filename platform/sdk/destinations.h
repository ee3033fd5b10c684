// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "platform/runtime/mutex.h"
#include "platform/sdk/audio_line.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/event_gate.h"
#include "platform/sdk/frame_handoff.h"
#include "platform/sdk/poor_network.h"
#include "platform/sdk/publisher.h"
#include "platform/sdk/rate_control.h"
#include "platform/sdk/video_line.h"

namespace onair {

// All that a publisher feeds, and what they ask of the encoder they share: rate, key frames, a
// picture that covers a poor network. On the net loop, except where a method says otherwise.
class Destinations {
 public:
  struct Setup {
    const PublisherConfig& config;  // Outlives this, as all that follows.
    runtime::Loop& net;
    Executor executor;  // Where the app is asked for addresses.
    TraceSink& trace;
    VideoLine* video;                // Null without video of ours to encode.
    AudioLine* audio;                // Null without sound.
    std::vector<AudioTrack> sounds;  // Each destination gets one of them: SoundFor().
    std::function<void(PublishEvent)> on_event;
  };
  explicit Destinations(Setup setup);

  // The ranges that concern destinations. kInvalidConfig, kInvalidUrl, kUnsupported. Pure.
  static Status Check(const PublisherConfig& config);

  // Once, on any thread, before the loop runs.
  Status Open();
  // On any thread: the app is not asked any more.
  void CloseGate() { url_gate_.Close(); }
  // On any thread.
  std::vector<DestinationStats> stats() const;

  void Start(Timestamp now);
  void Deliver(const FrameHandoff::Item& item, Timestamp now);
  void HandleNetworkChanged(const std::optional<IpAddress>& from, std::optional<NetworkKind> kind,
                            Timestamp now);
  void SetCap(const EncoderTarget& cap);
  // Of whoever encodes.
  void RequestKeyFrame();
  // Refreshes what stats() answers, and shows or takes away the cover.
  void Sample(Timestamp now);
  // As Destination::Stop(), for all.
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped);

 private:
  struct UrlCall {
    PublisherConfig::UrlRequest request;
    PublisherConfig::AnswerUrl answer;
  };

  static std::optional<VideoTrack> FirstVideoTrack(const Setup& setup);
  DestinationSetup SetupOf(std::size_t index);
  StreamTracks TracksFor(std::size_t index) const;
  void OnEvent(PublishEvent event);
  void SetTarget(const EncoderTarget& target);
  void AskForUrl(std::size_t destination, UrlReason reason);
  void CoverIfPoor(Timestamp now);
  void ExpectLoss(std::size_t destination, double share);
  void ChooseAgain(std::size_t destination, NetworkKind network, Timestamp now);
  void TellChoice(std::size_t destination);

  const Setup setup_;
  std::optional<VideoTrack> video_track_;
  EventGate<UrlCall> url_gate_;
  std::optional<RateControl> rate_control_;  // With video.
  PoorNetwork poor_network_;
  std::vector<double> losses_;  // That each destination expects.
  bool is_covered_ = false;
  std::vector<ControllerChoice> controllers_;  // In force, by destination.
  mutable runtime::Mutex mutex_;
  std::vector<std::optional<QosStats>> qos_ ONAIR_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Destination>> all_;
  std::size_t stopping_count_ = 0;
};

}  // namespace onair
