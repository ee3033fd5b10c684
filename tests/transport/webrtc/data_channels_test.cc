// SPDX-License-Identifier: Apache-2.0
//
// Two ends in virtual time. usrsctp's timers follow it by themselves, its measure of round trips
// because this program replaces the clock that it reads; its tags and numbers are its own.
#include "transport/webrtc/data_channels.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "core/twin/delay.h"
#include "core/twin/mangling.h"
#include "core/twin/path.h"
#include "core/twin/random_loss.h"
#include "tests/support/library_clock.h"
#include "tests/support/packet_pair.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::webrtc {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(20);
constexpr Timestamp kStart = Timestamp::Zero();

ByteView View(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Said {
  ChannelId id;
  MessageKind kind;
  std::string text;
  bool operator==(const Said&) const = default;
};

struct End : test::PacketEnd<DataChannels> {
  End(twin::World& w, const DataChannelsConfig& config)
      : PacketEnd(w, Make(config, w.now())), world(w) {
    before_call = test::SetLibraryClock;
    on_event = [this](DataChannels::Event& event) { Take(event); };
  }

  static DataChannels Make(const DataChannelsConfig& config, Timestamp now) {
    test::SetLibraryClock(now);
    return DataChannels::Create(config, now).value();
  }

  void Take(DataChannels::Event& event) {
    REQUIRE_FALSE(down);
    if (std::holds_alternative<DataChannels::Up>(event)) {
      CHECK_FALSE(up_at);
      up_at = world.now();
    } else if (auto* opening = std::get_if<DataChannels::Opened>(&event)) {
      opened.push_back(*opening);
    } else if (auto* message = std::get_if<DataChannels::Message>(&event)) {
      said.push_back({message->id, message->kind, {message->bytes.begin(), message->bytes.end()}});
    } else if (auto* gone = std::get_if<DataChannels::ChannelClosed>(&event)) {
      closed.push_back(gone->id);
    } else {
      down = std::get<DataChannels::Down>(event).error;
    }
  }

  ChannelId Open(const ChannelConfig& config) {
    std::optional<ChannelId> id;
    Do([&](DataChannels& d, Timestamp now) { id = d.Open(config, now).value(); });
    return *id;
  }
  Status Send(ChannelId id, std::string_view text, MessageKind kind = MessageKind::kText) {
    Status status;
    Do([&](DataChannels& d, Timestamp now) { status = d.Send(id, kind, View(text), now); });
    return status;
  }
  void CloseChannel(ChannelId id) {
    Do([&](DataChannels& d, Timestamp now) { d.CloseChannel(id, now); });
  }

  twin::World& world;
  std::optional<Timestamp> up_at;
  std::vector<DataChannels::Opened> opened;
  std::vector<Said> said;
  std::vector<ChannelId> closed;
  std::optional<Error> down;
};

DataChannelsConfig ActiveConfig() {
  return {.role = dtls::Role::kActive};
}
DataChannelsConfig PassiveConfig() {
  return {.role = dtls::Role::kPassive};
}

std::unique_ptr<twin::Path> PlainPath() {
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::Delay>(kOneWay));
  return path;
}

struct Stage {
  explicit Stage(const DataChannelsConfig& a = ActiveConfig(),
                 const DataChannelsConfig& p = PassiveConfig(), std::uint64_t seed = 1)
      : world(kStart, seed), active(world, a), passive(world, p) {
    Connect(PlainPath(), PlainPath());
  }
  void Connect(std::unique_ptr<twin::Link> up, std::unique_ptr<twin::Link> down) {
    active.Connect(passive, std::move(up));
    passive.Connect(active, std::move(down));
  }
  void Run(TimeDelta span = TimeDelta::Seconds(2)) {
    active.Pump();
    passive.Pump();
    world.RunFor(span);
  }

  twin::World world;
  End active;
  End passive;
};

TEST_CASE("data channels come up when both ends begin at once") {
  Stage stage;
  stage.Run();

  REQUIRE(stage.active.up_at);
  REQUIRE(stage.passive.up_at);
  CHECK(*stage.active.up_at <= kStart + kOneWay * 4 + TimeDelta::Millis(20));
  CHECK_FALSE(stage.active.down);
}

TEST_CASE("data channels come up when one end begins a while later") {
  twin::World world;
  End active(world, ActiveConfig());
  std::optional<End> passive;
  active.Pump();
  world.RunFor(TimeDelta::Millis(700));
  passive.emplace(world, PassiveConfig());
  active.Connect(*passive, PlainPath());
  passive->Connect(active, PlainPath());
  passive->Pump();
  world.RunFor(TimeDelta::Seconds(2));

  CHECK(active.up_at);
  CHECK(passive->up_at);
}

TEST_CASE("a channel opened before the association stands reaches the peer as it was made") {
  Stage stage;
  const ChannelConfig config{
      .label = "chat", .protocol = "json", .order = ChannelOrder::kUnordered, .max_retransmits = 3};
  const ChannelId id = stage.active.Open(config);
  stage.Run();

  CHECK(static_cast<int>(id) == 0);
  REQUIRE(stage.passive.opened.size() == 1);
  CHECK(stage.passive.opened[0].id == id);
  CHECK(stage.passive.opened[0].config == config);
  REQUIRE(stage.active.opened.size() == 1);  // Acknowledged.
  CHECK(stage.active.opened[0].id == id);
}

TEST_CASE("the ends take even and odd channels by their DTLS role") {
  Stage stage;
  const std::vector ids = {stage.active.Open({.label = "a"}), stage.active.Open({.label = "b"}),
                           stage.passive.Open({.label = "c"}), stage.passive.Open({.label = "d"})};
  stage.Run();

  CHECK(ids == std::vector{ChannelId{0}, ChannelId{2}, ChannelId{1}, ChannelId{3}});
  CHECK(stage.active.opened.size() == 4);
  CHECK(stage.passive.opened.size() == 4);
}

TEST_CASE("text, binary and empty messages arrive as what they were") {
  Stage stage;
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();
  CHECK(stage.active.Send(id, "words"));
  CHECK(stage.active.Send(id, std::string_view("\0\1", 2), MessageKind::kBinary));
  CHECK(stage.active.Send(id, ""));
  CHECK(stage.active.Send(id, "", MessageKind::kBinary));
  CHECK(stage.passive.Send(id, "answer"));
  stage.Run();

  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "words"},
                                                {id, MessageKind::kBinary, std::string("\0\1", 2)},
                                                {id, MessageKind::kText, ""},
                                                {id, MessageKind::kBinary, ""}});
  CHECK(stage.active.said == std::vector<Said>{{id, MessageKind::kText, "answer"}});
  CHECK(stage.active.machine().stats().messages_sent == 4);
  CHECK(stage.passive.machine().stats().messages_received == 4);
}

TEST_CASE("messages follow an opening at once, before the peer has answered it") {
  Stage stage;
  stage.Run();
  const ChannelId id =
      stage.active.Open({.label = "x", .order = ChannelOrder::kUnordered, .max_retransmits = 0});
  CHECK(stage.active.Send(id, "first"));
  stage.world.RunFor(kOneWay + TimeDelta::Millis(5));

  CHECK(stage.passive.opened.size() == 1);
  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "first"}});
}

TEST_CASE("no packet is longer than DTLS can carry, however big the message") {
  DataChannelsConfig config = ActiveConfig();
  config.peer_max_message_bytes = 1024 * 1024;
  DataChannelsConfig passive = PassiveConfig();
  passive.max_message_bytes = 1024 * 1024;
  Stage stage(config, passive);
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();
  const Bytes noise = Rng(1).TakeBytes(1024 * 1024);
  const std::string big(noise.begin(), noise.end());
  CHECK(stage.active.Send(id, big, MessageKind::kBinary));
  stage.Run(TimeDelta::Seconds(20));

  REQUIRE(stage.passive.said.size() == 1);
  CHECK(stage.passive.said[0].text == big);
  for (const auto* end : {&stage.active, &stage.passive}) {
    for (const auto& packet : end->sent) {
      REQUIRE(packet.bytes.size() <= DataChannels::kPacketBytes);
    }
  }
  static_assert(DataChannels::kPacketBytes <= dtls::Association::kMaxWriteBytes);
}

TEST_CASE("a message longer than the peer takes is refused here, and by a peer that gets it") {
  DataChannelsConfig active = ActiveConfig();
  active.peer_max_message_bytes = 3000;
  DataChannelsConfig passive = PassiveConfig();
  passive.max_message_bytes = 2000;  // Not what it announced.
  Stage stage(active, passive);
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();

  CHECK(stage.active.Send(id, std::string(3001, 'x')).error().code == ErrorCode::kLimit);
  CHECK(stage.active.Send(id, std::string(3000, 'x')));
  CHECK(stage.active.Send(id, "after"));
  stage.Run();
  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "after"}});
  CHECK(stage.passive.machine().stats().messages_refused == 1);
}

TEST_CASE("a peer that takes nothing makes sending end at a bound, and it goes on later") {
  DataChannelsConfig config = ActiveConfig();
  config.peer_max_message_bytes = 256 * 1024;
  Stage stage(config);
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();
  const std::string message(60'000, 'x');
  std::size_t taken = 0;
  stage.active.passes = [](std::size_t) { return false; };
  Status status;
  while (taken < 1000 && (status = stage.active.Send(id, message))) ++taken;

  CHECK(status.error().code == ErrorCode::kLimit);
  CHECK(taken * message.size() <= 2 * 1024 * 1024);
  CHECK(taken * message.size() >= 1024 * 1024);
  stage.active.passes = [](std::size_t) { return true; };
  stage.Run(TimeDelta::Seconds(60));
  CHECK(stage.passive.said.size() == taken);
  CHECK(stage.active.Send(id, message));
}

TEST_CASE("reliable messages survive loss, reordering and doubling, in their order") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    Stage stage(ActiveConfig(), PassiveConfig(), seed);
    const auto bad_path = [&] {
      auto path = PlainPath();
      path->Then(std::make_unique<twin::RandomLoss>(0.1, stage.world.ForkRng()));
      path->Then(std::make_unique<twin::Reorder>(0.1, kOneWay, stage.world.ForkRng()));
      path->Then(std::make_unique<twin::Duplicate>(0.1, kOneWay, stage.world.ForkRng()));
      return path;
    };
    stage.Connect(bad_path(), bad_path());
    const ChannelId id = stage.active.Open({.label = "x"});
    stage.Run(TimeDelta::Seconds(30));
    REQUIRE(stage.active.opened.size() == 1);
    for (int i = 0; i < 200; ++i) {
      CHECK(stage.active.Send(id, std::to_string(i)));
      CHECK(stage.passive.Send(id, std::to_string(i) + std::string(2000, '.')));
      stage.world.RunFor(TimeDelta::Millis(20));
    }
    stage.Run(TimeDelta::Seconds(60));

    REQUIRE(stage.passive.said.size() == 200);
    REQUIRE(stage.active.said.size() == 200);
    for (int i = 0; i < 200; ++i) {
      REQUIRE(stage.passive.said[i].text == std::to_string(i));
      REQUIRE(stage.active.said[i].text == std::to_string(i) + std::string(2000, '.'));
    }
  }
}

TEST_CASE("a message without resends is given up when it is lost, and the next one comes") {
  Stage stage;
  const ChannelId id =
      stage.active.Open({.label = "x", .order = ChannelOrder::kUnordered, .max_retransmits = 0});
  stage.Run();
  stage.active.passes = [](std::size_t) { return false; };
  CHECK(stage.active.Send(id, "lost"));
  stage.active.passes = [](std::size_t) { return true; };
  CHECK(stage.active.Send(id, "kept"));
  stage.Run(TimeDelta::Seconds(20));

  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "kept"}});
}

TEST_CASE("a long message of which a part is given up leaves nothing before the next one") {
  DataChannelsConfig active = ActiveConfig();
  active.peer_max_message_bytes = 1024 * 1024;
  DataChannelsConfig passive = PassiveConfig();
  passive.max_message_bytes = 1024 * 1024;
  Stage stage(active, passive);
  const auto order = GENERATE(ChannelOrder::kOrdered, ChannelOrder::kUnordered);
  const ChannelId id = stage.active.Open({.label = "x", .order = order, .max_retransmits = 0});
  stage.Run();
  std::size_t data_packets = 0;
  // So late that the receiver has handed on parts of it already.
  stage.active.passes = [&](std::size_t index) {
    return stage.active.sent[index].bytes.size() < 1000 || ++data_packets != 700;
  };
  CHECK(stage.active.Send(id, std::string(1'000'000, 'x')));
  stage.Run(TimeDelta::Seconds(20));
  REQUIRE(data_packets >= 700);
  CHECK(stage.active.Send(id, "kept"));
  stage.Run(TimeDelta::Seconds(20));

  REQUIRE(stage.passive.said.size() == 1);
  CHECK(stage.passive.said[0].text.size() == 4);
  CHECK(stage.passive.machine().stats().messages_refused == 1);
}

TEST_CASE(
    "a closed channel closes at both ends, after what was said, and its number serves again") {
  Stage stage;
  const ChannelId id = stage.active.Open({.label = "one"});
  const ChannelId other = stage.active.Open({.label = "other"});
  stage.Run();
  CHECK(stage.active.Send(id, "last words"));
  stage.active.CloseChannel(id);
  CHECK(stage.active.Send(id, "too late").error().code == ErrorCode::kInvalidState);
  stage.Run();

  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "last words"}});
  CHECK(stage.active.closed == std::vector{id});
  CHECK(stage.passive.closed == std::vector{id});
  CHECK(stage.active.Open({.label = "two"}) == id);
  stage.Run();
  REQUIRE(stage.passive.opened.size() == 3);
  CHECK(stage.passive.opened[2].config.label == "two");
  CHECK(stage.active.Send(id, "again"));
  CHECK(stage.active.Send(other, "still"));
  stage.Run();
  CHECK(stage.passive.said.size() == 3);
}

// RFC 9260 appendix A.
std::uint32_t ChecksumOf(ByteView packet) {
  std::uint32_t sum = 0xffff'ffff;
  for (const std::uint8_t byte : packet) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ ((sum & 1) != 0 ? 0x82f6'3b78U : 0);
  }
  return ~sum;
}

// An INIT or its answer as from an end that knows no RE-CONFIG chunks (RFC 5061 section 4.2.7, RFC
// 6525 section 5.1.1); nothing for other packets.
std::optional<Bytes> WithoutResets(Bytes packet) {
  constexpr std::size_t kFirstParameter = 12 + 20;
  if (packet.size() < kFirstParameter || packet[12] < 1 || packet[12] > 2) return std::nullopt;
  for (std::size_t at = kFirstParameter; at + 4 <= packet.size();) {
    const std::size_t size = packet[at + 2] * 256U + packet[at + 3];
    if (packet[at] == 0x80 && packet[at + 1] == 0x08) {
      for (std::size_t i = at + 4; i < at + size; ++i) {
        if (packet[i] == 130) packet[i] = 0x3f;
      }
    }
    at += (size + 3) / 4 * 4;
  }
  std::fill_n(packet.begin() + 8, 4, std::uint8_t{0});
  const std::uint32_t sum = ChecksumOf(packet);
  for (std::size_t i = 0; i < 4; ++i) packet[8 + i] = static_cast<std::uint8_t>(sum >> 8 * i);
  return packet;
}

TEST_CASE("a channel towards a peer that knows no resets closes at this end alone") {
  Stage stage;
  stage.passive.passes = [&](std::size_t index) {
    const auto changed = WithoutResets(stage.passive.sent[index].bytes);
    if (!changed) return true;
    stage.world.At(stage.world.now() + kOneWay, "init",
                   [&, bytes = *changed] { stage.active.Deliver(bytes); });
    return false;
  };
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();
  REQUIRE(stage.active.up_at);
  REQUIRE(stage.passive.opened.size() == 1);
  stage.active.CloseChannel(id);
  stage.Run(TimeDelta::Seconds(5));

  CHECK(stage.active.closed == std::vector{id});
  CHECK(stage.active.wakes_at() == Timestamp::PlusInfinity());
}

TEST_CASE("both ends may close a channel at once, and many channels one after the other") {
  Stage stage;
  std::vector<ChannelId> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(stage.active.Open({.label = std::to_string(i)}));
  stage.Run();
  REQUIRE(stage.passive.opened.size() == 20);
  for (const ChannelId id : ids) {
    stage.active.CloseChannel(id);
    stage.passive.CloseChannel(id);
  }
  stage.Run(TimeDelta::Seconds(30));

  CHECK(stage.active.closed.size() == 20);
  CHECK(stage.passive.closed.size() == 20);
}

TEST_CASE("a channel closed before the association stands never reaches the peer") {
  Stage stage;
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.active.CloseChannel(id);
  stage.Run();

  CHECK(stage.active.closed == std::vector{id});
  CHECK(stage.passive.opened.empty());
}

TEST_CASE("channels are bounded here and against the peer") {
  DataChannelsConfig few = PassiveConfig();
  few.max_channels = 2;
  Stage stage(ActiveConfig(), few);
  for (int i = 0; i < 5; ++i) stage.active.Open({.label = std::to_string(i)});
  stage.Run(TimeDelta::Seconds(5));

  CHECK(stage.passive.opened.size() == 2);
  CHECK(stage.active.opened.size() == 2);
  stage.passive.Do([](DataChannels& d, Timestamp now) {
    CHECK(d.Open({.label = "x"}, now).error().code == ErrorCode::kLimit);
  });
}

TEST_CASE("junk instead of SCTP is ignored") {
  Stage stage;
  const ChannelId id = stage.active.Open({.label = "x"});
  Rng rng(test::Seed());
  INFO(test::SeedNote(test::Seed()));
  for (int i = 0; i < 300; ++i) stage.passive.Deliver(rng.TakeBytes(rng.Below(1200)));
  stage.Run();
  for (int i = 0; i < 300; ++i) stage.active.Deliver(rng.TakeBytes(rng.Below(1200)));
  for (const auto& packet : std::vector(stage.active.sent)) {
    Bytes damaged = packet.bytes;
    damaged[rng.Below(damaged.size())] ^= 1;
    stage.passive.Deliver(damaged);
  }
  CHECK(stage.active.Send(id, "fine"));
  stage.Run();

  CHECK(stage.passive.said == std::vector<Said>{{id, MessageKind::kText, "fine"}});
  CHECK_FALSE(stage.active.down);
  CHECK_FALSE(stage.passive.down);
}

TEST_CASE("Close tells the peer, and nothing follows at either end") {
  Stage stage;
  stage.active.Open({.label = "x"});
  stage.Run();
  stage.active.Do([](DataChannels& d, Timestamp now) { d.Close(now); });
  stage.world.RunFor(kOneWay);

  REQUIRE(stage.passive.down);
  CHECK(stage.passive.down->code == ErrorCode::kConnectionLost);
  const auto sent = stage.active.sent.size();
  stage.Run(TimeDelta::Seconds(60));
  CHECK(stage.active.sent.size() == sent);
  CHECK_FALSE(stage.active.down);
  CHECK_FALSE(stage.active.wakes_at().is_finite());
  CHECK_FALSE(stage.passive.wakes_at().is_finite());
}

TEST_CASE("a silent peer ends the association, and it does not take for ever") {
  Stage stage;
  const ChannelId id = stage.active.Open({.label = "x"});
  stage.Run();
  stage.active.passes = [](std::size_t) { return false; };
  CHECK(stage.active.Send(id, "into the void"));
  stage.Run(TimeDelta::Seconds(120));

  REQUIRE(stage.active.down);
  CHECK(stage.active.down->code == ErrorCode::kConnectionLost);
}

TEST_CASE("a quiet association sleeps") {
  Stage stage;
  stage.active.Open({.label = "x"});
  stage.Run();

  CHECK_FALSE(stage.active.wakes_at().is_finite());
  CHECK_FALSE(stage.passive.wakes_at().is_finite());
}

TEST_CASE("associations of one process do not hear each other") {
  twin::World world;
  End a1(world, ActiveConfig()), p1(world, PassiveConfig());
  End a2(world, ActiveConfig()), p2(world, PassiveConfig());
  a1.Connect(p1, PlainPath());
  p1.Connect(a1, PlainPath());
  a2.Connect(p2, PlainPath());
  p2.Connect(a2, PlainPath());
  const ChannelId one = a1.Open({.label = "one"});
  const ChannelId two = a2.Open({.label = "two"});
  for (auto* end : {&a1, &p1, &a2, &p2}) end->Pump();
  world.RunFor(TimeDelta::Seconds(1));
  CHECK(a1.Send(one, "to one"));
  CHECK(a2.Send(two, "to two"));
  a2.Do([](DataChannels& d, Timestamp now) { d.Close(now); });
  world.RunFor(TimeDelta::Seconds(1));

  CHECK(p1.said == std::vector<Said>{{one, MessageKind::kText, "to one"}});
  CHECK(p1.opened.at(0).config.label == "one");
  CHECK(p2.opened.at(0).config.label == "two");
  CHECK(p2.down);
  CHECK_FALSE(p1.down);
}

TEST_CASE("data channel settings out of range are refused by name") {
  using Catch::Matchers::Contains;
  const auto fault = [](auto change) {
    DataChannelsConfig config = ActiveConfig();
    change(config);
    const auto made = DataChannels::Create(config, kStart);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::kInvalidConfig);
    return made.error().detail;
  };
  CHECK_THAT(fault([](auto& c) { c.local_port = 0; }), Contains("local_port"));
  CHECK_THAT(fault([](auto& c) { c.remote_port = 0; }), Contains("remote_port"));
  CHECK_THAT(fault([](auto& c) { c.peer_max_message_bytes = 0; }), Contains("peer_max_message"));
  CHECK_THAT(fault([](auto& c) { c.peer_max_message_bytes = 1024 * 1024 + 1; }),
             Contains("peer_max_message"));
  CHECK_THAT(fault([](auto& c) { c.max_message_bytes = 1023; }), Contains("max_message_bytes"));
  CHECK_THAT(fault([](auto& c) { c.max_message_bytes = 1024 * 1024 + 1; }),
             Contains("max_message_bytes"));
  CHECK_THAT(fault([](auto& c) { c.max_channels = 0; }), Contains("max_channels"));
  CHECK_THAT(fault([](auto& c) { c.max_channels = 513; }), Contains("max_channels"));
}

}  // namespace
}  // namespace onair::webrtc
