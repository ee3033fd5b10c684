// SPDX-License-Identifier: Apache-2.0
//
// A publisher over WebRTC whose controller steers a modelled encoder: two whole peer sessions on a
// bottleneck that loses, as a publisher's line does, before a server.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/control/rate_allocator.h"
#include "core/twin/burst_loss.h"
#include "core/twin/rate_limit.h"
#include "core/twin/tail_drop.h"
#include "tests/transport/webrtc/peer_pair.h"
#include "transport/cc/registry.h"

namespace onair::scenario {

// A line: what it carries, how long a way takes, what of its packets gets lost and in bursts of how
// many (1: each by itself). Losses and delay are the same both ways, the rate is the publisher's.
struct RtsLine {
  twin::RateSchedule rate = twin::RateSchedule(DataRate::KilobitsPerSec(2500));
  TimeDelta one_way = TimeDelta::Millis(25);
  double loss = 0;
  double burst = 1;
  TimeDelta buffer = TimeDelta::Millis(300);  // Of 2.5 Mbit/s: what the bottleneck holds.
};

class RtsStage {
 public:
  struct Setup {
    RtsLine line;
    webrtc::ForwardCorrection fec = webrtc::ForwardCorrection::kOn;
    DataRate max_rate = DataRate::KilobitsPerSec(1800);
    DataRate start_rate = DataRate::KilobitsPerSec(1000);
    std::uint64_t seed = 1;
    // How the picture gives way with the rate; empty: 30 a second of full size at any rate.
    std::optional<ControlMode> mode = {};
  };
  struct Picture {
    Timestamp captured_at = Timestamp::Zero();
    std::optional<Timestamp> whole_at = {};  // And all it refers to.
  };
  // At each feedback.
  struct Sample {
    Timestamp at;
    DataRate target;
    TimeDelta queue;  // What the newest packet of it waited on the line, above the least.
    double frame_rate = 30;
    int resolution_step = 0;
  };

  explicit RtsStage(const Setup& setup)
      : setup_(setup),
        pair_(std::make_unique<webrtc::testing::Pair>(setup.line.one_way, 0, Server(setup),
                                                      Client(setup), setup.seed,
                                                      webrtc::MediaSender::Origin::kEncoder)),
        world(pair_->world),
        encoder_({.rate = setup.start_rate,
                  .key_factor = 6,
                  .noise = 0.2,
                  .reaction = TimeDelta::Millis(33)},
                 world.ForkRng()),
        camera_(world, "stage.camera", [this] { TakePicture(); }),
        microphone_(world, "stage.microphone", [this] { TakeSound(); }) {
    pair_->network.LinkTo(server().socket(), LinkUp());
    pair_->network.LinkTo(client().socket(), LinkDown());
    controller_ = std::move(*cc::MakeController(cc::kDefaultDatagramController,
                                                {.min_rate = DataRate::KilobitsPerSec(150),
                                                 .max_rate = setup.max_rate,
                                                 .start_rate = setup.start_rate,
                                                 .audio_rate = kSoundRate}));
    if (setup.mode) {
      allocator_.emplace(ControlConfig{.mode = *setup.mode},
                         control::EncoderLimits{setup.max_rate, 30});
    }
    client().on_feedback = [this](const cc::FeedbackReport& report) { Decide(report); };
  }

  // Connects, then publishes for `span` from there.
  void Run(TimeDelta span) {
    pair_->Connect();
    world.RunFor(TimeDelta::Seconds(4));
    began_at = world.now();
    client().Do([](webrtc::PeerSession& s, Timestamp now) {
      REQUIRE(s.SetTracks({rtp::testing::SampleTrack(VideoCodec::kH264),
                           AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}},
                          now));
    });
    Decide({.at = world.now(), .packets = {}});
    TakePicture();
    TakeSound();
    world.RunFor(span);
    camera_.Stop();
    microphone_.Stop();
    world.RunFor(TimeDelta::Seconds(1));
    Collect();
  }

  webrtc::testing::Peer& client() { return pair_->client; }
  webrtc::testing::Peer& server() { return pair_->server; }
  // Not offered to the encoder's intake at all while it was shut.
  std::int64_t skipped() const { return skipped_; }

  // Times without a new picture longer than `limit` and what they come to, as a player that shows
  // each picture as it comes sees them, from `since` on.
  struct Freezes {
    int count = 0;
    TimeDelta total = TimeDelta::Zero();
    TimeDelta longest = TimeDelta::Zero();
  };
  // As one that shows each picture `hold` after it was captured, or when it comes.
  Freezes FreezesWith(TimeDelta hold, TimeDelta limit, TimeDelta since) const {
    Freezes out;
    Timestamp last = Timestamp::MinusInfinity();
    for (const Picture& picture : pictures) {
      if (!picture.whole_at) continue;
      const Timestamp shown = std::max({*picture.whole_at, picture.captured_at + hold, last});
      const TimeDelta gap = last.is_finite() ? shown - last : TimeDelta::Zero();
      last = shown;
      if (picture.captured_at < began_at + since) continue;
      out.longest = std::max(out.longest, gap);
      if (gap <= limit) continue;
      ++out.count;
      out.total += gap;
    }
    return out;
  }
  // Of whole pictures captured from `since` on: capture to whole.
  std::vector<TimeDelta> Delays(TimeDelta since) const {
    std::vector<TimeDelta> out;
    for (const Picture& picture : pictures) {
      if (picture.whole_at && picture.captured_at >= began_at + since) {
        out.push_back(*picture.whole_at - picture.captured_at);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  static constexpr DataRate kSoundRate = DataRate::KilobitsPerSec(64);

 private:
  static webrtc::LocalDescription Client(const Setup& setup) {
    auto local = webrtc::Publishing();
    local.video_fec = setup.fec;
    return local;
  }
  static webrtc::LocalDescription Server(const Setup& setup) {
    auto local = webrtc::Ingesting();
    local.video_fec = setup.fec;
    return local;
  }
  std::unique_ptr<twin::Link> Losses() {
    const auto config = twin::BurstLossConfig::Of(setup_.line.loss, setup_.line.burst);
    return std::make_unique<twin::BurstLoss>(config, world.ForkRng());
  }
  std::unique_ptr<twin::Link> LinkUp() {
    auto path = std::make_unique<twin::Path>();
    constexpr DataSize kUdpOverIp = DataSize::Bytes(28);
    path->Then(std::make_unique<twin::RateLimit>(
        setup_.line.rate,
        std::make_unique<twin::TailDrop>(setup_.line.buffer, DataRate::KilobitsPerSec(2500)),
        kUdpOverIp));
    path->Then(Losses());
    path->Then(std::make_unique<twin::Delay>(setup_.line.one_way));
    return path;
  }
  std::unique_ptr<twin::Link> LinkDown() {
    auto path = std::make_unique<twin::Path>();
    path->Then(Losses());
    path->Then(std::make_unique<twin::Delay>(setup_.line.one_way));
    return path;
  }

  void Decide(const cc::FeedbackReport& report) {
    const auto decision = controller_->OnReport(report);
    intake_ = decision.intake;
    in_flight_ = report.in_flight;
    client().session->Apply(decision, kSoundRate, world.now());
    // As RealtimePublish does.
    auto limit = decision.frame_limit;
    if (!limit && decision.pacing_rate) limit = *decision.pacing_rate * TimeDelta::Millis(100);
    EncoderTarget target{
        .video_rate = decision.target_rate, .frame_rate = 30, .frame_limit = limit};
    if (allocator_) {
      auto limited = decision;
      limited.frame_limit = limit;
      target = allocator_->OnDecision(0, limited, Carriage::kMoves, world.now());
    }
    encoder_.Apply(target, world.now());
    TimeDelta queue = TimeDelta::Zero();
    for (const cc::PacketFate& packet : report.packets) {
      if (!packet.arrived_at) continue;
      const TimeDelta delay = *packet.arrived_at - packet.sent_at;
      least_ = std::min(least_.value_or(delay), delay);
      queue = delay - *least_;
    }
    samples.push_back(
        {world.now(), decision.target_rate, queue, target.frame_rate, target.resolution_step});
    decide_again_.Set(decision.decide_again_at);
  }
  void TakePicture() {
    if (client().keys_wanted > keys_) encoder_.RequestKeyFrame();
    keys_ = client().keys_wanted;
    const Timestamp now = world.now();
    if (intake_ == Intake::kPaused || client().intake == Intake::kPaused) {
      skipped_ += encoder_.SkipTo(encoder_.next_pts() + TimeDelta::Micros(33'334));
    } else {
      const EncodedFrame frame = encoder_.Next(now);
      const auto number = static_cast<std::size_t>(twin::FrameNumber(frame));
      if (pictures.size() <= number) pictures.resize(number + 1);
      pictures[number].captured_at = now;
      encoded_bytes += static_cast<std::int64_t>(frame.payload.size());
      client().Do([&](webrtc::PeerSession& s, Timestamp at) { s.Send(frame, at); });
    }
    camera_.Set(began_at + (encoder_.next_pts() - MediaTime::Zero()));
  }
  void TakeSound() {
    const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(20) * sounds++;
    // TOC: CELT, full band, 20 ms, stereo, one frame (RFC 6716 section 3.1).
    Bytes bytes(160, 0x5a);
    bytes[0] = 31 << 3 | 1 << 2;
    const EncodedFrame frame{Buffer::Own(std::move(bytes)), FrameKind::kAudio, pts, pts,
                             world.now()};
    client().Do([&](webrtc::PeerSession& s, Timestamp at) { s.Send(frame, at); });
    microphone_.Set(began_at + TimeDelta::Millis(20) * sounds);
  }
  void Collect() {
    for (const auto& [at, frame] : server().got) {
      if (frame.track() == TrackKind::kAudio) {
        ++sounds_heard;
        continue;
      }
      const auto number = twin::FrameNumber(frame);
      if (number >= 0 && static_cast<std::size_t>(number) < pictures.size()) {
        pictures[static_cast<std::size_t>(number)].whole_at = at;
      }
    }
  }

  const Setup setup_;
  std::unique_ptr<webrtc::testing::Pair> pair_;

 public:
  twin::World& world;
  Timestamp began_at = Timestamp::Zero();
  std::vector<Picture> pictures;
  std::vector<Sample> samples;
  std::int64_t encoded_bytes = 0;
  std::int64_t sounds = 0;
  std::int64_t sounds_heard = 0;

 private:
  twin::FakeEncoder encoder_;
  std::unique_ptr<cc::Controller> controller_;
  std::optional<control::RateAllocator> allocator_;
  twin::Alarm camera_;
  twin::Alarm microphone_;
  twin::Alarm decide_again_{world, "stage.decide", [this] {
                              Decide({.at = world.now(), .packets = {}, .in_flight = in_flight_});
                            }};
  Intake intake_ = Intake::kOpen;
  DataSize in_flight_ = DataSize::Zero();
  std::optional<TimeDelta> least_;
  std::int64_t skipped_ = 0;
  int keys_ = 0;
};

}  // namespace onair::scenario
