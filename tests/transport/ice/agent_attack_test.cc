// SPDX-License-Identifier: Apache-2.0
//
// What strangers may try with an agent, and the laws of machines.
#include <catch2/catch.hpp>
#include <memory>

#include "tests/laws/datagram_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/ice/ice_peers.h"
#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

using testing::At;
using testing::MakeConfig;
using testing::MakeTestCredentials;

const SocketAddress kLocal = At("198.51.100.1:5000");
const SocketAddress kPeer = At("198.51.100.2:6000");
const SocketAddress kStranger = At("198.51.100.66:6666");
const Timestamp kStart = Timestamp::Zero();

struct Sent {
  Bytes bytes;
  DatagramPath path;
};

// An agent alone, with a peer of which the test is the only word.
struct Lonely {
  explicit Lonely(const AgentConfig& config = MakeConfig('a', Role::kControlled))
      : agent(std::move(*Agent::Create(config, Rng(3), NullTrace(), kStart))) {
    REQUIRE(agent.AddLocalAddress(kLocal, 0, kStart));
    REQUIRE(agent.SetRemoteCredentials(remote, Implementation::kFull, kStart));
    Drain();
  }
  std::vector<Sent> Drain() {
    std::vector<Sent> sent;
    for (int i = 0; i < 1000; ++i) {
      auto out = agent.Poll();
      if (std::holds_alternative<Idle>(out)) return sent;
      if (const auto* one = std::get_if<DatagramTransmit>(&out)) {
        sent.push_back({Bytes(one->bytes.begin(), one->bytes.end()), one->path});
      } else if (std::holds_alternative<Agent::Data>(std::get<Agent::Event>(out))) {
        ++data;
      }
    }
    FAIL("never settles");
    return sent;
  }
  std::vector<Sent> Hear(ByteView bytes, const SocketAddress& from) {
    agent.HandleDatagram({bytes, {kLocal, from}}, now);
    return Drain();
  }
  Bytes MakeRequest(const Credentials& receiver, bool nominates = false,
                    TransactionId id = {1, 2, 3}) const {
    CheckBuffer buffer;
    const Check check{1000, Role::kControlling, 77, nominates};
    const ByteView made = WriteCheck(buffer, id, check, remote, receiver);
    return Bytes(made.begin(), made.end());
  }
  // Answers a check of the agent's as its peer would.
  Bytes MakeAnswer(const Bytes& request) const {
    CheckBuffer buffer;
    const auto message = StunMessage::Parse(request);
    const ByteView made = WriteAnswer(buffer, message->transaction(), kLocal, remote);
    return Bytes(made.begin(), made.end());
  }

  Credentials remote = MakeTestCredentials('b');
  Timestamp now = kStart;
  Agent agent;
  int data = 0;
};

TEST_CASE("An authentic check is answered and asked back") {
  Lonely lonely;
  const auto sent = lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials()), kPeer);

  REQUIRE(sent.size() == 2);
  const auto answer = StunMessage::Parse(sent[0].bytes);
  REQUIRE(answer);
  CHECK(answer->kind() == StunClass::kSuccess);
  CHECK(answer->Address(StunAttribute::kXorMappedAddress) == kPeer);
  CHECK(answer->VerifyIntegrity(AsBytes(lonely.agent.local_credentials().password)));
  CHECK(answer->has_fingerprint());
  const auto check = StunMessage::Parse(sent[1].bytes);
  REQUIRE(check);
  CHECK(check->kind() == StunClass::kRequest);
  CHECK(check->Text(StunAttribute::kUsername) == "bbbb0:aaaa0");
  CHECK(check->VerifyIntegrity(AsBytes(lonely.remote.password)));
}

TEST_CASE("Forged checks get no answer, make no pair, and are counted") {
  Lonely lonely;
  Credentials guess = lonely.agent.local_credentials();
  guess.password = std::string(24, 'x');
  for (int i = 0; i < 1000; ++i) {
    SocketAddress from = kStranger;
    from.port = static_cast<std::uint16_t>(1000 + i);
    CHECK(lonely.Hear(lonely.MakeRequest(guess, true), from).empty());
  }

  CHECK(lonely.agent.paths().empty());
  CHECK(lonely.agent.stats().forged == 1000);
  CHECK(lonely.agent.state() == Agent::State::kChecking);
}

TEST_CASE("A check for somebody else is ignored") {
  Lonely lonely;
  CHECK(lonely.Hear(lonely.MakeRequest(MakeTestCredentials('z')), kPeer).empty());
  CHECK(lonely.agent.stats().ignored == 1);
}

TEST_CASE("A check without a fingerprint or with a changed bit is ignored") {
  Lonely lonely;
  const Bytes request = lonely.MakeRequest(lonely.agent.local_credentials());
  for (std::size_t bit = 0; bit < request.size() * 8; ++bit) {
    Bytes changed = request;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    INFO("bit " << bit);
    CHECK(lonely.Hear(changed, kPeer).empty());
  }
  CHECK(lonely.agent.paths().empty());
}

TEST_CASE("An answer is believed from the right place with the right password only") {
  Lonely lonely;
  const auto sent = lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials()), kPeer);
  REQUIRE(sent.size() == 2);
  const Bytes honest = lonely.MakeAnswer(sent[1].bytes);

  Lonely forger;
  forger.remote.password = std::string(24, 'x');
  lonely.Hear(forger.MakeAnswer(sent[1].bytes), kPeer);
  CHECK(lonely.agent.stats().forged == 1);
  CHECK(lonely.agent.state() == Agent::State::kChecking);

  lonely.Hear(honest, kPeer);
  CHECK(lonely.agent.state() == Agent::State::kConnected);

  Lonely other;
  const auto again = other.Hear(other.MakeRequest(other.agent.local_credentials()), kPeer);
  other.Hear(other.MakeAnswer(again[1].bytes), kStranger);
  CHECK(other.agent.state() == Agent::State::kChecking);
}

TEST_CASE("An answer counts once") {
  Lonely lonely;
  const auto sent = lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials()), kPeer);
  const Bytes answer = lonely.MakeAnswer(sent[1].bytes);
  lonely.Hear(answer, kPeer);
  for (int i = 0; i < 10; ++i) lonely.Hear(answer, kPeer);

  CHECK(lonely.agent.stats().checks_answered == 1);
  CHECK(lonely.agent.stats().ignored == 10);
}

TEST_CASE("Data of strangers is dropped and counted") {
  Lonely lonely;
  const Bytes data{0x80, 1, 2, 3};
  lonely.Hear(data, kStranger);
  CHECK(lonely.data == 0);
  CHECK(lonely.agent.stats().strange_data == 1);
  CHECK_FALSE(lonely.agent.AcceptsFrom({kLocal, kStranger}, kStart));

  lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials()), kPeer);
  lonely.Hear(data, kPeer);
  CHECK(lonely.data == 1);
  CHECK(lonely.agent.AcceptsFrom({kLocal, kPeer}, kStart));
}

TEST_CASE("A check with an attribute that must be understood is refused with 420") {
  Lonely lonely;
  Bytes buffer(300);
  const Credentials& ours = lonely.agent.local_credentials();
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, TransactionId{9});
  writer.Text(StunAttribute::kUsername, ours.ufrag + ":bbbb0");
  writer.U32(StunAttribute::kPriority, 1).U64(StunAttribute::kIceControlling, 1);
  writer.Flag(static_cast<StunAttribute>(0x7abc));
  const auto sent =
      lonely.Hear(writer.Integrity(AsBytes(ours.password)).Fingerprint().Finish(), kPeer);

  REQUIRE(sent.size() == 1);
  const auto refusal = StunMessage::Parse(sent[0].bytes);
  REQUIRE(refusal);
  CHECK(refusal->error_code() == 420);
  const auto unknown = refusal->Find(StunAttribute::kUnknownAttributes);
  REQUIRE(unknown);
  CHECK(Bytes(unknown->begin(), unknown->end()) == Bytes{0x7a, 0xbc});
}

TEST_CASE("Ten thousand candidates cost a bounded memory and a bounded number of checks") {
  Lonely lonely(MakeConfig('a', Role::kControlling));
  for (int i = 0; i < 10'000; ++i) {
    Candidate candidate{.foundation = std::to_string(i)};
    candidate.priority = static_cast<std::uint32_t>(i + 1);
    candidate.address = {IpAddress::V4(203, 0, 113, static_cast<std::uint8_t>(i % 250)),
                         static_cast<std::uint16_t>(1024 + i)};
    lonely.agent.AddRemoteCandidate(candidate, kStart);
  }
  CHECK(lonely.agent.paths().size() == CheckList::kMaxSignalled);
  CHECK(lonely.agent.stats().candidates_dropped ==
        10'000 - static_cast<std::int64_t>(CheckList::kMaxSignalled));

  // First checks are paced, and each pair is asked seven times.
  std::size_t sent = 0;
  for (int ms = 0; ms < 39'000; ms += 10) {
    lonely.now = kStart + TimeDelta::Millis(ms);
    lonely.agent.HandleTimeout(lonely.now);
    const std::size_t now_sent = lonely.Drain().size();
    CHECK(now_sent <= 5);
    sent += now_sent;
  }
  CHECK(sent == 7 * CheckList::kMaxSignalled);
}

TEST_CASE("Checks from a thousand ports of the peer keep the pairs bounded") {
  Lonely lonely;
  std::size_t answered = 0;
  for (int i = 0; i < 1000; ++i) {
    SocketAddress from = kPeer;
    from.port = static_cast<std::uint16_t>(1000 + i);
    lonely.now = kStart + TimeDelta::Millis(i);
    answered +=
        lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials()), from).empty() ? 0 : 1;
  }
  CHECK(answered == 1000);
  CHECK(lonely.agent.paths().size() <= CheckList::kMaxPairs);
}

TEST_CASE("A lite side bounds its pairs too") {
  AgentConfig config = MakeConfig('a', Role::kControlled);
  config.implementation = Implementation::kLite;
  Lonely lonely(config);
  for (int i = 0; i < 1000; ++i) {
    SocketAddress from = kPeer;
    from.port = static_cast<std::uint16_t>(1000 + i);
    lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials(), true), from);
  }
  CHECK(lonely.agent.paths().size() <= CheckList::kMaxPairs);
  // The newest address still gets through.
  SocketAddress newest = kPeer;
  newest.port = 9;
  lonely.now = kStart + TimeDelta::Seconds(2);
  lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials(), true), newest);
  REQUIRE(lonely.agent.selected_path());
  CHECK(lonely.agent.selected_path()->path.remote == newest);
}

TEST_CASE("A lite side that hears no more checks stops after thirty seconds") {
  AgentConfig config = MakeConfig('a', Role::kControlled);
  config.implementation = Implementation::kLite;
  Lonely lonely(config);
  lonely.Hear(lonely.MakeRequest(lonely.agent.local_credentials(), true), kPeer);
  REQUIRE(lonely.agent.state() == Agent::State::kConnected);
  lonely.agent.HandleTimeout(kStart + TimeDelta::Millis(29'999));
  CHECK(lonely.agent.state() == Agent::State::kConnected);
  lonely.agent.HandleTimeout(kStart + TimeDelta::Seconds(30));
  CHECK(lonely.agent.state() == Agent::State::kFailed);
  CHECK(lonely.Drain().empty());
}

TEST_CASE("Candidates of another generation are dropped") {
  Lonely lonely;
  Candidate candidate{.foundation = "1", .priority = 1, .address = kPeer};
  candidate.ufrag = "old0";
  lonely.agent.AddRemoteCandidate(candidate, kStart);
  CHECK(lonely.agent.paths().empty());
  candidate.ufrag = "bbbb0";
  lonely.agent.AddRemoteCandidate(candidate, kStart);
  CHECK(lonely.agent.paths().size() == 1);
}

TEST_CASE("Wrong use is refused and changes nothing") {
  Lonely lonely;
  const auto code = [](const Status& status) { return status.error().code; };
  CHECK(code(lonely.agent.SetRemoteCredentials(MakeTestCredentials('z'), Implementation::kFull,
                                               kStart)) == ErrorCode::kInvalidState);
  CHECK(code(lonely.agent.SetRemoteCredentials({"a", "b"}, Implementation::kFull, kStart)) ==
        ErrorCode::kIceMalformed);
  CHECK(code(lonely.agent.Restart({"a", "b"}, kStart)) == ErrorCode::kIceMalformed);
  CHECK(code(lonely.agent.Send(Bytes{1}, kStart)) == ErrorCode::kInvalidState);
  CHECK(code(lonely.agent.Send(Bytes(1201), kStart)) == ErrorCode::kLimit);
  CHECK(code(lonely.agent.AddLocalAddress({}, 0, kStart)) == ErrorCode::kInvalidConfig);
  for (std::size_t i = 1; i < Gathering::kMaxBases; ++i) {
    SocketAddress base = kLocal;
    base.port = static_cast<std::uint16_t>(i);
    CHECK(lonely.agent.AddLocalAddress(base, 0, kStart));
  }
  CHECK(code(lonely.agent.AddLocalAddress(At("198.51.100.9:9"), 0, kStart)) == ErrorCode::kLimit);
}

TEST_CASE("An agent's configuration out of range is refused by name") {
  const auto refused = [](auto change) {
    AgentConfig config = MakeConfig('a', Role::kControlling);
    change(config);
    const auto made = Agent::Create(config, Rng(1), NullTrace(), kStart);
    return made ? std::string("accepted") : made.error().detail;
  };
  const auto ms = [](std::int64_t value) { return TimeDelta::Millis(value); };
  CHECK(refused([](AgentConfig&) {}) == "accepted");
  CHECK(refused([](AgentConfig& c) { c.local.ufrag = "abc"; }) == "ice-ufrag");
  CHECK(refused([&](AgentConfig& c) { c.pace = ms(4); }) == "ice.pace");
  CHECK(refused([&](AgentConfig& c) { c.check_rto = ms(49); }) == "ice.check_rto");
  CHECK(refused([&](AgentConfig& c) { c.nomination_wait = ms(5001); }) == "ice.nomination_wait");
  CHECK(refused([&](AgentConfig& c) { c.consent_interval = ms(3999); }) == "ice.consent_interval");
  CHECK(refused([&](AgentConfig& c) { c.consent_expiry = ms(30'001); }) == "ice.consent_expiry");
  CHECK(refused([&](AgentConfig& c) { c.probe_after = ms(99); }) == "ice.probe_after");
  CHECK(refused([&](AgentConfig& c) { c.quiet_after = ms(199); }) == "ice.quiet_after");
  CHECK(refused([&](AgentConfig& c) { c.gathering_timeout = ms(99); }) == "ice.gathering_timeout");
  CHECK(refused([&](AgentConfig& c) { c.patience = ms(999); }) == "ice.patience");
  CHECK(refused([](AgentConfig& c) { c.max_backups = 9; }) == "ice.max_backups");
  CHECK(refused([](AgentConfig& c) { c.stun_servers.resize(5); }) == "ice.stun_servers");
  CHECK(refused([](AgentConfig& c) { c.turn_servers.resize(5); }) == "ice.turn_servers");
  CHECK(refused([](AgentConfig& c) { c.turn_servers.resize(1); }) == "turn.server");
}

// All that one side of a whole conversation heard, in order.
laws::DatagramCase Recorded() {
  laws::DatagramCase c;
  c.damage_from = 1;
  Lonely lonely;
  const auto add = [&](TimeDelta wait, const Bytes& bytes) {
    c.script.push_back({wait, bytes, {kLocal, kPeer}});
    lonely.now = lonely.now + wait;
    lonely.agent.HandleTimeout(lonely.now);
    lonely.Drain();
    return lonely.Hear(bytes, kPeer);
  };
  const Credentials ours = lonely.agent.local_credentials();
  const auto sent = add(TimeDelta::Millis(40), lonely.MakeRequest(ours));
  REQUIRE(sent.size() == 2);
  add(TimeDelta::Millis(40), lonely.MakeAnswer(sent[1].bytes));
  add(TimeDelta::Millis(5), lonely.MakeRequest(ours, true, {4, 5, 6}));
  c.script.push_back({TimeDelta::Millis(3000), {}});
  c.script.push_back({TimeDelta::Seconds(40), {}});
  return c;
}

TEST_CASE("An agent keeps the laws of datagram machines") {
  const auto make = [] {
    auto agent = std::make_unique<Agent>(
        std::move(*Agent::Create(MakeConfig('a', Role::kControlled), Rng(3), NullTrace(), kStart)));
    REQUIRE(agent->AddLocalAddress(kLocal, 0, kStart));
    REQUIRE(agent->SetRemoteCredentials(MakeTestCredentials('b'), Implementation::kFull, kStart));
    return agent;
  };
  const laws::DatagramCase c = Recorded();
  laws::ExpectAllDatagram(make, c);
  laws::ExpectSilentAfterEndDatagram(make, c,
                                     [](Agent& agent, Timestamp now) { agent.Close(now); });
}

}  // namespace
}  // namespace onair::ice
