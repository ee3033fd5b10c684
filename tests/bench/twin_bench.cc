// SPDX-License-Identifier: Apache-2.0
//
// How fast virtual time runs: bare alarms, and a ten-minute publish session over a 2 Mbit/s,
// 80 ms link. Exit status 1 when the session takes more than a second.
#include <cstdio>
#include <memory>
#include <vector>

#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
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

double RunSession() {
  const bench::Stopwatch watch;
  twin::World world;
  std::size_t heard = 0;
  twin::MediaPusher session;
  const auto link = twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(2000)),
                                                TimeDelta::Millis(40));
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
       .connect = {}});
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
  std::printf("600 s session: %.3f s, %.1f MB, %lld events, %d frames sent, %d dropped\n", seconds,
              static_cast<double>(heard) / 1e6, static_cast<long long>(world.steps()),
              session.sent(), session.dropped());
  return seconds;
}

}  // namespace

int main() {
  for (const int count : {10, 1000}) RunAlarms(count);
  return RunSession() <= 1.0 ? 0 : 1;
}
