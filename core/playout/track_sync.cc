// SPDX-License-Identifier: Apache-2.0
#include "core/playout/track_sync.h"

#include <algorithm>

namespace onair::playout {
namespace {

// Reports wobble by what a sender's scheduling does between reading its two clocks.
// Source: ours; a tenth of what ITU-R BT.1359-1 says is noticed (45 ms early sound).
constexpr TimeDelta kWobble = TimeDelta::Millis(4);
constexpr TimeDelta kFarOff = TimeDelta::Seconds(1);

}  // namespace

void TrackSync::OnReport(TrackKind track, const SenderReport& report) {
  (track == TrackKind::kVideo ? pictures_ : sound_) = report;
}

MediaTime TrackSync::Place(TrackKind track, MediaTime own) {
  if (track == TrackKind::kAudio) return own;
  const TimeDelta error = WantedOffset() - offset_;
  const TimeDelta size = std::max(error, -error);
  if (size > kFarOff) {
    offset_ += error;
  } else if (last_picture_ && size > kWobble) {
    const TimeDelta step = std::max(own - *last_picture_, TimeDelta::Zero()) / 2;
    offset_ += std::clamp(error, -step, step);
  }
  last_picture_ = std::max(own, last_picture_.value_or(own));
  return own + offset_;
}

std::optional<UtcTime> TrackSync::SenderTimeOf(TrackKind track, MediaTime own) const {
  const auto& report = track == TrackKind::kVideo ? pictures_ : sound_;
  if (!report) return std::nullopt;
  return report->sender + (own - report->media);
}

void TrackSync::Reset() {
  sound_.reset();
  pictures_.reset();
}

// What was captured at the same moment of the sender's clock gets the same position.
TimeDelta TrackSync::WantedOffset() const {
  if (!is_locked()) return offset_;
  return (pictures_->sender - sound_->sender) - (pictures_->media - sound_->media);
}

}  // namespace onair::playout
