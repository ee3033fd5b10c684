// SPDX-License-Identifier: Apache-2.0
//
// Active against passive in virtual time. Keys are random, so what the laws compare between two
// runs (timing, sizes, events) is checked on what arrives.
#include "transport/tls/dtls_association.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "core/twin/mangling.h"
#include "core/twin/random_loss.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/tls/dtls_stage.h"

namespace onair::dtls {
namespace {

using test::ActiveConfig;
using test::ActiveIdentity;
using test::kOneWay;
using test::kRtt;
using test::PassiveConfig;
using test::PassiveIdentity;
using test::Stage;

constexpr Timestamp kStart = Timestamp::Zero();

void CheckSame(const SrtpSecret& a, const SrtpSecret& b) {
  CHECK(a.key == b.key);
  CHECK(a.salt == b.salt);
  CHECK(a.salt_bytes == b.salt_bytes);
}

TEST_CASE("DTLS connects after two round trips, and both ends have the same keys") {
  Stage stage;
  stage.Start();
  stage.Run();

  REQUIRE(stage.active.connected);
  REQUIRE(stage.passive.connected);
  CHECK(stage.passive.connected_at == kStart + kOneWay * 3);
  CHECK(stage.active.connected_at == kStart + kOneWay * 4);
  CHECK(stage.active.machine().stats().flights_resent == 0);
  CHECK(stage.passive.machine().stats().flights_resent == 0);
  const SrtpKeys& a = stage.active.connected->srtp.value();
  const SrtpKeys& p = stage.passive.connected->srtp.value();
  CHECK(a.profile == SrtpProfile::kAeadAes128Gcm);
  CHECK(p.profile == a.profile);
  CHECK(a.local.salt_bytes == 12);
  CheckSame(a.local, p.remote);
  CheckSame(a.remote, p.local);
  CHECK(a.local.key != a.remote.key);
  CHECK_FALSE(stage.active.closed);
}

TEST_CASE("no DTLS datagram is longer than 1200 bytes, and a flight is few of them") {
  Stage stage;
  stage.Start();
  stage.Run();

  for (const auto* end : {&stage.active, &stage.passive}) {
    CHECK(end->sent.size() <= 3);
    for (const auto& packet : end->sent) CHECK(packet.bytes.size() <= 1200);
  }
}

TEST_CASE("the passive end's order chooses the SRTP profile") {
  AssociationConfig passive = PassiveConfig();
  passive.srtp_profiles = {SrtpProfile::kAes128CmSha1_80, SrtpProfile::kAeadAes128Gcm};
  Stage stage(ActiveConfig(), passive);
  stage.Start();
  stage.Run();

  REQUIRE(stage.active.connected);
  CHECK(stage.active.connected->srtp->profile == SrtpProfile::kAes128CmSha1_80);
  CHECK(stage.active.connected->srtp->local.salt_bytes == 14);
  CheckSame(stage.active.connected->srtp->local, stage.passive.connected->srtp->remote);
}

TEST_CASE("DTLS without a common SRTP profile is refused on both sides") {
  AssociationConfig active = ActiveConfig();
  AssociationConfig passive = PassiveConfig();
  active.srtp_profiles = {SrtpProfile::kAeadAes128Gcm};
  passive.srtp_profiles = {SrtpProfile::kAes128CmSha1_80};
  Stage stage(active, passive);
  stage.Start();
  stage.Run();

  CHECK_FALSE(stage.active.connected);
  CHECK_FALSE(stage.passive.connected);
  REQUIRE(stage.active.closed);
  REQUIRE(stage.passive.closed);
  CHECK(stage.passive.closed->code == ErrorCode::kDtlsNoSrtpProfile);
  CHECK(stage.active.closed->code == ErrorCode::kDtlsNoSrtpProfile);
}

TEST_CASE("DTLS for data channels alone makes no SRTP keys") {
  AssociationConfig active = ActiveConfig();
  AssociationConfig passive = PassiveConfig();
  active.srtp_profiles = passive.srtp_profiles = {};
  Stage stage(active, passive);
  stage.Start();
  stage.Run();

  REQUIRE(stage.active.connected);
  CHECK_FALSE(stage.active.connected->srtp);
  CHECK_FALSE(stage.passive.connected->srtp);
}

TEST_CASE("another certificate than the announced one is refused by either end") {
  const bool is_active_wrong = GENERATE(true, false);
  Stage stage;
  const Fingerprint other = Identity::Generate().value().fingerprint();
  stage.passive.Start(is_active_wrong ? other : ActiveIdentity().fingerprint());
  stage.active.Start(is_active_wrong ? PassiveIdentity().fingerprint() : other);
  stage.Run();

  auto& refuses = is_active_wrong ? stage.passive : stage.active;
  auto& refused = is_active_wrong ? stage.active : stage.passive;
  CHECK_FALSE(refuses.connected);
  CHECK_FALSE(refused.connected);
  REQUIRE(refuses.closed);
  CHECK(refuses.closed->code == ErrorCode::kDtlsFingerprint);
  REQUIRE(refused.closed);  // Told by an alert, not left to its deadline.
  CHECK(refused.closed->code == ErrorCode::kTlsHandshake);
  CHECK(refused.closed_at < kStart + kOneWay * 5);
}

TEST_CASE("one of several announced fingerprints is enough, but not one of a weaker hash") {
  const bool is_stronger_wrong = GENERATE(false, true);
  Stage stage;
  std::vector<Fingerprint> announced = {{FingerprintHash::kSha256, Bytes(32, 7)},
                                        PassiveIdentity().fingerprint()};
  if (is_stronger_wrong) announced.push_back({FingerprintHash::kSha512, Bytes(64, 7)});
  stage.passive.Start(ActiveIdentity().fingerprint());
  stage.active.Do([&](Association& a, Timestamp now) { REQUIRE(a.Start(announced, now)); });
  stage.Run();

  CHECK(stage.active.connected.has_value() == !is_stronger_wrong);
}

TEST_CASE("a ClientHello that comes before the answer waits for it") {
  Stage stage;
  stage.active.Start(PassiveIdentity().fingerprint());
  stage.world.RunFor(TimeDelta::Millis(70));  // Before the first resend.
  CHECK(stage.passive.sent.empty());
  stage.passive.Start(ActiveIdentity().fingerprint());
  stage.Run();

  CHECK(stage.passive.connected_at == kStart + TimeDelta::Millis(70) + kRtt);
  CHECK(stage.active.connected_at == kStart + TimeDelta::Millis(90) + kRtt);
}

TEST_CASE("what strangers send before the answer is bounded") {
  Stage stage;
  Bytes hello(1000);
  hello[0] = 22;
  hello[1] = 254;
  for (int i = 0; i < 100; ++i) stage.passive.Deliver(hello);

  CHECK(stage.passive.machine().stats().datagrams_ignored == 92);  // 8 KiB hold eight.
}

TEST_CASE("application data passes both ways, each Write as it was") {
  Stage stage;
  stage.Start();
  stage.Run();
  const std::string longest(Association::kMaxWriteBytes, 'x');
  stage.active.Say("from the active end");
  stage.active.Say(longest);
  stage.passive.Say("from the passive end");
  stage.Run();

  CHECK(stage.passive.texts == std::vector<std::string>{"from the active end", longest});
  CHECK(stage.active.texts == std::vector<std::string>{"from the passive end"});
  for (const auto& packet : stage.active.sent) CHECK(packet.bytes.size() <= 1200);
}

TEST_CASE("close_notify ends both ends, and nothing follows") {
  Stage stage;
  stage.Start();
  stage.Run();
  stage.active.Do([](Association& a, Timestamp now) { a.Close(now); });
  stage.Run();

  REQUIRE(stage.passive.closed);
  CHECK(stage.passive.closed->code == ErrorCode::kPeerClosed);
  CHECK_FALSE(stage.active.closed);
  const auto sent = stage.active.sent.size();
  stage.passive.Say("late");
  stage.active.Say("late");
  for (const auto& packet : stage.passive.sent) stage.active.Deliver(packet.bytes);
  stage.Run();
  CHECK(stage.active.sent.size() == sent);
  CHECK(stage.active.texts.empty());
  CHECK_FALSE(stage.active.wakes_at().is_finite());
}

TEST_CASE("a lost flight costs twice the round trip, whichever it is") {
  // By sender and place: ClientHello, the server's, the client's second, the server's last.
  const bool is_active_losing = GENERATE(true, false);
  const bool is_first_flight = GENERATE(true, false);
  Stage plain;
  plain.Start();
  plain.Run();
  auto& sender = is_active_losing ? plain.active : plain.passive;
  // Which of its datagrams made up that flight, from the undisturbed run.
  std::vector<bool> is_lost;
  for (const auto& p : sender.sent)
    is_lost.push_back((p.at == sender.sent[0].at) == is_first_flight);

  Stage stage;
  auto& losing = is_active_losing ? stage.active : stage.passive;
  losing.passes = [&](std::size_t i) { return i >= is_lost.size() || !is_lost[i]; };
  stage.Start();
  stage.Run();

  REQUIRE(stage.active.connected);
  const TimeDelta late = stage.active.connected_at - plain.active.connected_at;
  // A flight that is lost while the other end's timer runs too comes with that one's resend.
  CHECK(late >= kRtt);
  CHECK(late <= kRtt * 2);
}

TEST_CASE("resends come after twice the round trip, doubled up to three seconds") {
  struct Row {
    TimeDelta rtt;
    std::vector<std::int64_t> waits_ms;
  };
  const std::vector<Row> rows = {
      {TimeDelta::Zero(), {50, 100, 200, 400, 800, 1600, 3000, 3000, 3000}},
      {TimeDelta::Millis(100), {200, 400, 800, 1600, 3000, 3000, 3000}},
      {TimeDelta::Millis(500), {1000, 2000, 3000, 3000, 3000}},
      {TimeDelta::Seconds(10), {3000, 3000, 3000, 3000}}};
  for (const Row& row : rows) {
    INFO("RTT " << row.rtt.us() << " us");
    AssociationConfig config = ActiveConfig();
    config.rtt = row.rtt;
    Stage stage(config);
    stage.active.passes = [](std::size_t) { return false; };
    stage.active.Start(PassiveIdentity().fingerprint());
    stage.Run();

    std::vector<std::int64_t> waits;
    for (std::size_t i = 1; i < stage.active.sent.size(); ++i) {
      waits.push_back((stage.active.sent[i].at - stage.active.sent[i - 1].at).us() / 1000);
    }
    CHECK(waits.size() >= row.waits_ms.size());
    waits.resize(row.waits_ms.size());
    CHECK(waits == row.waits_ms);
    REQUIRE(stage.active.closed);
    CHECK(stage.active.closed->code == ErrorCode::kTimeout);
    CHECK(stage.active.closed_at == kStart + config.handshake_timeout);
  }
}

TEST_CASE("a resent flight has new record numbers, or its receiver would take it for a replay") {
  Stage stage;
  stage.active.passes = [](std::size_t) { return false; };
  stage.active.Start(PassiveIdentity().fingerprint());
  stage.Run();

  std::vector<int> numbers;  // The low byte of a record's sequence number.
  for (const auto& packet : stage.active.sent) numbers.push_back(packet.bytes[10]);
  REQUIRE(numbers.size() > 3);
  for (std::size_t i = 1; i < numbers.size(); ++i) CHECK(numbers[i] > numbers[i - 1]);
}

TEST_CASE("a measured round trip counts from the next flight on") {
  Stage stage(ActiveConfig());
  stage.active.Do([](Association& a, Timestamp now) { a.HandleRtt(TimeDelta::Millis(300), now); });
  stage.active.passes = [](std::size_t) { return false; };
  stage.active.Start(PassiveIdentity().fingerprint());

  CHECK(stage.active.wakes_at() == kStart + TimeDelta::Millis(600));
}

TEST_CASE("DTLS connects and stays connected over a path that loses, reorders and doubles") {
  int soon = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Stage stage(ActiveConfig(), PassiveConfig(), seed);
    const auto bad_path = [&] {
      auto path = test::PlainPath();
      path->Then(std::make_unique<twin::RandomLoss>(0.3, stage.world.ForkRng()));
      path->Then(std::make_unique<twin::Reorder>(0.3, kRtt, stage.world.ForkRng()));
      path->Then(std::make_unique<twin::Duplicate>(0.3, kRtt, stage.world.ForkRng()));
      return path;
    };
    stage.Connect(bad_path(), bad_path());
    stage.Start();
    stage.Run();

    REQUIRE(stage.active.connected);
    REQUIRE(stage.passive.connected);
    if (stage.active.connected_at < kStart + TimeDelta::Seconds(2)) ++soon;
    CHECK_FALSE(stage.active.closed);
    CHECK_FALSE(stage.passive.closed);
    CheckSame(stage.active.connected->srtp->local, stage.passive.connected->srtp->remote);
  }
  CHECK(soon >= 55);  // A first timeout of a second would leave few.
}

TEST_CASE("once connected, forged and replayed datagrams are refused and counted") {
  Stage stage;
  stage.Start();
  stage.Run();
  stage.active.Say("genuine");
  stage.Run();
  const Bytes genuine = stage.active.sent.back().bytes;
  Rng rng(onair::test::Seed());
  INFO(onair::test::SeedNote(onair::test::Seed()));
  constexpr int kForgeries = 500;
  for (int i = 0; i < kForgeries; ++i) {
    Bytes forged = genuine;
    forged[10] = static_cast<std::uint8_t>(100 + i % 100);  // A number not seen yet.
    forged[13 + rng.Below(forged.size() - 13)] ^= static_cast<std::uint8_t>(1 + rng.Below(255));
    if (i % 3 == 0) forged[0] = 21;  // A fatal alert, if anybody believed it.
    if (i % 5 == 0) forged[4] = 0;   // In the clear, of the first epoch.
    stage.passive.Deliver(forged);
  }
  for (int i = 0; i < 10; ++i) stage.passive.Deliver(genuine);
  stage.active.Say("still here");
  stage.Run();

  CHECK(stage.passive.texts == std::vector<std::string>{"genuine", "still here"});
  CHECK(stage.passive.machine().stats().datagrams_refused == kForgeries + 10);
  CHECK_FALSE(stage.passive.closed);
}

TEST_CASE(
    "a protected record without room for its protection ends nothing, alone or behind another") {
  Stage stage;
  stage.Start();
  stage.Run();
  stage.active.Say("genuine");
  stage.Run();
  const Bytes genuine = stage.active.sent.back().bytes;
  std::int64_t sent = 0;
  for (const std::uint8_t type : {20, 21, 22, 23}) {
    for (std::uint8_t length = 0; length < 24; ++length) {
      Bytes forged(std::size_t{13} + length, 0x5a);
      std::copy_n(genuine.begin(), 13, forged.begin());
      forged[0] = type;
      forged[10] = static_cast<std::uint8_t>(100 + length);  // A number not seen yet.
      forged[12] = length;
      stage.passive.Deliver(forged);
      Bytes behind = genuine;
      behind.insert(behind.end(), forged.begin(), forged.end());
      stage.passive.Deliver(behind);
      sent += 2;
    }
  }
  stage.active.Say("still here");
  stage.Run();

  CHECK(stage.passive.texts == std::vector<std::string>{"genuine", "still here"});
  const auto stats = stage.passive.machine().stats();
  CHECK(stats.datagrams_refused + stats.datagrams_ignored == sent);
  CHECK_FALSE(stage.passive.closed);
}

TEST_CASE("what is not DTLS is ignored and counted in every phase") {
  Stage stage;
  Rng rng(onair::test::Seed());
  const auto throw_junk = [&] {
    for (int i = 0; i < 200; ++i) {
      Bytes junk = rng.TakeBytes(rng.Below(1500));
      if (junk.size() > 1) junk[1] = 3;  // TLS over TCP at the most.
      stage.passive.Deliver(junk);
      stage.active.Deliver(junk);
    }
  };
  throw_junk();
  stage.Start();
  throw_junk();
  stage.world.RunFor(kRtt);
  throw_junk();
  stage.Run();
  throw_junk();

  CHECK(stage.active.connected);
  CHECK(stage.passive.connected);
  CHECK(stage.active.machine().stats().datagrams_ignored == 800);
  CHECK(stage.passive.machine().stats().datagrams_ignored == 800);
}

TEST_CASE("broken first words of strangers do not keep a passive end from its peer") {
  Stage stage;
  Rng rng(onair::test::Seed());
  stage.passive.Start(ActiveIdentity().fingerprint());
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    // A whole handshake record, and a message header that makes the library look inside.
    Bytes junk = rng.TakeBytes(13 + 12 + 40);
    const Bytes head = {22, 254, 253, 0, 0, 0,  0, 0, 0, 0, static_cast<std::uint8_t>(i),
                        0,  52,  1,   0, 0, 40, 0, 0, 0, 0, 0,
                        0,  0,   40};
    std::copy(head.begin(), head.end(), junk.begin());
    if (i % 2 == 0) junk[13] = static_cast<std::uint8_t>(rng.Below(256));
    stage.passive.Deliver(junk);
  }
  refused = static_cast<int>(stage.passive.machine().stats().datagrams_refused);
  CHECK(refused > 100);
  CHECK(stage.passive.sent.empty());
  const bool is_peer_coming = GENERATE(true, false);
  if (is_peer_coming) stage.active.Start(PassiveIdentity().fingerprint());
  stage.Run();

  CHECK(stage.active.connected.has_value() == is_peer_coming);
  CHECK(stage.passive.connected.has_value() == is_peer_coming);
  if (is_peer_coming) return;
  REQUIRE(stage.passive.closed);  // They may have been the peer's: say what was wrong.
  CHECK(stage.passive.closed->code == ErrorCode::kTlsHandshake);
  CHECK(stage.passive.closed_at == kStart + PassiveConfig().handshake_timeout);
}

TEST_CASE("a passive end whose peer never speaks ends at its deadline, and not before") {
  Stage stage;
  stage.world.RunFor(TimeDelta::Seconds(100));  // Nothing runs before Start().
  stage.passive.Start(ActiveIdentity().fingerprint());
  stage.Run();

  REQUIRE(stage.passive.closed);
  CHECK(stage.passive.closed->code == ErrorCode::kTimeout);
  CHECK(stage.passive.closed_at == kStart + TimeDelta::Seconds(115));
}

TEST_CASE("DTLS laws: deadlines move on, early and backward time changes nothing") {
  Stage stage;
  stage.active.passes = [](std::size_t) { return false; };
  stage.active.Start(PassiveIdentity().fingerprint());
  auto& machine = stage.active.machine();
  const Timestamp due = stage.active.wakes_at();

  stage.active.Do([&](Association& a, Timestamp) { a.HandleTimeout(due - kRtt); });
  stage.active.Do([&](Association& a, Timestamp) { a.HandleTimeout(kStart - kRtt); });
  CHECK(stage.active.sent.size() == 1);
  CHECK(stage.active.wakes_at() == due);
  Timestamp now = due;
  for (int fired = 0; fired < 100 && now.is_finite(); ++fired) {
    machine.HandleTimeout(now);
    stage.active.Pump();
    REQUIRE(stage.active.wakes_at() > now);
    now = stage.active.wakes_at();
  }
  CHECK_FALSE(now.is_finite());
}

TEST_CASE("a DTLS association starts once, and only with fingerprints") {
  auto association = Association::Create(ActiveConfig()).value();
  const std::vector one = {PassiveIdentity().fingerprint()};

  CHECK(association.Start({}, kStart).error().code == ErrorCode::kInvalidConfig);
  CHECK(association.Start(std::vector(33, one[0]), kStart).error().code ==
        ErrorCode::kInvalidConfig);
  CHECK(association.Start(one, kStart));
  CHECK(association.Start(one, kStart).error().code == ErrorCode::kInvalidState);
}

TEST_CASE("DTLS settings out of range are refused by name") {
  const auto fault = [](auto change) {
    AssociationConfig config = ActiveConfig();
    change(config);
    const auto made = Association::Create(config);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::kInvalidConfig);
    return made.error().detail;
  };
  using Catch::Matchers::StartsWith;
  CHECK_THAT(fault([](auto& c) { c.rtt = TimeDelta::Millis(-1); }), StartsWith("rtt"));
  CHECK_THAT(fault([](auto& c) { c.rtt = TimeDelta::Millis(10'001); }), StartsWith("rtt"));
  CHECK_THAT(fault([](auto& c) { c.handshake_timeout = TimeDelta::Zero(); }),
             StartsWith("handshake_timeout"));
  CHECK_THAT(fault([](auto& c) { c.handshake_timeout = TimeDelta::Millis(30'001); }),
             StartsWith("handshake_timeout"));
  CHECK_THAT(fault([](auto& c) { c.srtp_profiles.push_back(c.srtp_profiles[0]); }),
             StartsWith("srtp_profiles"));
  CHECK_THAT(fault([](auto& c) { c.srtp_profiles = {static_cast<SrtpProfile>(2)}; }),
             StartsWith("srtp_profiles"));
}

TEST_CASE("each identity has a fingerprint of its own") {
  const Identity one = Identity::Generate().value();
  const Identity other = Identity::Generate().value();

  CHECK(one.fingerprint().digest.size() == 32);
  CHECK(one.fingerprint() != other.fingerprint());
}

}  // namespace
}  // namespace onair::dtls
