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
      loop, [&](EncodedFrame frame) { taken.push_back(std::move(frame)); }, [&] { ++keys_wanted; });
  const int bound = static_cast<int>(FrameHandoff::kMaxFrames);

  // The loop does not run yet: held up.
  handoff.Push(wire::MakeFrame(kKey, 0));
  for (int i = 1; i < bound + 10; ++i) handoff.Push(wire::MakeFrame(kReference, i * 33));
  CHECK(handoff.dropped() == 10);
  CHECK(keys_wanted == 0);  // There is no room for one.
  REQUIRE(loop.Start());
  loop.RunAndWait([] {});
  handoff.Push(wire::MakeFrame(kReference, 10'000));
  handoff.Push(wire::MakeFrame(kAudio, 10'000));
  handoff.Push(wire::MakeFrame(kKey, 10'033));
  handoff.Push(wire::MakeFrame(kReference, 10'066));
  loop.Stop();

  CHECK(keys_wanted == 1);
  CHECK(handoff.dropped() == 11);
  REQUIRE(taken.size() == static_cast<std::size_t>(bound + 3));
  CHECK(taken[bound].kind == kAudio);
  CHECK(taken[bound + 1].kind == kKey);
}

}  // namespace
}  // namespace onair
