// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/sync_marks.h"

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <utility>

#include "capture/synthetic/layout.h"
#include "capture/synthetic/paint.h"

namespace onair::capture {
namespace {

constexpr double kHalfLevel = kBeepLevel / 2.0;
// Source: ours; a beep lasts 100 windows of one tone period, a click or a cut at a codec's
// frame border fewer than these.
constexpr int kLoudWindows = 20;
constexpr int kQuietWindows = 20;

double Phase(std::int64_t sample, int sample_rate) {
  return 2 * std::numbers::pi * kBeepHz * static_cast<double>(sample) / sample_rate;
}

}  // namespace

void DrawFlash(Flash flash, PictureBuilder& picture) {
  Fill(picture, FlashArea(picture.size()), flash == Flash::kOn ? kWhite : kBlack);
}

bool HasFlash(const Picture& picture) {
  if (picture.size().width < 32 || picture.size().height < 32) return false;
  return MeanLuma(picture, Core(FlashArea(picture.size()))) > (kBlack.y + kWhite.y) / 2.0;
}

float BeepSample(std::int64_t sample, int sample_rate) {
  const double at = static_cast<double>(sample) / sample_rate;
  const double length = kBeepLength.seconds_f();
  if (at < 0 || at >= length) return 0;
  const double from_edge = std::fmin(at, length - at) / kBeepEdge.seconds_f();
  const double gain = from_edge >= 1 ? 1 : (1 - std::cos(std::numbers::pi * from_edge)) / 2;
  return static_cast<float>(kBeepLevel * gain * std::sin(Phase(sample, sample_rate)));
}

std::optional<MediaTime> BeepFinder::OnBlock(const AudioBlock& block) {
  // Source: ours; RTMP timestamps are whole milliseconds, so blocks abut only that well.
  constexpr std::int64_t kAbutUs = 2'000;
  if (block.format.sample_rate < 4 * kBeepHz || block.frames() == 0) return std::nullopt;
  if (!next_pts_ || !(block.format == format_) ||
      std::llabs((block.pts - *next_pts_).us()) > kAbutUs) {
    Reset(block);
  }
  std::optional<MediaTime> found;
  const auto step = static_cast<std::size_t>(format_.channels);
  for (std::size_t i = 0; i < block.samples.size(); i += step) {
    const double phase = Phase(position_, format_.sample_rate);
    in_phase_ += static_cast<double>(block.samples[i]) * std::cos(phase);
    quadrature_ += static_cast<double>(block.samples[i]) * std::sin(phase);
    ++position_;
    if (++filled_ < format_.sample_rate / kBeepHz) continue;
    if (const auto begin = OnWindow()) found = begin;
  }
  next_pts_ = block.pts + block.duration();
  return found;
}

void BeepFinder::Reset(const AudioBlock& block) {
  *this = BeepFinder();
  format_ = block.format;
  run_start_ = block.pts;
}

// One period of the tone: its level there is the length of the correlation with it.
std::optional<MediaTime> BeepFinder::OnWindow() {
  const double level = 2 * std::hypot(in_phase_, quadrature_) / static_cast<double>(filled_);
  const double window_s = static_cast<double>(filled_) / format_.sample_rate;
  const double middle_s = static_cast<double>(position_) / format_.sample_rate - window_s / 2;
  const bool is_rise = level >= kHalfLevel && last_level_ < kHalfLevel;
  if (is_rise && quiet_windows_ >= kQuietWindows) {
    const double part = (level - kHalfLevel) / (level - last_level_);
    crossing_s_ = middle_s - part * window_s;
  }
  loud_windows_ = level >= kHalfLevel ? loud_windows_ + 1 : 0;
  quiet_windows_ = level >= kHalfLevel ? 0 : quiet_windows_ + 1;
  if (loud_windows_ == 0) crossing_s_.reset();
  in_phase_ = quadrature_ = 0;
  filled_ = 0;
  last_level_ = level;

  if (!crossing_s_ || loud_windows_ < kLoudWindows) return std::nullopt;
  // The edge passes half of its level in its middle.
  const double begin_s = *std::exchange(crossing_s_, std::nullopt) - kBeepEdge.seconds_f() / 2;
  return run_start_ + TimeDelta::SecondsF(begin_s);
}

std::optional<MediaTime> FindBeepStart(const AudioBlock& block) {
  BeepFinder finder;
  return finder.OnBlock(block);
}

}  // namespace onair::capture
