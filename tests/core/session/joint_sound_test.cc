// SPDX-License-Identifier: Apache-2.0
//
// Sound over a joint of WebRTC, where it comes at once, and HTTP-FLV, where it lies behind.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/session/play_progress.h"
#include "core/session/splice.h"
#include "tests/core/session/play_rig.h"
#include "tests/core/session/realtime_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

constexpr TimeDelta kAudioLead = TimeDelta::Millis(20);

// When media of the stream comes, behind its capture.
struct Lags {
  std::int64_t video_ms;
  std::int64_t sound_ms;
};
constexpr Lags kRealtime{10, 15};

PlaySessionConfig Realtime() {
  PlaySessionConfig config;
  config.buffer = BufferMode::kRealtime;
  return config;
}

// A picture each 40 ms, a key frame each 2 s, sound each 20 ms. After 4.5 s the stream is opened
// over HTTP-FLV as well, whose server has its GOP in the cache.
class Switch {
 public:
  explicit Switch(const Lags& flv) : flv_(flv) {
    present.Open();
    present.session.HandleAudioLead(kAudioLead, present.now);
    for (std::int64_t ms = 0; ms < 4'500; ++ms) Step(ms);
    Open();
    for (std::int64_t ms = 4'500; ms < 16'000; ++ms) Step(ms);
  }
  RealtimeRig present{Realtime()};
  PlayRig next;
  std::optional<std::int64_t> joined_ms;

  struct Sound {
    std::int64_t pts_ms;
    TimeDelta early;  // Before it must be at the device.
  };
  // In the order that it went to the decoder.
  std::vector<Sound> sounds;

 private:
  static FrameKind KindAt(std::int64_t ms) {
    return ms % 2'000 == 0 ? FrameKind::kKey : FrameKind::kReference;
  }
  template <typename Feed>
  static void Media(std::int64_t now_ms, const Lags& lags, Feed feed) {
    const std::int64_t video = now_ms - lags.video_ms;
    const std::int64_t sound = now_ms - lags.sound_ms;
    if (video >= 0 && video % 40 == 0) feed(KindAt(video), video);
    if (sound >= 0 && sound % 20 == 0) feed(FrameKind::kAudio, sound);
  }

  void Open() {
    splice_.emplace(SpliceConfig{}, present.now);
    next.now = present.now;
    next.session.StartBeside(next.now);
    next.Drain();
    next.Connected();
    next.Reply('A');
    next.Tracks(true, true, 2);
    for (std::int64_t ms = 4'000; ms < 4'500; ++ms) {
      Media(ms, flv_, [&](FrameKind kind, std::int64_t at) {
        if (at >= 4'000) next.Frame(kind, at);
      });
    }
    Take();
  }
  void Step(std::int64_t ms) {
    const auto to_present = [&](FrameKind kind, std::int64_t at) { present.Frame(kind, at); };
    if (!joined_ms) Media(ms, kRealtime, to_present);
    const auto to_next = [&](FrameKind kind, std::int64_t at) { next.Frame(kind, at); };
    if (splice_ || joined_ms) Media(ms, flv_, to_next);
    if (!joined_ms) present.Wait(1);
    if (splice_ || joined_ms) next.WaitMs(1);
    Take();
    if (splice_) Decide(ms);
  }
  void Decide(std::int64_t ms) {
    const SpliceDecision decision =
        splice_->Decide(present.session.position(present.now), Present::kPlaying, present.now);
    REQUIRE(decision.kind != SpliceDecision::Kind::kGiveUp);
    if (decision.kind == SpliceDecision::Kind::kWait) {
      return present.session.SetLeastDelay(decision.least_delay);
    }
    present.session.SetLeastDelay(TimeDelta::Zero());
    auto progress = present.session.GiveUp(present.now);
    present.Drain();
    Take();
    next.session.TakeOver(std::move(progress), splice_->Take(), next.now);
    splice_.reset();
    next.Drain();
    joined_ms = ms;
    Take();
  }
  void Note(Timestamp at, Timestamp render_at, const EncodedFrame& frame) {
    if (frame.track() == TrackKind::kAudio)
      sounds.push_back({frame.pts.ms(), render_at - kAudioLead - at});
  }
  void Take() {
    for (; taken_ < present.decoded.size(); ++taken_) {
      const auto& one = present.decoded[taken_];
      Note(present.decoded_at[taken_], one.render_at, one.frame);
    }
    for (auto& event : next.events) {
      if (auto* tracks = std::get_if<Play::TracksChanged>(&event); tracks && splice_) {
        splice_->OnTracks(tracks->tracks);
      } else if (auto* arrived = std::get_if<Play::FrameArrived>(&event); arrived && splice_) {
        splice_->OnFrame(std::move(arrived->frame), next.now);
      } else if (const auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
        Note(next.now, decode->render_at, decode->frame);
      }
    }
    next.events.clear();
  }

  const Lags flv_;
  std::optional<Splice> splice_;
  std::size_t taken_ = 0;
};

// From a second before the joint on.
void ExpectWholeAndInTime(const Switch& seen) {
  const std::int64_t from = *seen.joined_ms - 1'000;
  std::optional<std::int64_t> last;
  std::size_t count = 0;
  for (const auto& sound : seen.sounds) {
    CAPTURE(sound.pts_ms, *seen.joined_ms);
    if (last) REQUIRE(sound.pts_ms == *last + 20);
    last = sound.pts_ms;
    if (sound.pts_ms < from) continue;
    ++count;
    REQUIRE(sound.early >= TimeDelta::Zero());
  }
  CHECK(count > 300);
}

TEST_CASE("Sound goes on in time where a stream takes over whose sound lies behind") {
  for (const std::int64_t behind_ms : {15, 60, 90, 150, 200}) {
    CAPTURE(behind_ms);
    const Switch seen({20, behind_ms});
    REQUIRE(seen.joined_ms);
    ExpectWholeAndInTime(seen);
    // Its own jitter and its sound's distance from its pictures, not from the other's.
    CHECK(seen.next.session.stats().target_delay <= TimeDelta::Millis(behind_ms + 70));
    CHECK(*seen.joined_ms <= (behind_ms < 100 ? 8'100 : 10'100));  // Speed gives 50 ms a second.
  }
}

TEST_CASE("A joint does not wait for sound that no speed of the line can fetch in time") {
  const Switch seen({20, 900});
  REQUIRE(seen.joined_ms);
  CHECK(*seen.joined_ms <= 12'100);
}

}  // namespace
}  // namespace onair::session
