// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_history.h"

#include <algorithm>
#include <array>

namespace onair::cc {
namespace {

constexpr TimeDelta kWindow = TimeDelta::Seconds(2);
constexpr std::size_t kMostMoments = 1024;
// Readings closer than this are one.
constexpr TimeDelta kGrain = TimeDelta::Millis(2);

// More bytes than 50 Mbit/s make in two minutes are nonsense.
constexpr std::int64_t kMostWaiting = 1'000'000'000;
// Totals stop here, far from the end of numbers; at 50 Mbit/s after 20'000 years.
constexpr std::int64_t kMostTotal = std::int64_t{1} << 62;

// A pause of the confirmations that no busy span reaches over.
// Source: ours; delayed acknowledgements come after 40 ms (Linux) to 100 ms (Apple).
constexpr TimeDelta kSilence = TimeDelta::Millis(120);

// What waits on a line that is not full, beside its rate times its base delay: delayed
// acknowledgements and the grain of pictures. Lower takes them for a queue and cuts without a
// reason; higher notices a queue later. Source: ours; onair-twin race, 40 to 80 ms.
constexpr TimeDelta kIdleSpan = TimeDelta::Millis(60);
constexpr double kIdleBytes = 3000;

// Longest first: a longer span tells more, a shorter one sooner.
constexpr std::array kSpans = {TimeDelta::Millis(300), TimeDelta::Millis(250),
                               TimeDelta::Millis(200), TimeDelta::Millis(150),
                               TimeDelta::Millis(100), TimeDelta::Millis(60)};

// Source: draft-cardwell-iccrg-bbr-congestion-control-00, RTpropFilterLen: 10 s.
constexpr TimeDelta kBaseLife = TimeDelta::Seconds(10);
// A delayed acknowledgement.
constexpr TimeDelta kBaseGrain = TimeDelta::Millis(40);
// What may wait on an empty line: sound that awaits a delayed acknowledgement.
constexpr std::int64_t kEmpty = 1000;

std::int64_t Sane(DataSize size) {
  return std::clamp<std::int64_t>(size.bytes(), 0, kMostWaiting);
}

}  // namespace

void LineHistory::Add(const TcpReport& report, Timestamp at) {
  if (report.written < last_written_) Restart();
  const Moment moment = Read(report, at);
  const bool has_carried = !moments_.empty() && moment.carried > moments_.back().carried;
  TrackSilence(moment, has_carried);
  Keep(moment);
  if (has_carried) TrackBase(moment);
  TrackEmptying(moment);
}

LineHistory::Moment LineHistory::Read(const TcpReport& report, Timestamp at) {
  last_written_ = report.written;
  written_total_ = std::min(written_total_ + written_.Read(report.written).bytes(), kMostTotal);
  const std::int64_t unacked = Sane(report.socket.unacked.value_or(DataSize::Zero()));
  const std::int64_t unsent = Sane(report.socket.unsent.value_or(DataSize::Zero()));
  // A confirmation that is taken back comes from two readings at two moments.
  std::int64_t carried = written_total_ - unacked;
  if (!moments_.empty()) carried = std::max(carried, moments_.back().carried);
  const std::int64_t given = std::max(written_total_ + unsent, carried);
  return {at, given + Sane(report.queue_size), given, carried};
}

void LineHistory::Restart() {
  moments_.clear();
  written_ = GrowthMeter();
  written_total_ = 0;
  base_.reset();
  emptying_since_.reset();
  is_base_stale_ = false;
}

void LineHistory::Keep(const Moment& moment) {
  const std::size_t count = moments_.size();
  if (count > 1 && moment.at - moments_[count - 2].at < kGrain) moments_.pop_back();
  moments_.push_back(moment);
  while (moments_.size() > kMostMoments || moments_.front().at < moment.at - kWindow) {
    moments_.pop_front();
  }
}

void LineHistory::TrackSilence(const Moment& moment, bool has_carried) {
  const bool had_work = waiting() > 0;
  if (has_carried && moment.at - progress_at_ >= kSilence) resumed_at_ = moment.at;
  if (has_carried || !had_work) progress_at_ = moment.at;
}

// How long ago the newest confirmed byte was given to the socket.
void LineHistory::TrackBase(const Moment& moment) {
  const auto given =
      std::lower_bound(moments_.begin(), moments_.end(), moment.carried,
                       [](const Moment& m, std::int64_t carried) { return m.given < carried; });
  if (given == moments_.end()) return;
  const TimeDelta took = moment.at - given->at;
  if (!base_ || is_base_stale_ || took < *base_) base_ = took;
  is_base_stale_ = false;
  if (took > *base_ + kBaseGrain) return;
  base_seen_at_ = moment.at;
  emptying_since_.reset();
}

void LineHistory::TrackEmptying(const Moment& moment) {
  if (!base_) return;
  // What is given to an empty line waits for nothing.
  if (moment.waiting() <= kEmpty) is_base_stale_ = true;
  if (!emptying_since_ && moment.at - base_seen_at_ > kBaseLife) emptying_since_ = moment.at;
  if (!emptying_since_) return;
  if (!is_base_stale_ && moment.at - *emptying_since_ < kLongestEmptying) return;
  emptying_since_.reset();
  base_seen_at_ = moment.at;
}

const LineHistory::Moment& LineHistory::MomentAt(Timestamp at) const {
  const auto after = std::upper_bound(moments_.begin(), moments_.end(), at,
                                      [](Timestamp t, const Moment& m) { return t < m.at; });
  return after == moments_.begin() ? *after : *(after - 1);
}

double LineHistory::BytesPerSecond(TimeDelta span) const {
  if (moments_.empty()) return 0;
  const Moment& now = moments_.back();
  const Moment& then = MomentAt(now.at - span);
  if (now.at <= then.at) return 0;
  return static_cast<double>(now.carried - then.carried) / (now.at - then.at).seconds_f();
}

// What is confirmed at one moment passed the narrow place of the line with what waited a base
// delay earlier behind it.
LineHistory::BusySpan LineHistory::Busy(double bytes_per_second) const {
  if (moments_.empty()) return {};
  const Moment& now = moments_.back();
  const double idle = bytes_per_second * (base() + kIdleSpan).seconds_f() + kIdleBytes;
  for (const TimeDelta span : kSpans) {
    const Moment& then = MomentAt(now.at - span);
    const TimeDelta real = now.at - then.at;
    if (real < span || then.at < resumed_at_) continue;
    if (!WasBusy(then.at - base(), now.at - base(), idle)) continue;
    return {real, static_cast<double>(now.carried - then.carried) / real.seconds_f()};
  }
  return {};
}

bool LineHistory::WasBusy(Timestamp from, Timestamp to, double idle_bytes) const {
  return std::all_of(moments_.begin(), moments_.end(), [&](const Moment& moment) {
    const bool is_within = moment.at >= from && moment.at <= to;
    return !is_within || static_cast<double>(moment.waiting()) >= idle_bytes;
  });
}

TimeDelta LineHistory::emptying() const {
  if (!emptying_since_) return TimeDelta::Zero();
  return moments_.back().at - *emptying_since_ + TimeDelta::Micros(1);
}

TimeDelta LineHistory::silence() const {
  return moments_.empty() ? TimeDelta::Zero() : moments_.back().at - progress_at_;
}

}  // namespace onair::cc
