// SPDX-License-Identifier: Apache-2.0
//
// A publisher whose encoder is loaded at run time and follows no regions, through a real edge to a
// player.
#include "platform/devices/headless_display.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

PublisherConfig WithOpenH264(std::vector<std::string> urls) {
  PublisherConfig config = SmallPublisher(std::move(urls));
  config.video->encoder = EncoderChoice::kOpenH264;
  config.control.min_rate = config.video->rate;  // What the test asks for holds.
  return config;
}

TEST_CASE("With OpenH264 a stream is published and played, and turns as it is told while live") {
  EdgeHost edge;
  Events<PublishEvent> events;
  PublisherConfig config = WithOpenH264({edge.rtmp("cisco")});
  config.video->gop = TimeDelta::Seconds(20);  // No key frame but the first and wished ones.
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->SetRegions({{0.3F, 0.3F, 0.4F, 0.4F, 1}}));
  REQUIRE((*publisher)->Start());
  REQUIRE(events.Wait(Reaches(PublishState::kLive)));
  const auto stats = [&] { return (*publisher)->stats(); };
  REQUIRE(Eventually([&] { return stats().frames_encoded >= 10; }));
  CHECK(stats().encoder == "openh264");
  CHECK(stats().roi == RoiSupport::kNone);

  PlayerConfig play;
  play.url = edge.flv("cisco");
  Events<PlayEvent> played;
  devices::HeadlessDisplay display;  // Woken by the player to its end.
  auto player = Player::Create(play, InPlace(), played.listener());
  REQUIRE(player);
  (*player)->SetPictureReady([&] { display.Wake(); });
  REQUIRE(display.Start((*player)->pictures()));
  REQUIRE((*player)->Start());
  REQUIRE(Eventually([&] { return (*player)->stats().frames_presented >= 10; }));

  const auto keys = stats().key_frames;
  EncoderTarget target{.video_rate = DataRate::KilobitsPerSec(120), .frame_rate = 15};
  target.key_frame = KeyFrameWanted::kYes;
  REQUIRE((*publisher)->SetTarget(target));
  REQUIRE(Eventually([&] { return stats().key_frames > keys; }));
  REQUIRE(Eventually([&] { return stats().target_rate == target.video_rate; }));

  // Two seconds of pictures at the new rate: 15 a second, and a burst of the VBV beside.
  const auto before = stats();
  REQUIRE(Eventually([&] { return stats().frames_encoded >= before.frames_encoded + 30; }));
  const auto after = stats();
  const auto pictures = static_cast<double>(after.frames_encoded - before.frames_encoded);
  const auto bits = 8.0 * static_cast<double>((after.video_bytes - before.video_bytes).bytes());
  CHECK(bits < 1.5 * pictures / 15 * 120'000);
  CHECK(bits > 0.2 * pictures / 15 * 120'000);

  // Another size is another OpenH264, and the player goes on.
  target.key_frame = KeyFrameWanted::kNo;
  target.resolution_step = 2;
  REQUIRE((*publisher)->SetTarget(target));
  REQUIRE(Eventually([&] { return stats().picture_size == PictureSize{160, 90}; }));
  CHECK(stats().encoder == "openh264");
  const auto shown = (*player)->stats().frames_presented;
  REQUIRE(Eventually([&] { return (*player)->stats().frames_presented > shown + 15; }));
  CHECK((*player)->stats().decode_errors == 0);
  CHECK(stats().encode_errors == 0);
  display.Stop();
}

TEST_CASE(
    "Where the chosen encoder's library is missing nothing starts, and what is missing is named") {
  PublisherConfig config = WithOpenH264({"rtmp://127.0.0.1/live/room"});
  config.video->openh264_library = "/nowhere/libopenh264.so";
  Events<PublishEvent> events;
  const auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE_FALSE(publisher);
  CHECK(publisher.error().code == ErrorCode::kCodecUnavailable);
  CHECK_THAT(publisher.error().detail, Catch::Contains("/nowhere/libopenh264.so"));
  CHECK(events.all().empty());
}

}  // namespace
}  // namespace onair
