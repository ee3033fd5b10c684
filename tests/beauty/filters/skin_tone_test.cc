// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/skin_tone.h"

#include <catch2/catch.hpp>

#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

const Face kFace{1, {0.25F, 0.25F, 0.5F, 0.5F}, std::nullopt, 1};

}  // namespace

TEST_CASE("The tone is that of the cheeks, without lips and background") {
  const Picture picture = Painted({160, 160}, [](std::size_t p, int x, int y) {
    const int scale = p == 0 ? 1 : 2;
    const int px = x * scale, py = y * scale;
    const bool is_face = px >= 40 && px < 120 && py >= 40 && py < 120;
    const bool is_mouth = px > 70 && px < 90 && py > 95 && py < 102;
    if (p == 0) return is_face ? 120 : 30;
    if (p == 1) return is_mouth ? 118 : is_face ? 110 : 160;
    return is_mouth ? 175 : is_face ? 146 : 90;
  });
  const auto tone = MeasureSkinTone(ViewOf(picture), std::span(&kFace, 1));
  REQUIRE(tone);
  CHECK(tone->u == Approx(-18).margin(1));
  CHECK(tone->v == Approx(18).margin(1));
  CHECK(tone->luma == Approx(120).margin(2));
}

TEST_CASE("Without a face, without colour and off the picture there is no tone") {
  const Picture grey = Flat({64, 64}, 120, 128, 128), skin = Flat({64, 64}, 120, 112, 150);
  const Face outside{1, {3, 3, 0.5F, 0.5F}, std::nullopt, 1};
  CHECK_FALSE(MeasureSkinTone(ViewOf(skin), {}));
  CHECK_FALSE(MeasureSkinTone(ViewOf(grey), std::span(&kFace, 1)));
  CHECK_FALSE(MeasureSkinTone(ViewOf(skin), std::span(&outside, 1)));
  CHECK(MeasureSkinTone(ViewOf(skin), std::span(&kFace, 1)));
  CHECK_FALSE(MeasureSkinTone(ViewOf(Flat({1, 1}, 120, 128, 128)), std::span(&kFace, 1)));
}
