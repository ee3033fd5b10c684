// SPDX-License-Identifier: Apache-2.0
//
// Two peer sessions in a small internet: offer and answer pass by hand, all else by datagrams.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/twin/fake_encoder.h"
#include "tests/transport/ice/ice_network.h"
#include "tests/transport/rtp/sample_video.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/peer_session.h"

namespace onair::webrtc::testing {

inline dtls::Identity NewIdentity() {
  auto identity = dtls::Identity::Generate();
  REQUIRE(identity.has_value());
  return *identity;
}

// One end with one socket; does what a driver does.
class Peer {
 public:
  Peer(twin::World& world, ice::testing::Network& network, LocalDescription local, ice::Role role,
       const char* address, MediaSender::Origin origin = MediaSender::Origin::kRelay)
      : world_(world),
        network_(network),
        wake_(world, "peer",
              [this] {
                session->HandleTimeout(world_.now());
                Pump();
              }),
        description(std::move(local)) {
    const char letter = role == ice::Role::kControlling ? 'a' : 'b';
    const dtls::Identity identity = NewIdentity();
    const ice::Credentials credentials{std::string(4, letter), std::string(24, letter)};
    const auto implementation =
        description.is_ice_lite ? ice::Implementation::kLite : ice::Implementation::kFull;
    PeerConfig config{.ice = {.local = credentials, .role = role, .implementation = implementation},
                      .identity = identity,
                      .clock = {world.now(), UtcTime::Micros(1'700'000'000'000'000)},
                      .cname = description.cname,
                      .audio_source = description.audio_source,
                      .video_source = description.video_source,
                      .origin = origin,
                      .data_port = description.data_port,
                      .max_message_bytes = description.max_message_bytes};
    if (origin == MediaSender::Origin::kEncoder) config.pacer = {};  // As Client does.
    auto made = PeerSession::Create(config, world.ForkRng(), world.now());
    REQUIRE(made.has_value());
    session = std::make_unique<PeerSession>(std::move(*made));
    description.ice.credentials = credentials;
    description.ice.candidates.clear();
    description.fingerprints = {{"sha-256", identity.fingerprint().digest}};
    socket_ = ice::testing::At(address);
    AddSocket(socket_);
    session->FinishLocalAddresses(world.now());
    Pump();
  }

  void AddSocket(const SocketAddress& address) {
    network_.AddSocket(address, nullptr, [this](ByteView bytes, const DatagramPath& path) {
      session->HandleDatagram({bytes, path}, world_.now());
      Pump();
    });
    REQUIRE(session->AddLocalAddress(address, 0, world_.now()));
    Pump();
  }
  // Its socket is gone, and the world knows.
  void RemoveSocket(const SocketAddress& address) {
    network_.Block(address);
    session->RemoveLocalAddress(address, world_.now());
    std::erase_if(description.ice.candidates,
                  [&](const ice::Candidate& one) { return one.address == address; });
    Pump();
  }

  template <typename Command>
  void Do(Command command) {
    command(*session, world_.now());
    Pump();
  }

  void Pump() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = session->Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return wake_.Set(idle->wake_at);
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        if (on_datagram) on_datagram(transmit->bytes);
        network_.Send(transmit->bytes, transmit->path);
      } else {
        Take(std::get<PeerSession::Event>(out));
      }
    }
    FAIL("a session never settles");
  }

  const SocketAddress& socket() const { return socket_; }

 private:
  void Take(PeerSession::Event& event) {
    using Session = PeerSession;
    if (auto* local = std::get_if<Session::LocalCandidate>(&event)) {
      std::erase_if(description.ice.candidates, [&](const ice::Candidate& one) {
        return one.address == local->candidate.address;
      });
      description.ice.candidates.push_back(std::move(local->candidate));
    } else if (std::holds_alternative<Session::Connected>(event)) {
      connected_at = world_.now();
    } else if (std::holds_alternative<Session::KeyFrameWanted>(event)) {
      ++keys_wanted;
    } else if (const auto* wanted = std::get_if<Session::IntakeWanted>(&event)) {
      intake = wanted->intake;
    } else if (const auto* feedback = std::get_if<Session::Feedback>(&event)) {
      for (const cc::PacketFate& fate : feedback->report.packets) {
        ++(fate.arrived_at ? fates_arrived : fates_lost);
      }
      if (on_feedback) on_feedback(feedback->report);
    } else if (auto* tracks = std::get_if<Session::TracksChanged>(&event)) {
      got_tracks = std::move(tracks->tracks);
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      got.emplace_back(world_.now(), std::move(*frame));
    } else if (const auto* path = std::get_if<Session::PathStateChanged>(&event)) {
      path_states.push_back(path->state);
    } else if (const auto* opened = std::get_if<Session::ChannelOpened>(&event)) {
      channels_opened.push_back(*opened);
    } else if (auto* message = std::get_if<Session::ChannelMessage>(&event)) {
      messages.push_back(std::move(*message));
    } else if (const auto* gone = std::get_if<Session::ChannelClosed>(&event)) {
      channels_closed.push_back(gone->id);
    } else if (const auto* down = std::get_if<Session::ChannelsDown>(&event)) {
      channels_down = down->error;
    } else if (std::holds_alternative<Session::ChannelsUp>(event)) {
      are_channels_up = true;
    } else if (auto* over = std::get_if<Session::Closed>(&event)) {
      closed = std::move(over->error);
    }
  }

  twin::World& world_;
  ice::testing::Network& network_;
  twin::Alarm wake_;
  SocketAddress socket_;

 public:
  LocalDescription description;
  std::unique_ptr<PeerSession> session;
  std::optional<Timestamp> connected_at;
  std::optional<Error> closed;
  std::vector<PathState> path_states;
  bool are_channels_up = false;
  std::vector<PeerSession::ChannelOpened> channels_opened;
  std::vector<PeerSession::ChannelMessage> messages;
  std::vector<ChannelId> channels_closed;
  std::optional<Error> channels_down;
  std::optional<StreamTracks> got_tracks;
  std::vector<std::pair<Timestamp, EncodedFrame>> got;
  int keys_wanted = 0;
  Intake intake = Intake::kOpen;
  std::int64_t fates_arrived = 0;
  std::int64_t fates_lost = 0;
  std::function<void(ByteView)> on_datagram;
  std::function<void(const cc::FeedbackReport&)> on_feedback;
};

// A publisher and a server, `one_way` apart.
struct Pair {
  explicit Pair(TimeDelta one_way, double loss = 0, LocalDescription server_side = Ingesting(),
                LocalDescription client_side = Publishing(), std::uint64_t seed = 1,
                MediaSender::Origin origin = MediaSender::Origin::kRelay)
      : world(Timestamp::Zero(), seed),
        network(world, one_way, loss),
        client(world, network, std::move(client_side), ice::Role::kControlling, "10.0.0.1:5000",
               origin),
        server(world, network, std::move(server_side), ice::Role::kControlled, "192.0.2.1:6000") {}

  // Signalling takes a round trip, as HTTP does.
  void Connect() {
    const auto offer = MakeOffer(client.description);
    REQUIRE(offer.has_value());
    const auto answer = MakeAnswer(*offer, server.description);
    REQUIRE(answer.has_value());
    const auto at_server = ReadNegotiated(*offer, *answer, Side::kAnswerer);
    const auto at_client = ReadNegotiated(*offer, *answer, Side::kOfferer);
    REQUIRE(at_server.has_value());
    REQUIRE(at_client.has_value());
    server.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*at_server, now)); });
    client.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*at_client, now)); });
  }
  void RunFor(TimeDelta span) { world.RunFor(span); }

  twin::World world;
  ice::testing::Network network;
  Peer client;
  Peer server;
};

// A camera and a microphone at the publisher.
class LiveMedia {
 public:
  // `loss`: what a controller would have told of the line; `key_fec`: empty for twice the others'.
  LiveMedia(twin::World& world, Peer& peer, DataRate rate, double loss = 0,
            std::optional<double> key_fec = std::nullopt)
      : world_(world),
        peer_(peer),
        rate_(rate),
        loss_(loss),
        key_fec_(key_fec.value_or(4 * loss)),
        encoder_(ConfigOf(rate), world.ForkRng()),
        video_due_(world, "camera", [this] { GiveVideo(); }),
        audio_due_(world, "microphone", [this] { GiveAudio(); }) {}

  StreamTracks tracks() const {
    return {rtp::testing::SampleTrack(VideoCodec::kH264),
            AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
  }
  void Start() {
    peer_.Do([this](PeerSession& s, Timestamp now) {
      REQUIRE(s.SetTracks(tracks(), now));
      s.Apply(Decision(now), DataRate::KilobitsPerSec(64), now);
    });
    began_ = world_.now();
    GiveVideo();
    GiveAudio();
  }
  void Stop() {
    video_due_.Stop();
    audio_due_.Stop();
  }

  // Of the picture with this number (twin::FrameNumber); nothing where there is none.
  std::optional<Timestamp> captured_at(std::int64_t number) const {
    const bool is_known = number >= 0 && number < static_cast<std::int64_t>(captured_.size());
    if (!is_known) return std::nullopt;
    return captured_[static_cast<std::size_t>(number)];
  }

  std::int64_t pictures = 0;
  std::int64_t sounds = 0;

 private:
  static twin::FakeEncoderConfig ConfigOf(DataRate rate) {
    twin::FakeEncoderConfig config;
    config.rate = rate;
    return config;
  }
  // What a controller says at once.
  cc::CongestionDecision Decision(Timestamp now) const {
    return {.target_rate = rate_,
            .pacing_rate = rate_.Scaled(2.5),
            .congestion_window = {},
            .probe = {},
            .repair = {.fec_share = 2 * loss_, .key_fec_share = key_fec_, .expected_loss = loss_},
            .cause = cc::Cause::kNone,
            .decide_again_at = now + TimeDelta::Seconds(1),
            .reason = "test"};
  }
  void GiveVideo() {
    if (peer_.keys_wanted > keys_) encoder_.RequestKeyFrame();
    keys_ = peer_.keys_wanted;
    const EncodedFrame frame = encoder_.Next(world_.now());
    ++pictures;
    captured_.push_back(world_.now());
    peer_.Do([&](PeerSession& s, Timestamp now) { s.Send(frame, now); });
    video_due_.Set(began_ + (encoder_.next_pts() - MediaTime::Zero()));
  }
  void GiveAudio() {
    const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(20) * sounds++;
    // TOC: CELT, full band, 20 ms, stereo, one frame (RFC 6716 section 3.1).
    Bytes bytes(120, 0x5a);
    bytes[0] = 31 << 3 | 1 << 2;
    const EncodedFrame frame{Buffer::Own(std::move(bytes)), FrameKind::kAudio, pts, pts,
                             world_.now()};
    peer_.Do([&](PeerSession& s, Timestamp now) { s.Send(frame, now); });
    audio_due_.Set(began_ + TimeDelta::Millis(20) * sounds);
  }

  twin::World& world_;
  Peer& peer_;
  const DataRate rate_;
  const double loss_;
  const double key_fec_;
  twin::FakeEncoder encoder_;
  twin::Alarm video_due_;
  twin::Alarm audio_due_;
  Timestamp began_ = Timestamp::Zero();
  int keys_ = 0;
  std::vector<Timestamp> captured_;
};

}  // namespace onair::webrtc::testing
