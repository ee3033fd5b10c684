// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/speaker.h"

#include <atomic>

#include "tests/platform/sdk/hanging_output.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;
using Hangs = HangingOutput::Hangs;

constexpr AudioFormat kStereo{48000, 2};

std::shared_ptr<AudioRenderer> Renderer() {
  return std::make_shared<AudioRenderer>(kStereo, [](TimeDelta) {});
}

TEST_CASE("A speaker opens its device for each new sound and tells how it went") {
  const auto watch = std::make_shared<HangingOutput::Watch>();
  std::atomic<int> opened{0};
  {
    Speaker speaker(std::make_unique<HangingOutput>(Hangs::kNever, watch),
                    [&](const Status& status) { opened += status ? 1 : 100; });
    speaker.Play(Renderer());
    REQUIRE(Eventually([&] { return opened == 1; }));
    speaker.Play(Renderer());
    REQUIRE(Eventually([&] { return opened == 2; }));
  }
  CHECK(watch->IsGone());
  CHECK(watch->Starts() == 2);
}

TEST_CASE("A speaker leaves a device behind that hangs, which then ends by itself") {
  const auto hangs = GENERATE(Hangs::kInStart, Hangs::kInStop);
  const auto watch = std::make_shared<HangingOutput::Watch>();
  std::atomic<int> opened{0};
  auto speaker = std::make_unique<Speaker>(std::make_unique<HangingOutput>(hangs, watch),
                                           [&](const Status&) { ++opened; });
  speaker->Play(Renderer());
  REQUIRE(Eventually(
      [&] { return watch->Starts() == 1 && (hangs == Hangs::kInStart || opened == 1); }));
  const int opened_before = opened;

  const Timestamp begin = runtime::Now();
  speaker.reset();
  CHECK(runtime::Now() - begin < TimeDelta::Millis(450));
  CHECK_FALSE(watch->IsGone());

  watch->LetGo();
  CHECK(Eventually([&] { return watch->IsGone(); }));
  CHECK(opened == opened_before);
}

}  // namespace
}  // namespace onair
