// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/media.h"

#include <catch2/catch.hpp>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/apple/bridge/guarded.h"
#include "platform/runtime/clock.h"

namespace onair::apple {
namespace {

LentPixels Tight(const std::vector<std::uint8_t>& memory, int width, int height) {
  LentPixels pixels{PixelFormat::kI420, width, height, memory.data(), memory.size()};
  FillTight(pixels);
  return pixels;
}

TEST_CASE("Pixels are shared until the last frame lets go, once") {
  const std::vector<std::uint8_t> memory(5 * 3 + 2 * 3 * 2, 7);  // Odd sides: chroma rounds up.
  int released = 0;
  {
    auto frame = ShareFrame(
        Tight(memory, 5, 3), [](void* count) { ++*static_cast<int*>(count); }, &released);
    REQUIRE(frame);
    CHECK(frame->picture.plane(0).data == memory.data());
    CHECK(frame->picture.plane(1).data == memory.data() + 15);
    const Picture second = frame->picture;
    *frame = VideoFrame(second, MediaTime::Zero(), runtime::Now());
    CHECK(released == 0);
  }
  CHECK(released == 1);
}

TEST_CASE("Pixels that are refused stay their owner's") {
  const std::vector<std::uint8_t> memory(5 * 3 + 2 * 3 * 2 - 1, 7);  // A byte short.
  int released = 0;
  const auto frame = ShareFrame(
      Tight(memory, 5, 3), [](void* count) { ++*static_cast<int*>(count); }, &released);
  REQUIRE_FALSE(frame);
  CHECK(frame.error().detail == "data");
  CHECK(released == 0);
}

TEST_CASE("Planes that leave their memory are refused by name, however large the numbers are") {
  const std::vector<std::uint8_t> memory(64);
  const auto wrong = [&](auto change) {
    LentPixels pixels = Tight(memory, 4, 4);
    change(pixels);
    const char* name = WrongArgument(pixels);
    return std::string(name == nullptr ? "none" : name);
  };
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();
  CHECK(wrong([](LentPixels&) {}) == "none");
  CHECK(wrong([](LentPixels& p) { p.width = 0; }) == "width");
  CHECK(wrong([](LentPixels& p) { p.height = kMaxPictureSide + 1; }) == "height");
  CHECK(wrong([](LentPixels& p) { p.format = static_cast<PixelFormat>(3); }) == "format");
  CHECK(wrong([](LentPixels& p) { p.data = nullptr; }) == "data");
  CHECK(wrong([](LentPixels& p) { p.strides[0] = 3; }) == "data");
  CHECK(wrong([](LentPixels& p) { p.strides[1] = kHuge; }) == "data");
  CHECK(wrong([](LentPixels& p) { p.offsets[2] = kHuge; }) == "data");
  CHECK(wrong([](LentPixels& p) { p.offsets[2] = 64; }) == "data");
}

TEST_CASE("A copy of pixels is the same without their padding") {
  std::vector<std::uint8_t> memory(100);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::uint8_t>(i);
  LentPixels pixels{PixelFormat::kNv12, 4, 4, memory.data(), memory.size()};
  pixels.offsets = {3, 50};
  pixels.strides = {7, 9};

  const auto frame = CopyFrame(pixels);

  REQUIRE(frame);
  const PlaneView luma = frame->picture.plane(0);
  const PlaneView chroma = frame->picture.plane(1);
  CHECK(int{luma.data[2 * luma.stride_bytes + 3]} == 3 + 2 * 7 + 3);
  CHECK(int{chroma.data[chroma.stride_bytes + 1]} == 50 + 9 + 1);
}

TEST_CASE("Sound is copied, or refused by the name of its argument") {
  const float samples[] = {0.5F, -0.5F};
  const auto block = CopySound({samples, 1, 48000, 2, 0});
  REQUIRE(block);
  CHECK(block->samples == std::vector<float>{0.5F, -0.5F});
  CHECK(CopySound({nullptr, 1, 48000, 2, 0}).error().detail == "samples");
  CHECK(CopySound({samples, 0, 48000, 2, 0}).error().detail == "frameCount");
  CHECK(CopySound({samples, 1, 7999, 2, 0}).error().detail == "sampleRate");
  CHECK(CopySound({samples, 1, 48000, 0, 0}).error().detail == "channels");
}

TEST_CASE("A moment of capture that is none, or still to come, is now") {
  const Timestamp before = runtime::Now();
  CHECK(CapturedAt(0) >= before);
  CHECK(CapturedAt(-1) >= before);
  CHECK(CapturedAt(std::numeric_limits<double>::quiet_NaN()) >= before);
  CHECK(CapturedAt(1e300) <= runtime::Now());
  const double past = SecondsOf(before) / 2;
  CHECK(CapturedAt(past) <= before);
}

TEST_CASE("What is thrown under a guard becomes an error") {
  CHECK(Guarded([]() -> Status { throw std::bad_alloc(); }).error().code == ErrorCode::kInternal);
  CHECK(Guarded([]() -> Status { throw std::runtime_error("x"); }).error().code ==
        ErrorCode::kInternal);
  CHECK(Guarded([]() -> Status { return {}; }));
}

}  // namespace
}  // namespace onair::apple
