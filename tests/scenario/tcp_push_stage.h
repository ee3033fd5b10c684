// SPDX-License-Identifier: Apache-2.0
//
// A publisher whose controller steers a modelled encoder, over modelled TCP on a bottleneck that
// changes: our session and RTMP client against our RTMP server.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/control/rate_allocator.h"
#include "core/session/publish.h"
#include "core/twin/delay.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"
#include "core/twin/fake_viewer.h"
#include "core/twin/session_world.h"
#include "transport/cc/registry.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/server_session.h"

namespace onair::scenario {

// What a run gave, for quantiles.
struct Numbers {
  std::vector<double> values;

  void Add(double value) { values.push_back(value); }
  // `share` in [0, 1]; zero when there are none.
  double At(double share) const {
    if (values.empty()) return 0;
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  }
};

class TcpPushStage {
 public:
  using Publish = session::Publish;
  using Server = rtmp::ServerSession;

  struct Setup {
    std::unique_ptr<twin::Link> bottleneck;
    std::string controller = "onair";
    twin::TcpAlgorithm tcp = twin::TcpAlgorithm::kCubic;
    std::uint64_t seed = 1;
    // What the system tells of a connection; kUnsent as where it tells nothing else.
    enum class Facts { kAll = 1, kUnsent = 2 } facts = Facts::kAll;
    TimeDelta round_trip = TimeDelta::Millis(50);
    cc::ControllerConfig limits = {.min_rate = DataRate::KilobitsPerSec(150),
                                   .max_rate = DataRate::KilobitsPerSec(8000),
                                   .start_rate = DataRate::KilobitsPerSec(1500),
                                   .audio_rate = DataRate::KilobitsPerSec(64)};
  };
  // Each 10 ms.
  struct Sample {
    Timestamp at;
    DataRate asked;    // Of the video encoder, with the sound.
    DataSize backlog;  // Encoded and not confirmed by the peer.
    bool is_paused;
  };

  explicit TcpPushStage(Setup setup)
      : world(Timestamp::Zero(), setup.seed),
        network_(world, std::move(setup.bottleneck),
                 std::make_unique<twin::Delay>(TimeDelta::Micros(1))),
        url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
        client_rng_(world.ForkRng()),
        server_rng_(world.ForkRng()),
        limits_(setup.limits),
        allocator_(ControlWithin(setup.limits), {.rate = setup.limits.max_rate, .frame_rate = 30}),
        encoder_({.rate = setup.limits.start_rate,
                  .key_factor = 6,
                  .noise = 0.2,
                  .reaction = TimeDelta::Millis(33)},
                 world.ForkRng()),
        audio_(setup.limits.audio_rate, world.ForkRng()),
        session({}, {url_.endpoint, [this](Timestamp now) { return MakeTransport(now); }}, nullptr,
                world.ForkRng(), NullTrace()),
        net(world, session, NetOf(setup)),
        camera_(world, "stage.camera", [this] { TakePicture(); }),
        microphone_(world, "stage.microphone", [this] { TakeSound(); }),
        watch_(world, "stage.watch", [this] { Watch(); }) {
    auto controller = cc::MakeController(setup.controller, setup.limits);
    if (setup.facts == Setup::Facts::kUnsent) {
      *controller = std::make_unique<Blindfold>(std::move(*controller));
    }
    session.SetController(std::move(*controller));
    asked_ = setup.limits.start_rate;
  }

  void Start(TimeDelta phase = TimeDelta::Zero()) {
    net.Do([this](Publish& s, Timestamp now) {
      s.SetTracks({encoder_.track(), audio_.track()}, now);
      s.Start(now);
    });
    media_zero_ = world.now() + phase;
    camera_.Set(media_zero_);
    microphone_.Set(media_zero_);
    watch_.Set(world.now());
  }

  // Media of both kinds that reached the server, in bytes.
  std::int64_t delivered_bytes() const { return delivered_; }
  std::int64_t broken() const { return decoder_.broken(); }

  std::vector<Sample> samples;
  Numbers send_delays_ms;   // Of pictures: capture to the transport.
  Numbers frame_delays_ms;  // Of pictures: capture to the server.
  Numbers shown_gaps_ms;    // Between captures of pictures that arrived one after the other.
  std::vector<std::pair<Timestamp, Publish::NetworkQualityChanged>> quality;
  std::int64_t pictures = 0;
  std::int64_t skipped = 0;
  twin::World world;

 private:
  // Keeps from a controller what only some systems tell.
  class Blindfold final : public cc::Controller {
   public:
    explicit Blindfold(std::unique_ptr<cc::Controller> inner) : inner_(std::move(inner)) {}
    cc::CongestionDecision OnReport(const cc::TcpReport& report) override {
      cc::TcpReport told = report;
      told.socket = {.unsent = report.socket.unsent};
      return inner_->OnReport(told);
    }
    cc::CongestionDecision OnReport(const cc::FeedbackReport& report) override {
      return inner_->OnReport(report);
    }

   private:
    std::unique_ptr<cc::Controller> inner_;
  };

  // Tells when each picture is given to the protocol.
  class Tap final : public PublishTransport {
   public:
    Tap(std::unique_ptr<PublishTransport> inner, Numbers& delays)
        : inner_(std::move(inner)), delays_(delays) {}
    void HandleBytes(ByteView in, Timestamp now) override { inner_->HandleBytes(in, now); }
    void HandleUnsent(DataSize unsent, Timestamp now) override {
      inner_->HandleUnsent(unsent, now);
    }
    void HandleTimeout(Timestamp now) override { inner_->HandleTimeout(now); }
    void SetTracks(const StreamTracks& tracks, Timestamp now) override {
      inner_->SetTracks(tracks, now);
    }
    void ContinueLine(MediaTime start) override { inner_->ContinueLine(start); }
    void Send(const EncodedFrame& frame, Timestamp now) override {
      if (frame.track() == TrackKind::kVideo) delays_.Add((now - frame.captured_at).ms_f());
      inner_->Send(frame, now);
    }
    void Close(Timestamp now) override { inner_->Close(now); }
    Output<Event> Poll() override { return inner_->Poll(); }

   private:
    std::unique_ptr<PublishTransport> inner_;
    Numbers& delays_;
  };

  static ControlConfig ControlWithin(const cc::ControllerConfig& limits) {
    ControlConfig config;
    config.min_rate = limits.min_rate;
    return config;
  }
  std::unique_ptr<PublishTransport> MakeTransport(Timestamp now) {
    return std::make_unique<Tap>(
        std::make_unique<rtmp::PublishClient>(url_, rtmp::PublishClientConfig{},
                                              Rng(client_rng_.Next()), NullTrace(), now),
        send_delays_ms);
  }
  twin::SessionWorld<Publish>::Config NetOf(const Setup& setup) {
    const auto unused =
        twin::StreamLink::Symmetric(twin::RateSchedule::Unlimited(), TimeDelta::Millis(1));
    twin::SessionWorld<Publish>::Config config{
        .link = unused,
        .peer = [this](const Endpoint&) { return Meet(); },
        .on_event = [this](Publish::Event& event, Timestamp now) { OnEvent(event, now); },
        .connect = {}};
    config.network = &network_;
    config.tcp.client.algorithm = setup.tcp;
    config.tcp.access_delay = setup.round_trip / 2;
    return config;
  }

  void TakePicture() {
    const Timestamp now = world.now();
    camera_.Set(now + kPeriod);
    ++pictures;
    if (intake_ == Intake::kPaused) {
      ++skipped;
      return;
    }
    EncodedFrame frame = encoder_.Next(now);
    frame.pts = frame.dts = MediaTime::Zero() + (now - media_zero_);
    captured_.push_back(now);
    net.Do([&](Publish& s, Timestamp at) { s.Push(std::move(frame), at); });
  }
  void TakeSound() {
    EncodedFrame frame = audio_.Next(world.now());
    microphone_.Set(media_zero_ + (audio_.next_pts() - MediaTime::Zero()));
    net.Do([&](Publish& s, Timestamp at) { s.Push(std::move(frame), at); });
  }
  void Watch() {
    watch_.Set(world.now() + TimeDelta::Millis(10));
    DataSize backlog = session.stats().queue_size + net.unsent();
    if (auto* connection = net.connection()) backlog += connection->client().tcp_info()->unacked;
    samples.push_back(
        {world.now(), asked_ + limits_.audio_rate, backlog, intake_ == Intake::kPaused});
  }
  twin::Answer Meet() {
    auto server =
        std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(server_rng_.Next()), world.now());
    return std::make_unique<twin::MachinePeer<Server>>(
        std::move(server), [this](auto& peer, Server::Event& event) {
          if (std::holds_alternative<Server::PublishRequested>(event)) {
            peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
          } else if (const auto* frame = std::get_if<EncodedFrame>(&event)) {
            OnArrived(*frame);
          } else if (std::holds_alternative<Server::Closed>(event)) {
            peer.Finish();
          }
        });
  }
  void OnArrived(const EncodedFrame& frame) {
    delivered_ += static_cast<std::int64_t>(frame.payload.size());
    if (frame.track() == TrackKind::kAudio) return;
    static_cast<void>(decoder_.Take(frame));
    const Timestamp captured = captured_[static_cast<std::size_t>(twin::FrameNumber(frame))];
    frame_delays_ms.Add((world.now() - captured).ms_f());
    if (last_shown_) shown_gaps_ms.Add((captured - *last_shown_).ms_f());
    last_shown_ = captured;
  }
  void OnEvent(Publish::Event& event, Timestamp now) {
    if (const auto* decided = std::get_if<Publish::RateDecided>(&event)) {
      const EncoderTarget target =
          allocator_.OnDecision(0, decided->decision, decided->carriage, now);
      intake_ = target.intake;
      asked_ = target.video_rate;
      EncoderTarget rate_only = target;
      rate_only.frame_rate = 30;
      encoder_.Apply(rate_only, now);
    } else if (std::holds_alternative<Publish::KeyFrameWanted>(event)) {
      encoder_.RequestKeyFrame();
    } else if (const auto* changed = std::get_if<Publish::NetworkQualityChanged>(&event)) {
      quality.emplace_back(now, *changed);
    }
  }

  static constexpr TimeDelta kPeriod = TimeDelta::Micros(33'333);

  twin::SharedNetwork network_;
  rtmp::RtmpUrl url_;
  Rng client_rng_;
  Rng server_rng_;
  cc::ControllerConfig limits_;
  control::RateAllocator allocator_;
  twin::FakeEncoder encoder_;
  twin::FakeAudio audio_;
  twin::FakeDecoder decoder_;
  Timestamp media_zero_ = Timestamp::Zero();
  Intake intake_ = Intake::kOpen;
  DataRate asked_ = DataRate::Zero();
  std::int64_t delivered_ = 0;
  std::vector<Timestamp> captured_;  // By the encoder's numbers.
  std::optional<Timestamp> last_shown_;

 public:
  Publish session;
  twin::SessionWorld<Publish> net;

 private:
  twin::Alarm camera_;
  twin::Alarm microphone_;
  twin::Alarm watch_;
};

}  // namespace onair::scenario
