// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/media_playout.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace onair {
namespace {

using Play = session::Play;

constexpr TimeDelta kFrame = TimeDelta::Millis(40);

TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

// A reader of 25 pictures a second with a key frame each second, and a world that asks it.
class World {
 public:
  explicit World(devices::MediaKind kind = devices::MediaKind::kFile,
                 std::int64_t duration_ms = 4000)
      : kind_(kind), duration_(Ms(duration_ms)) {}

  void Open() {
    devices::MediaInfo info{kind_, {}, Rotation::k0, duration_, reorder};
    if (has_video) info.tracks.video = VideoTrack{VideoCodec::kH264, {16, 16}, 25, {}};
    if (has_audio) info.tracks.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, {}};
    if (kind_ == devices::MediaKind::kLiveHls) info.duration.reset();
    playout.HandleOpened(info, now);
    Settle();
  }

  // Virtual time passes, in steps of the machine's own wakes.
  void RunFor(TimeDelta span) {
    const Timestamp end = now + span;
    for (int i = 0; i < 100'000; ++i) {
      Settle();
      const Timestamp next = std::min(playout.wake_at(), end);
      if (next > now) now = next;
      if (now >= end) return Settle();
      playout.HandleTimeout(now);
    }
    FAIL("no progress");
  }

  // The reader gives what is wanted; events are taken.
  void Settle() {
    for (int i = 0; i < 100'000; ++i) {
      if (Take()) continue;
      if (!playout.wants_more() || is_dry) return;
      Read();
    }
    FAIL("it never settles");
  }

  int Count(PlayState state) const {
    int count = 0;
    for (const auto& [at, one] : states) count += one == state ? 1 : 0;
    return count;
  }

  MediaPlayout playout{Timestamp::Zero()};
  Timestamp now = Timestamp::Zero();
  bool has_video = true;
  bool has_audio = true;
  int reorder = 0;
  bool is_dry = false;         // The reader has nothing for now.
  bool gives_pictures = true;  // The decoder works.
  TimeDelta decode_takes = TimeDelta::Zero();
  std::optional<Error> fails_at_end;

  std::vector<std::pair<Timestamp, PlayState>> states;
  std::vector<std::pair<Timestamp, Play::DecodeFrame>> video;
  std::vector<std::pair<Timestamp, Play::DecodeFrame>> audio;
  std::vector<PlaySession::Sought> sought;
  std::vector<MediaTime> show_from;
  std::optional<ClockMap> line;
  std::optional<Error> ended_with;
  int flushes = 0;
  int drains = 0;

 private:
  bool Take() {
    auto event = playout.Poll();
    if (!event) return false;
    if (auto* decode = std::get_if<Play::DecodeFrame>(&*event)) {
      OnFrame(std::move(*decode));
    } else if (const auto* state = std::get_if<Play::StateChanged>(&*event)) {
      states.emplace_back(now, state->state);
      if (state->state == PlayState::kEnded) ended_with = state->error;
    } else if (const auto* moved = std::get_if<Play::LineChanged>(&*event)) {
      line = moved->line;
    } else if (const auto* from = std::get_if<MediaPlayout::ReadFrom>(&*event)) {
      read_at_ = from->position.us() / 1'000'000 * 25;
      sound_at_ = read_at_;
      pass_ = from->pass;
      is_over_ = false;
    } else if (const auto* place = std::get_if<PlaySession::ShowFrom>(&*event)) {
      show_from.push_back(place->place);
      awaited_ = place->place;
    } else if (const auto* done = std::get_if<PlaySession::Sought>(&*event)) {
      sought.push_back(*done);
    } else if (std::holds_alternative<Play::FlushDecoders>(*event)) {
      ++flushes;
      held_.clear();
    } else if (std::holds_alternative<PlaySession::Drain>(*event)) {
      ++drains;
      for (const MediaTime pts : held_) Show(pts);
      held_.clear();
    }
    return true;
  }

  void OnFrame(Play::DecodeFrame decode) {
    const MediaTime pts = decode.frame.pts;
    if (decode.frame.track() == TrackKind::kAudio) {
      audio.emplace_back(now, std::move(decode));
      return;
    }
    video.emplace_back(now, std::move(decode));
    held_.push_back(pts);
    if (static_cast<int>(held_.size()) <= reorder) return;
    const MediaTime shown = held_.front();
    held_.erase(held_.begin());
    Show(shown);
  }

  void Show(MediaTime pts) {
    if (!gives_pictures || !awaited_ || pts < *awaited_) return;
    awaited_.reset();
    playout.HandlePicture(now);
  }

  void Read() {
    const std::int64_t count = duration_.us() / kFrame.us();
    if (is_over_) {
      is_dry = true;
      return;
    }
    if (read_at_ >= count) {
      is_over_ = true;
      if (fails_at_end) return playout.HandleFailed(pass_, *fails_at_end, now);
      return playout.HandleEnd(pass_, now);
    }
    if (has_audio && sound_at_ <= read_at_) {
      playout.HandleItem(pass_, Frame(FrameKind::kAudio, sound_at_++), now);
      if (!has_video) ++read_at_;
      return;
    }
    playout.HandleItem(
        pass_, Frame(read_at_ % 25 == 0 ? FrameKind::kKey : FrameKind::kReference, read_at_), now);
    ++read_at_;
  }

  static EncodedFrame Frame(FrameKind kind, std::int64_t number) {
    const MediaTime at = MediaTime::Zero() + kFrame * number;
    return {Buffer::Own(Bytes(10)), kind, at, at, Timestamp::Zero(), kFrame};
  }

  const devices::MediaKind kind_;
  const TimeDelta duration_;
  std::int64_t read_at_ = 0;
  std::int64_t sound_at_ = 0;
  MediaPlayout::Pass pass_ = 1;
  bool is_over_ = false;
  std::optional<MediaTime> awaited_;
  std::vector<MediaTime> held_;
};

TEST_CASE("A file plays from its first picture to its end, each frame ahead of its time") {
  World world;
  world.Open();
  world.RunFor(Ms(10'000));

  CHECK(world.video.size() == 100);
  CHECK(world.audio.size() == 100);
  for (const auto& [at, decode] : world.video) {
    const TimeDelta ahead = decode.render_at - at;
    if (decode.frame.pts > MediaTime::Millis(100)) CHECK(ahead == Ms(60));
  }
  CHECK(world.drains == 1);
  REQUIRE(world.states.size() == 2);
  CHECK(world.states[0] == std::pair(Timestamp::Zero(), PlayState::kPlaying));
  CHECK(world.states[1] == std::pair(Timestamp::Zero() + Ms(4000), PlayState::kEnded));
  CHECK(world.ended_with->code == ErrorCode::kStreamEnded);
}

TEST_CASE("What is read ahead is bounded") {
  World world(devices::MediaKind::kFile, 60'000);
  world.Open();
  world.RunFor(Ms(5'000));

  CHECK_FALSE(world.playout.wants_more());
  CHECK(world.playout.stats(world.now).video_frames_received < 25 * 8);
  CHECK(world.playout.stats(world.now).buffered < Ms(2500));
}

TEST_CASE("Nothing is released while a player is paused, and it goes on where it stood") {
  World world;
  world.Open();
  world.RunFor(Ms(1'000));
  world.playout.Pause(world.now);
  world.Settle();
  const std::size_t released = world.video.size();
  CHECK(world.line->AtOf(MediaTime::Millis(1'000)) > world.now + TimeDelta::Seconds(1'000'000));
  world.RunFor(Ms(3'000));
  CHECK(world.video.size() == released);
  CHECK(world.playout.place(world.now).position == Ms(1'000));

  world.playout.Resume(world.now);
  world.RunFor(Ms(500));

  CHECK(world.playout.place(world.now).position == Ms(1'500));
  CHECK(world.Count(PlayState::kPaused) == 1);
  CHECK(world.states.back().second == PlayState::kPlaying);
  world.RunFor(Ms(10'000));
  CHECK(world.states.back() == std::pair(Timestamp::Zero() + Ms(7'000), PlayState::kEnded));
}

TEST_CASE("A seek decodes from the key frame before and shows from its place") {
  World world;
  world.Open();
  world.RunFor(Ms(500));
  world.video.clear();

  world.playout.Seek(Ms(2'520), world.now);
  world.Settle();

  REQUIRE_FALSE(world.video.empty());
  CHECK(world.video.front().second.frame.pts == MediaTime::Millis(2'000));
  CHECK(world.show_from.back() == MediaTime::Millis(2'519));
  CHECK(world.flushes == 1);
  REQUIRE(world.sought.size() == 1);
  CHECK(world.sought[0].position == Ms(2'520));
  CHECK_FALSE(world.sought[0].error);
  CHECK(world.playout.place(world.now).position == Ms(2'520));
  world.RunFor(Ms(400));
  CHECK(world.playout.place(world.now).position == Ms(2'920));
  CHECK(world.playout.stats(world.now).stalls == 0);
}

TEST_CASE("Sound before the place that was sought is not decoded") {
  World world;
  world.Open();
  world.audio.clear();
  world.playout.Seek(Ms(2'520), world.now);
  world.RunFor(Ms(300));
  REQUIRE_FALSE(world.audio.empty());
  CHECK(world.audio.front().second.frame.pts >= MediaTime::Millis(2'480));
}

TEST_CASE("A seek while paused gives its picture to the decoder, stays paused and goes on there") {
  World world;
  world.reorder = 2;
  world.Open();
  world.RunFor(Ms(500));
  world.playout.Pause(world.now);
  world.Settle();
  world.video.clear();

  world.playout.Seek(Ms(3'100), world.now);
  world.RunFor(Ms(200));

  CHECK(world.video.size() <= 3 + 6);  // From the key frame at 3 s, what reorders, and no more.
  REQUIRE(world.sought.size() == 1);
  CHECK(world.playout.place(world.now).position == Ms(3'100));
  CHECK(world.playout.stats(world.now).state == PlayState::kPaused);
  world.playout.Resume(world.now);
  world.RunFor(Ms(100));
  CHECK(world.playout.place(world.now).position == Ms(3'200));
}

TEST_CASE("Of several seeks in a row only the last one is done") {
  World world;
  world.Open();
  world.RunFor(Ms(500));
  for (int i = 0; i < 10; ++i) world.playout.Seek(Ms(100 * i), world.now);
  world.RunFor(Ms(100));
  REQUIRE(world.sought.size() == 1);
  CHECK(world.sought[0].position == Ms(900));
}

TEST_CASE("A decoder that holds back more than it says gets more, one that gives none is left") {
  World world;
  world.Open();
  world.RunFor(Ms(500));
  world.gives_pictures = false;
  world.playout.Seek(Ms(1'000), world.now);
  world.RunFor(Ms(1'900));
  CHECK(world.sought.empty());
  world.RunFor(Ms(200));
  CHECK(world.sought.size() == 1);
  CHECK(world.states.back().second == PlayState::kPlaying);
}

TEST_CASE("A seek behind the last picture ends the file in time, and a seek from the end goes on") {
  World world;
  world.Open();
  world.playout.Seek(Ms(99'000), world.now);
  world.RunFor(Ms(1'000));
  CHECK(world.states.back().second == PlayState::kEnded);
  CHECK(world.playout.place(world.now).position == Ms(4'000));

  world.is_dry = false;
  world.playout.Seek(Ms(1'000), world.now);
  world.RunFor(Ms(500));
  CHECK(world.states.back().second == PlayState::kPlaying);
  CHECK(world.playout.place(world.now).position == Ms(1'500));
}

TEST_CASE("A loop goes on without a gap, and positions begin anew") {
  World world;
  world.playout.SetRepeat(Repeat::kForever);
  world.Open();
  world.RunFor(Ms(9'000));

  CHECK(world.Count(PlayState::kEnded) == 0);
  CHECK(world.flushes == 0);
  CHECK(world.playout.stats(world.now).stalls == 0);
  CHECK(world.playout.place(world.now).position == Ms(1'000));
  for (std::size_t i = 1; i < world.video.size(); ++i) {
    CHECK(world.video[i].second.frame.pts - world.video[i - 1].second.frame.pts == kFrame);
  }
  world.playout.SetRepeat(Repeat::kOnce);
  world.RunFor(Ms(12'000));
  CHECK(world.states.back().second == PlayState::kEnded);
}

TEST_CASE("A server that falls behind is a stall until a second is there") {
  World world(devices::MediaKind::kHls, 60'000);
  world.Open();
  world.is_dry = true;
  world.RunFor(Ms(30'000));
  CHECK(world.Count(PlayState::kStalled) == 1);
  const auto stats = world.playout.stats(world.now);
  CHECK(stats.stalls == 1);
  CHECK(stats.stalled_for > Ms(10'000));
  const auto stood_at = world.playout.place(world.now).position;

  world.is_dry = false;
  world.RunFor(Ms(100));
  CHECK(world.states.back().second == PlayState::kPlaying);
  CHECK(*world.playout.place(world.now).position == *stood_at + Ms(100));
  CHECK(world.flushes == 0);
}

TEST_CASE("A live list begins where it is and cannot be sought") {
  World world(devices::MediaKind::kLiveHls, 60'000);
  world.Open();
  world.RunFor(Ms(1'000));
  world.playout.Seek(Ms(100), world.now);
  world.Settle();
  REQUIRE(world.sought.size() == 1);
  CHECK(world.sought[0].error->code == ErrorCode::kUnsupported);
  CHECK_FALSE(world.playout.place(world.now).is_seekable);
  CHECK(world.states.back().second == PlayState::kPlaying);
}

TEST_CASE("Sound alone and pictures alone play to their end") {
  for (const bool has_video : {true, false}) {
    World world;
    world.has_video = has_video;
    world.has_audio = !has_video;
    world.Open();
    world.RunFor(Ms(10'000));
    CHECK(world.video.size() == (has_video ? 100 : 0));
    CHECK(world.audio.size() == (has_video ? 0 : 100));
    CHECK(world.states.back() == std::pair(Timestamp::Zero() + Ms(4000), PlayState::kEnded));
  }
}

TEST_CASE("What was read before a failure is played, then the failure is told") {
  World world;
  world.fails_at_end = Error{ErrorCode::kFileMalformed, "cut off"};
  world.Open();
  world.RunFor(Ms(3'900));
  CHECK(world.states.back().second == PlayState::kPlaying);
  world.RunFor(Ms(200));
  CHECK(world.ended_with->code == ErrorCode::kFileMalformed);
  CHECK(world.video.size() == 100);
}

TEST_CASE("A file that cannot be opened is over at once, a stopped player without an error") {
  World world;
  world.playout.HandleFailed(1, Error{ErrorCode::kNotMedia, "x"}, world.now);
  world.Settle();
  CHECK(world.ended_with->code == ErrorCode::kNotMedia);
  world.playout.Stop(world.now);
  world.Settle();
  CHECK(world.states.size() == 1);

  World stopped;
  stopped.Open();
  stopped.playout.Stop(stopped.now);
  stopped.RunFor(Ms(1'000));
  CHECK(stopped.states.back().second == PlayState::kEnded);
  CHECK_FALSE(stopped.ended_with);
}

TEST_CASE("Frames of an older pass are dropped") {
  World world;
  world.Open();
  world.playout.Seek(Ms(2'000), world.now);
  const MediaTime old = MediaTime::Millis(100);
  world.playout.HandleItem(
      1, EncodedFrame{Buffer::Own(Bytes(1)), FrameKind::kKey, old, old, Timestamp::Zero(), {}},
      world.now);
  world.video.clear();
  world.RunFor(Ms(100));
  REQUIRE_FALSE(world.video.empty());
  for (const auto& [at, decode] : world.video) {
    CHECK(decode.frame.pts >= MediaTime::Millis(2'000));
  }
}

}  // namespace
}  // namespace onair
