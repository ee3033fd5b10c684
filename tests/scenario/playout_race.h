// SPDX-License-Identifier: Apache-2.0
//
// The same arrivals played by us and by the rules of others: what each of them made of it.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/session/live_playout.h"
#include "core/twin/live_arrivals.h"
#include "core/twin/media_element.h"
#include "core/twin/picture_meter.h"

namespace onair::scenario {

// The media half of our play session and a display that shows what is due.
class OurViewer {
 public:
  using Play = session::Play;
  // `meter` outlives it.
  OurViewer(const PlaySessionConfig& config, twin::PictureMeter& meter)
      : playout_(config, session::PlayoutStyle::OfStreams(), NullTrace()), meter_(meter) {
    playout_.OnConnection();
  }

  // All until its time has been played.
  void Take(const twin::LiveArrivals::Arrival& arrival) {
    AdvanceTo(arrival.at);
    static_cast<void>(playout_.OnFrame(arrival.frame, arrival.at));
    Settle();
  }

  void AdvanceTo(Timestamp at) {
    while (true) {
      const Timestamp shows_at = waiting_.empty() ? Timestamp::PlusInfinity() : DueOf(waiting_[0]);
      const Timestamp next = std::min(shows_at, playout_.Next().wake_at);
      if (next > at) break;
      now_ = std::max(now_, next);
      playout_.OnTime(now_);
      Settle();
    }
    now_ = at;
  }

  // Sound that was given to the decoder, with the line as it stands.
  std::function<void(const EncodedFrame& frame, Timestamp now)> on_sound;
  const std::optional<ClockMap>& line() const { return line_; }
  std::int64_t line_changes() const { return line_changes_; }
  std::int64_t decoded() const { return decoded_; }
  PlaySessionStats stats() const {
    PlaySessionStats stats;
    playout_.FillStats(stats, now_);
    return stats;
  }

 private:
  struct Picture {
    MediaTime pts;
    Timestamp captured_at;
    Timestamp latest;
  };

  // As platform/sdk has it (decode_line.cc, picture_queue.cc).
  Timestamp DueOf(const Picture& picture) const {
    return std::max(now_, std::min(line_->AtOf(picture.pts), picture.latest));
  }

  void Settle() {
    for (; !playout_.said().empty(); playout_.said().pop_front()) Hear(playout_.said().front());
    std::optional<Picture> newest;
    for (; !waiting_.empty() && DueOf(waiting_[0]) <= now_; waiting_.pop_front())
      newest = waiting_[0];
    if (newest) meter_.Shown(newest->captured_at, now_);
  }

  void Hear(const session::LivePlayout::Said& said) {
    if (const auto* changed = std::get_if<Play::LineChanged>(&said)) {
      line_ = changed->line;
      ++line_changes_;
    } else if (const auto* decode = std::get_if<Play::DecodeFrame>(&said)) {
      const EncodedFrame& frame = decode->frame;
      if (frame.track() == TrackKind::kAudio) {
        if (on_sound) on_sound(frame, now_);
        return;
      }
      ++decoded_;
      const bool is_early = decode->render_at < line_->AtOf(frame.pts);
      waiting_.push_back(
          {frame.pts, frame.captured_at, is_early ? decode->render_at : Timestamp::PlusInfinity()});
    } else if (std::holds_alternative<Play::FlushDecoders>(said)) {
      waiting_.clear();
    }
  }

  session::LivePlayout playout_;
  twin::PictureMeter& meter_;
  std::deque<Picture> waiting_;
  std::optional<ClockMap> line_;
  std::int64_t line_changes_ = 0;
  std::int64_t decoded_ = 0;
  Timestamp now_ = Timestamp::Zero();
};

// What one way of playing made of a network.
struct PlayoutResult {
  std::string name;
  double mean_delay_s;
  double stalls_per_100s;
  double frozen_percent;
};

// After the opening, which has cases of its own.
constexpr TimeDelta kRaceOpening = TimeDelta::Seconds(10);

struct RaceCase {
  std::string name;
  twin::LiveArrivalsConfig network;
  TimeDelta span = TimeDelta::Seconds(600);
  std::uint64_t seed = 1;
};

// What all players of a case get.
struct Recorded {
  Timestamp joined_at;
  std::vector<twin::LiveArrivals::Arrival> arrivals;
};
inline Recorded Record(const RaceCase& race) {
  twin::LiveArrivals source(race.network, Rng(race.seed));
  Recorded recorded{source.joined_at(), {}};
  const Timestamp end = recorded.joined_at + race.span;
  for (auto next = source.Next(); next.at < end; next = source.Next())
    recorded.arrivals.push_back(std::move(next));
  return recorded;
}

template <typename Viewer>
PlayoutResult RunRace(std::string name, const Recorded& race, const auto& config) {
  twin::PictureMeter meter(race.joined_at + kRaceOpening);
  Viewer viewer(config, meter);
  for (const auto& arrival : race.arrivals) viewer.Take(arrival);
  return {std::move(name), meter.MeanDelay().seconds_f(), meter.StallsPer100s(),
          meter.FrozenPercent()};
}

inline PlayoutResult RunOurs(BufferMode mode, TimeDelta fixed, const Recorded& race) {
  PlaySessionConfig config;
  config.buffer = mode;
  config.fixed_delay = fixed;
  const char* const names[] = {"auto", "fast", "smooth", "fixed", "realtime"};
  std::string name = std::string("onair ") + names[static_cast<int>(mode) - 1];
  if (mode == BufferMode::kFixed) name += " " + std::to_string(fixed.ms()) + " ms";
  return RunRace<OurViewer>(std::move(name), race, config);
}

// A player that starts, and goes on after it ran dry, with `buffer`; never faster.
inline PlayoutResult RunFixed(TimeDelta buffer, const Recorded& race) {
  return RunRace<twin::MediaElement>("fixed " + std::to_string(buffer.ms()) + " ms", race,
                                     twin::MediaElementConfig{.starts_from = buffer});
}

// mpegts.js liveSync; the upper end as much above the target as in its defaults.
inline PlayoutResult RunLiveSync(TimeDelta target, const Recorded& race) {
  twin::MediaElementConfig config;
  config.live_sync = twin::LiveSyncRule{.target = target, .most = target.Scaled(1.5)};
  return RunRace<twin::MediaElement>("liveSync " + std::to_string(target.ms()) + " ms", race,
                                     config);
}

inline std::vector<RaceCase> RaceCases() {
  constexpr TimeDelta kJitter = TimeDelta::Millis(300);
  constexpr TimeDelta kOutage = TimeDelta::Seconds(2);
  std::vector<RaceCase> cases(5);
  for (RaceCase& one : cases) {
    one.network.joins_after_key = TimeDelta::Millis(1'500);
    one.network.video.rate = DataRate::KilobitsPerSec(300);
  }
  cases[0].name = "jitter of each frame up to 300 ms";
  cases[0].network.jitter = kJitter;
  cases[1].name = "holds of up to 300 ms each second";
  cases[1].network.hold = kJitter;
  cases[2].name = "outages of 2 s each 30 s";
  cases[2].network.outage = kOutage;
  cases[3].name = "holds of up to 300 ms, outages of 2 s";
  cases[3].network.hold = kJitter;
  cases[3].network.outage = kOutage;
  cases[4].name = "the line at 60 % of the stream for 3 s each 20 s";
  cases[4].network.line = DataRate::KilobitsPerSec(930);
  cases[4].network.dip = TimeDelta::Seconds(3);
  cases[4].network.dip_line = DataRate::KilobitsPerSec(218);
  return cases;
}

}  // namespace onair::scenario
