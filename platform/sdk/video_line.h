// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "capture/sync/conform.h"
#include "capture/sync/frame_cadence.h"
#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"
#include "core/machine/trace.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/latest_value.h"
#include "platform/sdk/picture_effects.h"
#include "platform/sdk/publisher_stats.h"
#include "platform/sdk/shared_line.h"

namespace onair {

// The way of a picture from Q1 to its coded frame, on the thread onair.video: cadence, size,
// pause picture, effects, encoder. thread-safe.
class VideoLine {
 public:
  // Callbacks on onair.video.
  using Deliver = std::function<void(EncodedFrame)>;
  using OnTrack = std::function<void(const VideoTrack&)>;
  using MakeEncoder = std::function<Result<std::unique_ptr<VideoEncoder>>(const VideoConfig&)>;

  struct Setup {
    VideoConfig config;
    std::size_t raw_pictures;
    std::unique_ptr<VideoEncoder> encoder;
    MakeEncoder make_encoder;  // For other sizes.
    std::unique_ptr<PictureEffects> effects;
    Deliver deliver;
    OnTrack on_track;  // Holds for what is delivered after it, a key frame first.
    TraceSink* trace;
  };
  explicit VideoLine(Setup setup);
  ~VideoLine();  // Stop().

  // `line` outlives this.
  void Start(SharedLine& line);
  // Ends after the picture under way; what waits is dropped, what the encoder holds is not.
  void Stop();

  // A picture placed on the line. The older of two waiting ones gives way.
  void Push(VideoFrame frame);

  // Its key_frame is ignored: see RequestKeyFrame().
  void SetTarget(const EncoderTarget& target);
  void RequestKeyFrame();
  void Pause(std::optional<Picture> picture);
  void Resume();
  // Shows `picture` instead of the sources until it is empty again; a pause goes first.
  void Cover(std::optional<Picture> picture);

  // Before Start().
  const VideoTrack& track() const { return encoder_->track(); }
  // What happens to pictures before the encoder.
  PictureEffects& effects() { return *effects_; }

  // Fills the video part of `stats`.
  void AddTo(PublisherStats& stats) const;

 private:
  struct PauseState {
    bool is_paused = false;
    std::optional<Picture> picture;
  };

  void Run();
  void ApplyTarget();
  // Another encoder for the picture size of `step`; the old one stays where none opens.
  void ChangeSize(int step);
  bool IsIntakePaused() const { return in_force_.intake == Intake::kPaused; }
  void HandlePicture(VideoFrame frame);
  void RepeatIfDue(Timestamp now);
  VideoFrame Shown(VideoFrame frame);
  void EncodeFrame(VideoFrame frame);
  // Counts and gives on what the encoder answered with `status`.
  void DeliverReady(Timestamp now, const Status& status);

  const VideoConfig config_;
  std::unique_ptr<VideoEncoder> encoder_;
  const MakeEncoder make_encoder_;
  const std::unique_ptr<PictureEffects> effects_;
  const Deliver deliver_;
  const OnTrack on_track_;
  TraceSink& trace_;
  SharedLine* line_ = nullptr;

  runtime::BoundedQueue<VideoFrame> waiting_;
  runtime::LatestValue<EncoderTarget> target_;
  runtime::LatestValue<bool> key_frame_wanted_{false};
  runtime::LatestValue<PauseState> pause_{PauseState{}};
  runtime::LatestValue<std::optional<Picture>> cover_{std::nullopt};
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;

  // Of onair.video only.
  capture::Conform conform_;
  capture::FrameCadence cadence_;
  EncoderTarget in_force_;
  int step_tried_ = 0;  // Of resolution; in force unless no encoder opened.
  std::optional<VideoFrame> newest_;
  std::optional<MediaTime> last_pts_;
  std::uint64_t target_seen_ = 0;
  std::uint64_t key_frame_seen_ = 0;
  std::vector<EncodedFrame> ready_;

  mutable runtime::Mutex mutex_;
  PublisherStats counts_ ONAIR_GUARDED_BY(mutex_);
  std::deque<Timestamp> last_second_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
