// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/rts_flow.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/base/check.h"
#include "core/machine/trace.h"
#include "transport/webrtc/client.h"

namespace onair::samples {
namespace {

using session::RealtimePublish;
using webrtc::Signalling;

constexpr std::uint16_t kFirstPort = 5000;

// Offer and answer pass at once. New paths begin without the server (a lite one is found by checks
// from any address), and asked for others it says nothing: on a dead line nobody is reached.
class HandSignalling final : public Signalling {
 public:
  explicit HandSignalling(RtsEdge& edge) : edge_(edge) {}

  void HandleResponse(const webrtc::HttpResponse&) override {}
  void HandleFailure(const Error&) override {}
  void AskIceServers() override { out_.emplace_back(Event(IceServersTold{})); }
  void Offer(const webrtc::Sdp& offer) override {
    auto answer = edge_.Answer(offer);
    if (!answer) return out_.emplace_back(Event(Failed{answer.error(), {}})), void();
    out_.emplace_back(Event(Answered{std::move(*answer), false, true}));
  }
  void Answer(const webrtc::Sdp&) override {}
  void Trickle(const webrtc::IceDescription&) override {}
  void RestartIce(const webrtc::IceDescription&) override {}
  void Close() override { out_.emplace_back(Event(Ended{})); }

  Output Poll() override {
    if (out_.empty()) return {};
    Output first = std::move(out_.front());
    out_.pop_front();
    return first;
  }

 private:
  RtsEdge& edge_;
  std::deque<Output> out_;  // One or two.
};

}  // namespace

RtsFlow::RtsFlow(twin::World& world, twin::SharedNetwork& network, TimeDelta access_delay,
                 const Config& config, EventLog& log)
    : PushFlow(world, config, Chance(world), AudioCodec::kOpus, log),
      line_(world, network, access_delay),
      edge_(world, line_, chance_.server,
            [this](const EncodedFrame& frame) { OnDelivered(frame); }),
      session_(
          PublishSessionConfig{}, [this](Timestamp now) { return MakeTransport(now); },
          world.ForkRng(), NullTrace()),
      wake_(world, "publisher",
            [this] { Do([](RealtimePublish& s, Timestamp now) { s.HandleTimeout(now); }); }),
      port_(kFirstPort) {
  line_.ListenAtClient([this](const Datagram& in) {
    Do([&](RealtimePublish& s, Timestamp now) { s.HandleWire(in, now); });
  });
  line_.Listen([this](TimeDelta since, Timestamp now) { NotePictureSent(since, now); });
  session_.SetController(MakeConfigured());
}

std::unique_ptr<RealtimeTransport> RtsFlow::MakeTransport(Timestamp now) {
  webrtc::ClientConfig config{.role = webrtc::SignallingRole::kPublish,
                              .signalling = {},
                              .identity = SharedIdentity(),
                              .clock = {},
                              .video_formats = {},
                              .audio_rate = config_.rates.audio};
  config.ice_secret.fill(static_cast<std::uint8_t>(chance_.client.Next()));
  auto client = webrtc::Client::Create(config, std::make_unique<HandSignalling>(edge_),
                                       Rng(chance_.client.Next()), now);
  ONAIR_CHECK(client.has_value());
  first_sent_.reset();
  return std::move(*client);
}

void RtsFlow::StartSession() {
  Do([this](RealtimePublish& s, Timestamp now) {
    s.SetTracks(media_.tracks(), now);
    s.Start(now);
  });
}

void RtsFlow::StopSession() {
  Do([](RealtimePublish& s, Timestamp now) { s.Stop(now); });
}

void RtsFlow::Send(EncodedFrame frame) {
  if (!first_sent_ && frame.is_key()) first_sent_ = world_.now();
  Do([&](RealtimePublish& s, Timestamp now) { s.Push(std::move(frame), now); });
}

void RtsFlow::Move() {
  if (!is_running()) return;
  ++port_;
  Do([](RealtimePublish& s, Timestamp now) { s.HandleNetworkChanged({}, now); });
}

PushFlow::Counts RtsFlow::counts() {
  const PublishSessionStats& session = session_.stats();
  const RtsLine::Stats& line = line_.stats();
  Counts counts = PushFlow::counts();
  // What the pacer had no room for the session takes for sent.
  counts.dropped = session.frames_dropped + session.frames_sent - pictures_sent_;
  counts.reconnects = session.reconnects;
  counts.segments =
      line.video.packets + line.sound.packets + line.resent.packets + line.repair.packets;
  counts.segments_again = line.resent.packets;
  counts.bytes_repair = (line.resent.bytes + line.repair.bytes).bytes();
  // Headers as the packets of what was sent had them.
  const auto payload = static_cast<double>(session.video_bytes_sent.bytes());
  if (payload <= 0 || line.video.packets == 0) return counts;
  const double headers = static_cast<double>(line.video.bytes.bytes()) / payload;
  const double header = (static_cast<double>(line.video.bytes.bytes()) - payload) /
                        static_cast<double>(line.video.packets);
  counts.bytes_used = static_cast<std::int64_t>(
      static_cast<double>(counts.bytes_video) * std::max(1.0, headers) +
      static_cast<double>(counts.bytes_audio) +
      static_cast<double>(counts.sounds_delivered) * std::max(0.0, header));
  return counts;
}

double RtsFlow::headers() const {
  const PublishSessionStats& session = session_.stats();
  const RtsLine::Stats& line = line_.stats();
  const auto media =
      static_cast<double>((session.video_bytes_sent + session.audio_bytes_sent).bytes());
  // What waits in the pacer is sent for the session, and not on the wire.
  const auto wire = static_cast<double>((line.video.bytes + line.sound.bytes).bytes());
  constexpr double kLeastMedia = 100'000;
  constexpr double kUsual = 1.07;
  return media < kLeastMedia ? kUsual : std::clamp(wire / media, 1.0, 1.5);
}

DataSize RtsFlow::on_wire() {
  const RtsLine::Stats& line = line_.stats();
  return line.video.bytes + line.sound.bytes;
}

template <typename Command>
void RtsFlow::Do(Command command) {
  command(session_, world_.now());
  Pump();
}

void RtsFlow::Pump() {
  if (is_pumping_) return;  // The outer call goes on draining.
  is_pumping_ = true;
  for (std::int64_t i = 0; i < twin::World::kStepLimit; ++i) {
    auto out = session_.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      wake_.Set(idle->wake_at);
      is_pumping_ = false;
      return;
    }
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      line_.SendUp(*transmit);
    } else if (const auto* order = std::get_if<WireOrder>(&out)) {
      Obey(*order);
    } else if (auto* event = std::get_if<RealtimePublish::Event>(&out)) {
      OnEvent(*event);
    }
  }
  is_pumping_ = false;
  world_.Fail("the publisher's session never settles");
}

// Streams and names are for signalling, which is by hand.
void RtsFlow::Obey(const WireOrder& order) {
  if (std::holds_alternative<onair::OpenSockets>(order)) {
    OpenSockets();
  } else if (const auto* one = std::get_if<CloseSocket>(&order)) {
    std::erase(open_, one->local);
  } else if (std::holds_alternative<CloseSockets>(order)) {
    open_.clear();
  }
}

void RtsFlow::OnEvent(RealtimePublish::Event& event) {
  if (std::holds_alternative<RealtimePublish::KeyFrameWanted>(event)) {
    media_.RequestKeyFrame();
  } else if (const auto* decided = std::get_if<RealtimePublish::RateDecided>(&event)) {
    OnDecision(decided->decision);
  } else if (const auto* changed = std::get_if<RealtimePublish::StateChanged>(&event)) {
    OnState(changed->state, changed->error);
    if (changed->state == PublishState::kLive) BeginMedia();
  }
}

void RtsFlow::OpenSockets() {
  const Timestamp now = world_.now();
  const SocketAddress present = RtsLine::ClientAddress(port_);
  for (const SocketAddress& old : std::exchange(open_, {})) {
    if (old == present) {
      open_.push_back(old);
    } else {
      session_.HandleWire(SocketGone{old}, now);
    }
  }
  if (open_.empty()) {
    open_.push_back(present);
    session_.HandleWire(SocketBound{present, "wlan0"}, now);
  }
  session_.HandleWire(SocketsOpen{}, now);
}

void RtsFlow::NotePictureSent(TimeDelta since_first, Timestamp now) {
  ++pictures_sent_;
  if (first_sent_) send_delays_ms_.Add((now - (*first_sent_ + since_first)).ms_f());
}

}  // namespace onair::samples
