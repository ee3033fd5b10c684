// SPDX-License-Identifier: Apache-2.0
//
// How fast virtual time runs: bare alarms, and a ten-minute publish session over a 2 Mbit/s,
// 80 ms link, by the queue model and over modelled TCP of each kind. Exit status 1 when a
// session runs at less than 1000 times real time by TCP, 600 times by queues.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "core/twin/delay.h"
#include "core/twin/fake_media.h"
#include "core/twin/path.h"
#include "core/twin/rate_limit.h"
#include "core/twin/session_world.h"
#include "core/twin/tail_drop.h"
#include "tests/bench/stopwatch.h"
#include "tests/core/twin/media_pusher.h"

namespace {

using namespace onair;

void RunAlarms(int count) {
  twin::World world;
  std::vector<std::unique_ptr<twin::Alarm>> alarms;
  for (int i = 0; i < count; ++i) {
    alarms.push_back(std::make_unique<twin::Alarm>(world, "bench", [&alarms, &world, i] {
      alarms[static_cast<std::size_t>(i)]->Set(world.now() + TimeDelta::Micros(900 + i));
    }));
    alarms.back()->Set(world.now() + TimeDelta::Micros(i));
  }
  const bench::Stopwatch watch;
  while (world.steps() < 5'000'000) world.RunFor(TimeDelta::Millis(100));
  std::printf("%5d alarms: %.1f million events/s\n", count,
              static_cast<double>(world.steps()) / watch.Seconds() / 1e6);
}

// Empty: the queue model.
double RunSession(const char* name, std::optional<twin::TcpAlgorithm> tcp) {
  const bench::Stopwatch watch;
  twin::World world;
  std::size_t heard = 0;
  twin::MediaPusher session;
  const auto link = twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(2000)),
                                                TimeDelta::Millis(40));
  auto up = std::make_unique<twin::Path>();
  up->Then(std::make_unique<twin::RateLimit>(
               twin::RateSchedule(DataRate::KilobitsPerSec(2000)),
               std::make_unique<twin::TailDrop>(DataSize::Kibibytes(64))))
      .Then(std::make_unique<twin::Delay>(TimeDelta::Millis(40)));
  twin::SharedNetwork network(world, std::move(up),
                              std::make_unique<twin::Delay>(TimeDelta::Millis(40)));
  twin::TcpSetup setup;
  if (tcp) setup.client.algorithm = *tcp;
  twin::SessionWorld<twin::MediaPusher> net(
      world, session,
      {.link = link,
       .peer = [&](const Endpoint&) -> twin::Answer {
         return std::make_unique<twin::ScriptedPeer>([&](ByteView in) {
           heard += in.size();
           return Bytes{};
         });
       },
       .on_event = nullptr,
       .connect = {},
       .network = tcp ? &network : nullptr,
       .tcp = setup});
  twin::FakeMedia media(
      world, twin::FakeEncoder({.rate = DataRate::KilobitsPerSec(1800)}, world.ForkRng()),
      twin::FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
      [&](const EncodedFrame& frame, Timestamp) {
        net.Do([&](twin::MediaPusher& m, Timestamp) { m.Push(frame); });
      });
  net.Do([](twin::MediaPusher& m, Timestamp now) { m.Start(now); });
  media.Start();
  world.RunFor(TimeDelta::Seconds(600));
  const double seconds = watch.Seconds();
  std::printf(
      "600 s session, %s: %.3f s (%.0f x real time), %.1f MB, %lld events, %d frames sent, "
      "%d dropped\n",
      name, seconds, 600 / seconds, static_cast<double>(heard) / 1e6,
      static_cast<long long>(world.steps()), session.sent(), session.dropped());
  return seconds;
}

}  // namespace

int main() {
  for (const int count : {10, 1000}) RunAlarms(count);
  using enum twin::TcpAlgorithm;
  double slowest = 0;
  slowest = std::max(slowest, RunSession("Reno", kReno));
  slowest = std::max(slowest, RunSession("CUBIC", kCubic));
  slowest = std::max(slowest, RunSession("BBR", kBbr));
  const double queues = RunSession("queues", std::nullopt);
  return slowest <= 0.6 && queues <= 1.0 ? 0 : 1;
}
