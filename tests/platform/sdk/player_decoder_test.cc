// SPDX-License-Identifier: Apache-2.0
//
// Pictures by a decoder of the app's own.
#include <atomic>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "platform/sdk/player.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

// FFmpeg's, for tests to stand in front of.
class AppDecoder : public VideoDecoder {
 public:
  Status Configure(const VideoTrack& track) override { return decoder_->Configure(track); }
  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override {
    return decoder_->Decode(frame, out);
  }
  Status Flush(std::vector<VideoFrame>& out) override { return decoder_->Flush(out); }
  void Reset() override { decoder_->Reset(); }

 private:
  const std::unique_ptr<VideoDecoder> decoder_ = *codec::OpenFfmpegVideoDecoder();
};

class CountingDecoder final : public AppDecoder {
 public:
  explicit CountingDecoder(std::atomic<int>& frames) : frames_(frames) {}
  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override {
    ++frames_;
    return AppDecoder::Decode(frame, out);
  }

 private:
  std::atomic<int>& frames_;
};

TEST_CASE("A player shows what the app's own decoder made of every frame") {
  EdgeHost edge;
  Events<PublishEvent> published;
  auto publisher =
      *Publisher::Create(SmallPublisher({edge.rtmp("own")}), InPlace(), published.listener());
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  REQUIRE(published.Wait(Reaches(PublishState::kLive)));
  std::atomic<int> frames{0};
  PlayerConfig config;
  config.url = edge.flv("own");
  config.make_video_decoder = [&]() -> Result<std::unique_ptr<VideoDecoder>> {
    return std::make_unique<CountingDecoder>(frames);
  };
  Events<PlayEvent> played;

  auto player = *Player::Create(config, InPlace(), played.listener());
  REQUIRE(player->Start());

  CHECK(Eventually([&] { return player->pictures().TakePicture(runtime::Now()).has_value(); }));
  CHECK(Eventually([&] { return player->stats().frames_decoded >= 3; }));
  CHECK(frames >= player->stats().frames_decoded);
}

// Refuses a few times, for this reason.
class RefusingDecoder final : public AppDecoder {
 public:
  explicit RefusingDecoder(ErrorCode code) : code_(code) {}
  Status Configure(const VideoTrack& track) override {
    if (refusals_++ < 2) return Fail(code_, "no such codec here");
    return AppDecoder::Configure(track);
  }

 private:
  const ErrorCode code_;
  int refusals_ = 0;
};

TEST_CASE("A player ends where nothing on this machine decodes the pictures, not at any refusal") {
  const ErrorCode code = GENERATE(ErrorCode::kCodecUnavailable, ErrorCode::kCodecOpen);
  EdgeHost edge;
  Events<PublishEvent> published;
  auto publisher =
      *Publisher::Create(SmallPublisher({edge.rtmp("own")}), InPlace(), published.listener());
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  REQUIRE(published.Wait(Reaches(PublishState::kLive)));
  PlayerConfig config;
  config.url = edge.flv("own");
  config.make_video_decoder = [code]() -> Result<std::unique_ptr<VideoDecoder>> {
    return std::make_unique<RefusingDecoder>(code);
  };
  Events<PlayEvent> played;

  auto player = *Player::Create(config, InPlace(), played.listener());
  REQUIRE(player->Start());

  const auto ended = [&](const PlayEvent& event) {
    const auto* state = std::get_if<PlayStateEvent>(&event);
    return state != nullptr && state->state == PlayState::kEnded &&
           state->error == Error{code, "no such codec here"};
  };
  if (code == ErrorCode::kCodecUnavailable) {
    CHECK(played.Wait(ended));
  } else {
    CHECK(Eventually([&] { return player->stats().frames_decoded >= 3; }));
    CHECK(player->stats().decode_errors > 0);
    CHECK_FALSE(played.Wait(ended, TimeDelta::Zero()));
  }
}

TEST_CASE("A player is not made where the app's own decoder does not open") {
  PlayerConfig config;
  config.url = "http://127.0.0.1:1/live/own.flv";
  config.make_video_decoder = []() -> Result<std::unique_ptr<VideoDecoder>> {
    return Fail(ErrorCode::kCodecUnavailable, "decoder");
  };
  Events<PlayEvent> played;

  const auto player = Player::Create(config, InPlace(), played.listener());

  REQUIRE_FALSE(player);
  CHECK(player.error() == Error{ErrorCode::kCodecUnavailable, "decoder"});
}

}  // namespace
}  // namespace onair
