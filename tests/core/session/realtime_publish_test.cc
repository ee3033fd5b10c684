// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_publish.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/machine/trace.h"
#include "tests/core/session/recording_transport.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// Answers the number of packets it was told of, as a rate.
class CountingController final : public cc::Controller {
 public:
  cc::CongestionDecision OnReport(const cc::TcpReport& report) override {
    return Answer(report.at);
  }
  cc::CongestionDecision OnReport(const cc::FeedbackReport& report) override {
    seen_ += static_cast<std::int64_t>(report.packets.size());
    return Answer(report.at);
  }

 private:
  cc::CongestionDecision Answer(Timestamp at) const {
    return {.target_rate = DataRate::KilobitsPerSec(1000 + 100 * seen_),
            .pacing_rate = {},
            .congestion_window = {},
            .probe = {},
            .repair = {},
            .cause = cc::Cause::kNone,
            .decide_again_at = at + TimeDelta::Millis(100),
            .reason = "test"};
  }

  std::int64_t seen_ = 0;
};

EncodedFrame Frame(FrameKind kind, std::int64_t ms) {
  const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(ms);
  return {Buffer::Own(Bytes(100)), kind, pts, pts, At(ms)};
}

StreamTracks Tracks() {
  return {VideoTrack{VideoCodec::kH264, {320, 192}, 30, {}},
          AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
}

struct Rig {
  explicit Rig(PublishSessionConfig config = {})
      : session(
            config,
            [this](Timestamp) -> std::unique_ptr<RealtimeTransport> {
              ++made;
              return std::make_unique<RecordingTransport>(memory);
            },
            Rng(1), NullTrace()) {
    session.SetTracks(Tracks(), At(0));
  }

  // What the session says until it is idle, by words.
  std::string Said() {
    std::string all;
    for (int i = 0; i < 100; ++i) {
      auto out = session.Poll();
      if (const auto* drained = std::get_if<Idle>(&out)) {
        idle = *drained;
        return all;
      }
      if (!all.empty()) all += ' ';
      all += Word(out);
    }
    FAIL("never idle");
    return all;
  }
  void Says(RealtimeTransport::Event event) { memory.says.emplace_back(std::move(event)); }
  void GoLive(Timestamp now = At(0)) {
    session.Start(now);
    Said();
    Says(RealtimeTransport::Ready{});
    session.HandleTimeout(now);
    Said();
  }

  std::string Word(RealtimeOutput<RealtimePublish::Event>& out) {
    if (std::holds_alternative<Transmit>(out)) return "transmit";
    if (std::holds_alternative<DatagramTransmit>(out)) return "datagram";
    const auto& event = std::get<RealtimePublish::Event>(out);
    if (const auto* state = std::get_if<RealtimePublish::StateChanged>(&event)) {
      last_state = *state;
      switch (state->state) {
        case PublishState::kConnecting:
          return "connecting";
        case PublishState::kLive:
          return "live";
        case PublishState::kReconnecting:
          return "reconnecting";
        case PublishState::kEnded:
          return "ended";
      }
    }
    if (std::holds_alternative<RealtimePublish::ResolveName>(event)) return "resolve";
    if (std::holds_alternative<RealtimePublish::OpenStream>(event)) return "open-stream";
    if (std::holds_alternative<RealtimePublish::CloseStream>(event)) return "close-stream";
    if (std::holds_alternative<RealtimePublish::OpenSockets>(event)) return "open-sockets";
    if (std::holds_alternative<RealtimePublish::CloseSockets>(event)) return "close-sockets";
    if (std::holds_alternative<RealtimePublish::KeyFrameWanted>(event)) return "key-wanted";
    if (std::holds_alternative<RealtimePublish::FirstFrameSent>(event)) return "first-frame";
    if (std::holds_alternative<RealtimePublish::RateDecided>(event)) return "rate-decided";
    if (std::holds_alternative<RealtimePublish::RateChanged>(event)) return "rate-changed";
    return "quality";
  }

  RecordingTransport::Memory memory;
  int made = 0;
  Idle idle;
  std::optional<RealtimePublish::StateChanged> last_state;
  RealtimePublish session;
};

TEST_CASE("A realtime publisher opens what its transport asks for and goes live") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Says(RealtimeTransport::OpenSockets{});
  rig.Says(RealtimeTransport::OpenStream{{"host", 443, Security::kTls}});
  CHECK(rig.Said() == "connecting open-sockets open-stream");
  rig.session.HandleSocket({IpAddress::V4(10, 0, 0, 1), 5}, "wlan0", At(1));
  rig.session.HandleSocketsOpen(At(1));
  rig.session.HandleConnected(At(2));
  rig.session.HandleBytes(Bytes{1}, At(3));
  CHECK(rig.memory.told ==
        std::vector<std::string>{"start", "socket wlan0", "open", "connected", "bytes"});

  rig.Says(RealtimeTransport::ResolveName{"stun.example"});
  CHECK(rig.Said() == "resolve");
  rig.session.HandleNameResolved("stun.example", {}, At(3));
  CHECK(rig.memory.told.back() == "name stun.example 0");

  rig.Says(RealtimeTransport::Ready{});
  CHECK(rig.Said() == "live key-wanted");
  CHECK(rig.session.stats().live_at == At(3));
}

TEST_CASE("Sound goes at once, pictures from the first key frame on, and nothing waits") {
  Rig rig;
  rig.session.Push(Frame(FrameKind::kKey, 0), At(0));
  rig.session.Push(Frame(FrameKind::kAudio, 0), At(0));
  rig.GoLive(At(10));
  rig.session.Push(Frame(FrameKind::kAudio, 20), At(20));
  rig.session.Push(Frame(FrameKind::kReference, 33), At(33));
  rig.session.Push(Frame(FrameKind::kKey, 66), At(66));
  rig.session.Push(Frame(FrameKind::kReference, 99), At(99));

  CHECK(rig.memory.sent == std::vector<std::string>{"sound", "key", "picture"});
  CHECK(rig.Said() == "first-frame");
  CHECK(rig.session.stats().frames_dropped == 2);
  CHECK(rig.session.stats().audio_frames_dropped == 1);
  CHECK(rig.session.stats().first_frame_at == At(66));
}

TEST_CASE("Wishes for a key frame are told at most once in 300 ms") {
  Rig rig;
  rig.GoLive();
  rig.Says(RealtimeTransport::KeyFrameWanted{});
  CHECK(rig.Said() == "");
  rig.session.HandleTimeout(At(300));
  rig.Says(RealtimeTransport::KeyFrameWanted{});
  rig.Says(RealtimeTransport::KeyFrameWanted{});
  CHECK(rig.Said() == "key-wanted");
}

TEST_CASE("Who wants a key frame just behind one gets the next, asked for once") {
  Rig rig;
  rig.GoLive();
  rig.Says(RealtimeTransport::KeyFrameWanted{});
  CHECK(rig.Said() == "");  // The one that was asked for serves it.
  rig.session.Push(Frame(FrameKind::kKey, 40), At(40));
  CHECK(rig.Said() == "first-frame");
  rig.session.HandleTimeout(At(300));
  CHECK(rig.Said() == "");

  rig.Says(RealtimeTransport::KeyFrameWanted{});
  CHECK(rig.Said() == "key-wanted");
  rig.session.Push(Frame(FrameKind::kKey, 340), At(340));
  rig.Says(RealtimeTransport::KeyFrameWanted{});
  CHECK(rig.Said() == "");
  rig.session.HandleTimeout(At(600));
  CHECK(rig.Said() == "key-wanted");
  rig.session.HandleTimeout(At(900));
  CHECK(rig.Said() == "");
}

TEST_CASE("A lost connection is made anew after a wait, and begins with a key frame again") {
  Rig rig;
  rig.GoLive();
  rig.session.Push(Frame(FrameKind::kKey, 0), At(100));
  rig.Said();
  rig.Says(RealtimeTransport::Closed{{ErrorCode::kConnectionLost, "consent"}});
  CHECK(rig.Said() == "close-stream close-sockets reconnecting");
  CHECK_FALSE(rig.memory.is_alive);
  CHECK(rig.last_state->error->code == ErrorCode::kConnectionLost);
  CHECK(rig.idle.timer == "rts.retry");
  CHECK(rig.idle.wake_at == At(100) + rig.last_state->retry_in);

  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.made == 2);
  rig.Says(RealtimeTransport::Ready{});
  CHECK(rig.Said() == "live key-wanted");
  rig.session.Push(Frame(FrameKind::kReference, 1000), At(1000));
  CHECK(rig.memory.sent == std::vector<std::string>{"key"});
  CHECK(rig.session.stats().reconnects == 1);
}

TEST_CASE("A server's wish to wait is kept, within what the app allows") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Says(RealtimeTransport::Closed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(5)});
  rig.Said();
  CHECK(rig.last_state->retry_in == TimeDelta::Seconds(5));
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Says(
      RealtimeTransport::Closed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(900)});
  rig.Said();
  CHECK(rig.last_state->retry_in <= TimeDelta::Seconds(11));
}

TEST_CASE("An error that trying again cannot mend ends the session at once") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  rig.Says(RealtimeTransport::Closed{{ErrorCode::kHttpForbidden, "403"}});
  CHECK(rig.Said() == "close-stream close-sockets ended");
  CHECK(rig.last_state->error->code == ErrorCode::kHttpForbidden);
  CHECK(rig.session.is_ended());
}

TEST_CASE("An attempt without a media path is given up in time") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  CHECK(rig.idle.timer == "rts.connect");
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.Said() == "close-stream close-sockets reconnecting");
  CHECK(rig.last_state->error->code == ErrorCode::kConnectTimeout);
}

TEST_CASE("What the peer saw of the packets reaches the controller and the pacer") {
  Rig rig;
  rig.session.SetController(std::make_unique<CountingController>());
  rig.GoLive();
  std::vector<cc::PacketFate> fates(3, {.sent_at = At(0), .arrived_at = At(5)});
  rig.Says(RealtimeTransport::Feedback{{.at = At(50), .packets = fates}});
  rig.session.HandleTimeout(At(50));
  CHECK(rig.Said().find("rate-decided") != std::string::npos);
  REQUIRE_FALSE(rig.memory.rates.empty());
  CHECK(rig.memory.rates.back() == DataRate::KilobitsPerSec(1300));
  // Silence is news too: the controller is asked again by its own deadline.
  const std::size_t asked = rig.memory.rates.size();
  rig.session.HandleTimeout(At(151));
  CHECK(rig.memory.rates.size() == asked + 1);
}

TEST_CASE("Another network: live the transport looks for paths, else the attempt begins anew") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  rig.session.HandleNetworkChanged(At(10));
  CHECK(rig.made == 2);
  rig.Says(RealtimeTransport::Ready{});
  rig.Said();
  rig.session.HandleNetworkChanged(At(20));
  CHECK(rig.made == 2);
  CHECK(rig.memory.told.back() == "network");
}

TEST_CASE("A codec that the peer did not agree to means another connection") {
  Rig rig;
  rig.GoLive();
  rig.memory.takes_tracks = Fail(ErrorCode::kUnsupported, "another codec");
  rig.session.SetTracks(Tracks(), At(10));
  CHECK(rig.made == 2);
  // The new one is asked too, and its refusal is final.
  CHECK(rig.Said() == "close-stream close-sockets close-stream close-sockets ended");
}

TEST_CASE("A farewell is said in the protocol's way, and a silent server does not hold it up") {
  Rig polite;
  polite.GoLive();
  polite.session.Stop(At(100));
  CHECK(polite.memory.told.back() == "close");
  CHECK_FALSE(polite.session.is_ended());
  polite.Says(RealtimeTransport::Closed{{ErrorCode::kPeerClosed, "goodbye"}});
  CHECK(polite.Said() == "close-stream close-sockets ended");
  CHECK_FALSE(polite.last_state->error);

  Rig silent;
  silent.GoLive();
  silent.session.Stop(At(100));
  silent.Said();
  CHECK(silent.idle.wake_at == At(1100));
  silent.session.HandleTimeout(At(1100));
  CHECK(silent.Said() == "close-stream close-sockets ended");
  CHECK_FALSE(silent.last_state->error);
  silent.session.Push(Frame(FrameKind::kKey, 2000), At(2000));
  CHECK(silent.Said() == "");

  Rig hurried;
  hurried.GoLive();
  hurried.session.LimitFarewell(TimeDelta::Millis(200));
  hurried.session.Stop(At(100));
  hurried.Said();
  CHECK(hurried.idle.wake_at == At(300));
}

}  // namespace
}  // namespace onair::session
