// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/silence_filler.h"

#include <algorithm>

namespace onair::capture {
namespace {

constexpr int kBlocksPerSecond = 100;
constexpr TimeDelta kRounding = TimeDelta::Millis(1);
// Source: ours; a device that slept, not a late tick: nobody wants its silence sent.
constexpr TimeDelta kLongestGap = TimeDelta::Seconds(2);

}  // namespace

SilenceFiller::SilenceFiller(const AudioFormat& format, MediaTime start, Timestamp start_at,
                             TimeDelta patience)
    : format_(format),
      base_(start),
      to_driver_((start_at - Timestamp::Zero()) - (start - MediaTime::Zero())),
      patience_(patience) {}

std::optional<AudioBlock> SilenceFiller::Before(const AudioBlock& next) {
  if (next.pts - end() <= kRounding) return std::nullopt;
  return FillTo(next.pts);
}

void SilenceFiller::OnBlock(const AudioBlock& block) {
  // Counting samples of abutting blocks keeps the end exact; their pts are rounded.
  const TimeDelta gap = block.pts - end();
  if (gap > kRounding || gap < -kRounding || !(block.format == format_)) {
    base_ = block.pts;
    samples_ = 0;
  }
  if (block.format == format_) {
    samples_ += static_cast<std::int64_t>(block.frames());
  } else {
    base_ += block.duration();
  }
}

std::optional<AudioBlock> SilenceFiller::At(MediaTime line_now) {
  if (line_now - end() < patience_) return std::nullopt;
  return FillTo(line_now - patience_ + TimeDelta::Millis(1000 / kBlocksPerSecond));
}

MediaTime SilenceFiller::end() const {
  return base_ + TimeDelta::Micros(
                     units_internal::MultiplyDivide(samples_, 1'000'000, format_.sample_rate));
}

std::optional<AudioBlock> SilenceFiller::FillTo(MediaTime limit) {
  if (limit - end() > kLongestGap) SkipTo(limit - patience_);
  const std::int64_t missing =
      units_internal::MultiplyDivide((limit - end()).us(), format_.sample_rate, 1'000'000);
  const std::int64_t frames =
      std::min<std::int64_t>(missing, format_.sample_rate / kBlocksPerSecond);
  if (frames <= 0) return std::nullopt;
  const MediaTime pts = end();
  const Timestamp at = Timestamp::Zero() + to_driver_ + (pts - MediaTime::Zero());
  samples_ += frames;
  return AudioBlock{
      format_, std::vector<float>(static_cast<std::size_t>(frames * format_.channels)), pts, at};
}

void SilenceFiller::SkipTo(MediaTime at) {
  skipped_ += at - end();
  base_ = at;
  samples_ = 0;
}

}  // namespace onair::capture
