// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "capture/sync/silence_filler.h"
#include "core/api/codec_ports.h"
#include "core/machine/trace.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/sdk/publisher_stats.h"
#include "platform/sdk/shared_line.h"

namespace onair {

// The way of sound from Q2 to its coded frames, on the thread onair.audio: silence where
// nothing comes, mute, encoders. thread-safe.
class AudioLine {
 public:
  // callback on onair.audio.
  using Deliver = std::function<void(EncodedFrame, AudioCodec)>;

  struct Setup {
    AudioFormat format;
    TimeDelta raw_sound;                                  // Bound of Q2.
    std::vector<std::unique_ptr<AudioEncoder>> encoders;  // Each gets all of the sound.
    DataRate rate;                                        // Of each of them.
    Deliver deliver;
    TraceSink* trace;
  };
  explicit AudioLine(Setup setup);
  ~AudioLine();  // Stop().

  // `line` outlives this.
  void Start(SharedLine& line);
  void Stop();

  // Sound placed on the line. The oldest gives way when Q2 is full.
  void Push(AudioBlock block);

  void SetMuted(bool is_muted) { is_muted_ = is_muted; }
  void SetPaused(bool is_paused) { is_paused_ = is_paused; }

  // What the network loses, [0, 1]: encoders that can make sound more robust do so from their next
  // frame on.
  void SetExpectedLoss(double share) { expected_loss_ = share; }

  const std::vector<AudioTrack>& tracks() const { return tracks_; }

  // Fills the audio part of `stats`.
  void AddTo(PublisherStats& stats) const;

 private:
  void Run();
  void HandleBlock(AudioBlock block, capture::SilenceFiller& filler);
  void FillTo(MediaTime line_now, capture::SilenceFiller& filler);
  void EncodeBlock(const AudioBlock& block);
  void FollowLoss();

  const AudioFormat format_;
  const std::vector<std::unique_ptr<AudioEncoder>> encoders_;
  const DataRate rate_;
  const std::vector<AudioTrack> tracks_;
  const Deliver deliver_;
  TraceSink& trace_;
  SharedLine* line_ = nullptr;

  runtime::BoundedQueue<AudioBlock> waiting_;
  std::atomic<double> expected_loss_{0};
  std::atomic<bool> is_muted_{false};
  std::atomic<bool> is_paused_{false};
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;

  // Of onair.audio only.
  std::vector<EncodedFrame> ready_;
  double told_loss_ = 0;

  std::atomic<std::int64_t> gaps_{0};
  std::atomic<std::int64_t> encode_errors_{0};
  std::atomic<std::int64_t> bytes_{0};
};

}  // namespace onair
