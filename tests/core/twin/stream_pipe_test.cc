// SPDX-License-Identifier: Apache-2.0
#include "core/twin/stream_pipe.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "core/twin/pair_world.h"
#include "tests/core/twin/test_machines.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

PipeConfig OneMbps() {
  PipeConfig config;
  config.rate = RateSchedule(DataRate::KilobitsPerSec(1000));
  config.delay = TimeDelta::Millis(20);
  config.send_buffer = DataSize::Bytes(1000);
  return config;
}

struct Scene {
  explicit Scene(const PipeConfig& config)
      : pipe(world, config,
             {.on_bytes =
                  [this](ByteView in) {
                    heard.insert(heard.end(), in.begin(), in.end());
                    last = world.now();
                  },
              .on_unsent = [this] { unsent.push_back(pipe.unsent()); },
              .on_end = [this] { ended = world.now(); }}) {}

  World world;
  Bytes heard;
  Timestamp last = Timestamp::Zero();
  Timestamp ended = Timestamp::MinusInfinity();
  std::vector<DataSize> unsent;
  StreamPipe pipe;
};

TEST_CASE("A stream arrives whole and in order, at the rate and after the delay") {
  Scene scene(OneMbps());
  Bytes sent;
  for (int i = 0; i < 12'500; ++i) sent.push_back(static_cast<std::uint8_t>(i * 7));

  scene.pipe.Write(Bytes(sent.begin(), sent.begin() + 5000));
  scene.pipe.Write(Bytes(sent.begin() + 5000, sent.end()));
  scene.world.RunFor(TimeDelta::Seconds(1));

  CHECK(scene.heard == sent);
  CHECK(scene.last == At(100 + 20));
  CHECK(scene.pipe.delivered() == scene.pipe.written());
}

TEST_CASE("Unsent is what the socket has not taken and falls as the wire takes it") {
  Scene scene(OneMbps());
  scene.pipe.Write(Bytes(6000));
  CHECK(scene.pipe.unsent() == DataSize::Bytes(5000));

  scene.world.RunUntil(At(24));  // Two segments of 1448 have left.
  CHECK(scene.pipe.unsent() == DataSize::Bytes(5000 - 2 * 1448));
  scene.world.RunUntil(At(1000));
  CHECK(scene.pipe.unsent() == DataSize::Zero());
  CHECK(scene.unsent.back() == DataSize::Zero());
  CHECK(std::is_sorted(scene.unsent.rbegin(), scene.unsent.rend()));
}

TEST_CASE("A change of rate is felt by the segment on the wire") {
  Scene scene(OneMbps());
  scene.pipe.Write(Bytes(1250));  // 10 ms.
  scene.world.RunUntil(At(5));
  scene.pipe.ChangeRate(DataRate::Zero());
  scene.world.RunUntil(At(505));
  CHECK(scene.heard.empty());
  scene.pipe.ChangeRate(DataRate::KilobitsPerSec(1000));
  scene.world.RunUntil(At(2000));
  CHECK(scene.last == At(510 + 20));
}

TEST_CASE("A reader who pauses stops the sender when the window is full") {
  PipeConfig config = OneMbps();
  config.receive_buffer = DataSize::Bytes(3000);
  Scene scene(config);
  scene.pipe.PauseReading();
  scene.pipe.Write(Bytes(10'000));
  scene.world.RunFor(TimeDelta::Seconds(10));
  CHECK(scene.heard.empty());
  CHECK(scene.pipe.unsent() == DataSize::Bytes(10'000 - 3000 - 1000));

  scene.pipe.ResumeReading();
  scene.world.RunFor(TimeDelta::Seconds(10));
  CHECK(scene.heard.size() == 10'000);
}

TEST_CASE("The end comes after the last byte and only once") {
  Scene scene(OneMbps());
  scene.pipe.Write(Bytes(1250));
  scene.pipe.Finish();
  scene.pipe.Finish();
  scene.pipe.Write(Bytes(100));
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.heard.size() == 1250);
  CHECK(scene.ended == At(30));
}

TEST_CASE("A reset pipe delivers nothing more") {
  Scene scene(OneMbps());
  scene.pipe.Write(Bytes(5000));
  scene.world.RunUntil(At(35));
  const std::size_t before = scene.heard.size();
  scene.pipe.Reset();
  scene.pipe.Write(Bytes(10));
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(before > 0);
  CHECK(scene.heard.size() == before);
  CHECK(scene.ended == Timestamp::MinusInfinity());
}

TEST_CASE("Any writes over any link arrive as they were written") {
  const std::uint64_t first = test::Seed(21);
  for (std::uint64_t seed = first; seed < first + 30; ++seed) {
    INFO(test::SeedNote(seed));
    Rng rng(seed);
    PipeConfig config;
    config.rate = RateSchedule(
        DataRate::BitsPerSec(100'000 + static_cast<std::int64_t>(rng.Below(10'000'000))));
    config.delay = TimeDelta::Micros(static_cast<std::int64_t>(rng.Below(100'000)));
    config.segment = DataSize::Bytes(1 + static_cast<std::int64_t>(rng.Below(3000)));
    config.receive_buffer =
        config.segment + DataSize::Bytes(static_cast<std::int64_t>(rng.Below(9000)));
    for (int i = 0; i < 3; ++i) {
      config.rate.Outage(At(200 + 300 * i),
                         TimeDelta::Millis(1 + static_cast<std::int64_t>(rng.Below(250))));
    }
    Scene scene(config);
    Bytes sent;
    for (int i = 0; i < 30; ++i) {
      const Bytes part = rng.TakeBytes(rng.Below(5000));
      sent.insert(sent.end(), part.begin(), part.end());
      scene.pipe.Write(part);
      if (rng.Below(3) == 0) scene.pipe.PauseReading();
      scene.world.RunFor(TimeDelta::Millis(static_cast<std::int64_t>(rng.Below(60))));
      scene.pipe.ResumeReading();
    }
    scene.pipe.Finish();
    scene.world.RunFor(TimeDelta::Seconds(60));
    REQUIRE(scene.heard == sent);
    REQUIRE(scene.ended >= scene.last);
  }
}

TEST_CASE("Two machines talk over one connection") {
  World world;
  Pinger client(world.now(), 3);
  Echo server;
  std::vector<Timestamp> heard;
  PairWorld<Pinger, Echo> pair(
      world, client, server,
      StreamLink::Symmetric(RateSchedule::Unlimited(), TimeDelta::Millis(30)),
      {.on_client = [&](Pinger::Event&, Timestamp now) { heard.push_back(now); },
       .on_server = nullptr});

  pair.Pump();
  world.RunFor(TimeDelta::Seconds(5));

  CHECK(heard == std::vector{At(60), At(1060), At(2060)});
  CHECK(pair.client().bytes_sent() == DataSize::Bytes(12));
}

}  // namespace
}  // namespace onair::twin
