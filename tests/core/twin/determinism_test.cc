// SPDX-License-Identifier: Apache-2.0
//
// A whole session with outages, breaks and drops, run twice.
#include <catch2/catch.hpp>
#include <cstdint>

#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "tests/core/twin/media_pusher.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

// FNV-1a over everything that arrived and when.
struct Fingerprint {
  std::uint64_t hash = 0xcbf29ce484222325U;
  std::int64_t bytes = 0;
  int sent = 0;
  int dropped = 0;
  std::int64_t steps = 0;

  void Add(std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3U; }
  bool operator==(const Fingerprint&) const = default;
};

Fingerprint RunSession(std::uint64_t seed) {
  World world(Timestamp::Zero(), seed);
  Rng rng = world.ForkRng();
  StreamLink link =
      StreamLink::Symmetric(RateSchedule(DataRate::KilobitsPerSec(2000)), TimeDelta::Millis(40));
  for (int i = 0; i < 5; ++i) {
    link.up.rate.Outage(Timestamp::Zero() + TimeDelta::Seconds(5 + 10 * i),
                        TimeDelta::Millis(static_cast<std::int64_t>(rng.Below(3000))));
  }
  Fingerprint print;
  MediaPusher session;
  SessionWorld<MediaPusher> net(world, session,
                                {.link = link,
                                 .peer = [&](const Endpoint&) -> Answer {
                                   if (rng.Below(4) == 0) return Refuse{};
                                   return std::make_unique<ScriptedPeer>([&](ByteView in) {
                                     print.Add(static_cast<std::uint64_t>(world.now().us()));
                                     for (const std::uint8_t byte : in) print.Add(byte);
                                     print.bytes += static_cast<std::int64_t>(in.size());
                                     return Bytes{};
                                   });
                                 },
                                 .on_event = nullptr,
                                 .connect = {}});
  FakeMedia media(world, FakeEncoder({.rate = DataRate::KilobitsPerSec(1800)}, world.ForkRng()),
                  FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
                  [&](const EncodedFrame& frame, Timestamp) {
                    net.Do([&](MediaPusher& m, Timestamp) { m.Push(frame); });
                  });
  net.Do([](MediaPusher& m, Timestamp now) { m.Start(now); });
  media.Start();
  for (int i = 1; i < 6; ++i) {
    world.At(Timestamp::Zero() + TimeDelta::Seconds(10 * i), "test.break", [&] {
      net.BreakConnection({ErrorCode::kConnectionLost, "moved"});
    });
  }
  world.RunFor(TimeDelta::Seconds(60));
  print.sent = session.sent();
  print.dropped = session.dropped();
  print.steps = world.steps();
  return print;
}

TEST_CASE("Two runs with one seed are byte-identical and another seed is another run") {
  const std::uint64_t seed = test::Seed(42);
  INFO(test::SeedNote(seed));

  const Fingerprint first = RunSession(seed);

  CHECK(RunSession(seed) == first);
  CHECK(RunSession(seed + 1).hash != first.hash);
  CHECK(first.bytes > 1'000'000);
  CHECK(first.dropped > 0);
  CHECK(first.sent > 1000);
}

}  // namespace
}  // namespace onair::twin
