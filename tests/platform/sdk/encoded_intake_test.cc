// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoded_intake.h"

#include <catch2/catch.hpp>

#include "platform/sdk/publisher.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

VideoTrack H264(std::uint8_t config = 1, PictureSize size = {320, 180}) {
  return {VideoCodec::kH264, size, 25, Buffer::Own({config})};
}
AudioTrack Aac() {
  return {AudioCodec::kAac, {48000, 2}, Buffer::Own({2})};
}

EncodedFrame Frame(FrameKind kind, MediaTime pts, Timestamp captured_at = runtime::Now()) {
  return {Buffer::Own({0, 0, 0, 1, 9}), kind, pts, pts, captured_at};
}

// What an intake hands to the net loop.
class Arrivals {
 public:
  explicit Arrivals(StreamTracks tracks) : intake(std::move(tracks), handoff) {
    REQUIRE(loop_.Start());
  }
  ~Arrivals() { loop_.Stop(); }

  std::vector<FrameHandoff::Item> Take() {
    loop_.RunAndWait([] {});
    return std::move(items_);
  }

 private:
  runtime::Loop loop_{"test"};
  std::vector<FrameHandoff::Item> items_;

 public:
  FrameHandoff handoff{
      loop_, [this](FrameHandoff::Item item) { items_.push_back(std::move(item)); }, [] {}};
  EncodedIntake intake;
};

TEST_CASE("Coded frames of both tracks move by one shift, by when the first was captured") {
  Arrivals arrivals({H264(), Aac()});
  const Timestamp origin = runtime::Now();
  arrivals.intake.Start(origin);

  const MediaTime app = MediaTime::Millis(700'000);
  const Timestamp captured = origin + TimeDelta::Millis(30);
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, app, captured), {}));
  REQUIRE(arrivals.intake.Push(
      Frame(FrameKind::kAudio, app + TimeDelta::Millis(10), captured + TimeDelta::Seconds(9)), {}));

  const auto items = arrivals.Take();
  REQUIRE(items.size() == 2);
  CHECK(items[0].frame.pts == MediaTime::Millis(30));
  CHECK(items[1].frame.pts == MediaTime::Millis(40));
  CHECK(items[1].sound == AudioCodec::kAac);
}

TEST_CASE("Coded frames are let go before the line begins") {
  Arrivals arrivals({H264(), std::nullopt});
  CHECK(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Zero()), {}));
  CHECK(arrivals.Take().empty());
}

TEST_CASE("A new track is told though its key frame comes before the line begins") {
  Arrivals arrivals({H264(1), std::nullopt});
  const Timestamp captured = runtime::Now();
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(1)), H264(9)));
  arrivals.intake.Start(captured + TimeDelta::Seconds(1));
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(2), captured), H264(7)));
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kReference, MediaTime::Millis(2000)), {}));
  CHECK(arrivals.Take().empty());  // Nothing that refers to what was let go.

  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(3000)), {}));
  const auto items = arrivals.Take();
  REQUIRE(items.size() == 1);
  REQUIRE(items[0].new_track);
  CHECK(items[0].new_track->config.view()[0] == 7);
}

TEST_CASE("Coded sound is withheld while muted, pictures while paused and then until a key frame") {
  Arrivals arrivals({H264(), Aac()});
  arrivals.intake.Start(runtime::Now());
  int ms = 0;
  const auto push = [&](FrameKind kind) {
    REQUIRE(arrivals.intake.Push(Frame(kind, MediaTime::Millis(++ms)), {}));
    return !arrivals.Take().empty();
  };
  CHECK(push(FrameKind::kKey));
  CHECK(push(FrameKind::kAudio));
  arrivals.intake.SetMuted(true);
  CHECK_FALSE(push(FrameKind::kAudio));
  CHECK(push(FrameKind::kReference));
  arrivals.intake.SetMuted(false);
  CHECK(push(FrameKind::kAudio));

  arrivals.intake.SetPaused(true);
  CHECK_FALSE(push(FrameKind::kReference));
  CHECK_FALSE(push(FrameKind::kKey));
  CHECK_FALSE(push(FrameKind::kAudio));
  arrivals.intake.SetPaused(false);
  CHECK(push(FrameKind::kAudio));
  CHECK_FALSE(push(FrameKind::kReference));
  CHECK(push(FrameKind::kKey));
  CHECK(push(FrameKind::kReference));

  PublisherStats stats;
  arrivals.intake.AddTo(stats);
  CHECK(stats.frames_withheld == 3);
  CHECK(stats.audio_frames_withheld == 2);
  CHECK(stats.frames_encoded == 4);
}

TEST_CASE("The rate of coded pictures falls to zero when none come") {
  Arrivals arrivals({H264(), std::nullopt});
  arrivals.intake.Start(runtime::Now());
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(1)), {}));
  CHECK(Eventually([&] {
    PublisherStats stats;
    arrivals.intake.AddTo(stats);
    return stats.frame_rate == 0;
  }));
}

TEST_CASE("A track is told again only where it changed") {
  Arrivals arrivals({H264(1), std::nullopt});
  arrivals.intake.Start(runtime::Now());

  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(1)), H264(1)));
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(2)), H264(9, {640, 360})));
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kReference, MediaTime::Millis(3)), {}));

  const auto items = arrivals.Take();
  REQUIRE(items.size() == 3);
  CHECK_FALSE(items[0].new_track);
  REQUIRE(items[1].new_track);
  CHECK(items[1].new_track->size == PictureSize{640, 360});
  CHECK_FALSE(items[2].new_track);
  PublisherStats stats;
  arrivals.intake.AddTo(stats);
  CHECK(stats.picture_size == PictureSize{640, 360});
  CHECK(stats.frames_encoded == 3);
  CHECK(stats.key_frames == 2);
  CHECK(stats.video_bytes == DataSize::Bytes(15));
}

TEST_CASE("A wrong coded frame is refused, naming what is wrong, and changes nothing") {
  Arrivals arrivals({H264(), std::nullopt});
  arrivals.intake.Start(runtime::Now());
  REQUIRE(arrivals.intake.Push(Frame(FrameKind::kKey, MediaTime::Millis(5)), {}));
  const auto refused = [&](EncodedFrame frame, std::optional<VideoTrack> track = {}) {
    const auto status = arrivals.intake.Push(std::move(frame), track);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == ErrorCode::kInvalidConfig);
    return status.error().detail;
  };

  CHECK(refused(Frame(FrameKind::kAudio, MediaTime::Millis(6))) == "frame.kind");
  CHECK(refused(Frame(FrameKind::kReference, MediaTime::Millis(5))) == "frame.dts");
  CHECK(refused(Frame(FrameKind::kReference, MediaTime::Millis(6)), H264()) == "new_track");
  VideoTrack h265 = H264();
  h265.codec = VideoCodec::kH265;
  CHECK(refused(Frame(FrameKind::kKey, MediaTime::Millis(6)), h265) == "new_track");
  EncodedFrame empty = Frame(FrameKind::kReference, MediaTime::Millis(6));
  empty.payload = {};
  CHECK(refused(std::move(empty)) == "frame.payload");
  const auto with_payload = [](Bytes payload) {
    EncodedFrame frame = Frame(FrameKind::kKey, MediaTime::Millis(6));
    frame.payload = Buffer::Own(std::move(payload));
    return frame;
  };
  CHECK(refused(with_payload({0, 0, 0, 1, 0x65, 0x88, 0x80, 0x10})) == "frame.payload");
  CHECK(refused(with_payload({0, 0, 1, 0x65, 0x88})) == "frame.payload");
  CHECK(refused(with_payload({0, 0, 0, 9, 0x65})) == "frame.payload");
  const auto with_track = [&](VideoTrack track) {
    return refused(Frame(FrameKind::kKey, MediaTime::Millis(6)), track);
  };
  CHECK(with_track({VideoCodec::kH264, {320, 180}, 25, {}}) == "new_track.config");
  CHECK(with_track({VideoCodec::kH264, {320, 180}, 25, Buffer::Own({0, 0, 0, 1, 0x67})}) ==
        "new_track.config");
  CHECK(with_track(H264(9, {0, 180})) == "new_track.size.width");
  CHECK(with_track(H264(9, {320, -2})) == "new_track.size.height");
  EncodedFrame backwards = Frame(FrameKind::kReference, MediaTime::Millis(6));
  backwards.dts = MediaTime::Millis(7);
  CHECK(refused(std::move(backwards)) == "frame.dts");

  CHECK(arrivals.Take().size() == 1);
  PublisherStats stats;
  arrivals.intake.AddTo(stats);
  CHECK(stats.frames_encoded == 1);
}

TEST_CASE("Tracks of the app that do not agree with the config are refused") {
  const auto refused = [](auto change) {
    PublisherConfig config = SmallPublisher({"rtmp://127.0.0.1/live/room"});
    config.encoded = EncodedInput{{H264(1, config.video->size), Aac()}};
    CHECK(config.Validate());
    change(config);
    const auto status = config.Validate();
    REQUIRE_FALSE(status);
    return status.error().detail;
  };
  CHECK(refused([](auto& c) { c.video.reset(); }) == "encoded.tracks.video.codec");
  CHECK(refused([](auto& c) { c.video->codec = VideoCodec::kH265; }) ==
        "encoded.tracks.video.codec");
  CHECK(refused([](auto& c) { c.video->size = {640, 480}; }) == "encoded.tracks.video.size");
  CHECK(refused([](auto& c) { c.encoded->tracks.video->config = {}; }) ==
        "encoded.tracks.video.config");
  CHECK(refused([](auto& c) { c.audio->codec = AudioCodec::kOpus; }) ==
        "encoded.tracks.audio.codec");
  CHECK(refused([](auto& c) { c.encoded->tracks.audio->config = {}; }) ==
        "encoded.tracks.audio.config");
}

}  // namespace
}  // namespace onair
