// SPDX-License-Identifier: Apache-2.0
#include "core/session/quality_choice.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

// Media that comes slower than it plays: a sudden lack shows in the short span, a slight one in the
// long one. What 300 ms of jitter make of them is not less.
constexpr TimeDelta kShort = TimeDelta::Millis(1'500);
constexpr double kSlowInShort = 0.75;
constexpr TimeDelta kLong = TimeDelta::Seconds(5);
constexpr double kSlowInLong = 0.92;
// What comes right now, and its slowness while a better quality takes its part of the line.
constexpr TimeDelta kNow = TimeDelta::Millis(600);
constexpr double kSlowNow = 0.85;
// A span that is filled less tells nothing yet.
constexpr double kFilled = 0.6;
constexpr double kFilledLong = 0.9;

// Below this share of the stream nothing comes at all, which no other quality helps: an outage, or
// a publisher who has none.
constexpr TimeDelta kQuiet = TimeDelta::Millis(250);
constexpr double kSilent = 0.05;

// From the decision until the other one plays: opening it, and its next key frame.
// Source: ours; 3 round trips of 100 ms, half a GOP of 2 s, and as much as a share of the line
// took.
constexpr TimeDelta kReaction = TimeDelta::Millis(1'500);

// What was seen of the network counts for this long. Source: ours; cells change as fast as one
// walks, and after as long without trouble a better quality is tried anyway.
constexpr TimeDelta kKnown = TimeDelta::Seconds(8);
// More than it was seen to carry by this, and it carries more than that.
constexpr double kMore = 1.15;

// Both come for this long before the better one takes over. Source: ours; the burst of a cached
// GOP is over, and what a full line does to the present one shows within 0.6 s.
constexpr TimeDelta kTrial = TimeDelta::Seconds(2);

// After a change that failed.
constexpr TimeDelta kRetry = TimeDelta::Seconds(2);

}  // namespace

QualityChoice::QualityChoice(const QualityConfig& config, std::vector<DataRate> rates,
                             std::size_t playing, Timestamp now)
    : config_(config),
      rates_(std::move(rates)),
      playing_(playing),
      plays_since_(now),
      began_at_(now),
      calm_since_(now),
      waits_(rates_.size(), config.climb_after),
      now_(now) {}

void QualityChoice::OnSample(const QualitySample& sample) {
  now_ = sample.at;
  state_ = sample.state;
  if (climbed_at_ && now_ - *climbed_at_ >= config_.proof) {
    climbed_at_.reset();
    waits_[playing_] = config_.climb_after;
  }
  const bool is_shown = state_ == PlayState::kPlaying || state_ == PlayState::kStalled;
  const bool is_anew = !samples_.empty() && (sample.received < samples_.back().received ||
                                             sample.arrived < samples_.back().arrived);
  if (!is_shown || !sample.arrived || is_anew) {
    samples_.clear();
    is_behind_ = is_squeezed_ = false;
    calm_since_ = now_;
    if (!is_shown || !sample.arrived) return;
  }
  samples_.push_back(sample);
  while (now_ - samples_.front().at > kLong) samples_.pop_front();
  Measure();
}

QualityChoice::Span QualityChoice::SpanOf(TimeDelta most, double filled) const {
  const auto first = std::ranges::find_if(
      samples_, [&](const QualitySample& one) { return now_ - one.at <= most; });
  const TimeDelta span = now_ - first->at;
  if (span < most.Scaled(filled)) return {};
  const QualitySample& last = samples_.back();
  return {.is_filled = true,
          .rate = (last.received - first->received) / span,
          .speed = (*last.arrived - *first->arrived).seconds_f() / span.seconds_f()};
}

void QualityChoice::Measure() {
  const Span sudden = SpanOf(kShort, kFilled);
  const Span slight = SpanOf(kLong, kFilledLong);
  const Span now = SpanOf(kNow, kFilled);
  const DataRate silent = rates_[playing_].Scaled(kSilent);
  is_behind_ = is_squeezed_ = false;
  if (now.is_filled && now.rate < silent) samples_.erase(samples_.begin(), samples_.end() - 1);
  if (!now.is_filled || SpanOf(kQuiet, kFilled).rate < silent) return;
  is_squeezed_ = now.speed < kSlowNow;
  if (is_squeezed_ && leads_to_) most_ = Measured{now.rate, now_};
  if (!sudden.is_filled) return;
  const bool is_drained = sudden.speed < kSlowNow && IsHalfGone();
  const bool is_sudden = sudden.speed < kSlowInShort || is_drained;
  const bool is_slight = slight.is_filled && slight.speed < kSlowInLong && sudden.speed < 1;
  is_behind_ = is_sudden || is_slight;
  if (is_behind_ || state_ == PlayState::kStalled) calm_since_ = now_;
  if (is_behind_) {
    speed_ = is_sudden ? sudden.speed : slight.speed;
    most_ = Measured{is_sudden ? now.rate : slight.rate, now_};
    least_.reset();
    return;
  }
  if (!Known(least_) || sudden.rate > least_->rate) least_ = Measured{sudden.rate, now_};
  // What is squeezed now is a newer word than the span.
  if (!is_squeezed_ && most_ && sudden.rate > most_->rate.Scaled(kMore)) most_.reset();
}

// Of what was buffered within the long span.
bool QualityChoice::IsHalfGone() const {
  const auto most = std::ranges::max_element(samples_, {}, &QualitySample::buffered);
  return samples_.back().buffered * 2 < most->buffered;
}

// Before another quality could play.
bool QualityChoice::WillRunDry() const {
  if (!is_behind_) return false;
  return state_ == PlayState::kStalled ||
         samples_.back().buffered < kReaction.Scaled(1 - std::max(speed_, 0.0));
}

void QualityChoice::OnBegan(std::size_t quality, Timestamp now) {
  leads_to_ = quality;
  began_at_ = now;
}

bool QualityChoice::MayTakeOver(Timestamp now) const {
  const bool is_climb = leads_to_ && *leads_to_ > playing_;
  return !is_climb || is_squeezed_ || now - began_at_ >= kTrial;
}

void QualityChoice::OnPlays(std::size_t quality, Timestamp now) {
  const bool led_back = quality < playing_ && climbed_at_.has_value();
  const bool has_changed =
      quality < playing_ && !climbed_at_ && now - plays_since_ >= config_.proof;
  if (led_back) WaitLonger(playing_);
  // The line carried this one for long and does no more: what failed on it before says nothing of
  // it now.
  if (has_changed) std::ranges::fill(waits_, config_.climb_after);
  climbed_at_ = quality > playing_ ? std::optional(now) : std::nullopt;
  playing_ = quality;
  plays_since_ = now;
  leads_to_.reset();
  samples_.clear();
  is_behind_ = is_squeezed_ = false;
  calm_since_ = now;
}

void QualityChoice::OnFailed(Timestamp now) {
  const bool was_climb = leads_to_ && *leads_to_ > playing_;
  if (was_climb) WaitLonger(*leads_to_);
  leads_to_.reset();
  calm_since_ = now;
  retry_at_ = now + kRetry;
}

void QualityChoice::WaitLonger(std::size_t quality) {
  waits_[quality] = std::min(waits_[quality] * 2, config_.most_climb_after);
}

QualityDecision QualityChoice::Decide(Timestamp now) const {
  if (leads_to_) {
    // Both are not carried; the better one alone may be.
    const bool is_too_much = *leads_to_ > playing_ && (is_behind_ || is_squeezed_);
    const bool is_for_nothing =
        is_too_much && most_ && rates_[*leads_to_] > most_->rate.Scaled(config_.share);
    if (is_for_nothing) return {playing_, "no room for both"};
    return {*leads_to_, ""};
  }
  if (now < retry_at_) return {playing_, ""};
  if (playing_ > 0 && WillRunDry()) return {Lower(), "media comes too slowly"};
  const std::size_t next = playing_ + 1;
  if (next >= rates_.size() || is_behind_ || state_ != PlayState::kPlaying) return {playing_, ""};
  if (Known(most_) && rates_[next] > most_->rate.Scaled(config_.share)) return {playing_, ""};
  const bool is_clear = HasRoomFor(next) && waits_[next] == config_.climb_after;
  const TimeDelta wait = is_clear ? waits_[next] / 4 : waits_[next];
  if (now - calm_since_ < wait) return {playing_, ""};
  return {next, is_clear ? "there is room" : "worth a try"};
}

// The best that what comes suffices for.
std::size_t QualityChoice::Lower() const {
  std::size_t lower = playing_ - 1;
  while (lower > 0 && rates_[lower] > most_->rate.Scaled(config_.share)) --lower;
  return lower;
}

// While it is tried both come.
bool QualityChoice::HasRoomFor(std::size_t quality) const {
  return Known(least_) && rates_[quality] + rates_[playing_] <= least_->rate;
}

bool QualityChoice::Known(const std::optional<Measured>& measured) const {
  return measured && now_ - measured->at < kKnown;
}

DataRate QualityChoice::estimate() const {
  if (Known(most_)) return most_->rate;
  return least_ ? least_->rate : DataRate::Zero();
}

}  // namespace onair::session
