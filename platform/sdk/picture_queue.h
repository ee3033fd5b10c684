// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/api/render_ports.h"
#include "core/media/media_time.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/percentiles.h"

namespace onair {

// Decoded pictures between the decoder and the display (Q5), each waiting for its time on the
// play line. thread-safe.
class PictureQueue final : public PictureSource {
 public:
  // Most pictures held. The session releases frames 60 ms before they are due, so more than
  // this many wait only while nobody takes them.
  static constexpr std::size_t kBound = 6;

  struct Counts {
    std::int64_t presented = 0;
    std::int64_t dropped = 0;
    std::optional<Timestamp> first_presented_at;
    Percentiles latency;
    std::optional<TimeDelta> latency_now;
    double freeze_percent = 0;
    double frame_rate = 0;
    std::optional<CaptureTime> last_presented;
    std::optional<MediaTime> last_pts;
    PictureSize size;
  };

  // A decoded picture, due at `due`, and at `latest` whatever the line does. The oldest gives
  // way when full.
  void Push(VideoFrame frame, Timestamp due, Timestamp latest = Timestamp::PlusInfinity());
  // A picture from before, to be shown at once; the same one again, decoded in its turn, is not
  // shown twice.
  void PushAhead(VideoFrame frame, Timestamp now);
  // The line moved: waiting pictures get new due times.
  void SetLine(const ClockMap& line);
  // The display stands still because it is told to: the gap up to the next picture is no freeze.
  void ExpectGap();
  // Forgets what waits.
  void Clear();

  // A picture is shown at the refresh nearest to its time, not at the first after it: half a
  // refresh of delay less, and as far from its sound at most.
  std::optional<VideoFrame> TakePicture(Timestamp at) override;
  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override;

  // `now` closes an open gap: a display that stands still freezes, up to `expected_until`, when
  // pictures may still have come.
  Counts counts(Timestamp now, Timestamp expected_until = Timestamp::PlusInfinity()) const;

 private:
  struct Waiting {
    VideoFrame frame;
    Timestamp due;
    Timestamp latest;
  };
  void CountPresented(Timestamp at) ONAIR_REQUIRES(mutex_);

  mutable runtime::Mutex mutex_;
  std::optional<Timestamp> refreshed_at_ ONAIR_GUARDED_BY(mutex_);
  std::optional<MediaTime> ahead_ ONAIR_GUARDED_BY(mutex_);  // Pts of what was pushed ahead.
  std::deque<Waiting> waiting_ ONAIR_GUARDED_BY(mutex_);
  Counts counts_ ONAIR_GUARDED_BY(mutex_);
  bool is_gap_expected_ ONAIR_GUARDED_BY(mutex_) = false;
  TimeDelta frozen_ ONAIR_GUARDED_BY(mutex_) = TimeDelta::Zero();
  std::deque<Timestamp> last_second_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
