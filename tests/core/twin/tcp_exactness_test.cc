// SPDX-License-Identifier: Apache-2.0
//
// What the reader gets is what the writer wrote, whatever the network does, and a connection
// that cannot go on says so.
#include <catch2/catch.hpp>
#include <string>

#include "core/twin/blackout.h"
#include "core/twin/burst_loss.h"
#include "core/twin/chance.h"
#include "core/twin/jitter.h"
#include "core/twin/mangling.h"
#include "core/twin/nat.h"
#include "core/twin/radio_links.h"
#include "core/twin/random_loss.h"
#include "tests/core/twin/link_scene.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

Bytes Pattern(std::size_t size, Rng& rng) {
  return rng.TakeBytes(size);
}

std::uint64_t HashOf(ByteView bytes) {
  TcpReader reader;
  reader.OnBytes(bytes);
  return reader.hash;
}

std::string Describe(const TcpInfo& info) {
  const auto text = [](const char* name, std::int64_t value) {
    return std::string(name) + " " + std::to_string(value) + " ";
  };
  return text("rtt", info.rtt.us()) + text("rto", info.rto.us()) +
         text("window", info.window.bytes()) + text("unacked", info.unacked.bytes()) +
         text("unsent", info.unsent.bytes()) + text("lost", info.lost.bytes()) +
         text("sent", info.segments_sent) + text("resent", info.segments_retransmitted) +
         text("timeouts", info.timeouts);
}

// A way with everything that can go wrong, each thing with chance. Bursts are short: their
// state changes by packets, and a sender in timeouts sends one a minute.
std::unique_ptr<Link> HostileWay(Rng& rng) {
  auto path = std::make_unique<Path>();
  RateSchedule rate(DataRate::KilobitsPerSec(Between(300, 8000, rng)));
  for (int i = 0; i < 4; ++i) {
    const auto at = Timestamp::Zero() + TimeDelta::Millis(Between(0, 20'000, rng));
    rate.Change(at, DataRate::KilobitsPerSec(Between(200, 8000, rng)));
  }
  path->Then(std::make_unique<RateLimit>(
      std::move(rate), std::make_unique<TailDrop>(DataSize::Bytes(Between(4500, 200'000, rng)))));
  const auto maybe = [&](auto make) {
    if (rng.Below(2) == 0) path->Then(make());
  };
  // Each draw in a statement of its own: arguments are evaluated in no order in particular.
  maybe([&] {
    const double share = 0.08 * rng.Fraction();
    return std::make_unique<RandomLoss>(share, Rng(rng.Next()));
  });
  maybe([&] {
    const double share = 0.05 * rng.Fraction();
    return std::make_unique<BurstLoss>(BurstLossConfig::Of(share, 2), Rng(rng.Next()));
  });
  maybe([&] {
    const double share = 0.1 * rng.Fraction();
    const TimeDelta by = TimeDelta::Millis(Between(1, 80, rng));
    return std::make_unique<Reorder>(share, by, Rng(rng.Next()));
  });
  maybe([&] {
    const double share = 0.1 * rng.Fraction();
    const TimeDelta by = TimeDelta::Millis(Between(0, 90, rng));
    return std::make_unique<Duplicate>(share, by, Rng(rng.Next()));
  });
  maybe([&] {
    const double share = 0.05 * rng.Fraction();
    return std::make_unique<Corrupt>(share, Rng(rng.Next()));
  });
  maybe([&] { return std::make_unique<Jitter>(JitterConfig{}, Rng(rng.Next())); });
  maybe([&] { return std::make_unique<HarqLink>(HarqConfig{}, Rng(rng.Next())); });
  maybe([&] {
    return std::make_unique<Blackout>(std::vector<Blackout::Span>{
        {At(Between(0, 10'000, rng)), TimeDelta::Millis(Between(10, 4000, rng))}});
  });
  path->Then(std::make_unique<Delay>(TimeDelta::Millis(Between(1, 120, rng))));
  return path;
}

// Writes in uneven pieces over some seconds, then ends.
void WriteAll(World& world, TcpFlow& flow, const Bytes& all, Rng& rng) {
  std::size_t at = 0;
  for (std::int64_t ms = 0; at < all.size(); ms += Between(0, 60, rng)) {
    const std::size_t size =
        std::min(all.size() - at, static_cast<std::size_t>(Between(1, 9000, rng)));
    world.At(At(ms), "test.write", [&flow, &all, at, size] {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
      flow.connection.client().Write(Bytes(begin, begin + static_cast<std::ptrdiff_t>(size)));
    });
    at += size;
  }
  world.At(At(12'000), "test.finish", [&flow] { flow.connection.client().Finish(); });
}

TEST_CASE("Over any hostile network every byte arrives once, in order, and then the end") {
  const std::uint64_t first = test::Seed(1);
  for (std::uint64_t seed = first; seed < first + 24; ++seed) {
    INFO(test::SeedNote(seed));
    Rng rng(seed);
    World world(Timestamp::Zero(), seed);
    auto way_up = HostileWay(rng);
    auto way_down = HostileWay(rng);
    SharedNetwork network(world, std::move(way_up), std::move(way_down));
    TcpSetup setup = SetupOf(static_cast<TcpAlgorithm>(1 + seed % 3));
    setup.server.receive_buffer = DataSize::Kibibytes(Between(8, 500, rng));
    TcpFlow flow(network, setup);
    flow.connection.ConnectAndAccept();
    const Bytes all = Pattern(200'000, rng);
    WriteAll(world, flow, all, rng);
    // The reader stops for a while.
    world.At(At(3000), "test.pause", [&] { flow.connection.server().PauseReading(); });
    world.At(At(6000), "test.resume", [&] { flow.connection.server().ResumeReading(); });

    world.RunFor(TimeDelta::Seconds(400));

    const TcpInfo info = *flow.connection.client().tcp_info();
    INFO("state: " << Describe(info) << "; client closed " << flow.sender.closed.size());
    const auto up = network.up().flow_stats(flow.connection.flow());
    const auto down = network.down().flow_stats(flow.connection.flow());
    INFO("up " << up.arrived << " of " << up.sent << ", down " << down.arrived << " of "
               << down.sent);
    REQUIRE(flow.reader.bytes == 200'000);
    REQUIRE(flow.reader.hash == HashOf(all));
    REQUIRE(flow.reader.closed == std::vector{ErrorCode::kPeerClosed});
    CHECK(info.unacked == DataSize::Zero());
    CHECK(flow.connection.client().unsent() == DataSize::Zero());
    CHECK(info.bytes_acked == DataSize::Bytes(200'001));  // The FIN counts for one.
  }
}

TEST_CASE("The same seed gives the same transmissions") {
  const auto run = [](std::uint64_t seed) {
    Rng rng(seed);
    World world(Timestamp::Zero(), seed);
    auto way_up = HostileWay(rng);
    auto way_down = HostileWay(rng);
    SharedNetwork network(world, std::move(way_up), std::move(way_down));
    TcpFlow flow(network, SetupOf(TcpAlgorithm::kBbr));
    flow.connection.ConnectAndAccept();
    flow.connection.client().Write(Bytes(300'000));
    world.RunFor(TimeDelta::Seconds(30));
    return std::pair(world.steps(), flow.connection.client().tcp_info()->segments_sent);
  };
  CHECK(run(5) == run(5));
  CHECK(run(5) != run(6));
}

struct Plain {
  explicit Plain(RateSchedule rate, const TcpSetup& setup = {})
      : network(world, Way(std::move(rate), DataSize::Kibibytes(64), TimeDelta::Millis(25)),
                FreeWay(TimeDelta::Millis(25))),
        flow(network, setup) {
    flow.connection.ConnectAndAccept();
  }
  World world;
  SharedNetwork network;
  TcpFlow flow;
};

TEST_CASE("One lost segment comes again after one round trip and without a timeout") {
  World world;
  auto up = Way(RateSchedule(DataRate::KilobitsPerSec(8000)), DataSize::Kibibytes(64),
                TimeDelta::Millis(25));
  // One packet at most passes this link in 1.5 ms.
  up->Then(
      std::make_unique<Blackout>(std::vector<Blackout::Span>{{At(470), TimeDelta::Micros(1500)}}));
  SharedNetwork network(world, std::move(up), FreeWay(TimeDelta::Millis(25)));
  TcpFlow flow(network, {});
  flow.connection.ConnectAndAccept();
  world.At(At(440), "test", [&] { flow.connection.client().Write(Bytes(60 * 1448)); });
  world.RunFor(TimeDelta::Seconds(2));
  const TcpInfo info = *flow.connection.client().tcp_info();
  CHECK(flow.reader.bytes == 60 * 1448);
  CHECK(network.up().stats().dropped == 1);
  CHECK(info.segments_retransmitted == 1);
  CHECK(info.timeouts == 0);
}

TEST_CASE("A lost tail comes again by a probe before any timeout") {
  World world;
  auto up = Way(RateSchedule(DataRate::KilobitsPerSec(8000)), DataSize::Kibibytes(64),
                TimeDelta::Millis(25));
  up->Then(
      std::make_unique<Blackout>(std::vector<Blackout::Span>{{At(538), TimeDelta::Millis(20)}}));
  SharedNetwork network(world, std::move(up), FreeWay(TimeDelta::Millis(25)));
  TcpFlow flow(network, {});
  flow.connection.ConnectAndAccept();
  // Ten segments of 1.5 ms each leave at 500; the last two fall into the dark. The probe goes
  // two round trips after the last ack, 816 would be the timeout.
  world.At(At(500), "test", [&] { flow.connection.client().Write(Bytes(10 * 1448)); });
  world.RunFor(TimeDelta::Millis(800));
  CHECK(flow.reader.bytes == 10 * 1448);
  CHECK(flow.connection.client().tcp_info()->timeouts == 0);
  CHECK(network.up().stats().dropped == 2);
}

TEST_CASE("In an outage the timeouts double, and the data goes on when it ends") {
  RateSchedule rate(DataRate::KilobitsPerSec(8000));
  World world;
  auto up = Way(rate, DataSize::Kibibytes(64), TimeDelta::Millis(25));
  up->Then(
      std::make_unique<Blackout>(std::vector<Blackout::Span>{{At(1000), TimeDelta::Seconds(6)}}));
  SharedNetwork network(world, std::move(up), FreeWay(TimeDelta::Millis(25)));
  TcpFlow flow(network, {});
  flow.connection.ConnectAndAccept();
  flow.connection.client().Write(Bytes(20 << 20));
  world.RunFor(TimeDelta::Millis(6900));
  const TcpInfo dark = *flow.connection.client().tcp_info();
  // Ends of waits of 0.3, 0.6, 1.2, 2.4 s lie within 6 s.
  CHECK(dark.timeouts >= 3);
  CHECK(dark.timeouts <= 5);
  const std::int64_t before = flow.reader.bytes;
  // The last wait is 4.8 s at most.
  world.RunFor(TimeDelta::Seconds(6));
  CHECK(flow.reader.bytes > before + 500'000);
  CHECK(flow.connection.client().tcp_info()->rto < TimeDelta::Seconds(1));
}

TEST_CASE("A timeout that was for nothing leaves the window as it was") {
  // Nothing passes for 2 s and nothing is lost: the acks of the first transmissions tell it.
  RateSchedule rate(DataRate::KilobitsPerSec(8000));
  rate.Outage(At(5000), TimeDelta::Seconds(2));
  Plain plain(rate);
  plain.flow.connection.client().Write(Bytes(20 << 20));
  plain.world.RunFor(TimeDelta::Millis(4990));
  const DataSize before = plain.flow.connection.client().tcp_info()->window;
  plain.world.RunFor(TimeDelta::Millis(2400));
  const TcpInfo after = *plain.flow.connection.client().tcp_info();
  CHECK(after.timeouts > 0);
  CHECK(after.window.bytes() > before.bytes() * 2 / 3);
}

TEST_CASE("A connection without any answer is given up") {
  TcpSetup setup;
  setup.client.retries = 4;
  Plain plain(RateSchedule(DataRate::KilobitsPerSec(8000)), setup);
  plain.world.RunFor(TimeDelta::Millis(200));
  plain.network.up().Forget(plain.flow.connection.flow());
  plain.flow.connection.client().Write(Bytes(1000));
  plain.world.RunFor(TimeDelta::Seconds(60));
  CHECK(plain.flow.sender.closed == std::vector{ErrorCode::kTimeout});
}

TEST_CASE("A SYN is tried seven times and a refusal is told at once") {
  World world;
  SharedNetwork silent(world, FreeWay(TimeDelta::Millis(25)), FreeWay(TimeDelta::Millis(25)));
  TcpFlow flow(silent, {});
  std::vector<std::pair<ErrorCode, Timestamp>> failures;
  const auto fail = [&](const Error& error) { failures.emplace_back(error.code, world.now()); };
  flow.connection.Connect({.on_failed = fail});  // Nobody answers Arrived.
  world.RunFor(TimeDelta::Seconds(200));
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].first == ErrorCode::kConnectTimeout);
  CHECK(failures[0].second == Timestamp::Zero() + TimeDelta::Seconds(127));
  CHECK(silent.up().flow_stats(flow.connection.flow()).sent == 7);

  TcpFlow refused(silent, {});
  refused.connection.Connect(
      {.on_arrived = [&] { refused.connection.server().Refuse(); }, .on_failed = fail});
  world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(failures.size() == 2);
  CHECK(failures[1].first == ErrorCode::kConnectRefused);
  CHECK(failures[1].second == Timestamp::Zero() + TimeDelta::Seconds(200) + TimeDelta::Millis(50));
}

TEST_CASE("A reader that stops closes the window and the rest stays unsent") {
  TcpSetup setup;
  setup.server.receive_buffer = DataSize::Kibibytes(64);
  Plain plain(RateSchedule(DataRate::KilobitsPerSec(8000)), setup);
  plain.flow.connection.server().PauseReading();
  plain.flow.connection.client().Write(Bytes(500'000));
  plain.world.RunFor(TimeDelta::Seconds(30));
  CHECK(plain.flow.reader.bytes == 0);
  const std::int64_t kept = 500'000 - plain.flow.connection.client().unsent().bytes();
  CHECK(kept > 60 * 1024);
  CHECK(kept <= 64 * 1024);
  CHECK(plain.flow.connection.client().tcp_info()->unsent == DataSize::Kibibytes(16));
  plain.flow.connection.server().ResumeReading();
  plain.world.RunFor(TimeDelta::Seconds(5));
  CHECK(plain.flow.reader.bytes == 500'000);
  CHECK(plain.flow.sender.unsent_calls > 10);
}

TEST_CASE("A reset is told to the peer and a NAT that rebinds resets the connection") {
  Plain plain(RateSchedule(DataRate::KilobitsPerSec(8000)));
  plain.world.RunFor(TimeDelta::Millis(200));
  plain.flow.connection.client().Reset();
  plain.world.RunFor(TimeDelta::Millis(200));
  CHECK(plain.flow.reader.closed == std::vector{ErrorCode::kConnectionLost});

  World world;
  const Nat nat({At(1000)});
  SharedNetwork network(world, nat.Outbound(), nat.Inbound());
  TcpFlow flow(network, {});
  flow.connection.ConnectAndAccept();
  world.At(At(900), "test", [&] { flow.connection.client().Write(Bytes(1000)); });
  world.At(At(1100), "test", [&] { flow.connection.client().Write(Bytes(1000)); });
  world.RunFor(TimeDelta::Seconds(2));
  CHECK(flow.reader.bytes == 1000);
  CHECK(flow.sender.closed == std::vector{ErrorCode::kConnectionLost});
}

TEST_CASE("A damaged packet is noticed and never read") {
  TcpSegment segment;
  segment.flags = TcpSegment::kAck;
  segment.seq = 77;
  segment.block_count = 2;
  segment.blocks = {SeqRange{10, 20}, SeqRange{30, 40}, SeqRange{}};
  const Bytes payload(100, 9);
  segment.payload = payload;
  const Bytes packet = Encode(segment);
  CHECK(packet.size() == 52 + 16 + 100);
  REQUIRE(Decode(packet));
  CHECK(Decode(packet)->blocks[1].end == 40);
  CHECK(Decode(packet)->payload.size() == 100);
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Bytes damaged = packet;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    REQUIRE_FALSE(Decode(damaged));
  }
  CHECK_FALSE(Decode(ByteView(packet).first(51)));
}

TEST_CASE("A TCP setting out of range is named") {
  const auto name = [](auto change) {
    TcpConfig config;
    change(config);
    const Status status = config.Validate();
    return status ? std::string("ok") : status.error().detail;
  };
  CHECK(name([](TcpConfig&) {}) == "ok");
  CHECK(name([](TcpConfig& c) { c.segment = DataSize::Bytes(199); }) == "segment");
  CHECK(name([](TcpConfig& c) { c.initial_window = 0; }) == "initial_window");
  CHECK(name([](TcpConfig& c) { c.rto_min = TimeDelta::Millis(9); }) == "rto_min");
  CHECK(name([](TcpConfig& c) { c.rto_max = TimeDelta::Millis(9); }) == "rto_max");
  CHECK(name([](TcpConfig& c) { c.retries = 31; }) == "retries");
  CHECK(name([](TcpConfig& c) { c.syn_tries = 0; }) == "syn_tries");
  CHECK(name([](TcpConfig& c) { c.ack_delay = TimeDelta::Millis(501); }) == "ack_delay");
  CHECK(name([](TcpConfig& c) { c.quick_acks = -1; }) == "quick_acks");
  CHECK(name([](TcpConfig& c) { c.send_buffer = DataSize::Zero(); }) == "send_buffer");
  CHECK(name([](TcpConfig& c) { c.unsent_limit = DataSize::Mebibytes(65); }) == "unsent_limit");
  CHECK(name([](TcpConfig& c) { c.receive_buffer = c.segment; }) == "receive_buffer");
}

}  // namespace
}  // namespace onair::twin
