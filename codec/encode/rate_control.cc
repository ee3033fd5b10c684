// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/rate_control.h"

#include <algorithm>
#include <cmath>

namespace onair::codec {
namespace {

// Source of the numbers: ours; codec_bench "rate steps" and "steady rate", 2026-11, four clips and
// the drawn picture.

// Pictures that `level_` remembers. Fewer follows noise, more lags behind the scene: 12 makes
// the first second after 1500 -> 600 kbit/s 3 % poorer.
constexpr std::int64_t kMemory = 8;

// After a step of more than a quarter, up or down, the first pictures cost other than the model
// says, because their references are finer or coarser than they are; so it learns faster then.
constexpr double kBigStep = 0.32;  // log2.
constexpr std::int64_t kAfterBigStep = 3;

// A picture 2^2 times harder or easier than the others counts no more than that, because a frozen
// picture or a flash says little about the next. A second one in a row is another scene.
constexpr double kOdd = 2;

// A debt is paid back within about this span, by pictures between these shares of the rate.
// Half a GOP: a key frame is paid for before the next one comes.
constexpr double kPaybackSeconds = 1.0;
constexpr double kLeastShare = 0.5;
constexpr double kMostShare = 1.5;

// Beyond these it is forgiven: an easy scene must not save up for a burst, a hard one not starve
// what follows.
constexpr double kMostDebtSeconds = 1.0;
constexpr double kMostSavedSeconds = 0.25;

// Below, bits buy nothing that anybody sees; above, x264 has nothing.
constexpr double kLowestCrf = 8;
constexpr double kHighestCrf = 51;

// x264's own guess before the first picture, as a level: 20.4 at 1280x720.
double FirstLevel(PictureSize size) {
  const double area = static_cast<double>(size.width) * size.height;
  return 20.4 + 0.9 * std::log2(area / (1280.0 * 720.0));
}

}  // namespace

RateControl::RateControl(DataRate rate, PictureSize size) : rate_(rate), level_(FirstLevel(size)) {}

void RateControl::SetRate(DataRate rate) {
  const double ratio = static_cast<double>(rate.bps()) / static_cast<double>(rate_.bps());
  if (std::abs(std::log2(ratio)) > kBigStep) measured_ = std::min(measured_, kAfterBigStep);
  rate_ = rate;
}

double RateControl::BitsAt(double frame_rate) const {
  return static_cast<double>(rate_.bps()) / frame_rate;
}

double RateControl::NextCrf(double frame_rate) const {
  const double share = std::clamp(1 - debt_s_ / kPaybackSeconds, kLeastShare, kMostShare);
  const double crf = 6 * (level_ - std::log2(BitsAt(frame_rate) * share));
  return std::clamp(crf, kLowestCrf, kHighestCrf);
}

void RateControl::OnPicture(FrameKind kind, DataSize size, double crf, double frame_rate) {
  const double bits = 8.0 * static_cast<double>(std::max<std::int64_t>(size.bytes(), 1));
  debt_s_ += (bits / BitsAt(frame_rate) - 1) / frame_rate;
  debt_s_ = std::clamp(debt_s_, -kMostSavedSeconds, kMostDebtSeconds);
  if (kind == FrameKind::kKey) return;
  Learn(std::log2(bits) + crf / 6 - level_);
}

void RateControl::Learn(double surprise) {
  const bool is_odd = std::abs(surprise) > kOdd;
  const bool is_new_scene = is_odd && was_odd_;
  was_odd_ = is_odd;
  measured_ = is_new_scene ? kAfterBigStep : std::min(measured_ + 1, kMemory);
  if (!is_new_scene) surprise = std::clamp(surprise, -kOdd, kOdd);
  level_ += surprise / static_cast<double>(measured_);
}

}  // namespace onair::codec
