// SPDX-License-Identifier: Apache-2.0
//
// A whole start by WHIP and WHEP against the server's half of this room, in virtual time.
#include "transport/webrtc/client.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/peer_pair.h"
#include "transport/http/server_connection.h"
#include "transport/webrtc/rts_url.h"
#include "transport/webrtc/whip_server.h"

namespace onair::webrtc {
namespace {

using namespace testing;

constexpr TimeDelta kOneWay = TimeDelta::Millis(25);
constexpr TimeDelta kRtt = TimeDelta::Millis(50);

// One client, one server host: its web server answers with a session of `serving`.
class WebWorld {
 public:
  WebWorld(SignallingRole role, LocalDescription serving)
      : network(world, kOneWay),
        server(world, network, std::move(serving), ice::Role::kControlled, "192.0.2.1:6000"),
        wake_(world, "client",
              [this] {
                client->HandleTimeout(world.now());
                Pump();
              }),
        http_(http::ServerConfig{}, world.now()) {
    const auto url = ParseUrl("rts://192.0.2.1:8080/live/room");
    REQUIRE(url.has_value());
    const auto rts = ParseRtsUrl(*url, role);
    REQUIRE(rts.has_value());
    ClientConfig config{.role = role,
                        .signalling = {},
                        .identity = NewIdentity(),
                        .clock = {},
                        .video_formats = {{VideoCodec::kH264, {}, 0}}};
    config.ice_secret.fill(7);
    auto made =
        Client::Create(config, MakeSignalling(*rts, role, "", "x"), world.ForkRng(), world.now());
    REQUIRE(made.has_value());
    client = std::move(*made);
    network.AddSocket(local_, nullptr, [this](ByteView bytes, const DatagramPath& path) {
      client->HandleDatagram({bytes, path}, world.now());
      Pump();
    });
  }

  template <typename Command>
  void Do(Command command) {
    command(*client, world.now());
    Pump();
  }
  void Pump() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = client->Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return wake_.Set(idle->wake_at);
      if (const auto* datagram = std::get_if<DatagramTransmit>(&out)) {
        const bool is_rtp = datagram->bytes[0] >= 128;
        if (is_rtp && !first_rtp_at) first_rtp_at = world.now();
        network.Send(datagram->bytes, datagram->path);
      } else if (auto* transmit = std::get_if<Transmit>(&out)) {
        world.At(world.now() + kOneWay, "http.up", [this, bytes = std::move(transmit->bytes)] {
          http_.HandleBytes(bytes, world.now());
          Serve();
        });
      } else {
        Take(std::get<RealtimeTransport::Event>(out));
      }
    }
    FAIL("a client never settles");
  }

  twin::World world;
  ice::testing::Network network;
  Peer server;
  std::unique_ptr<Client> client;
  WhipServer whip{WhipServerConfig{}};
  std::optional<Error> refuse_with;
  std::optional<Timestamp> ready_at;
  std::optional<Timestamp> first_rtp_at;
  std::optional<RealtimeTransport::Closed> closed;
  std::vector<std::pair<Timestamp, EncodedFrame>> got;
  std::vector<std::string> requests;

 private:
  void Take(RealtimeTransport::Event& event) {
    using Transport = RealtimeTransport;
    if (std::holds_alternative<Transport::OpenSockets>(event)) {
      client->HandleSocket(local_, "wlan0", world.now());
      client->HandleSocketsOpen(world.now());
    } else if (std::holds_alternative<Transport::OpenStream>(event)) {
      http_ = http::ServerConnection(http::ServerConfig{}, world.now());
      world.At(world.now() + kRtt, "http.connected", [this] {
        client->HandleConnected(world.now());
        Pump();
      });
    } else if (std::holds_alternative<Transport::Ready>(event)) {
      ready_at = world.now();
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      got.emplace_back(world.now(), std::move(*frame));
    } else if (auto* over = std::get_if<Transport::Closed>(&event)) {
      closed = std::move(*over);
    }
  }
  void Serve() {
    for (;;) {
      auto out = http_.Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        world.At(world.now() + kOneWay, "http.down", [this, bytes = std::move(transmit->bytes)] {
          client->HandleBytes(bytes, world.now());
          Pump();
        });
        continue;
      }
      const auto& event = std::get<http::ServerConnection::Event>(out);
      if (const auto* request = std::get_if<http::ServerConnection::Request>(&event)) {
        requests.push_back(request->path);
        REQUIRE(http_.Respond(Decide(*request), world.now()));
      }
    }
  }
  WhipServer::Response Decide(const http::ServerConnection::Request& request) {
    auto decision = whip.HandleRequest(request);
    if (auto* answer = std::get_if<WhipServer::Answer>(&decision)) return answer->response;
    if (auto* gone = std::get_if<WhipServer::Delete>(&decision)) return gone->response;
    if (auto* more = std::get_if<WhipServer::Candidates>(&decision)) return more->response;
    const auto& create = std::get<WhipServer::Create>(decision);
    if (refuse_with) return whip.Refuse(*refuse_with);
    const auto answer = MakeAnswer(create.offer, server.description);
    REQUIRE(answer.has_value());
    const auto media = ReadNegotiated(create.offer, *answer, Side::kAnswerer);
    REQUIRE(media.has_value());
    server.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
    return whip.Accept("tokentokentoken1", create, *answer);
  }

  const SocketAddress local_ = ice::testing::At("10.0.0.1:5000");
  twin::Alarm wake_;
  http::ServerConnection http_;
};

StreamTracks Sent() {
  return {rtp::testing::SampleTrack(VideoCodec::kH264),
          AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
}

EncodedFrame KeyFrame(twin::FakeEncoder& encoder, Timestamp now) {
  return encoder.Next(now);
}

TEST_CASE("WHIP sends its first packet of media within five round trips of the start") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  twin::FakeEncoder encoder({}, Rng(1));
  web.Do([](Client& c, Timestamp now) {
    REQUIRE(c.SetTracks(Sent(), now));
    c.Start(now);
  });
  for (int i = 0; i < 60 && !web.first_rtp_at; ++i) {
    web.world.RunFor(TimeDelta::Millis(5));
    if (!web.ready_at) continue;
    web.Do([&](Client& c, Timestamp now) { c.Send(KeyFrame(encoder, now), now); });
  }
  REQUIRE(web.first_rtp_at);
  // TCP, the POST, a check, two flights of DTLS: 5 RTT, and the step of this loop.
  CHECK(*web.first_rtp_at - Timestamp::Zero() <= kRtt * 5 + TimeDelta::Millis(10));
  CHECK(web.requests.size() == 1);

  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.server.got_tracks);
  CHECK(web.server.got.size() == 1);

  web.Do([](Client& c, Timestamp now) { c.Close(now); });
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kPeerClosed);
  CHECK(web.whip.sessions() == 0);  // DELETE came.
  REQUIRE(web.server.closed);
  CHECK(web.server.closed->code == ErrorCode::kPeerClosed);
}

TEST_CASE("WHEP shows its first picture within five round trips of the start") {
  WebWorld web(SignallingRole::kPlay, Serving());
  LiveMedia source(web.world, web.server, DataRate::KilobitsPerSec(800));
  web.Do([](Client& c, Timestamp now) { c.Start(now); });
  for (int i = 0; i < 60 && !web.server.connected_at; ++i) web.world.RunFor(TimeDelta::Millis(5));
  REQUIRE(web.server.connected_at);
  source.Start();  // A server has the key frame of its cache at hand.
  web.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(web.ready_at);
  REQUIRE_FALSE(web.got.empty());
  const auto picture = std::find_if(web.got.begin(), web.got.end(),
                                    [](const auto& entry) { return entry.second.is_key(); });
  REQUIRE(picture != web.got.end());
  CHECK(picture->first - Timestamp::Zero() <= kRtt * 5 + TimeDelta::Millis(100));
  CHECK(web.got.size() > 120);
}

TEST_CASE("A server's refusal reaches the session with its wish to wait") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.refuse_with = Error{ErrorCode::kStreamNotFound, "room"};
  web.Do([](Client& c, Timestamp now) { c.Start(now); });
  web.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kStreamNotFound);
  CHECK(web.closed->retry_in == TimeDelta::Seconds(2));
}

TEST_CASE("Sound that is no Opus is refused before anything is said") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  StreamTracks tracks = Sent();
  tracks.audio->codec = AudioCodec::kAac;
  const Status taken = web.client->SetTracks(tracks, web.world.now());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::kUnsupported);
}

TEST_CASE("A server that takes our sound and not our pictures is given up by their codec's name") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.server.description.video = Direction::kInactive;
  web.Do([](Client& c, Timestamp now) {
    REQUIRE(c.SetTracks(Sent(), now));
    c.Start(now);
  });
  web.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kSdpIncompatible);
  CHECK(web.closed->error.detail == "the server takes no H264");
}

TEST_CASE("Cellular links are dearer than cables and Wi-Fi") {
  CHECK(NetworkCostOf("wlan0") == 0);
  CHECK(NetworkCostOf("eth0") == 0);
  CHECK(NetworkCostOf("rmnet_data0") == 900);
  CHECK(NetworkCostOf("pdp_ip0") == 900);
}

}  // namespace
}  // namespace onair::webrtc
