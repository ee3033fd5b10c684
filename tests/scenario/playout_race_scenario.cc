// SPDX-License-Identifier: Apache-2.0
//
// Our live buffer beside the rules of others, over the same arrivals; and what two hours of a clock
// that is off do to delay and sound. Numbers: docs/measurements.md, by playout_twin_bench.
#include <catch2/catch.hpp>
#include <cmath>

#include "core/playout/audio_timeline.h"
#include "tests/scenario/playout_race.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}

// As little delay, and no worse: what is equal at this measure's resolution counts as no worse.
bool IsNoWorse(const PlayoutResult& ours, const PlayoutResult& theirs) {
  return ours.mean_delay_s <= theirs.mean_delay_s * 1.02 &&
         ours.stalls_per_100s <= theirs.stalls_per_100s + 0.01 &&
         ours.frozen_percent <= theirs.frozen_percent + 0.05;
}

std::vector<PlayoutResult> Ours(const Recorded& race) {
  std::vector<PlayoutResult> all;
  for (const auto mode : {BufferMode::kFast, BufferMode::kAuto, BufferMode::kSmooth})
    all.push_back(RunOurs(mode, TimeDelta::Zero(), race));
  for (const int ms : {100, 200, 300, 500, 1000, 1500, 2000, 2100})
    all.push_back(RunOurs(BufferMode::kFixed, Ms(ms), race));
  return all;
}

TEST_CASE(
    "Whatever a rule of others is set to, one of our modes has no more delay, no more stalls") {
  for (RaceCase one : RaceCases()) {
    one.span = Sec(400);
    const Recorded race = Record(one);
    const auto ours = Ours(race);
    std::vector<PlayoutResult> theirs;
    for (const int ms : {600, 1000, 2000}) theirs.push_back(RunFixed(Ms(ms), race));
    for (const int ms : {100, 200, 400, 800, 1200}) theirs.push_back(RunLiveSync(Ms(ms), race));
    for (const PlayoutResult& their : theirs) {
      INFO(one.name << ": " << their.name << " " << their.mean_delay_s << " s, "
                    << their.stalls_per_100s << ", " << their.frozen_percent << " %");
      CHECK(std::any_of(ours.begin(), ours.end(),
                        [&](const PlayoutResult& our) { return IsNoWorse(our, their); }));
    }
  }
}

TEST_CASE(
    "Auto has less delay than the defaults of others, and stalls no more often than liveSync") {
  for (const RaceCase& one : RaceCases()) {
    INFO(one.name);
    const Recorded race = Record(one);
    const PlayoutResult ours = RunOurs(BufferMode::kAuto, TimeDelta::Zero(), race);
    const PlayoutResult second = RunFixed(Sec(1), race);
    const PlayoutResult sync = RunLiveSync(Ms(800), race);
    CHECK(ours.mean_delay_s <= sync.mean_delay_s * 0.95);
    CHECK(ours.mean_delay_s <= second.mean_delay_s * 0.55);
    CHECK(ours.stalls_per_100s <= sync.stalls_per_100s + 0.01);
  }
}

TEST_CASE("Jitter and pauses of up to 300 ms cost auto no stall") {
  for (std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      RaceCase one = RaceCases()[i];
      one.seed = seed;
      INFO(one.name << ", seed " << seed);
      const Recorded race = Record(one);
      const auto ours = RunOurs(BufferMode::kAuto, TimeDelta::Zero(), race);
      CHECK(ours.stalls_per_100s <= 0.1);
      CHECK(ours.mean_delay_s <= 0.42);
    }
  }
}

TEST_CASE(
    "Auto is within 300 ms of the sender's delay 5 s after joining anywhere in a group of 2 s") {
  for (int age_ms = 0; age_ms < 2000; age_ms += 100) {
    for (const int line_kbps : {100'000, 5'000, 2'500}) {
      twin::LiveArrivalsConfig network;
      network.joins_after_key = Ms(age_ms);
      network.line = DataRate::KilobitsPerSec(line_kbps);
      twin::LiveArrivals arrivals(network, Rng(static_cast<std::uint64_t>(age_ms)));
      const Timestamp after = arrivals.joined_at() + Sec(5);
      twin::PictureMeter meter(after);
      OurViewer viewer(PlaySessionConfig{}, meter);
      for (auto next = arrivals.Next(); next.at < after + Sec(5); next = arrivals.Next())
        viewer.Take(next);
      INFO("key frame " << age_ms << " ms old, " << line_kbps << " kbit/s");
      CHECK(meter.MeanDelay() <= network.one_way + Ms(300));
      CHECK(meter.stalls() == 0);
      CHECK(meter.shown() > 0);
    }
  }
}

// A speaker whose clock is off as well, and how it keeps to the line. 8 kHz: the decisions are the
// same, and two hours of samples fewer.
class Speaker {
 public:
  static constexpr AudioFormat kFormat{8000, 1};
  // Source: platform/sdk/audio_renderer.cc: more is for the stretcher.
  static constexpr double kResampled = 0.0105;
  static constexpr TimeDelta kPull = TimeDelta::Millis(10);

  explicit Speaker(double clock) : clock_(clock) {}

  void Take(const EncodedFrame& frame) {
    if (!next_) next_ = frame.pts;
    // Frames of 1024 at 48 kHz are 170 2/3 samples here.
    const auto end = static_cast<std::int64_t>(
        std::llround((frame.pts - MediaTime::Zero()).seconds_f() * 8000 + 1024.0 / 6));
    const auto begin =
        static_cast<std::int64_t>(std::llround((*next_ - MediaTime::Zero()).seconds_f() * 8000));
    samples_.assign(static_cast<std::size_t>(std::max<std::int64_t>(end - begin, 1)), 0.1F);
    timeline_.Push({kFormat, samples_, *next_, at_});
    next_ = MediaTime::Micros(end * 125);
  }

  void PlayUntil(Timestamp now, const ClockMap& line) {
    for (; at_ <= now; at_ = at_ + kPull.Scaled(clock_)) {
      const auto frames = static_cast<std::int64_t>(80);
      const auto plan = timeline_.Plan({.line = line, .heard_at = at_, .frames = frames});
      using Correction = playout::AudioPlan::Correction;
      const bool is_cut = plan.correction == Correction::kDropped ||
                          plan.correction == Correction::kStarved ||
                          plan.correction == Correction::kWaits;
      // What the pull before left behind is no cut of its own.
      if (is_cut && has_begun_) ++counts_.cuts;
      has_begun_ = has_begun_ || plan.correction == Correction::kNone;
      const double off = std::abs(plan.stretch - 1.0);
      const bool is_stretched = off > kResampled;
      if (is_stretched && !is_stretched_) ++counts_.stretches;
      is_stretched_ = is_stretched;
      if (is_stretched) counts_.stretched += kPull;
      if (off > 0.0005 && !is_stretched) counts_.resampled += kPull;
      counts_.most = std::max(counts_.most, off);
      owed_ += static_cast<double>(frames - plan.silence) * plan.stretch;
      buffer_.resize(static_cast<std::size_t>(owed_));
      owed_ -= static_cast<double>(timeline_.Read(buffer_));
    }
  }

  // What could be heard of it, and for how long.
  struct Counts {
    std::int64_t cuts = 0;  // Sound thrown away, missing, or waited for.
    std::int64_t stretches = 0;
    double most = 0;                          // Of the share that sound was faster or slower.
    TimeDelta stretched = TimeDelta::Zero();  // By more than 1 %: by the stretcher.
    TimeDelta resampled = TimeDelta::Zero();  // By less.
  };
  const Counts& counts() const { return counts_; }
  void Begin(Timestamp at) { at_ = at; }
  void ForgetMost() { counts_.most = 0; }

 private:
  double clock_;
  playout::AudioTimeline timeline_;
  std::vector<float> samples_;
  std::vector<float> buffer_;
  std::optional<MediaTime> next_;
  Timestamp at_ = Timestamp::Zero();
  bool has_begun_ = false;
  bool is_stretched_ = false;
  double owed_ = 0;
  Counts counts_;
};

TEST_CASE("Two hours of clocks that are 100 ppm off: no creep of delay, no cut of sound") {
  for (const double clock : {1.0 + 100e-6, 1.0 - 100e-6}) {
    twin::LiveArrivalsConfig network;
    network.clock = clock;
    network.jitter = Ms(15);
    network.video.rate = DataRate::KilobitsPerSec(50);
    network.video.frame_rate = 10;
    network.joins_after_key = Ms(1'000);
    twin::LiveArrivals arrivals(network, Rng(11));
    const Timestamp from = arrivals.joined_at() + Sec(30);
    twin::PictureMeter meter(from);
    OurViewer viewer(PlaySessionConfig{}, meter);
    Speaker speaker(1.0 - (clock - 1.0) / 2);  // The device is off the other way.
    speaker.Begin(arrivals.joined_at());
    viewer.on_sound = [&](const EncodedFrame& frame, Timestamp) { speaker.Take(frame); };
    TimeDelta least = TimeDelta::PlusInfinity();
    TimeDelta most = TimeDelta::MinusInfinity();
    Speaker::Counts opening;
    for (auto next = arrivals.Next(); next.at < from + Sec(7'200); next = arrivals.Next()) {
      viewer.Take(next);
      if (viewer.line()) speaker.PlayUntil(next.at, *viewer.line());
      if (next.at < from) {
        opening = speaker.counts();
        speaker.ForgetMost();
        continue;
      }
      const MediaTime shown = viewer.line()->MediaOf(next.at);
      const TimeDelta delay =
          (next.at - Timestamp::Zero()) - (shown - MediaTime::Zero()).Scaled(1.0 / clock);
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    const Speaker::Counts counts = speaker.counts();
    INFO("clock " << clock << ": delay " << least.ms_f() << ".." << most.ms_f() << " ms, "
                  << viewer.line_changes() << " line changes, sound off by " << 100 * counts.most
                  << " % at most, resampled for "
                  << (counts.resampled - opening.resampled).seconds_f() << " s");
    CHECK(most - least <= Ms(60));
    CHECK(most <= network.one_way + Ms(150));
    CHECK(meter.stalls() == 0);
    CHECK(counts.cuts == opening.cuts);
    CHECK(counts.stretches == opening.stretches);
    CHECK(counts.resampled - opening.resampled <= Sec(7'200) / 10);
  }
}

}  // namespace
}  // namespace onair::scenario
