// SPDX-License-Identifier: Apache-2.0
//
// Data channels of whole sessions: agreed on by descriptions, carried by DTLS beside the media.
#include <catch2/catch.hpp>

#include "tests/support/library_clock.h"
#include "tests/support/print_units.h"
#include "tests/transport/webrtc/peer_pair.h"

namespace onair::webrtc {
namespace {

using namespace testing;

LocalDescription WithData(LocalDescription local, int port = 5000) {
  local.data_port = port;
  return local;
}

struct DataPair {
  explicit DataPair(double loss = 0, LocalDescription client_side = WithData(Publishing()),
                    LocalDescription server_side = WithData(Ingesting(), 5001))
      : pair(TimeDelta::Millis(25), loss, std::move(server_side), std::move(client_side)) {
    test::SetLibraryClock(Timestamp::Zero());
    pair.Connect();
    RunFor(TimeDelta::Seconds(loss > 0 ? 5 : 1));
    REQUIRE(pair.client.connected_at);
  }
  // usrsctp looks at the system's clock for its round trips.
  void RunFor(TimeDelta span) {
    const Timestamp end = pair.world.now() + span;
    while (pair.world.now() < end) {
      pair.RunFor(TimeDelta::Millis(10));
      test::SetLibraryClock(pair.world.now());
    }
  }
  ChannelId Open(Peer& peer, const ChannelConfig& config) {
    std::optional<ChannelId> id;
    peer.Do([&](PeerSession& s, Timestamp now) { id = s.OpenChannel(config, now).value(); });
    return *id;
  }
  void Send(Peer& peer, ChannelId id, const std::string& text) {
    peer.Do([&](PeerSession& s, Timestamp now) {
      REQUIRE(s.SendMessage(id, MessageKind::kText, Bytes(text.begin(), text.end()), now));
    });
  }

  Pair pair;
};

std::string TextOf(const PeerSession::ChannelMessage& message) {
  return {message.bytes.begin(), message.bytes.end()};
}

TEST_CASE("Either end opens channels and both hear each other, beside the media") {
  DataPair data;
  REQUIRE(data.pair.client.are_channels_up);
  REQUIRE(data.pair.server.are_channels_up);
  LiveMedia source(data.pair.world, data.pair.client, DataRate::KilobitsPerSec(800));
  source.Start();
  const ChannelId ours = data.Open(data.pair.client, {.label = "chat", .protocol = "v1"});
  const ChannelId theirs = data.Open(data.pair.server, {.label = "stats"});
  data.Send(data.pair.client, ours, "hello");
  data.RunFor(TimeDelta::Millis(200));
  data.Send(data.pair.server, theirs, "numbers");
  data.Send(data.pair.server, ours, "hello too");
  data.RunFor(TimeDelta::Seconds(1));
  source.Stop();
  data.RunFor(TimeDelta::Millis(200));

  REQUIRE(data.pair.server.channels_opened.size() == 2);
  REQUIRE(data.pair.server.messages.size() == 1);
  CHECK(TextOf(data.pair.server.messages[0]) == "hello");
  REQUIRE(data.pair.client.messages.size() == 2);
  CHECK(TextOf(data.pair.client.messages[0]) == "numbers");
  CHECK(TextOf(data.pair.client.messages[1]) == "hello too");
  const auto of_peer =
      std::ranges::find(data.pair.server.channels_opened, ours, &PeerSession::ChannelOpened::id);
  CHECK(of_peer->config.label == "chat");
  CHECK(of_peer->config.protocol == "v1");
  CHECK(static_cast<std::int64_t>(data.pair.server.got.size()) == source.pictures + source.sounds);
}

TEST_CASE("A message of a quarter of a megabyte arrives whole over a lossy line") {
  DataPair data(0.03);
  const ChannelId id = data.Open(data.pair.client, {.label = "file"});
  std::string text(250'000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  data.Send(data.pair.client, id, text);
  data.RunFor(TimeDelta::Seconds(60));

  REQUIRE(data.pair.server.messages.size() == 1);
  CHECK(TextOf(data.pair.server.messages[0]) == text);
  CHECK(data.pair.client.session->dtls_stats().bytes_dropped == 0);
}

TEST_CASE("Messages go on through a restart of ICE") {
  DataPair data(0, WithData(Publishing()), WithData(Full(Ingesting()), 5001));
  const ChannelId id = data.Open(data.pair.client, {.label = "x"});
  data.RunFor(TimeDelta::Millis(200));
  IceDescription for_client = data.pair.server.description.ice;
  IceDescription for_server = data.pair.client.description.ice;
  for_client.credentials = ice::Credentials{"srv2", std::string(24, 't')};
  for_server.credentials = ice::Credentials{"cli2", std::string(24, 'd')};
  for (auto* side : {&for_client, &for_server}) {
    for (ice::Candidate& one : side->candidates) one.ufrag.clear();
  }
  data.pair.server.Do([&](PeerSession& s, Timestamp now) {
    REQUIRE(s.RestartIce(*for_client.credentials, for_server, now));
  });
  data.pair.client.Do([&](PeerSession& s, Timestamp now) {
    REQUIRE(s.RestartIce(*for_server.credentials, for_client, now));
  });
  for (int i = 0; i < 20; ++i) {
    data.Send(data.pair.client, id, std::to_string(i));
    data.RunFor(TimeDelta::Millis(50));
  }
  data.RunFor(TimeDelta::Seconds(1));
  CHECK(data.pair.server.messages.size() == 20);
  CHECK(data.pair.client.session->ice().local_credentials().ufrag == "cli2");
  CHECK(data.pair.client.session->ice().state() == ice::Agent::State::kConnected);
}

TEST_CASE("A channel that one end closes is closed at both, and a session's end ends them") {
  DataPair data;
  const ChannelId id = data.Open(data.pair.client, {.label = "x"});
  data.RunFor(TimeDelta::Millis(200));
  data.pair.server.Do([&](PeerSession& s, Timestamp now) { s.CloseChannel(id, now); });
  data.RunFor(TimeDelta::Seconds(1));
  CHECK(data.pair.client.channels_closed == std::vector{id});
  CHECK(data.pair.server.channels_closed == std::vector{id});

  data.pair.client.Do([](PeerSession& s, Timestamp now) { s.Close(now); });
  data.RunFor(TimeDelta::Seconds(1));
  REQUIRE(data.pair.server.closed);
  CHECK(data.pair.server.closed->code == ErrorCode::kPeerClosed);
  CHECK(data.pair.server.channels_down);
}

TEST_CASE("Sessions of data alone need no media") {
  LocalDescription client = WithData(AnySide());
  LocalDescription server = WithData(Ingesting(), 5001);
  server.audio = server.video = Direction::kInactive;
  DataPair data(0, client, server);
  const ChannelId id = data.Open(data.pair.client, {.label = "x"});
  data.RunFor(TimeDelta::Millis(100));
  data.Send(data.pair.client, id, "alone");
  data.RunFor(TimeDelta::Millis(200));
  REQUIRE(data.pair.server.messages.size() == 1);
}

TEST_CASE("Where one side has no data channels there are none, and nothing runs for them") {
  DataPair data(0, WithData(Publishing()), Ingesting());
  CHECK(data.pair.client.session->channels() == nullptr);
  CHECK(data.pair.server.session->channels() == nullptr);
  data.pair.client.Do([](PeerSession& s, Timestamp now) {
    CHECK(s.OpenChannel({.label = "x"}, now).error().code == ErrorCode::kInvalidState);
    CHECK(s.SendMessage(ChannelId{0}, MessageKind::kText, {}, now).error().code ==
          ErrorCode::kInvalidState);
  });
}

}  // namespace
}  // namespace onair::webrtc
