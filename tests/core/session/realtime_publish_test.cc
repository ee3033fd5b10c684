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
    if (in_flight_ != nullptr) *in_flight_ = report.in_flight;
    return Answer(report.at);
  }

  // Where what it was told of as under way shall be noted.
  void NoteInFlight(DataSize& into) { in_flight_ = &into; }
  // Caps each picture by itself.
  void SetLimit(DataSize limit) { limit_ = limit; }

 private:
  cc::CongestionDecision Answer(Timestamp at) const {
    return {.target_rate = DataRate::KilobitsPerSec(1000 + 100 * seen_),
            .pacing_rate = DataRate::KilobitsPerSec(1200 + 120 * seen_),
            .congestion_window = {},
            .frame_limit = limit_,
            .probe = {},
            .repair = {},
            .cause = cc::Cause::kNone,
            .decide_again_at = at + TimeDelta::Millis(100),
            .reason = "test"};
  }

  std::int64_t seen_ = 0;
  DataSize* in_flight_ = nullptr;
  std::optional<DataSize> limit_;
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
  void Orders(WireOrder order) { memory.says.emplace_back(std::move(order)); }
  void GoLive(Timestamp now = At(0)) {
    session.Start(now);
    Said();
    Says(RealtimeTransport::Ready{});
    session.HandleTimeout(now);
    Said();
  }

  std::string Word(RealtimeOutput<RealtimePublish::Event>& out) {
    if (std::holds_alternative<StreamTransmit>(out)) return "transmit";
    if (std::holds_alternative<DatagramTransmit>(out)) return "datagram";
    if (const auto* order = std::get_if<WireOrder>(&out)) {
      if (const auto* open = std::get_if<OpenStream>(order)) stream = open->id;
      return WordOf(*order);
    }
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
    if (std::holds_alternative<RealtimePublish::KeyFrameWanted>(event)) return "key-wanted";
    if (std::holds_alternative<RealtimePublish::FirstFrameSent>(event)) return "first-frame";
    if (const auto* decided = std::get_if<RealtimePublish::RateDecided>(&event)) {
      last_decision = decided->decision;
      last_carriage = decided->carriage;
      return "rate-decided";
    }
    if (std::holds_alternative<RealtimePublish::RateChanged>(event)) return "rate-changed";
    if (std::holds_alternative<RealtimePublish::AudioRefused>(event)) return "audio-refused";
    if (std::holds_alternative<RealtimePublish::HandOverFailed>(event)) return "hand-over-failed";
    return "quality";
  }

  RecordingTransport::Memory memory;
  int made = 0;
  Idle idle;
  StreamId stream = {};  // The latest, by the driver's number.
  std::optional<RealtimePublish::StateChanged> last_state;
  std::optional<cc::CongestionDecision> last_decision;
  Carriage last_carriage = Carriage::kMoves;
  RealtimePublish session;
};

TEST_CASE("A realtime publisher opens what its transport asks for and goes live") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Orders(OpenSockets{});
  rig.Orders(OpenStream{StreamId{7}, {"host", 443, Security::kTls}});
  CHECK(rig.Said() == "connecting open-sockets open-stream");
  rig.session.HandleWire(SocketBound{{IpAddress::V4(10, 0, 0, 1), 5}, "wlan0"}, At(1));
  rig.session.HandleWire(SocketsOpen{}, At(1));
  rig.session.HandleWire(StreamConnected{rig.stream}, At(2));
  rig.session.HandleWire(StreamBytes{rig.stream, Bytes{1}}, At(3));
  CHECK(rig.memory.told ==
        std::vector<std::string>{"start", "socket wlan0", "open", "connected", "bytes"});

  rig.Orders(ResolveName{"stun.example"});
  CHECK(rig.Said() == "resolve stun.example");
  rig.session.HandleWire(NameResolved{"stun.example", {}}, At(3));
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
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kConnectionLost, "consent"}});
  CHECK(rig.Said() == "reconnecting close-sockets");
  CHECK(rig.memory.alive == 0);
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
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(5)});
  rig.Said();
  CHECK(rig.last_state->retry_in == TimeDelta::Seconds(5));
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Says(
      RealtimeTransport::Failed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(900)});
  rig.Said();
  CHECK(rig.last_state->retry_in <= TimeDelta::Seconds(11));
}

TEST_CASE("An error that trying again cannot mend ends the session at once") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kHttpForbidden, "403"}});
  CHECK(rig.Said() == "close-sockets ended");
  CHECK(rig.last_state->error->code == ErrorCode::kHttpForbidden);
  CHECK(rig.session.is_ended());
}

TEST_CASE("An attempt without a media path is given up in time") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  CHECK(rig.idle.timer == "rts.connect");
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.Said() == "reconnecting close-sockets");
  CHECK(rig.last_state->error->code == ErrorCode::kIceNoPath);
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

// Takes what a receiver says it loses as a share of 1000 kbit/s.
struct HalvingReception final : cc::ReceptionController {
  cc::CongestionDecision OnReport(const cc::ReceptionReport& report) override {
    rate = DataRate::KilobitsPerSec(1000).Scaled(1 - report.loss.value_or(0));
    return OnTime(report.at);
  }
  cc::CongestionDecision OnTime(Timestamp now) override {
    return {.target_rate = rate,
            .pacing_rate = {},
            .congestion_window = {},
            .probe = {},
            .repair = {},
            .cause = cc::Cause::kNone,
            .decide_again_at = now + TimeDelta::Millis(100),
            .reason = "test"};
  }
  DataRate rate = DataRate::KilobitsPerSec(700);
};

TEST_CASE(
    "Where a peer tells of no packets its receiver reports decide, from the first moment on") {
  Rig rig;
  rig.session.SetController(std::make_unique<CountingController>());
  rig.session.SetReceptionController(std::make_unique<HalvingReception>());
  rig.session.Start(At(0));
  rig.Says(RealtimeTransport::Ready{.tells = RealtimeTransport::Tells::kReception});
  rig.Said();
  rig.session.HandleTimeout(At(1));
  rig.Said();
  CHECK(rig.memory.rates == std::vector{DataRate::KilobitsPerSec(700)});

  rig.Says(RealtimeTransport::Reception{{.at = At(50), .loss = 0.5}});
  CHECK(rig.Said().find("rate-decided") != std::string::npos);
  CHECK(rig.memory.rates.back() == DataRate::KilobitsPerSec(500));

  // The next peer tells of packets.
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kIceConsentLost, ""}});
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Says(RealtimeTransport::Ready{});
  rig.Said();
  rig.session.HandleTimeout(At(60'000));
  rig.Said();
  CHECK(rig.memory.rates.back() == DataRate::KilobitsPerSec(1000));
}

// Pauses the intake in silence, but for moments in which it tries.
struct PausingController final : cc::Controller {
  cc::CongestionDecision OnReport(const cc::FeedbackReport& report) override {
    if (!report.packets.empty()) heard_at = report.at;
    const TimeDelta silence = report.at - heard_at;
    const bool pauses = silence > TimeDelta::Millis(150) && !tries;
    return {.target_rate = DataRate::KilobitsPerSec(1000),
            .pacing_rate = {},
            .congestion_window = {},
            .probe = {},
            .repair = {},
            .intake = pauses ? Intake::kPaused : Intake::kOpen,
            .cause = cc::Cause::kNone,
            .decide_again_at = report.at + TimeDelta::Millis(50),
            .reason = "test"};
  }
  cc::CongestionDecision OnReport(const cc::TcpReport&) override { std::abort(); }
  Timestamp heard_at = At(0);
  bool tries = false;
};

TEST_CASE(
    "On a line that stands pictures for others are dropped, until it moves: with a key frame") {
  Rig rig;
  auto controller = std::make_unique<PausingController>();
  PausingController& pausing = *controller;
  rig.session.SetController(std::move(controller));
  rig.GoLive();
  rig.session.Push(Frame(FrameKind::kKey, 10), At(10));
  std::vector<cc::PacketFate> fates(
      1, {.sent_at = At(10), .arrived_at = At(15), .size = DataSize::Bytes(100)});
  const auto hear = [&](std::int64_t ms) {
    rig.Says(RealtimeTransport::Feedback{
        {.at = At(ms), .packets = fates, .in_flight = DataSize::Bytes(500)}});
    rig.session.HandleTimeout(At(ms));
    return rig.Said();
  };
  hear(50);
  const auto sent_until = [&](std::int64_t from, std::int64_t to) {
    const std::int64_t before = rig.session.stats().frames_sent;
    for (std::int64_t ms = from; ms < to; ms += 50) {
      rig.session.HandleTimeout(At(ms));
      CHECK(rig.Said().find("key-wanted") == std::string::npos);
      rig.session.Push(Frame(FrameKind::kReference, ms), At(ms));
    }
    return rig.session.stats().frames_sent - before;
  };
  CHECK(sent_until(100, 550) == 9);
  CHECK(sent_until(600, 1000) == 0);
  CHECK(rig.last_carriage == Carriage::kStands);
  pausing.tries = true;
  CHECK(sent_until(1000, 1050) == 1);
  pausing.tries = false;
  CHECK(hear(1060).find("key-wanted") != std::string::npos);
  CHECK(rig.last_carriage == Carriage::kMoves);
  rig.session.Push(Frame(FrameKind::kReference, 1100), At(1100));
  CHECK(rig.session.stats().frames_sent == 11);
  rig.session.Push(Frame(FrameKind::kKey, 1110), At(1110));
  rig.session.Push(Frame(FrameKind::kReference, 1120), At(1120));
  CHECK(rig.session.stats().frames_sent == 13);
}

TEST_CASE("Silence is known after feedback that left nothing under way, where feedback is told") {
  Rig rig;
  DataSize in_flight = DataSize::Zero();
  auto controller = std::make_unique<CountingController>();
  controller->NoteInFlight(in_flight);
  rig.session.SetController(std::move(controller));
  rig.GoLive();
  rig.session.Push(Frame(FrameKind::kKey, 10), At(10));
  rig.session.HandleTimeout(At(120));
  CHECK(in_flight == DataSize::Zero());  // This peer may tell nothing, ever.

  std::vector<cc::PacketFate> fates(1, {.sent_at = At(10), .arrived_at = At(15)});
  rig.Says(RealtimeTransport::Feedback{{.at = At(150), .packets = fates}});
  rig.session.HandleTimeout(At(150));
  rig.Said();
  rig.session.HandleTimeout(At(260));
  CHECK(in_flight == DataSize::Zero());
  rig.session.Push(Frame(FrameKind::kReference, 270), At(270));
  rig.session.HandleTimeout(At(370));
  CHECK(in_flight == DataSize::Bytes(100));
}

TEST_CASE(
    "A transport without room stops the encoder at once, and lets it go on with the rate kept") {
  Rig rig;
  rig.session.SetController(std::make_unique<CountingController>());
  rig.GoLive();
  rig.session.HandleTimeout(At(1));
  rig.Said();
  rig.Says(RealtimeTransport::IntakeWanted{Intake::kPaused});
  CHECK(rig.Said() == "rate-decided");
  CHECK(rig.last_decision->intake == Intake::kPaused);
  CHECK(rig.last_decision->target_rate == DataRate::KilobitsPerSec(1000));
  rig.Says(RealtimeTransport::IntakeWanted{Intake::kOpen});
  CHECK(rig.Said() == "rate-decided");
  CHECK(rig.last_decision->intake == Intake::kOpen);
}

TEST_CASE("No wish of a lost connection's queue outlives it") {
  Rig rig;
  rig.session.SetController(std::make_unique<CountingController>());
  rig.GoLive();
  rig.session.HandleTimeout(At(1));
  rig.Says(RealtimeTransport::IntakeWanted{Intake::kPaused});
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kPeerClosed, "gone"}});
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Said();
  rig.Says(RealtimeTransport::Ready{});
  rig.Said();
  std::vector<cc::PacketFate> fates(1, {.sent_at = At(0), .arrived_at = At(5)});
  rig.Says(RealtimeTransport::Feedback{{.at = At(20'000), .packets = fates}});
  rig.session.HandleTimeout(At(20'000));
  rig.Said();
  CHECK(rig.last_decision->intake == Intake::kOpen);
}

TEST_CASE(
    "A picture is kept to what the line takes in a tenth of a second, or to what is decided") {
  Rig rig;
  rig.session.SetController(std::make_unique<CountingController>());
  rig.GoLive();
  rig.session.HandleTimeout(At(1));
  rig.Said();
  CHECK(rig.last_decision->frame_limit == DataSize::Bytes(15'000));

  Rig other;
  auto controller = std::make_unique<CountingController>();
  controller->SetLimit(DataSize::Bytes(2'000));
  other.session.SetController(std::move(controller));
  other.GoLive();
  other.session.HandleTimeout(At(1));
  other.Said();
  CHECK(other.last_decision->frame_limit == DataSize::Bytes(2'000));
}

TEST_CASE("Another network: live the transport looks for paths, else the attempt begins anew") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  rig.session.HandleNetworkChanged({}, At(10));
  CHECK(rig.made == 2);
  rig.Says(RealtimeTransport::Ready{});
  rig.Said();
  rig.session.HandleNetworkChanged({}, At(20));
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
  CHECK(rig.Said() == "close-sockets ended");
}

TEST_CASE("A farewell is said in the protocol's way, and a silent server does not hold it up") {
  Rig polite;
  polite.GoLive();
  polite.session.Stop(At(100));
  CHECK(polite.memory.told.back() == "close");
  CHECK(polite.Said() == "close-sockets ended");
  CHECK(polite.session.is_ended());
  CHECK_FALSE(polite.last_state->error);

  Rig silent;
  silent.GoLive();
  silent.memory.answers_goodbyes = false;
  silent.session.Stop(At(100));
  CHECK(silent.Said() == "close-sockets");
  CHECK(silent.idle.wake_at == At(1100));
  silent.session.HandleTimeout(At(1100));
  CHECK(silent.Said() == "ended");
  CHECK(silent.session.stats().farewells_cut == 1);
  CHECK_FALSE(silent.last_state->error);
  silent.session.Push(Frame(FrameKind::kKey, 2000), At(2000));
  CHECK(silent.Said() == "");

  Rig hurried;
  hurried.GoLive();
  hurried.session.LimitFarewell(TimeDelta::Millis(200));
  hurried.memory.answers_goodbyes = false;
  hurried.session.Stop(At(100));
  hurried.Said();
  CHECK(hurried.idle.wake_at == At(300));
}

TEST_CASE("An attempt that is given up while it opens says goodbye while the next one is made") {
  Rig rig;
  rig.memory.answers_goodbyes = false;
  rig.session.Start(At(0));
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.Said() == "reconnecting close-sockets");
  CHECK(rig.memory.told.back() == "close");
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.made == 2);
  CHECK(rig.memory.alive == 2);
  rig.memory.answers_goodbyes = true;
  rig.Said();
  CHECK(rig.memory.alive == 1);
  CHECK(rig.session.stats().farewells_cut == 0);
}

TEST_CASE("A session that ends by an error says goodbye first, within half a second") {
  Rig rig({.connect_timeout = TimeDelta::Seconds(1), .reconnect = {.max_attempts = 0}});
  rig.memory.answers_goodbyes = false;
  rig.session.Start(At(0));
  rig.Said();
  rig.session.HandleTimeout(At(1000));
  CHECK(rig.Said() == "close-sockets");
  CHECK_FALSE(rig.session.is_ended());
  CHECK(rig.idle.wake_at == At(1500));
  rig.session.HandleTimeout(At(1500));
  CHECK(rig.Said() == "ended");
  CHECK(rig.last_state->error->code == ErrorCode::kIceNoPath);
}

TEST_CASE("Sound that the peer refused counts as dropped, and the app is told") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Says(RealtimeTransport::Ready{.is_audio_refused = true});
  CHECK(rig.Said() == "connecting live audio-refused key-wanted");
  rig.session.Push(Frame(FrameKind::kAudio, 0), At(10));
  rig.session.Push(Frame(FrameKind::kKey, 0), At(10));
  CHECK(rig.memory.sent == std::vector<std::string>{"key"});
  CHECK(rig.session.stats().audio_frames_sent == 0);
  CHECK(rig.session.stats().audio_bytes_sent == DataSize::Zero());
  CHECK(rig.session.stats().audio_frames_dropped == 1);

  // The next connection may take it.
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kConnectionLost, ""}});
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Says(RealtimeTransport::Ready{});
  rig.Said();
  rig.session.Push(Frame(FrameKind::kAudio, 20), At(5000));
  CHECK(rig.session.stats().audio_frames_sent == 1);
}

TEST_CASE("Another network's address is where all later connections begin, until it is no good") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Said();
  rig.memory.told.clear();
  rig.session.HandleNetworkChanged(IpAddress::V4(10, 0, 0, 7), At(10));
  rig.Said();
  CHECK(rig.memory.told == std::vector<std::string>{"close", "network 10.0.0.7", "start"});
  rig.memory.told.clear();
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kLocalAddress, "10.0.0.7"}});
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.memory.told == std::vector<std::string>{"close", "start"});
}

TEST_CASE(
    "An address that cannot be used while live is told, and no later connection begins there") {
  Rig rig;
  rig.session.Start(At(0));
  rig.Says(RealtimeTransport::Ready{});
  rig.session.HandleNetworkChanged(IpAddress::V4(10, 0, 0, 7), At(10));
  rig.Said();
  rig.Says(RealtimeTransport::NetworkRefused{{ErrorCode::kLocalAddress, "10.0.0.7"}});
  CHECK_THAT(rig.Said(), Catch::Contains("hand-over-failed"));

  rig.memory.told.clear();
  rig.Says(RealtimeTransport::Failed{{ErrorCode::kIceConsentLost, ""}});
  rig.Said();
  rig.session.HandleTimeout(rig.idle.wake_at);
  CHECK(rig.memory.told == std::vector<std::string>{"close", "start"});
}

}  // namespace
}  // namespace onair::session
