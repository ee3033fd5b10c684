// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_play.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "tests/core/session/realtime_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;
using Transport = RealtimeTransport;
using Rig = RealtimeRig;

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("A realtime viewer opens what its transport asks for and plays what comes") {
  Rig rig;
  rig.Start();
  rig.Orders(OpenSockets{});
  rig.Orders(OpenStream{StreamId{7}, {"host", 443, Security::kTls}});
  CHECK(rig.Words() == "connecting open-sockets open-stream");
  rig.memory.told.clear();
  rig.session.HandleWire(SocketBound{{IpAddress::V4(10, 0, 0, 1), 5}, "wlan0"}, At(1));
  rig.session.HandleWire(StreamResolved{rig.stream}, At(2));
  rig.session.HandleWire(StreamReached{rig.stream}, At(3));
  rig.session.HandleWire(StreamConnected{rig.stream}, At(4));
  rig.session.HandleWire(StreamBytes{rig.stream, Bytes{1}}, At(5));
  rig.session.HandleWire(Datagram{Bytes{1}, {}}, At(6));
  CHECK(rig.memory.told ==
        std::vector<std::string>{"socket wlan0", "connected", "bytes", "datagram"});
  rig.now = At(10);
  rig.Open();
  rig.Frame(kKey, 0);

  CHECK(rig.Words() == "tracks playing");
  REQUIRE(rig.decoded.size() == 1);
  CHECK(rig.decoded[0].render_at == At(10));
  const auto stats = rig.session.stats();
  CHECK(stats.opening.resolved == At(2));
  CHECK(stats.opening.connected == At(3));
  CHECK(stats.opening.secured == At(4));
  CHECK(stats.opening.first_byte == At(5));
  CHECK(stats.opening.first_key_frame == At(10));
  CHECK(stats.bytes_received == DataSize::Bytes(2));
}

TEST_CASE("A relay's streams are no stages of the opening, and its bytes are media") {
  Rig rig;
  rig.Start();
  rig.Orders(OpenStream{StreamId{1}, {.host = "edge.test", .port = 80}});
  const StreamId signalling = rig.stream;
  rig.Orders(OpenStream{
      StreamId{2}, {.host = "t", .port = 443, .security = Security::kTls}, StreamUse::kRelay});
  const StreamId relay = rig.stream;
  const auto take = [&](const WireInput& in) {
    rig.Wait(10);
    rig.session.HandleWire(in, rig.now);
    rig.Drain();
  };
  const Bytes bytes(100);
  take(StreamResolved{relay});
  take(StreamReached{relay});
  take(StreamConnected{relay});
  rig.Orders(WireOrder(OpenSockets{}));
  rig.memory.says.emplace_back(StreamTransmit{StreamId{2}, bytes});
  take(StreamBytes{relay, bytes});

  const OpeningStages before = rig.session.stats().opening;
  CHECK_FALSE(before.resolved);
  CHECK_FALSE(before.connected);
  CHECK_FALSE(before.secured);
  CHECK_FALSE(before.requested);
  CHECK_FALSE(before.first_byte);
  CHECK(rig.session.stats().bytes_received == DataSize::Bytes(100));

  take(StreamConnected{signalling});
  take(StreamBytes{signalling, bytes});
  const OpeningStages after = rig.session.stats().opening;
  CHECK(after.connected == At(50));
  CHECK_FALSE(after.secured);  // It was plain, whatever the relay's is.
  CHECK(after.first_byte == At(60));
}

TEST_CASE("A realtime viewer's names are looked up for its transport") {
  Rig rig;
  rig.Start();
  rig.Words();
  rig.Orders(ResolveName{"stun.example"});
  CHECK(rig.Words() == "resolve stun.example");
  rig.session.HandleWire(NameResolved{"stun.example", {IpAddress::V4(192, 0, 2, 1)}}, rig.now);
  CHECK(rig.memory.told.back() == "name stun.example 1");
}

TEST_CASE("On a steady network pictures are shown within 25 ms of their arrival") {
  Rig rig;
  rig.Open();
  rig.Live(0, 250);
  const auto pictures = rig.Of(TrackKind::kVideo);
  REQUIRE(pictures.size() == 250);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const TimeDelta wait = pictures[i].render_at - At(static_cast<std::int64_t>(i) * 40);
    CAPTURE(i, wait.ms());
    REQUIRE(wait >= TimeDelta::Zero());
    REQUIRE(wait <= TimeDelta::Millis(25));
  }
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("Sound goes to its decoder 40 ms before the device needs it and not sooner") {
  Rig rig({.buffer = BufferMode::kFixed, .fixed_delay = TimeDelta::Millis(300), .reconnect = {}});
  rig.session.HandleAudioLead(TimeDelta::Millis(30), At(0));
  rig.Open();
  rig.Live(0, 100);
  const auto sounds = rig.Of(TrackKind::kAudio);
  REQUIRE(sounds.size() > 150);
  for (const auto& sound : sounds) {
    const Timestamp came = Timestamp::Zero() + (sound.frame.pts - MediaTime::Zero());
    REQUIRE(sound.render_at - came == TimeDelta::Millis(300));
  }
  // 300 ms wait, 70 of them in the decoder and the device: so much is still here.
  CHECK(rig.session.stats().audio_frames_received - static_cast<std::int64_t>(sounds.size()) >= 11);
}

TEST_CASE("Sound goes to its decoder no earlier while the line's speed wants it stretched") {
  Rig rig;
  rig.Open();
  rig.Live(0, 100);
  // From here on the network is slower by 150 ms: sooner or later the line goes slower, too.
  rig.Wait(150);
  rig.Forget();
  TimeDelta most_ahead = TimeDelta::Zero();
  bool is_stretched = false;
  for (int i = 0; i < 100; ++i) {
    rig.Live(4'000 + i * 40, 1);
    is_stretched = is_stretched || std::abs(rig.session.stats().playback_rate - 1) > 0.01;
  }
  for (std::size_t i = 0; i < rig.decoded.size(); ++i) {
    if (rig.decoded[i].frame.track() != TrackKind::kAudio) continue;
    most_ahead = std::max(most_ahead, rig.decoded[i].render_at - rig.decoded_at[i]);
  }
  CHECK(is_stretched);
  CHECK(most_ahead > TimeDelta::Millis(30));
  CHECK(most_ahead <= TimeDelta::Millis(41));
}

TEST_CASE("The delay that a sender asks for is kept, and its most holds too") {
  Rig rig;
  rig.Open();
  rig.Says(Transport::PlayoutDelayAsked{TimeDelta::Millis(200), TimeDelta::Millis(400)});
  rig.Live(0, 100);
  const auto& last = rig.decoded.back();
  CHECK(rig.session.stats().target_delay == TimeDelta::Millis(200));
  // The line follows by speed and stops where it is close.
  const TimeDelta waited = last.render_at - At(last.frame.pts.ms());
  CHECK(waited >= TimeDelta::Millis(185));
  CHECK(waited <= TimeDelta::Millis(215));
  rig.Says(Transport::PlayoutDelayAsked{TimeDelta::Zero(), TimeDelta::Zero()});
  rig.Live(4'000, 100);
  CHECK(rig.session.stats().target_delay == TimeDelta::Zero());
}

TEST_CASE("Sound that comes in any order and twice is decoded in order and once") {
  Rig rig({.buffer = BufferMode::kFixed, .fixed_delay = TimeDelta::Millis(200), .reconnect = {}});
  rig.Open();
  rig.Live(0, 20);
  rig.Forget();
  for (const std::int64_t ms : {820, 800, 820, 860, 840, 800}) rig.Frame(kAudio, ms);
  rig.Wait(400);
  std::vector<std::int64_t> decoded;
  for (const auto& sound : rig.Of(TrackKind::kAudio)) {
    if (sound.frame.pts >= MediaTime::Millis(800)) decoded.push_back(sound.frame.pts.ms());
  }
  CHECK(decoded == std::vector<std::int64_t>{800, 820, 840, 860});
}

TEST_CASE("A hole in sound is waited for until its sound is needed, then what is behind it goes") {
  Rig rig({.buffer = BufferMode::kFixed, .fixed_delay = TimeDelta::Millis(200), .reconnect = {}});
  rig.session.HandleAudioLead(TimeDelta::Millis(30), rig.now);
  rig.Open();
  rig.Live(0, 20);  // Up to 800 ms, and it is At(800) now.
  rig.Frame(kAudio, 820);
  rig.Frame(kAudio, 860);
  rig.Forget();
  // 800 is due at 1000 and needed 40 ms before.
  rig.Wait(155);
  const auto before = rig.Of(TrackKind::kAudio);
  REQUIRE_FALSE(before.empty());
  CHECK(before.back().frame.pts == MediaTime::Millis(780));
  rig.Forget();
  rig.Wait(8);
  REQUIRE(rig.Of(TrackKind::kAudio).size() == 1);
  CHECK(rig.Of(TrackKind::kAudio)[0].frame.pts == MediaTime::Millis(820));
  // A resend before its time fills the second one.
  rig.Frame(kAudio, 840);
  rig.Wait(100);
  REQUIRE(rig.Of(TrackKind::kAudio).size() == 3);
  CHECK(rig.Of(TrackKind::kAudio)[1].frame.pts == MediaTime::Millis(840));
  // One after it is no use.
  rig.Frame(kAudio, 800);
  rig.Wait(100);
  CHECK(rig.Of(TrackKind::kAudio).size() == 3);
  CHECK(rig.session.stats().audio_frames_dropped == 1);
}

TEST_CASE("A decoder that lost its thread gets a key frame, asked for once") {
  Rig rig;
  rig.Open();
  rig.Live(0, 5);
  rig.session.HandleDecodeFailed(rig.now);
  rig.session.HandleDecodeFailed(rig.now);
  CHECK(rig.Told("key-asked") == 1);
  rig.Forget();
  rig.Frame(kReference, 200);
  CHECK(rig.Of(TrackKind::kVideo).empty());
  rig.Frame(kKey, 240);
  CHECK(rig.Of(TrackKind::kVideo).size() == 1);
  rig.session.HandleDecodeFailed(rig.now);
  CHECK(rig.Told("key-asked") == 2);
}

TEST_CASE("A picture that begins nowhere asks for a key frame") {
  Rig rig;
  rig.Open();
  rig.Frame(kReference, 0);
  rig.Frame(kReference, 40);
  CHECK(rig.decoded.empty());
  CHECK(rig.Told("key-asked") == 1);
}

TEST_CASE("A realtime viewer's lost connection is made anew and shown from a key frame on") {
  Rig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.Words();
  rig.Says(Transport::Failed{{ErrorCode::kConnectionLost, "consent"}});
  CHECK(rig.Words() == "reconnecting close-sockets");
  CHECK(rig.memory.alive == 0);
  CHECK(rig.last_state->error->code == ErrorCode::kConnectionLost);
  rig.Wait(rig.last_state->retry_in.ms() + 1);
  CHECK(rig.made == 2);
  // The next connection's line begins anew.
  rig.Open();
  rig.Live(0, 10);
  CHECK(rig.Words() == "flush playing");
  CHECK(rig.session.stats().reconnects == 1);
}

TEST_CASE("A connection without media is left in time") {
  Rig rig;
  rig.Start();
  CHECK(rig.idle.timer == "rts.connect");
  rig.Wait(10'000);
  CHECK(rig.Words() == "connecting reconnecting close-sockets");
  CHECK(rig.last_state->error->code == ErrorCode::kIceNoPath);
  rig.Wait(rig.last_state->retry_in.ms() + 1);
  rig.Open();
  CHECK(rig.idle.timer == "rts.stall");
  rig.Wait(5'001);
  CHECK(rig.Words() == "tracks reconnecting close-sockets");
  CHECK(rig.last_state->error->code == ErrorCode::kStalled);
}

TEST_CASE("Pictures of which none can be decoded hold nobody for ever") {
  Rig rig;
  rig.Open();
  for (int i = 0; i < 300; ++i) {
    rig.Frame(kReference, i * 100);
    rig.Wait(100);
  }
  rig.Wait(1);
  CHECK(rig.last_state->state == PlayState::kReconnecting);
  CHECK(rig.last_state->error->code == ErrorCode::kStalled);
}

TEST_CASE("A server's goodbye in the midst of media is a publisher's: he is looked for again") {
  Rig rig({.publisher_gap = TimeDelta::Seconds(4), .reconnect = {}});
  rig.Open();
  rig.Live(0, 50);
  rig.Words();
  rig.Says(Transport::Failed{{ErrorCode::kPeerClosed, "goodbye"}});
  CHECK(rig.Words() == "awaiting publisher close-sockets");
  CHECK(rig.session.stats().publisher_gaps == 1);
  for (int i = 0; i < 2; ++i) {
    const int before = rig.made;
    rig.Wait(1'000);
    REQUIRE(rig.made > before);
    rig.Says(Transport::Failed{{ErrorCode::kHttpNotFound, "404"}, TimeDelta::Seconds(30)});
  }
  CHECK(rig.session.stats().state == PlayState::kAwaitingPublisher);
  CHECK(rig.session.stats().stalls == 0);
  rig.Wait(1'000);
  rig.Open();
  rig.Words();
  rig.Live(0, 10);
  CHECK(rig.Words() == "flush playing");
}

TEST_CASE("Without a publisher in time the stream is over") {
  Rig rig({.publisher_gap = TimeDelta::Seconds(2), .reconnect = {}});
  rig.Open();
  rig.Live(0, 50);
  rig.Says(Transport::Failed{{ErrorCode::kPeerClosed, "goodbye"}});
  rig.Wait(2'500);
  CHECK(rig.session.is_ended());
  REQUIRE(rig.last_state->error);
  CHECK(rig.last_state->error->code == ErrorCode::kStreamEnded);
  CHECK_FALSE(rig.idle.wake_at.is_finite());
}

TEST_CASE("A goodbye before any media is a failure like others") {
  Rig rig;
  rig.Start();
  rig.Says(Transport::Failed{{ErrorCode::kPeerClosed, "goodbye"}});
  CHECK(rig.last_state->state == PlayState::kReconnecting);
}

TEST_CASE("An error that trying again cannot mend ends a realtime viewer at once") {
  Rig rig;
  rig.Start();
  rig.Says(Transport::Failed{{ErrorCode::kHttpForbidden, "403"}});
  CHECK(rig.session.is_ended());
  CHECK(rig.last_state->error->code == ErrorCode::kHttpForbidden);
}

TEST_CASE("A server's wish to wait is kept by a viewer, within what the app allows") {
  Rig rig;
  rig.Start();
  rig.Says(Transport::Failed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(5)});
  CHECK(rig.last_state->retry_in == TimeDelta::Seconds(5));
  rig.Wait(5'000);
  rig.Says(Transport::Failed{{ErrorCode::kHttpServerError, "503"}, TimeDelta::Seconds(900)});
  CHECK(rig.last_state->retry_in <= TimeDelta::Seconds(11));
}

TEST_CASE("Another network: while media flows the transport looks for paths, else anew") {
  Rig rig;
  rig.Start();
  rig.session.HandleNetworkChanged({}, At(10));
  rig.Drain();
  CHECK(rig.made == 2);
  rig.Open();
  rig.session.HandleNetworkChanged({}, At(20));
  CHECK(rig.made == 2);
  CHECK(rig.memory.told.back() == "network");
}

TEST_CASE("An address that a viewer cannot use is where no later connection begins") {
  Rig rig;
  rig.Open();
  rig.session.HandleNetworkChanged(IpAddress::V4(10, 0, 0, 7), At(10));
  rig.Drain();
  rig.Says(Transport::NetworkRefused{{ErrorCode::kLocalAddress, "10.0.0.7"}});
  CHECK_FALSE(rig.session.is_ended());

  rig.memory.told.clear();
  rig.Says(Transport::Failed{{ErrorCode::kIceConsentLost, ""}});
  rig.session.HandleTimeout(rig.idle.wake_at);
  rig.Drain();
  CHECK(rig.made == 2);
  CHECK(rig.memory.told == std::vector<std::string>{"open", "close", "start"});
}

TEST_CASE("A viewer's farewell decodes nothing more and does not wait for a silent server") {
  Rig polite;
  polite.Open();
  polite.Live(0, 5);
  polite.Words();
  polite.memory.answers_goodbyes = false;
  polite.session.Stop(polite.now);
  CHECK(polite.memory.told.back() == "close");
  polite.Drain();
  CHECK(polite.Words() == "close-sockets");
  const std::size_t before = polite.decoded.size();
  polite.Frame(kReference, 200);
  CHECK(polite.decoded.size() == before);
  polite.memory.answers_goodbyes = true;
  polite.Drain();
  CHECK(polite.Words() == "ended");
  CHECK(polite.session.is_ended());

  Rig silent;
  silent.Open();
  silent.memory.answers_goodbyes = false;
  silent.session.Stop(At(100));
  silent.Drain();
  CHECK(silent.idle.timer == "rts.farewell");
  silent.Wait(1'100);
  CHECK(silent.session.is_ended());
  CHECK_FALSE(silent.last_state->error);
}

TEST_CASE("A viewer waits for a publisher who is late as long as the server asks, and longer") {
  Rig rig;
  rig.Start();
  TimeDelta last = TimeDelta::Zero();
  for (int i = 0; i < 6; ++i) {
    rig.Says(Transport::Failed{{ErrorCode::kStreamNotFound, "404"}, TimeDelta::Seconds(2)});
    CHECK(rig.last_state->state == PlayState::kReconnecting);
    CHECK(rig.last_state->retry_in >= TimeDelta::Seconds(2));
    last = rig.last_state->retry_in;
    rig.Wait(last.ms() + 1);
    CHECK(rig.made == i + 2);
  }
  CHECK(last > TimeDelta::Seconds(4));
  rig.Open();
  rig.Live(0, 5);
  CHECK(rig.session.stats().state == PlayState::kPlaying);
}

TEST_CASE("A viewer that is stopped between two attempts lets the one before finish its goodbye") {
  Rig rig;
  rig.memory.answers_goodbyes = false;
  rig.Start();
  rig.Wait(10'000);
  rig.session.Stop(rig.now);
  rig.Drain();
  CHECK_FALSE(rig.session.is_ended());
  rig.Wait(500);
  CHECK(rig.session.is_ended());
  CHECK_FALSE(rig.last_state->error);
  CHECK(rig.session.stats().farewells_cut == 1);
}

}  // namespace
}  // namespace onair::session
