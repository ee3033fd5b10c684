// SPDX-License-Identifier: Apache-2.0
//
// A viewer over WebRTC: a server that sends a live stream of a fixed rate, a line that loses, and
// behind it a whole client with the session that plays, from WHEP to the pictures on a display.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/session/realtime_play.h"
#include "core/twin/burst_loss.h"
#include "core/twin/rate_limit.h"
#include "core/twin/tail_drop.h"
#include "tests/transport/webrtc/peer_pair.h"
#include "transport/http/server_connection.h"
#include "transport/webrtc/client.h"
#include "transport/webrtc/rts_url.h"
#include "transport/webrtc/whip_server.h"

namespace onair::scenario {

class RtsPlayStage {
 public:
  using Play = session::RealtimePlay;
  struct Setup {
    TimeDelta one_way = TimeDelta::Millis(25);
    double loss = 0;                                 // Both ways.
    double burst = 1;                                // Packets that are lost in a row, on average.
    DataRate line = DataRate::KilobitsPerSec(2500);  // Towards the viewer.
    TimeDelta queue = TimeDelta::Millis(300);        // In front of it.
    std::optional<DataRate> line_later = {};         // From `falls_at` of the world's time on.
    Timestamp falls_at = Timestamp::Zero();
    DataRate rate = DataRate::KilobitsPerSec(1500);  // Of pictures, 30 a second.
    // What a controller that found the line paces at.
    DataRate pacing = DataRate::KilobitsPerSec(2400);
    TimeDelta audio_lead = TimeDelta::Millis(20);
    PlaySessionConfig session = {};
    std::uint64_t seed = 1;
  };
  struct Shown {
    Timestamp at;
    TimeDelta delay;  // Since it was captured.
  };
  struct Sound {
    Timestamp decoded_at;
    Timestamp due;
    MediaTime pts;
  };

  explicit RtsPlayStage(const Setup& setup)
      : setup_(setup),
        world(Timestamp::Zero(), setup.seed),
        network_(world, setup.one_way),
        server(world, network_, webrtc::Serving(), ice::Role::kControlled, "192.0.2.1:6000"),
        source_(world, server, setup.rate),
        http_(http::ServerConfig{}, world.now()),
        session(
            setup.session, [this](Timestamp now) { return MakeClient(now); }, world.ForkRng(),
            NullTrace()) {
    network_.AddSocket(local_, nullptr, [this](ByteView bytes, const DatagramPath& path) {
      Do([&](Play& s, Timestamp now) { s.HandleWire(Datagram{bytes, path}, now); });
    });
    network_.LinkTo(local_, LineDown());
    network_.LinkTo(server.socket(), LineUp());
  }

  virtual ~RtsPlayStage() = default;

  void Run(TimeDelta span) {
    Connect();
    source_.Start();
    server.Do([this](webrtc::PeerSession& s, Timestamp now) {
      s.Apply({.target_rate = setup_.rate,
               .pacing_rate = setup_.pacing,
               .congestion_window = {},
               .probe = {},
               .repair = {},
               .cause = cc::Cause::kNone,
               .decide_again_at = now + TimeDelta::Seconds(1),
               .reason = "test"},
              DataRate::KilobitsPerSec(64), now);
    });
    RunLooking(span);
    source_.Stop();
    ShowUntil(world.now());
  }

  std::function<void()> on_look;  // Each 100 ms while media comes.

  bool is_unheard = false;  // What the viewer sends is lost.

  void RunLooking(TimeDelta span) {
    for (const Timestamp until = world.now() + span; world.now() < until;) {
      world.RunFor(std::min(TimeDelta::Millis(100), until - world.now()));
      if (on_look) on_look();
    }
  }

  // Until media can flow.
  void Connect() {
    asked_at = world.now();
    Do([this](Play& s, Timestamp now) {
      s.HandleAudioLead(setup_.audio_lead, now);
      s.Start(now);
    });
    for (int i = 0; i < 1'000 && !server.connected_at; ++i) {
      world.RunFor(TimeDelta::Millis(5));
    }
    REQUIRE(server.connected_at);
    began_at = world.now();
  }

  template <typename Command>
  void Do(Command command) {
    command(session, world.now());
    Pump();
  }

  // Of pictures shown from `since` after the start of media on.
  TimeDelta DelayQuantile(double share, TimeDelta since) const {
    std::vector<TimeDelta> delays;
    for (const Shown& one : shown) {
      if (one.at >= began_at + since) delays.push_back(one.delay);
    }
    REQUIRE_FALSE(delays.empty());
    std::sort(delays.begin(), delays.end());
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
  }
  // Of the sound of 20 ms each that was sent from then on: how much was decoded in time.
  double SoundShare(TimeDelta since) const {
    std::int64_t in_time = 0;
    for (const Sound& one : sounds) {
      const bool is_in_time = one.decoded_at <= one.due - setup_.audio_lead;
      if (is_in_time && one.decoded_at >= began_at + since) ++in_time;
    }
    const TimeDelta watched = world.now() - (began_at + since);
    return static_cast<double>(in_time) * 0.02 / watched.seconds_f();
  }
  struct Freezes {
    int count = 0;
    TimeDelta total = TimeDelta::Zero();
    TimeDelta longest = TimeDelta::Zero();
  };
  // Times without a new picture longer than `limit`, whole.
  Freezes FreezesOver(TimeDelta limit, TimeDelta since) const {
    Freezes out;
    for (std::size_t i = 1; i < shown.size(); ++i) {
      if (shown[i].at < began_at + since) continue;
      const TimeDelta gap = shown[i].at - shown[i - 1].at;
      out.longest = std::max(out.longest, gap);
      if (gap <= limit) continue;
      ++out.count;
      out.total += gap;
    }
    return out;
  }

 private:
  std::unique_ptr<RealtimeTransport> MakeClient(Timestamp now) {
    const auto role = webrtc::SignallingRole::kPlay;
    const auto rts = webrtc::ParseRtsUrl(*ParseUrl("rts://192.0.2.1:8080/live/room"), role);
    REQUIRE(rts.has_value());
    webrtc::ClientConfig config{.role = role,
                                .signalling = {},
                                .identity = webrtc::testing::NewIdentity(),
                                .clock = {},
                                .video_formats = {{VideoCodec::kH264, {}, 0}}};
    config.ice_secret.fill(7);
    auto made = webrtc::Client::Create(config, webrtc::MakeSignalling(*rts, role, "", "x"),
                                       world.ForkRng(), now);
    REQUIRE(made.has_value());
    client = made->get();
    return std::move(*made);
  }
  std::unique_ptr<twin::Link> Losses() {
    const auto config = twin::BurstLossConfig::Of(setup_.loss, setup_.burst);
    return std::make_unique<twin::BurstLoss>(config, world.ForkRng());
  }
  std::unique_ptr<twin::Link> LineDown() {
    constexpr DataSize kUdpOverIp = DataSize::Bytes(28);
    auto path = std::make_unique<twin::Path>();
    twin::RateSchedule line(setup_.line);
    if (setup_.line_later) line.Change(setup_.falls_at, *setup_.line_later);
    path->Then(std::make_unique<twin::RateLimit>(
        line, std::make_unique<twin::TailDrop>(setup_.queue, setup_.line), kUdpOverIp));
    path->Then(Losses());
    path->Then(std::make_unique<twin::Delay>(setup_.one_way));
    return path;
  }
  std::unique_ptr<twin::Link> LineUp() {
    auto path = std::make_unique<twin::Path>();
    path->Then(Losses());
    path->Then(std::make_unique<twin::Delay>(setup_.one_way));
    return path;
  }

  void Pump() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = session.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return wake_.Set(idle->wake_at);
      if (const auto* datagram = std::get_if<DatagramTransmit>(&out)) {
        if (!is_unheard) network_.Send(datagram->bytes, datagram->path);
      } else if (const auto* order = std::get_if<WireOrder>(&out)) {
        Obey(*order);
      } else if (auto* transmit = std::get_if<StreamTransmit>(&out)) {
        world.At(world.now() + setup_.one_way, "http.up",
                 [this, bytes = Bytes(transmit->bytes.begin(), transmit->bytes.end())] {
                   http_.HandleBytes(bytes, world.now());
                   Serve();
                 });
      } else {
        Take(std::get<Play::Event>(out));
      }
    }
    FAIL("a session never settles");
  }
  void Take(Play::Event& event) {
    if (auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
      Decode(*decode);
    } else if (const auto* line = std::get_if<Play::LineChanged>(&event)) {
      Move(line->line);
    } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
      states.emplace_back(world.now(), *state);
    }
  }
  void Obey(const WireOrder& order) {
    if (std::holds_alternative<OpenSockets>(order)) {
      session.HandleWire(SocketBound{local_, "wlan0"}, world.now());
      session.HandleWire(SocketsOpen{}, world.now());
    } else if (const auto* open = std::get_if<OpenStream>(&order)) {
      stream_ = open->id;
      http_ = http::ServerConnection(http::ServerConfig{}, world.now());
      world.At(world.now() + setup_.one_way * 2, "http.connected", [this] {
        Do([this](Play& s, Timestamp now) { s.HandleWire(StreamConnected{stream_}, now); });
      });
    }
  }

  // A decoder of 5 ms a picture and a display that shows at once what is due, as PictureQueue.
  struct Picture {
    Timestamp due;
    Timestamp latest;
    MediaTime pts;
    Timestamp captured_at;
  };
  void Decode(const Play::DecodeFrame& decode) {
    if (decode.frame.track() == TrackKind::kAudio) {
      sounds.push_back({world.now(), decode.render_at, decode.frame.pts});
      return;
    }
    const auto captured = CapturedAt(twin::FrameNumber(decode.frame));
    REQUIRE(captured);
    const Timestamp on_line = line_ ? line_->AtOf(decode.frame.pts) : decode.render_at;
    const Timestamp latest =
        decode.render_at < on_line ? decode.render_at : Timestamp::PlusInfinity();
    ShowUntil(world.now());
    const Timestamp ready = world.now() + TimeDelta::Millis(5);
    decoding_.push_back({ready, {decode.render_at, latest, decode.frame.pts, *captured}});
    ++decoded;
  }
  void Move(const ClockMap& line) {
    ShowUntil(world.now());
    line_ = line;
    for (auto& [ready, picture] : decoding_) {
      picture.due = std::min(line.AtOf(picture.pts), picture.latest);
    }
  }
  virtual std::optional<Timestamp> CapturedAt(std::int64_t number) const {
    return source_.captured_at(number);
  }

 public:
  // Of pictures that are due and decoded only the newest is shown.
  void ShowUntil(Timestamp now) {
    while (!decoding_.empty()) {
      const auto& [ready, picture] = decoding_.front();
      const Timestamp at = std::max(ready, picture.due);
      if (at > now) return;
      const bool is_overtaken =
          decoding_.size() > 1 && std::max(decoding_[1].first, decoding_[1].second.due) <= at;
      if (!is_overtaken) shown.push_back({at, at - picture.captured_at});
      decoding_.pop_front();
    }
  }

 private:
  void Serve() {
    for (;;) {
      auto out = http_.Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        world.At(
            world.now() + setup_.one_way, "http.down", [this, bytes = std::move(transmit->bytes)] {
              Do([&](Play& s, Timestamp now) { s.HandleWire(StreamBytes{stream_, bytes}, now); });
            });
        continue;
      }
      const auto& event = std::get<http::ServerConnection::Event>(out);
      const auto* request = std::get_if<http::ServerConnection::Request>(&event);
      if (request != nullptr) REQUIRE(http_.Respond(Accept(*request), world.now()));
    }
  }
  webrtc::WhipServer::Response Accept(const http::ServerConnection::Request& request) {
    using Server = webrtc::WhipServer;
    auto decision = whip_.HandleRequest(request);
    if (auto* answer = std::get_if<Server::Answer>(&decision)) return answer->response;
    if (auto* gone = std::get_if<Server::Delete>(&decision)) return gone->response;
    if (auto* more = std::get_if<Server::Candidates>(&decision)) return more->response;
    const auto& create = std::get<Server::Create>(decision);
    const auto answer = webrtc::MakeAnswer(create.offer, server.description);
    REQUIRE(answer.has_value());
    const auto media = webrtc::ReadNegotiated(create.offer, *answer, webrtc::Side::kAnswerer);
    REQUIRE(media.has_value());
    server.Do([&](webrtc::PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
    return whip_.Accept("tokentokentoken1", create, *answer);
  }

  const Setup setup_;
  const SocketAddress local_ = ice::testing::At("10.0.0.1:5000");

 public:
  twin::World world;

 private:
  ice::testing::Network network_;

 public:
  webrtc::testing::Peer server;

 private:
  webrtc::testing::LiveMedia source_;
  webrtc::WhipServer whip_{webrtc::WhipServerConfig{}};
  http::ServerConnection http_;
  StreamId stream_ = {};
  std::optional<ClockMap> line_;
  std::deque<std::pair<Timestamp, Picture>> decoding_;  // With the time when it is decoded.
  twin::Alarm wake_{world, "viewer",
                    [this] { Do([](Play& s, Timestamp now) { s.HandleTimeout(now); }); }};

 public:
  const webrtc::Client* client = nullptr;
  Play session;
  Timestamp asked_at = Timestamp::Zero();
  Timestamp began_at = Timestamp::Zero();
  std::vector<Shown> shown;
  std::vector<Sound> sounds;
  std::int64_t decoded = 0;
  std::vector<std::pair<Timestamp, Play::StateChanged>> states;
};

}  // namespace onair::scenario
