// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/frame_handoff.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/record_wire.h"

namespace onair {
namespace {

using enum FrameKind;

TEST_CASE("A net thread that is held up costs video up to a key frame and bounds what waits") {
  runtime::Loop loop("test.net");
  std::vector<EncodedFrame> taken;
  int keys_wanted = 0;
  FrameHandoff handoff(
      loop, [&](FrameHandoff::Item item) { taken.push_back(std::move(item.frame)); },
      [&] { ++keys_wanted; });
  const int bound = static_cast<int>(FrameHandoff::kMaxFrames);

  // The loop does not run yet: held up.
  handoff.PushPicture(wire::MakeFrame(kKey, 0));
  for (int i = 1; i < bound + 10; ++i) handoff.PushPicture(wire::MakeFrame(kReference, i * 33));
  CHECK(handoff.dropped() == 10);
  CHECK(keys_wanted == 0);  // There is no room for one.
  REQUIRE(loop.Start());
  loop.RunAndWait([] {});
  handoff.PushPicture(wire::MakeFrame(kReference, 10'000));
  handoff.PushSound(wire::MakeFrame(kAudio, 10'000), AudioCodec::kAac);
  handoff.PushPicture(wire::MakeFrame(kKey, 10'033));
  handoff.PushPicture(wire::MakeFrame(kReference, 10'066));
  loop.Stop();

  CHECK(keys_wanted == 1);
  CHECK(handoff.dropped() == 11);
  REQUIRE(taken.size() == static_cast<std::size_t>(bound + 3));
  CHECK(taken[bound].kind == kAudio);
  CHECK(taken[bound + 1].kind == kKey);
}

TEST_CASE("A new track travels with the first picture behind it that is taken") {
  runtime::Loop loop("test.net");
  std::vector<FrameHandoff::Item> taken;
  FrameHandoff handoff(
      loop, [&](FrameHandoff::Item item) { taken.push_back(std::move(item)); }, [] {});
  const int bound = static_cast<int>(FrameHandoff::kMaxFrames);
  for (int i = 0; i < bound; ++i)
    handoff.PushPicture(wire::MakeFrame(i == 0 ? kKey : kReference, i));

  handoff.SetVideoTrack({VideoCodec::kH264, {320, 180}, 30, {}});
  handoff.PushPicture(wire::MakeFrame(kKey, 10'000));  // Full: lost.
  REQUIRE(loop.Start());
  loop.RunAndWait([] {});
  handoff.PushSound(wire::MakeFrame(kAudio, 10'010), AudioCodec::kAac);
  handoff.PushPicture(wire::MakeFrame(kKey, 10'033));
  handoff.PushPicture(wire::MakeFrame(kReference, 10'066));
  loop.Stop();

  REQUIRE(taken.size() == static_cast<std::size_t>(bound + 3));
  CHECK_FALSE(taken[bound - 1].new_track);
  CHECK_FALSE(taken[bound].new_track);  // Sound needs none.
  CHECK(taken[bound].sound == AudioCodec::kAac);
  REQUIRE(taken[bound + 1].new_track);
  CHECK(taken[bound + 1].new_track->size == PictureSize{320, 180});
  CHECK_FALSE(taken[bound + 2].new_track);
}

}  // namespace
}  // namespace onair
