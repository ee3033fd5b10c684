// SPDX-License-Identifier: Apache-2.0
//
// Clients of an edge by WHIP and WHEP, each our own webrtc::Client with sockets of its own.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "core/base/rng.h"
#include "platform/runtime/realtime_driver.h"
#include "tests/samples/edge/edge_world.h"
#include "tests/transport/rtp/sample_video.h"
#include "transport/webrtc/client.h"
#include "transport/webrtc/rts_url.h"

namespace onair::edge::test {

// The client as the runtime's session driver wants it.
class RtcMachine {
 public:
  using Event = RealtimeTransport::Event;

  explicit RtcMachine(std::unique_ptr<webrtc::Client> c) : client(std::move(c)) {}

  void HandleWire(const WireInput& in, Timestamp now) {
    if (!is_deaf || !std::holds_alternative<Datagram>(in)) client->HandleWire(in, now);
  }
  void HandleTimeout(Timestamp now) { client->HandleTimeout(now); }
  void Stop(Timestamp now) { client->Close(now); }

  RealtimeOutput<Event> Poll() { return client->Poll(); }

  std::unique_ptr<webrtc::Client> client;
  bool is_deaf = false;  // Nothing reaches it any more.
};

// What both kinds share. Members but construction and destruction are used on the loop's thread.
class RtcEnd {
 public:
  // `query` goes to the end of the address: "&key=K".
  RtcEnd(World& world, webrtc::SignallingRole role, const std::string& app,
         const std::string& stream, const std::string& query = "", const std::string& bearer = "",
         std::vector<webrtc::VideoFormat> formats = {{VideoCodec::kH264, {}, 0}})
      : world_(world) {
    const bool publishes = role == webrtc::SignallingRole::kPublish;
    const std::string address = (publishes ? "whip+" : "whep+") +
                                world.Http(publishes ? "/rtc/v1/whip/" : "/rtc/v1/whep/") +
                                "?app=" + app + "&stream=" + stream + query;
    world_.On([&] {
      const auto rts = webrtc::ParseRtsUrl(ParseUrl(address).value(), role).value();
      webrtc::ClientConfig config{.role = role,
                                  .signalling = {},
                                  .identity = dtls::Identity::Generate().value(),
                                  .clock = {runtime::Now(), runtime::UtcNow()},
                                  .loopback = webrtc::LoopbackPaths::kYes,
                                  .video_formats = std::move(formats)};
      std::random_device device;
      for (std::uint8_t& byte : config.ice_secret) byte = static_cast<std::uint8_t>(device());
      machine = std::make_unique<RtcMachine>(
          webrtc::Client::Create(config, webrtc::MakeSignalling(rts, role, bearer, "x"),
                                 Rng(device()), runtime::Now())
              .value());
      driver = std::make_unique<runtime::RealtimeDriver<RtcMachine>>(
          world_.loop, runtime::ByteStreamConfig{}, *machine,
          [this](RtcMachine::Event&& event, Timestamp now) { Take(std::move(event), now); });
    });
  }
  virtual ~RtcEnd() {
    world_.On([&] {
      driver.reset();
      machine.reset();
    });
  }
  RtcEnd(const RtcEnd&) = delete;
  RtcEnd& operator=(const RtcEnd&) = delete;

  bool AwaitReady() {
    return world_.Await([this] { return is_ready || error; }) && is_ready;
  }
  void Close() {
    world_.On([&] { driver->Do([](RtcMachine& m, Timestamp now) { m.client->Close(now); }); });
  }

  bool is_ready = false;
  int keys_wanted = 0;
  std::optional<Error> error;
  std::unique_ptr<RtcMachine> machine;
  std::unique_ptr<runtime::RealtimeDriver<RtcMachine>> driver;

 protected:
  virtual void OnMedia(RtcMachine::Event&& /*event*/) {}
  World& world_;

 private:
  void Take(RtcMachine::Event&& event, Timestamp) {
    using Transport = RealtimeTransport;
    if (std::holds_alternative<Transport::Ready>(event)) {
      is_ready = true;
    } else if (std::holds_alternative<Transport::KeyFrameWanted>(event)) {
      ++keys_wanted;
    } else if (auto* failed = std::get_if<Transport::Failed>(&event)) {
      error = failed->error;
      driver->Do([](RtcMachine& m, Timestamp now) { m.client->Close(now); });
    } else if (std::holds_alternative<Transport::Closed>(event)) {
      if (!error) error = Error{ErrorCode::kPeerClosed, "said goodbye"};
    } else {
      OnMedia(std::move(event));
    }
  }
};

// Publishes synthetic pictures, and sound of a real codec: the edge decodes it.
class WhipPublisher final : public RtcEnd {
 public:
  WhipPublisher(World& world, const std::string& stream, const std::string& query = "",
                const std::string& bearer = "", const twin::FakeEncoderConfig& video = {})
      : RtcEnd(world, webrtc::SignallingRole::kPublish, "live", stream, query, bearer),
        video_(video, Rng(1)) {
    world_.On([&] {
      driver->Do([&](RtcMachine& m, Timestamp now) {
        REQUIRE(m.client->SetTracks(Tracks(), now));
        m.client->Start(now);
      });
    });
  }

  StreamTracks Tracks() const {
    return {rtp::testing::SampleTrack(VideoCodec::kH264),
            AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
  }
  // The next `count` pictures with their sound, at once.
  void Send(int count) {
    world_.On([&] {
      driver->Do([&](RtcMachine& m, Timestamp now) {
        m.client->Apply(Decision(now), now);
        for (int i = 0; i < count; ++i) {
          if (std::exchange(keys_served_, keys_wanted) != keys_wanted) video_.RequestKeyFrame();
          while (sound_pts() <= video_.next_pts()) m.client->Send(NextSound(now), now);
          m.client->Send(video_.Next(now), now);
          ++pictures;
        }
      });
    });
  }
  // At about their own pace until `claim` holds; false after kPatience.
  bool SendUntil(const std::function<bool()>& claim) {
    const Timestamp deadline = runtime::Now() + kPatience;
    for (bool holds = false; runtime::Now() < deadline;) {
      world_.On([&] { holds = claim(); });
      if (holds) return true;
      Send(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(8));
    }
    return false;
  }

  int pictures = 0;

 private:
  MediaTime sound_pts() const { return MediaTime::Zero() + TimeDelta::Millis(20) * sounds_; }
  // One frame of silence: TOC of CELT, full band, 20 ms, stereo (RFC 6716 section 3.1), no bytes.
  EncodedFrame NextSound(Timestamp now) {
    const MediaTime pts = sound_pts();
    ++sounds_;
    return {Buffer::Own({31 << 3 | 1 << 2, 0xff, 0xfe}), FrameKind::kAudio, pts, pts, now};
  }
  static cc::CongestionDecision Decision(Timestamp now) {
    return {.target_rate = DataRate::KilobitsPerSec(20'000),
            .pacing_rate = DataRate::KilobitsPerSec(50'000),
            .congestion_window = {},
            .probe = {},
            .repair = {},
            .cause = cc::Cause::kNone,
            .decide_again_at = now + TimeDelta::Seconds(1),
            .reason = "test"};
  }

  twin::FakeEncoder video_;
  int sounds_ = 0;
  int keys_served_ = 0;
};

// Watches.
class WhepViewer final : public RtcEnd {
 public:
  WhepViewer(World& world, const std::string& stream,
             std::vector<webrtc::VideoFormat> formats = {{VideoCodec::kH264, {}, 0}})
      : RtcEnd(world, webrtc::SignallingRole::kPlay, "live", stream, "", "", std::move(formats)) {
    world_.On([&] { driver->Do([](RtcMachine& m, Timestamp now) { m.client->Start(now); }); });
  }

  void RequestKeyFrame() {
    world_.On(
        [&] { driver->Do([](RtcMachine& m, Timestamp now) { m.client->RequestKeyFrame(now); }); });
  }

  Seen seen;
  std::vector<MediaTime> times;  // Of pictures.

 private:
  void OnMedia(RtcMachine::Event&& event) override {
    if (auto* changed = std::get_if<RealtimeTransport::TracksChanged>(&event)) {
      seen.Take(PlayTransport::TracksChanged{std::move(changed->tracks)});
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      if (frame->track() == TrackKind::kVideo) times.push_back(frame->pts);
      seen.Take(std::move(*frame));
    }
  }
};

}  // namespace onair::edge::test
