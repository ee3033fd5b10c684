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

// Over datagrams a line that carries no more loses packets, and repairs hide it until they are part
// of what is too much. That it is the line's queue that is full, not the air, tells what stands in
// it: pictures that all come later by this much than they did. Losses that no air has, or as many
// as repairs do not mend any more, tell it without.
// Sources: ours; the least that 30 pictures a second show of a queue, a twentieth of losses mended
// without a freeze (docs/measurements.md), and twice what a bad cell loses.
constexpr double kLosses = 0.05;
constexpr TimeDelta kStanding = TimeDelta::Millis(40);
constexpr double kManyLosses = 0.1;
constexpr std::int64_t kManyPictures = 5;
constexpr double kMostLosses = 0.2;

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

// A stream whose bytes came for so long without a picture to show asks for more than comes.
// Source: ours; a key frame of half a second's bits at the rate of the stream takes a sixth of it.
constexpr TimeDelta kOpening = TimeDelta::Seconds(3);

// After a change that failed.
constexpr TimeDelta kRetry = TimeDelta::Seconds(2);

using Arrivals = std::optional<RealtimeTransport::Arrivals>;

// Of another sender, or connection.
bool IsOther(const Arrivals& next, const Arrivals& before) {
  if (!next || !before) return next.has_value() != before.has_value();
  return next->packets < before->packets || next->pictures_lost < before->pictures_lost;
}

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
                                             sample.arrived < samples_.back().arrived ||
                                             IsOther(sample.packets, samples_.back().packets));
  NoteOpening(sample);
  if (!is_shown || !sample.arrived || is_anew) {
    samples_.clear();
    is_behind_ = is_squeezed_ = is_overfull_ = false;
    calm_since_ = now_;
    if (!is_shown || !sample.arrived) return;
  }
  samples_.push_back(sample);
  while (now_ - samples_.front().at > kLong) samples_.pop_front();
  Measure();
}

void QualityChoice::NoteOpening(const QualitySample& sample) {
  const bool is_shown = sample.state == PlayState::kPlaying || sample.state == PlayState::kStalled;
  const bool is_anew = opened_ && sample.own < opened_->own;
  const bool has_begun = opening_ && sample.own > opening_->own;
  if (is_shown || is_anew || !has_begun) opening_ = sample;
  opened_ = sample;
}

// What a stream that shows nothing yet brought; empty: no word against it.
std::optional<DataRate> QualityChoice::OpenedInVain() const {
  const bool is_shown = state_ == PlayState::kPlaying || state_ == PlayState::kStalled;
  if (is_shown || !opening_ || opened_->at - opening_->at < kOpening) return std::nullopt;
  const DataRate came = (opened_->own - opening_->own) / (opened_->at - opening_->at);
  if (came < rates_[playing_].Scaled(kSilent)) return std::nullopt;  // There is no publisher.
  if (came >= rates_[playing_].Scaled(config_.share)) return std::nullopt;  // A key frame is far.
  return came;
}

std::deque<QualitySample>::const_iterator QualityChoice::First(TimeDelta most) const {
  return std::ranges::find_if(samples_,
                              [&](const QualitySample& one) { return now_ - one.at <= most; });
}

QualityChoice::Losses QualityChoice::LossesOf(TimeDelta most) const {
  const auto& last = samples_.back().packets;
  const auto& first = First(most)->packets;
  if (!first || !last) return {};
  const std::int64_t missing = last->missing - first->missing;
  const std::int64_t sent = missing + last->packets - first->packets;
  if (sent <= 0) return {};
  return {static_cast<double>(missing) / static_cast<double>(sent),
          last->pictures_lost - first->pictures_lost};
}

// How much later pictures come than they did within the long span: of each time the soonest, which
// waited for no repair.
TimeDelta QualityChoice::Standing(TimeDelta most) const {
  const auto soonest = [](auto from, auto to) {
    TimeDelta least = TimeDelta::PlusInfinity();
    for (; from != to; ++from)
      least =
          std::min(least, (from->at - Timestamp::Zero()) - (*from->arrived - MediaTime::Zero()));
    return least;
  };
  return soonest(First(most), samples_.end()) - soonest(samples_.begin(), samples_.end());
}

bool QualityChoice::IsOverfull(TimeDelta most) const {
  const Losses losses = LossesOf(most);
  if (losses.share >= kMostLosses) return true;
  if (losses.share >= kLosses && Standing(most) >= kStanding) return true;
  return losses.share >= kManyLosses && LossesOf(kLong).pictures >= kManyPictures;
}

QualityChoice::Span QualityChoice::SpanOf(TimeDelta most, double filled) const {
  const auto first = First(most);
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
  is_behind_ = is_squeezed_ = is_overfull_ = false;
  if (now.is_filled && now.rate < silent) samples_.erase(samples_.begin(), samples_.end() - 1);
  const Span quiet = SpanOf(kQuiet, kFilled);
  if (!quiet.is_filled) return;
  const bool is_silent = quiet.rate < silent;
  const bool is_back = std::exchange(was_silent_, is_silent) && !is_silent;
  // What an outage lost is told by the first packet behind it, and says nothing of the line since.
  if (is_back && samples_.back().packets) samples_.erase(samples_.begin(), samples_.end() - 1);
  if (is_back || !now.is_filled || is_silent) return;
  is_squeezed_ = now.speed < kSlowNow || IsOverfull(kNow);
  if (is_squeezed_ && leads_to_) most_ = Measured{now.rate, now_};
  if (!sudden.is_filled) return;
  const bool is_drained = sudden.speed < kSlowNow && IsHalfGone();
  const bool is_sudden = sudden.speed < kSlowInShort || is_drained;
  const bool is_slight = slight.is_filled && slight.speed < kSlowInLong && sudden.speed < 1;
  is_overfull_ = IsOverfull(kShort);
  is_behind_ = is_sudden || is_slight || is_overfull_;
  const bool is_shown_broken = LossesOf(kShort).pictures > 0;
  if (is_behind_ || is_shown_broken || state_ == PlayState::kStalled) calm_since_ = now_;
  if (is_behind_) {
    const bool is_now = is_sudden || is_overfull_;
    speed_ = is_now ? sudden.speed : slight.speed;
    most_ = Measured{is_now ? now.rate : slight.rate, now_};
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
  if (is_overfull_) return true;  // What waits is full of holes soon, however much it is.
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
  opening_.reset();
  opened_.reset();
  is_behind_ = is_squeezed_ = is_overfull_ = false;
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
  const std::optional<DataRate> opened = OpenedInVain();
  if (playing_ > 0 && opened) return {Lower(*opened), "nothing to show yet"};
  if (playing_ > 0 && WillRunDry()) return {Lower(most_->rate), "media comes too slowly"};
  const std::size_t next = playing_ + 1;
  if (next >= rates_.size() || is_behind_ || state_ != PlayState::kPlaying) return {playing_, ""};
  if (Known(most_) && rates_[next] > most_->rate.Scaled(config_.share)) return {playing_, ""};
  const bool is_clear = HasRoomFor(next) && waits_[next] == config_.climb_after;
  const TimeDelta wait = is_clear ? waits_[next] / 4 : waits_[next];
  if (now - calm_since_ < wait) return {playing_, ""};
  return {next, is_clear ? "there is room" : "worth a try"};
}

// The best that what comes suffices for.
std::size_t QualityChoice::Lower(DataRate carried) const {
  std::size_t lower = playing_ - 1;
  while (lower > 0 && rates_[lower] > carried.Scaled(config_.share)) --lower;
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
