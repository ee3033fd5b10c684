// SPDX-License-Identifier: Apache-2.0
//
// A viewer over WebRTC who joins a stream that is live already, as the edge serves him: its relay,
// its feed, a narrow line that loses, and behind it a whole client with the session that plays.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "samples/edge/viewer_feed.h"
#include "tests/scenario/rts_play_stage.h"

namespace onair::scenario {

class RtsJoinStage final : public RtsPlayStage, private edge::ViewerPlace {
 public:
  // Who hears a request for a key frame (WebRTC), or nobody (RTMP).
  enum class Publisher { kHears = 1, kDeaf = 2 };
  struct Joining {
    Publisher publisher = Publisher::kHears;
    TimeDelta gop = TimeDelta::Seconds(2);
    // Of the group, when the viewer asks for the stream.
    TimeDelta age = TimeDelta::Seconds(1);
    // From a request to the publisher's ears.
    TimeDelta ask_takes = TimeDelta::Millis(30);
  };

  RtsJoinStage(const Setup& setup, const Joining& joining)
      : RtsPlayStage(setup),
        joining_(joining),
        rate_(setup.rate + kSoundRate),
        encoder_({.rate = setup.rate, .gop = joining.gop}, world.ForkRng()),
        camera_(world, "join.camera", [this] { TakePicture(); }),
        microphone_(world, "join.microphone", [this] { TakeSound(); }),
        ask_(world, "join.ask", [this] { encoder_.RequestKeyFrame(); }),
        turn_(world, "join.turn", [this] { Turn(); }) {
    server.on_feedback = [this](const cc::FeedbackReport& report) {
      feed_.HandleFeedback(report, *server.session, world.now());
    };
  }

  void Join(TimeDelta span) {
    live_.BeginPublish(world.now());
    live_.SetTracks(tracks_, world.now());
    published_at_ = world.now();
    TakePicture();
    TakeSound();
    world.RunFor(joining_.age);
    Connect();
    server.Do([this](webrtc::PeerSession& s, Timestamp now) {
      REQUIRE(s.SetTracks(tracks_, now));
      viewer_ = live_.AddViewer(relay::StartPolicy::kNewestKeyFrame, now).value();
      feed_.Begin(s, now);
    });
    Turn();
    RunLooking(span);
    ShowUntil(world.now());
  }

  // Nothing of the viewer's arrives at the edge for `span`; what the edge sends still comes.
  // Media packets that left in the last second of it.
  std::int64_t GoUnheard(TimeDelta span) {
    const auto sent = [this] { return server.session->rtp()->stats().sent_packets; };
    is_unheard = true;
    world.RunFor(span - TimeDelta::Seconds(1));
    const std::int64_t before = sent();
    world.RunFor(TimeDelta::Seconds(1));
    is_unheard = false;
    return sent() - before;
  }

  // When the first picture was shown that was not older than `delay`, since the stream was asked
  // for; nothing in all the time.
  std::optional<TimeDelta> LiveAfter(TimeDelta delay) const {
    for (const Shown& one : shown) {
      if (one.delay <= delay) return one.at - asked_at;
    }
    return std::nullopt;
  }

  int keys_asked = 0;

 private:
  static constexpr DataRate kSoundRate = DataRate::KilobitsPerSec(64);

  std::optional<Timestamp> CapturedAt(std::int64_t number) const override {
    if (number < 0 || number >= static_cast<std::int64_t>(captured_.size())) return std::nullopt;
    return captured_[static_cast<std::size_t>(number)];
  }

  void TakePicture() {
    EncodedFrame frame = encoder_.Next(world.now());
    captured_.push_back(world.now());
    live_.Push(std::move(frame), world.now());
    camera_.Set(published_at_ + (encoder_.next_pts() - MediaTime::Zero()));
  }
  void TakeSound() {
    const MediaTime pts = MediaTime::Zero() + TimeDelta::Millis(20) * sounds_++;
    // TOC: CELT, full band, 20 ms, stereo, one frame (RFC 6716 section 3.1).
    Bytes bytes(160, 0x5a);
    bytes[0] = 31 << 3 | 1 << 2;
    live_.Push({Buffer::Own(std::move(bytes)), FrameKind::kAudio, pts, pts, world.now()},
               world.now());
    microphone_.Set(published_at_ + TimeDelta::Millis(20) * sounds_);
  }
  // The edge's loop, whose turns come with each datagram and frame.
  void Turn() {
    server.Do([this](webrtc::PeerSession& s, Timestamp now) {
      if (server.keys_wanted > std::exchange(keys_served_, server.keys_wanted)) {
        feed_.HandleKeyFrameWanted(now);
      }
      if (turns_++ % 200 == 0) feed_.HandleTime(s, now);
      static_cast<void>(feed_.Fill(s, now));
    });
    turn_.Set(world.now() + TimeDelta::Millis(5));
  }

  relay::Taken Next(Timestamp now) override { return live_.Next(*viewer_, now); }
  relay::ViewerStats stats() const override { return live_.stats(*viewer_).value(); }
  void StartAnew() override { live_.StartAnew(*viewer_); }
  bool RequestKeyFrame(edge::KeyFrameFor, Timestamp now) override {
    if (joining_.publisher == Publisher::kDeaf) return false;
    ++keys_asked;
    ask_.Set(now + joining_.ask_takes);
    return true;
  }
  DataRate rate() const override { return rate_; }

  const Joining joining_;
  const DataRate rate_;
  const StreamTracks tracks_{rtp::testing::SampleTrack(VideoCodec::kH264),
                             AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}};
  relay::LiveStream live_{relay::RelayConfig{}};
  edge::ViewerFeed feed_{*this};
  std::optional<relay::ViewerId> viewer_;
  twin::FakeEncoder encoder_;
  twin::Alarm camera_;
  twin::Alarm microphone_;
  twin::Alarm ask_;
  twin::Alarm turn_;
  Timestamp published_at_ = Timestamp::Zero();
  std::vector<Timestamp> captured_;
  std::int64_t sounds_ = 0;
  int keys_served_ = 0;
  int turns_ = 0;
};

}  // namespace onair::scenario
