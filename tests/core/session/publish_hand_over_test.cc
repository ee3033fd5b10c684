// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/session/publish.h"
#include "tests/core/session/publish_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;
using Sent = std::vector<PublishRig::Sent>;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

// Live with a GOP under way.
struct LiveRig : PublishRig {
  explicit LiveRig(PublishSessionConfig config = {}) : PublishRig(config) {
    GoLive();
    Push(kKey, 0);
    Push(kReference, 33);
    sent.clear();
    events.clear();
  }
  template <typename E>
  std::size_t Count() const {
    return All<E>().size();
  }
  void AskToReconnect(const std::string& address) {
    session.HandleBytes(wire::PutText('Q', address), now);
    Drain();
  }
};

PublishSessionConfig Refreshing() {
  PublishSessionConfig config;
  config.url_refresh = UrlRefresh::kBeforeAttempts;
  config.url_refresh_timeout = Ms(500);
  return config;
}

TEST_CASE("A new network gets its connection while the old one goes on; a key frame moves media") {
  LiveRig rig;
  rig.NetworkChanged();
  REQUIRE(rig.Count<Publish::OpenStandby>() == 1);
  CHECK(rig.All<Publish::OpenStandby>()[0].endpoint.host == "live.example");
  CHECK(rig.Count<Publish::OpenStream>() == 0);

  rig.StandbyConnected();
  rig.Push(kReference, 66);
  CHECK(rig.Count<Publish::KeyFrameWanted>() == 0);
  rig.StandbyReply('R');
  CHECK(rig.Count<Publish::KeyFrameWanted>() == 1);
  rig.Push(kAudio, 70);
  rig.Push(kReference, 99);
  CHECK(rig.Count<Publish::PromoteStandby>() == 0);
  CHECK(rig.Frames() == Sent{{kReference, 66}, {kAudio, 70}, {kReference, 99}});
  rig.sent.clear();

  rig.Push(kKey, 132);
  rig.Push(kAudio, 140);
  CHECK(rig.Count<Publish::PromoteStandby>() == 1);
  CHECK(rig.Count<Publish::CloseStream>() == 0);
  REQUIRE(rig.sent.size() == 4);
  CHECK(rig.sent[0].type == 'B');  // Goodbye, on the old one.
  CHECK(rig.sent[1].type == 'T');  // Sequence headers, on the new one.
  CHECK(rig.Frames() == Sent{{kKey, 132}, {kAudio, 140}});
  CHECK(rig.state() == PublishState::kLive);
  CHECK(rig.States().empty());
  CHECK(rig.session.stats().hand_overs == 1);
  CHECK(rig.session.stats().reconnects == 0);
  CHECK(rig.session.stats().attempts == 2);
}

TEST_CASE(
    "An accepted standby is asked a key frame for each half second, and not waited for long") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.StandbyReply('R');
  rig.Wait(Ms(2999));
  CHECK(rig.Count<Publish::KeyFrameWanted>() == 6);
  CHECK(rig.Count<Publish::PromoteStandby>() == 0);

  rig.Wait(Ms(1));

  CHECK(rig.Count<Publish::PromoteStandby>() == 1);
}

TEST_CASE("A stream of sound alone moves as soon as the standby is accepted") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(false, true));
  rig.Start();
  rig.Connected();
  rig.Reply('R');
  rig.Push(kAudio, 0);
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.StandbyReply('R');

  CHECK(rig.All<Publish::PromoteStandby>().size() == 1);
  rig.sent.clear();
  rig.Push(kAudio, 20);
  CHECK(rig.Frames() == Sent{{kAudio, 20}});
}

TEST_CASE("Another change of network begins the hand-over anew") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.NetworkChanged();

  CHECK(rig.Count<Publish::OpenStandby>() == 2);
  CHECK(rig.Count<Publish::CloseStandby>() == 1);
  rig.StandbyReply('R');  // Of nobody: the new one is not connected.
  CHECK(rig.Count<Publish::KeyFrameWanted>() == 0);
}

TEST_CASE("A server that asks for a new connection gets it where it says") {
  LiveRig rig;
  SECTION("elsewhere") {
    rig.AskToReconnect("next.example");
    REQUIRE(rig.Count<Publish::OpenStandby>() == 1);
    CHECK(rig.All<Publish::OpenStandby>()[0].endpoint.host == "next.example");
  }
  SECTION("the same address") {
    rig.AskToReconnect("");
    REQUIRE(rig.Count<Publish::OpenStandby>() == 1);
    CHECK(rig.All<Publish::OpenStandby>()[0].endpoint.host == "live.example");
  }
  SECTION("no address: it stays") {
    rig.AskToReconnect("nowhere");
    CHECK(rig.Count<Publish::OpenStandby>() == 0);
    CHECK(rig.state() == PublishState::kLive);
  }
  CHECK(rig.session.stats().reconnect_requests == 1);
}

TEST_CASE("A reconnect request never leads from TLS to a plain connection") {
  PublishRig rig({}, 1, "tls.example");
  rig.GoLive();
  rig.session.HandleBytes(wire::PutText('Q', "plain.example"), rig.now);
  rig.Drain();

  CHECK(rig.All<Publish::OpenStandby>().empty());
  CHECK(rig.state() == PublishState::kLive);
}

TEST_CASE("A standby that is redirected opens there") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.session.HandleStandbyBytes(wire::PutText('M', "next.example"), rig.now);
  rig.Drain();

  REQUIRE(rig.Count<Publish::OpenStandby>() == 2);
  CHECK(rig.All<Publish::OpenStandby>()[1].endpoint.host == "next.example");
}

TEST_CASE("A server that takes no second publisher gets its room at once") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  SECTION("by its word") {
    rig.StandbyReply('K');
    CHECK(rig.session.stats().publish_conflicts == 1);
  }
  SECTION("without a word") {
    rig.StandbyClosed(ErrorCode::kPeerClosed);
  }
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].type == 'B');
  CHECK(rig.Count<Publish::CloseStream>() == 1);
  REQUIRE(rig.Count<Publish::OpenStream>() == 1);  // Without a wait.
  REQUIRE(rig.States().size() == 1);
  CHECK(rig.States()[0].state == PublishState::kReconnecting);
  CHECK(rig.States()[0].retry_in == TimeDelta::Zero());
  CHECK(rig.session.stats().hand_overs_failed == 1);
  rig.Connected();
  rig.Reply('R');
  CHECK(rig.state() == PublishState::kLive);
  CHECK(rig.session.stats().reconnects == 1);
}

TEST_CASE("A standby that cannot be opened is tried three times, and media never stops") {
  LiveRig rig;
  rig.NetworkChanged();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(rig.Count<Publish::OpenStandby>() == static_cast<std::size_t>(i + 1));
    rig.StandbyClosed(ErrorCode::kUnreachable);
    rig.Wait(Ms(2000));
    rig.Push(kReference, 66 + i);
  }
  rig.Wait(TimeDelta::Seconds(20));

  CHECK(rig.Count<Publish::OpenStandby>() == 3);
  CHECK(rig.Frames() == Sent{{kReference, 66}, {kReference, 67}, {kReference, 68}});
  CHECK(rig.state() == PublishState::kLive);
  CHECK(rig.session.stats().hand_overs_failed == 1);
  REQUIRE(rig.Count<Publish::HandOverFailed>() == 1);
  CHECK(rig.All<Publish::HandOverFailed>()[0].error.code == ErrorCode::kUnreachable);
}

constexpr IpAddress kCellular = IpAddress::V4(192, 0, 2, 7);
constexpr IpAddress kWifi = IpAddress::V4(198, 51, 100, 7);

TEST_CASE("A hand-over begins at the local address it was told, and so do later connections") {
  LiveRig rig;
  rig.NetworkChanged(kCellular);
  REQUIRE(rig.Count<Publish::OpenStandby>() == 1);
  CHECK(rig.All<Publish::OpenStandby>()[0].endpoint.from == kCellular);
  rig.StandbyConnected();
  rig.StandbyReply('R');
  rig.Push(kKey, 66);

  SECTION("reconnects") {
    rig.Closed(ErrorCode::kConnectionLost);
    rig.Wait(Ms(1000));
    REQUIRE(rig.Count<Publish::OpenStream>() == 1);
    CHECK(rig.All<Publish::OpenStream>()[0].endpoint.from == kCellular);
  }
  SECTION("hand-overs that the server asks for") {
    rig.AskToReconnect("");
    REQUIRE(rig.Count<Publish::OpenStandby>() == 2);
    CHECK(rig.All<Publish::OpenStandby>()[1].endpoint.from == kCellular);
  }
  SECTION("until the system is to choose again") {
    rig.NetworkChanged();
    REQUIRE(rig.Count<Publish::OpenStandby>() == 2);
    CHECK_FALSE(rig.All<Publish::OpenStandby>()[1].endpoint.from);
  }
}

TEST_CASE("A hand-over from a local address that cannot be used fails at once, and media goes on") {
  LiveRig rig;
  rig.NetworkChanged(kCellular);
  rig.StandbyClosed(ErrorCode::kLocalAddress);

  REQUIRE(rig.Count<Publish::HandOverFailed>() == 1);
  CHECK(rig.All<Publish::HandOverFailed>()[0].error.code == ErrorCode::kLocalAddress);
  rig.Wait(TimeDelta::Seconds(5));
  CHECK(rig.Count<Publish::OpenStandby>() == 1);
  CHECK(rig.session.stats().hand_overs_failed == 1);
  rig.Push(kReference, 66);
  CHECK(rig.Frames() == Sent{{kReference, 66}});
  CHECK(rig.States().empty());

  // What comes later begins where the connection does that was kept.
  rig.Closed(ErrorCode::kConnectionLost);
  rig.Wait(Ms(1000));
  REQUIRE(rig.Count<Publish::OpenStream>() == 1);
  CHECK_FALSE(rig.All<Publish::OpenStream>()[0].endpoint.from);
}

TEST_CASE("A break in the middle of a hand-over goes on where the hand-over began") {
  LiveRig rig;
  rig.NetworkChanged(kCellular);
  SECTION("with a standby that hangs") {
    rig.Wait(Ms(1500));
  }
  SECTION("between two of its attempts") {
    rig.StandbyClosed(ErrorCode::kUnreachable);
  }
  rig.Closed(ErrorCode::kConnectionLost);
  rig.Wait(Ms(1000));

  REQUIRE(rig.Count<Publish::OpenStream>() == 1);
  CHECK(rig.All<Publish::OpenStream>()[0].endpoint.from == kCellular);
}

TEST_CASE("A server that lets no second publisher in is come back to from the new address") {
  LiveRig rig;
  rig.NetworkChanged(kCellular);
  rig.StandbyConnected();
  rig.StandbyReply('C');

  REQUIRE(rig.Count<Publish::OpenStream>() == 1);
  CHECK(rig.All<Publish::OpenStream>()[0].endpoint.from == kCellular);
}

TEST_CASE("Not live, a local address that cannot be used costs one attempt") {
  LiveRig rig;
  rig.Closed(ErrorCode::kConnectionLost);
  rig.NetworkChanged(kWifi);
  REQUIRE(rig.Count<Publish::OpenStream>() == 1);
  CHECK(rig.All<Publish::OpenStream>()[0].endpoint.from == kWifi);
  rig.Closed(ErrorCode::kLocalAddress);
  CHECK(rig.States().back().error->code == ErrorCode::kLocalAddress);
  rig.Wait(Ms(1000));

  REQUIRE(rig.Count<Publish::OpenStream>() == 2);
  CHECK_FALSE(rig.All<Publish::OpenStream>()[1].endpoint.from);
}

TEST_CASE("A standby that hangs is given up by its own deadlines") {
  LiveRig rig;
  rig.NetworkChanged();
  SECTION("while it connects") {
    rig.Wait(Ms(3499));
    CHECK(rig.Count<Publish::CloseStandby>() == 0);
    rig.Wait(Ms(1));
  }
  SECTION("while it negotiates") {
    rig.StandbyConnected();
    rig.Wait(Ms(9999));
    CHECK(rig.Count<Publish::CloseStandby>() == 0);
    rig.Wait(Ms(1));
  }
  CHECK(rig.Count<Publish::CloseStandby>() == 1);
  CHECK(rig.state() == PublishState::kLive);
}

TEST_CASE("A standby stands in when the present connection breaks") {
  LiveRig rig;
  rig.NetworkChanged();
  SECTION("as the attempt under way") {
    rig.StandbyConnected();
    rig.Closed(ErrorCode::kConnectionLost);
    CHECK(rig.Count<Publish::PromoteStandby>() == 1);
    CHECK(rig.state() == PublishState::kReconnecting);
    rig.Reply('R');
    CHECK(rig.session.stats().reconnects == 1);
  }
  SECTION("accepted: at once") {
    rig.StandbyConnected();
    rig.StandbyReply('R');
    rig.Closed(ErrorCode::kPeerClosed);
    CHECK(rig.session.stats().hand_overs == 1);
    CHECK(rig.States().empty());
  }
  SECTION("not when it has hung for long: a new attempt is sooner there") {
    rig.Wait(Ms(1001));
    rig.Closed(ErrorCode::kConnectionLost);
    CHECK(rig.Count<Publish::PromoteStandby>() == 0);
    CHECK(rig.Count<Publish::CloseStandby>() == 1);
    return;
  }
  CHECK(rig.state() == PublishState::kLive);
  rig.sent.clear();
  rig.Push(kReference, 66);
  rig.Push(kKey, 99);
  CHECK(rig.Frames() == Sent{{kKey, 99}});
}

TEST_CASE("A peer that confirms nothing for a second gets a standby beside it, once") {
  LiveRig rig;
  rig.Unsent(DataSize::Kibibytes(8));
  rig.Wait(Ms(999));
  CHECK(rig.Count<Publish::OpenStandby>() == 0);
  rig.Wait(Ms(1));
  CHECK(rig.Count<Publish::OpenStandby>() == 1);

  SECTION("and goes on alone when it is back in time") {
    rig.Unsent(DataSize::Kibibytes(4));
    CHECK(rig.Count<Publish::CloseStandby>() == 1);
    CHECK(rig.state() == PublishState::kLive);
    rig.Unsent(DataSize::Zero());
    rig.Wait(TimeDelta::Seconds(5));
    CHECK(rig.Count<Publish::OpenStandby>() == 1);
  }
  SECTION("and is left when the standby was accepted first") {
    rig.StandbyConnected();
    rig.StandbyReply('R');
    rig.Push(kKey, 66);
    CHECK(rig.Count<Publish::PromoteStandby>() == 1);
  }
  SECTION("and stays when the server lets no second one in: its goodbye would not get through") {
    rig.StandbyConnected();
    rig.StandbyReply('K');
    CHECK(rig.Count<Publish::CloseStream>() == 0);
    CHECK(rig.state() == PublishState::kLive);
    CHECK(rig.session.stats().publish_conflicts == 1);
  }
}

TEST_CASE("What the system says of acknowledgements counts more than what the socket takes") {
  LiveRig rig;
  SocketFacts facts;
  facts.unacked = DataSize::Kibibytes(10);
  facts.bytes_acked = DataSize::Kibibytes(100);
  facts.unsent = DataSize::Zero();
  rig.session.HandleSocketFacts(facts, rig.now);
  for (int i = 0; i < 10; ++i) {
    rig.Unsent(DataSize::Zero());
    rig.Wait(Ms(100));
    rig.session.HandleSocketFacts(facts, rig.now);
  }
  rig.Unsent(DataSize::Zero());
  rig.Wait(Ms(1));
  CHECK(rig.Count<Publish::OpenStandby>() == 1);
}

TEST_CASE("A new network ends the wait for the next attempt, and the count of those that failed") {
  PublishSessionConfig config;
  config.reconnect.max_attempts = 2;
  config.reconnect.first_delay = TimeDelta::Seconds(20);
  config.reconnect.max_delay = TimeDelta::Seconds(20);
  LiveRig rig(config);
  for (std::size_t i = 1; i <= 5; ++i) {
    rig.Closed(ErrorCode::kConnectionLost);
    REQUIRE(rig.state() == PublishState::kReconnecting);
    CHECK(rig.Count<Publish::OpenStream>() == i - 1);
    rig.NetworkChanged();
    CHECK(rig.Count<Publish::OpenStream>() == i);
  }
}

TEST_CASE("A new network begins an attempt that is under way anew") {
  PublishRig rig;
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Wait(TimeDelta::Seconds(9));
  rig.NetworkChanged();

  CHECK(rig.All<Publish::OpenStream>().size() == 2);
  rig.Wait(TimeDelta::Seconds(9));
  rig.Connected();
  rig.Reply('R');
  CHECK(rig.state() == PublishState::kLive);
}

TEST_CASE("Stopping drops the standby, and nothing of it counts afterwards") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.Stop();

  CHECK(rig.Count<Publish::CloseStandby>() == 1);
  CHECK(rig.Count<Publish::CloseStream>() == 1);
  rig.events.clear();
  rig.StandbyReply('R');
  rig.StandbyClosed(ErrorCode::kPeerClosed);
  rig.NetworkChanged();
  CHECK(rig.events.empty());
}

TEST_CASE("An attempt waits for a new address, not longer than it may") {
  LiveRig rig(Refreshing());
  rig.Closed(ErrorCode::kConnectionLost);
  REQUIRE(rig.Count<Publish::WantsUrl>() == 1);
  CHECK(rig.All<Publish::WantsUrl>()[0].why == UrlReason::kReconnect);

  SECTION("answered before the attempt is due") {
    rig.RefreshUrl("fresh.example");
    CHECK(rig.Count<Publish::OpenStream>() == 0);
    rig.Wait(Ms(400));
    REQUIRE(rig.Count<Publish::OpenStream>() == 1);
    CHECK(rig.All<Publish::OpenStream>()[0].endpoint.host == "fresh.example");
  }
  SECTION("answered when the attempt was due long ago") {
    rig.Wait(Ms(499));
    CHECK(rig.Count<Publish::OpenStream>() == 0);
    rig.RefreshUrl("fresh.example");
    REQUIRE(rig.Count<Publish::OpenStream>() == 1);
    CHECK(rig.All<Publish::OpenStream>()[0].endpoint.host == "fresh.example");
  }
  SECTION("not answered: the old one") {
    rig.Wait(Ms(500));
    REQUIRE(rig.Count<Publish::OpenStream>() == 1);
    CHECK(rig.All<Publish::OpenStream>()[0].endpoint.host == "live.example");
  }
  SECTION("answered with nothing new, or with no address") {
    rig.Wait(Ms(450));
    rig.RefreshUrl(GENERATE("", "nowhere"));
    REQUIRE(rig.Count<Publish::OpenStream>() == 1);
    CHECK(rig.All<Publish::OpenStream>()[0].endpoint.host == "live.example");
  }
  CHECK(rig.session.stats().url_requests == 1);
}

TEST_CASE("A refused publisher with a new address tries again; without one it ends") {
  PublishRig rig(Refreshing());
  rig.Tracks(wire::MakeTracks(true, true));
  rig.Start();
  rig.Connected();
  rig.Reply('X');
  REQUIRE(rig.All<Publish::WantsUrl>().size() == 1);
  CHECK(rig.All<Publish::WantsUrl>()[0].why == UrlReason::kRefused);
  CHECK(rig.state() == PublishState::kReconnecting);

  SECTION("a new address") {
    rig.RefreshUrl("fresh.example");
    rig.Wait(Ms(450));
    REQUIRE(rig.All<Publish::OpenStream>().size() == 2);
    CHECK(rig.All<Publish::OpenStream>()[1].endpoint.host == "fresh.example");
    rig.Connected();
    SECTION("that is refused too, and no newer one") {
      rig.Reply('X');
      rig.RefreshUrl("fresh.example");
      REQUIRE(rig.state() == PublishState::kEnded);
      CHECK(rig.States().back().error->code == ErrorCode::kPublishRejected);
    }
    SECTION("that is accepted") {
      rig.Reply('R');
      CHECK(rig.state() == PublishState::kLive);
    }
  }
  SECTION("no answer") {
    rig.Wait(Ms(500));
    REQUIRE(rig.state() == PublishState::kEnded);
    CHECK(rig.States().back().error->code == ErrorCode::kPublishRejected);
  }
}

TEST_CASE(
    "A hand-over asks for an address too, and one refused on the way does not end the stream") {
  LiveRig rig(Refreshing());
  rig.NetworkChanged();
  CHECK(rig.Count<Publish::OpenStandby>() == 0);
  REQUIRE(rig.Count<Publish::WantsUrl>() == 1);
  CHECK(rig.All<Publish::WantsUrl>()[0].why == UrlReason::kHandOver);
  rig.RefreshUrl("fresh.example");
  REQUIRE(rig.Count<Publish::OpenStandby>() == 1);
  CHECK(rig.All<Publish::OpenStandby>()[0].endpoint.host == "fresh.example");

  rig.StandbyConnected();
  rig.StandbyReply('X');
  REQUIRE(rig.Count<Publish::WantsUrl>() == 2);
  CHECK(rig.All<Publish::WantsUrl>()[1].why == UrlReason::kRefused);
  CHECK(rig.state() == PublishState::kLive);
  rig.RefreshUrl("fresher.example");
  rig.Wait(Ms(450));
  REQUIRE(rig.Count<Publish::OpenStandby>() == 2);
  CHECK(rig.All<Publish::OpenStandby>()[1].endpoint.host == "fresher.example");
}

TEST_CASE("Without leave to ask, a standby that is refused ends the hand-over alone") {
  LiveRig rig;
  rig.NetworkChanged();
  rig.StandbyConnected();
  rig.StandbyReply('X');
  rig.Wait(TimeDelta::Seconds(5));

  CHECK(rig.Count<Publish::OpenStandby>() == 1);
  CHECK(rig.Count<Publish::WantsUrl>() == 0);
  CHECK(rig.state() == PublishState::kLive);
}

}  // namespace
}  // namespace onair::session
