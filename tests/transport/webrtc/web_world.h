// SPDX-License-Identifier: Apache-2.0
//
// A client and a server's host in virtual time: signalling by HTTP over a stream that takes its
// round trips, media over the small internet of ICE's tests.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/transport/webrtc/peer_pair.h"
#include "transport/http/server_connection.h"
#include "transport/webrtc/client.h"
#include "transport/webrtc/rts_url.h"
#include "transport/webrtc/whip_server.h"

namespace onair::webrtc::testing {

constexpr TimeDelta kOneWay = TimeDelta::Millis(25);
constexpr TimeDelta kRtt = TimeDelta::Millis(50);

inline StreamTracks Sent() {
  return {rtp::testing::SampleTrack(VideoCodec::kH264),
          AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
}

struct WebOptions {
  std::function<void(ClientConfig&)> client = [](ClientConfig&) {};
  WhipServerConfig whip = {};
  double loss = 0;
  // The last word about the server's answer to an offer.
  std::function<void(http::ServerConnection::Response&)> amend =
      [](http::ServerConnection::Response&) {};
  ice::testing::Router* router = nullptr;  // The client's.
};

class WebWorld {
 public:
  using Request = http::ServerConnection::Request;
  using Response = http::ServerConnection::Response;

  WebWorld(SignallingRole role, LocalDescription serving, const WebOptions& options = {})
      : network(world, kOneWay, options.loss),
        server(world, network, std::move(serving), ice::Role::kControlled, "192.0.2.1:6000"),
        whip(options.whip),
        amend_(options.amend),
        router_(options.router),
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
    options.client(config);
    auto made =
        Client::Create(config, MakeSignalling(*rts, role, "", "x"), world.ForkRng(), world.now());
    REQUIRE(made.has_value());
    client = std::move(*made);
  }

  template <typename Command>
  void Do(Command command) {
    command(*client, world.now());
    Pump();
  }
  void Start() {
    Do([&](Client& c, Timestamp now) { c.Start(now); });
  }
  void Publish() {
    Do([&](Client& c, Timestamp now) {
      REQUIRE(c.SetTracks(Sent(), now));
      c.Start(now);
    });
  }
  // The device has these addresses from now on.
  void MoveTo(std::vector<SocketAddress> now_present) {
    addresses = std::move(now_present);
    Do([](Client& c, Timestamp now) { c.HandleNetworkChanged({}, now); });
  }

  // All of them work, and the app names this one as the network to use.
  void NameNetwork(const SocketAddress& address) {
    if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
    Do([&](Client& c, Timestamp now) { c.HandleNetworkChanged(address.ip, now); });
  }
  const std::vector<SocketAddress>& open_sockets() const { return open_; }

  // The way to the server is dead. It has another one, which it tells with a restart.
  void MoveServer(const SocketAddress& next) {
    network.Block(client->peer().ice().selected_path()->path.remote);
    on_restart = [this, next] {
      const SocketAddress old = server.description.ice.candidates.front().address;
      server.AddSocket(next);
      server.RemoveSocket(old);
      on_restart = [] {};
    };
  }

  void Pump() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = client->Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return wake_.Set(idle->wake_at);
      if (const auto* datagram = std::get_if<DatagramTransmit>(&out)) {
        const bool is_rtp = datagram->bytes[0] >= 128;
        if (is_rtp && !first_rtp_at) first_rtp_at = world.now();
        network.Send(datagram->bytes, datagram->path);
      } else if (auto* order = std::get_if<WireOrder>(&out)) {
        Obey(*order);
      } else if (auto* transmit = std::get_if<StreamTransmit>(&out)) {
        Carry("http.up", [this, bytes = Bytes(transmit->bytes.begin(), transmit->bytes.end())] {
          if (raw && raw(bytes)) return;
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
  WhipServer whip;
  std::vector<SocketAddress> addresses = {ice::testing::At("10.0.0.1:5000")};
  std::map<std::string, std::vector<IpAddress>> names;  // What the system's resolver knows.
  bool is_http_dead = false;                            // Nothing of it arrives anywhere.

  // Takes a request's bytes in the web server's place, where it says so.
  std::function<bool(ByteView)> raw;
  void SendRaw(const std::string& text) {
    Carry("http.raw", [this, bytes = Bytes(text.begin(), text.end())] {
      client->HandleWire(StreamBytes{stream_, bytes}, world.now());
      Pump();
    });
  }
  // Answers in the server's place, where it gives something.
  std::function<std::optional<Response>(const Request&)> intercept;
  std::optional<Error> refuse_with;
  // Takes a restart's description, else the server refuses.
  bool takes_restarts = true;
  std::function<void()> on_restart = [] {};  // Before the server answers.

  std::optional<Timestamp> ready_at;
  std::optional<Timestamp> first_rtp_at;
  // By the first word about it; the client's user says goodbye then, and is told when that is said.
  struct Over {
    Error error;
    std::optional<TimeDelta> retry_in = {};
  };
  std::optional<Over> closed;
  std::optional<Timestamp> closed_at;
  bool is_farewell_said = false;
  std::optional<Error> network_refused;
  RealtimeTransport::Tells tells = RealtimeTransport::Tells::kPackets;
  std::vector<cc::ReceptionReport> receptions;
  std::vector<std::pair<Timestamp, EncodedFrame>> got;
  std::vector<std::string> requests;  // "POST /path".
  std::vector<std::string> resolved;
  std::vector<std::optional<IpAddress>> streams_from;  // Where each byte stream began.
  std::vector<ice::Candidate> trickled;
  int keys_wanted = 0;
  bool is_audio_refused = false;
  Intake intake = Intake::kOpen;

  int Count(std::string_view method) const {
    int count = 0;
    for (const std::string& request : requests) count += request.starts_with(method) ? 1 : 0;
    return count;
  }

 private:
  // Of the present stream only: what is on its way when it is left arrives nowhere.
  template <typename Arrive>
  void Carry(const char* name, Arrive arrive, TimeDelta after = kOneWay) {
    if (is_http_dead) return;
    world.At(world.now() + after, name, [this, stream = stream_, arrive = std::move(arrive)] {
      if (stream == stream_) arrive();
    });
  }

  void Take(RealtimeTransport::Event& event) {
    using Transport = RealtimeTransport;
    if (const auto* ready = std::get_if<Transport::Ready>(&event)) {
      ready_at = world.now();
      tells = ready->tells;
      is_audio_refused = ready->is_audio_refused;
    } else if (std::holds_alternative<Transport::KeyFrameWanted>(event)) {
      ++keys_wanted;
    } else if (const auto* wanted = std::get_if<Transport::IntakeWanted>(&event)) {
      intake = wanted->intake;
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      got.emplace_back(world.now(), std::move(*frame));
    } else if (const auto* told = std::get_if<Transport::Reception>(&event)) {
      receptions.push_back(told->report);
    } else if (const auto* refused = std::get_if<Transport::NetworkRefused>(&event)) {
      network_refused = refused->error;
    } else if (auto* failed = std::get_if<Transport::Failed>(&event)) {
      End({failed->error, failed->retry_in});
      client->Close(world.now());
    } else if (std::holds_alternative<Transport::Closed>(event)) {
      is_farewell_said = true;
      if (!closed) End({{ErrorCode::kPeerClosed, "said goodbye"}});
    }
  }
  void End(Over over) {
    REQUIRE_FALSE(closed);
    closed = std::move(over);
    closed_at = world.now();
  }

  void Obey(const WireOrder& order) {
    if (const auto* sockets = std::get_if<onair::OpenSockets>(&order)) {
      OpenSockets(sockets->only);
    } else if (const auto* socket = std::get_if<CloseSocket>(&order)) {
      network.Block(socket->local);
      std::erase(open_, socket->local);
    } else if (const auto* open = std::get_if<OpenStream>(&order)) {
      stream_ = open->id;
      streams_from.push_back(open->endpoint.from);
      http_ = http::ServerConnection(http::ServerConfig{}, world.now());
      const auto connected = [this] {
        client->HandleWire(StreamConnected{stream_}, world.now());
        Pump();
      };
      Carry("http.connected", connected, kRtt);
    } else if (const auto* name = std::get_if<ResolveName>(&order)) {
      resolved.push_back(name->host);
      world.At(world.now() + kRtt, "dns", [this, host = name->host] {
        client->HandleWire(NameResolved{host, names[host]}, world.now());
        Pump();
      });
    }
  }

  void OpenSockets(const std::optional<IpAddress>& only) {
    for (const SocketAddress& old : std::exchange(open_, {})) {
      if (std::ranges::find(addresses, old) != addresses.end()) {
        open_.push_back(old);
      } else {
        network.Block(old);
        client->HandleWire(SocketGone{old}, world.now());
      }
    }
    for (const SocketAddress& address : addresses) {
      if (only && address.ip != *only) continue;
      if (std::ranges::find(open_, address) != open_.end()) continue;
      open_.push_back(address);
      network.AddSocket(address, router_, [this](ByteView bytes, const DatagramPath& path) {
        client->HandleWire(Datagram{bytes, path}, world.now());
        Pump();
      });
      client->HandleWire(SocketBound{address, "wlan0"}, world.now());
    }
    client->HandleWire(SocketsOpen{}, world.now());
  }

  void Serve() {
    for (;;) {
      auto out = http_.Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        Carry("http.down", [this, bytes = std::move(transmit->bytes)] {
          client->HandleWire(StreamBytes{stream_, bytes}, world.now());
          Pump();
        });
        continue;
      }
      const auto& event = std::get<http::ServerConnection::Event>(out);
      if (const auto* request = std::get_if<http::ServerConnection::Request>(&event)) {
        requests.push_back(std::string(NameOf(request->method)) + " " + request->path);
        REQUIRE(http_.Respond(Decide(*request), world.now()));
      }
    }
  }

  static std::string_view NameOf(http::Method method) {
    switch (method) {
      case http::Method::kPost:
        return "POST";
      case http::Method::kPatch:
        return "PATCH";
      case http::Method::kDelete:
        return "DELETE";
      case http::Method::kOptions:
        return "OPTIONS";
      default:
        return "OTHER";
    }
  }

  Response Decide(const Request& request) {
    if (intercept) {
      if (auto given = intercept(request)) return *given;
    }
    auto decision = whip.HandleRequest(request);
    if (auto* answer = std::get_if<WhipServer::Answer>(&decision)) return answer->response;
    if (auto* gone = std::get_if<WhipServer::Delete>(&decision)) return gone->response;
    if (auto* more = std::get_if<WhipServer::Candidates>(&decision)) return Trickle(*more);
    if (auto* restart = std::get_if<WhipServer::Restart>(&decision)) return Restart(*restart);
    const auto& create = std::get<WhipServer::Create>(decision);
    if (refuse_with) return whip.Refuse(*refuse_with);
    const auto answer = MakeAnswer(create.offer, server.description);
    REQUIRE(answer.has_value());
    const auto media = ReadNegotiated(create.offer, *answer, Side::kAnswerer);
    REQUIRE(media.has_value());
    server.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
    Response response = whip.Accept("tokentokentoken1", create, *answer);
    amend_(response);
    return response;
  }

  Response Trickle(const WhipServer::Candidates& more) {
    for (const ice::Candidate& candidate : more.ice.candidates) {
      trickled.push_back(candidate);
      server.Do([&](PeerSession& s, Timestamp now) { s.AddRemoteCandidate(candidate, now); });
    }
    return more.response;
  }

  Response Restart(const WhipServer::Restart& restart) {
    if (!takes_restarts) return whip.RefuseRestart();
    on_restart();
    ++generation_;
    const ice::Credentials ours{"srv" + std::to_string(generation_), std::string(24, 's')};
    server.Do(
        [&](PeerSession& s, Timestamp now) { REQUIRE(s.RestartIce(ours, restart.ice, now)); });
    IceDescription description = server.description.ice;
    description.credentials = ours;
    for (ice::Candidate& candidate : description.candidates) candidate.ufrag = ours.ufrag;
    return whip.AcceptRestart(restart.token, description);
  }

  std::function<void(Response&)> amend_;
  ice::testing::Router* router_;
  std::vector<SocketAddress> open_;
  twin::Alarm wake_;
  http::ServerConnection http_;
  StreamId stream_ = {};
  int generation_ = 0;
};

// A camera and a microphone at a client that publishes.
class ClientMedia {
 public:
  ClientMedia(WebWorld& web, DataRate rate)
      : web_(web),
        rate_(rate),
        encoder_(ConfigOf(rate), web.world.ForkRng()),
        video_due_(web.world, "camera", [this] { GiveVideo(); }),
        audio_due_(web.world, "microphone", [this] { GiveAudio(); }) {}

  void Start() {
    web_.Do([this](Client& c, Timestamp now) {
      c.Apply({.target_rate = rate_,
               .pacing_rate = rate_.Scaled(2.5),
               .congestion_window = {},
               .probe = {},
               .repair = {},
               .cause = cc::Cause::kNone,
               .decide_again_at = now + TimeDelta::Seconds(1),
               .reason = "test"},
              now);
    });
    began_ = web_.world.now();
    GiveVideo();
    GiveAudio();
  }
  void Stop() {
    video_due_.Stop();
    audio_due_.Stop();
  }

  std::int64_t pictures = 0;
  std::int64_t sounds = 0;

 private:
  static twin::FakeEncoderConfig ConfigOf(DataRate rate) {
    twin::FakeEncoderConfig config;
    config.rate = rate;
    return config;
  }
  void GiveVideo() {
    if (web_.keys_wanted > keys_) encoder_.RequestKeyFrame();
    keys_ = web_.keys_wanted;
    if (web_.intake == Intake::kPaused) {
      encoder_.SkipTo(encoder_.next_pts() + TimeDelta::Micros(1));
      return video_due_.Set(began_ + (encoder_.next_pts() - MediaTime::Zero()));
    }
    const EncodedFrame frame = encoder_.Next(web_.world.now());
    ++pictures;
    web_.Do([&](Client& c, Timestamp now) { c.Send(frame, now); });
    video_due_.Set(began_ + (encoder_.next_pts() - MediaTime::Zero()));
  }
  void GiveAudio() {
    const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(20) * sounds++;
    Bytes bytes(120, 0x5a);
    bytes[0] = 31 << 3 | 1 << 2;  // As LiveMedia's.
    const EncodedFrame frame{Buffer::Own(std::move(bytes)), FrameKind::kAudio, pts, pts,
                             web_.world.now()};
    web_.Do([&](Client& c, Timestamp now) { c.Send(frame, now); });
    audio_due_.Set(began_ + TimeDelta::Millis(20) * sounds);
  }

  WebWorld& web_;
  const DataRate rate_;
  twin::FakeEncoder encoder_;
  twin::Alarm video_due_;
  twin::Alarm audio_due_;
  Timestamp began_ = Timestamp::Zero();
  int keys_ = 0;
};

using Received = std::vector<std::pair<Timestamp, EncodedFrame>>;

// The longest time without a sound after `from`, until `to`. Sounds are 20 ms apart.
inline TimeDelta LongestGap(const Received& got, Timestamp from, Timestamp to) {
  Timestamp last = from;
  TimeDelta longest = TimeDelta::Zero();
  for (const auto& [at, frame] : got) {
    if (frame.track() == TrackKind::kVideo || at < from) continue;
    longest = std::max(longest, at - last);
    last = at;
  }
  return std::max(longest, to - last);
}

}  // namespace onair::webrtc::testing
