// SPDX-License-Identifier: Apache-2.0
//
// How much faster than life a whole publish session runs, without crypto: ten virtual minutes of
// 1500 + 64 kbit/s, our session and real RTMP on both ends, over a line of 2 Mbit/s and 80 ms;
// by queues, and with the default controller over modelled TCP of each kind. Two runs with one
// seed must be the same. Exit status 1 when they are not or a session stays below 1000 times.
#include <cstdio>

#include "samples/twin/push_run.h"
#include "tests/bench/stopwatch.h"
#include "tests/scenario/rtmp_publish_stage.h"
#include "transport/cc/registry.h"

namespace {

using namespace onair;

constexpr TimeDelta kSpan = TimeDelta::Seconds(600);
constexpr double kFloor = 1000;

struct Row {
  double seconds;
  std::int64_t events;
  std::int64_t frames;
  std::int64_t dropped;
  std::uint64_t hash;
};

Row ByQueues() {
  const bench::Stopwatch watch;
  scenario::RtmpPublishStage stage(
      twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(2000)),
                                  TimeDelta::Millis(40)),
      1);
  stage.Start();
  stage.world.RunFor(kSpan);
  return {watch.Seconds(), stage.world.steps(), static_cast<std::int64_t>(stage.arrivals.size()),
          stage.session.stats().frames_dropped, stage.hash};
}

Row ByTcp(twin::TcpAlgorithm tcp) {
  samples::PushCase line;
  line.name = line.group = "bench";
  line.duration = kSpan;
  line.flows.front().one_way = TimeDelta::Millis(40);
  line.forward.push_back(samples::MakeBottleneck(
      samples::TraceOf({{TimeDelta::Zero(), DataRate::KilobitsPerSec(2000)}}, kSpan),
      TimeDelta::Millis(300)));
  samples::PushSettings settings;
  settings.tcp = tcp;
  settings.rates.most = settings.rates.start = DataRate::KilobitsPerSec(1500);
  settings.make_controller = [](const cc::ControllerConfig& config) {
    return *cc::MakeController(cc::kDefaultController, config);
  };
  const bench::Stopwatch watch;
  const samples::PushResult result = samples::RunPush(line, settings);
  return {watch.Seconds(), result.events, result.counts.delivered, result.counts.dropped,
          result.log_hash};
}

}  // namespace

int main() {
  using enum twin::TcpAlgorithm;
  struct Session {
    const char* name;
    Row (*run)();
  };
  constexpr Session kSessions[] = {{"queues", ByQueues},
                                   {"Reno", [] { return ByTcp(kReno); }},
                                   {"CUBIC", [] { return ByTcp(kCubic); }},
                                   {"BBR", [] { return ByTcp(kBbr); }}};
  bool is_good = true;
  std::printf("%-8s %10s %10s %10s %10s %10s  %s\n", "session", "wall ms", "speed x", "events",
              "frames", "dropped", "hash");
  for (const Session& session : kSessions) {
    const Row rows[] = {session.run(), session.run()};
    is_good = is_good && rows[0].hash == rows[1].hash;
    for (const Row& row : rows) {
      const double speed = kSpan.seconds_f() / row.seconds;
      is_good = is_good && speed >= kFloor;
      std::printf("%-8s %10.0f %10.0f %10lld %10lld %10lld  %016llx\n", session.name,
                  row.seconds * 1e3, speed, static_cast<long long>(row.events),
                  static_cast<long long>(row.frames), static_cast<long long>(row.dropped),
                  static_cast<unsigned long long>(row.hash));
    }
  }
  std::printf("two runs with one seed the same, each at least %.0f times real time: %s\n", kFloor,
              is_good ? "yes" : "NO");
  return is_good ? 0 : 1;
}
