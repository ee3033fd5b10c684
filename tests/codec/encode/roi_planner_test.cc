// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/roi_planner.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/codec/support/moving_picture.h"

namespace onair::codec {
namespace {

constexpr PictureSize kSize{640, 368};
const BlockGrid kGrid = BlockGrid::Of(kSize);

RoiMap FaceOf(float side, float quality = 1) {
  return {{{0.5F - side / 2, 0.5F - side / 2, side, side, quality}}};
}

using Offsets = std::vector<float>;
Offsets Copy(const RoiPlan& plan) {
  return {plan.offsets.begin(), plan.offsets.end()};
}

struct Drive {
  explicit Drive(double strength = 1, LookAhead look_ahead = LookAhead::kNone, int source_noise = 0,
                 AdaptiveQuantizer adaptive = AdaptiveQuantizer::kOn)
      : planner(kSize, strength, look_ahead, adaptive) {
    scene.size = kSize;
    scene.noise = source_noise;
  }

  // `is_still`: the same picture each time.
  Offsets Next(const std::optional<RoiMap>& roi, bool is_still = true) {
    const Picture picture = testing::DrawPicture(scene, is_still ? 0 : number);
    const bool is_key = number % 60 == 0;
    return Copy(planner.Plan({picture, roi, is_key, 60 - number++ % 60}));
  }
  Offsets Many(int count, const std::optional<RoiMap>& roi, bool is_still = true) {
    Offsets plan;
    for (int i = 0; i < count; ++i) plan = Next(roi, is_still);
    return plan;
  }

  RoiPlanner planner;
  testing::Scene scene;
  int number = 0;
};

float Middle(const Offsets& plan) {
  return plan[kGrid.At(kGrid.columns / 2, kGrid.rows / 2)];
}
float Corner(const Offsets& plan) {
  return plan[kGrid.At(1, 1)];
}

TEST_CASE("The face gets a finer quantiser than the corner, and the bits stay") {
  Drive drive;
  const Offsets plan = drive.Many(20, FaceOf(0.25F));
  REQUIRE(plan.size() == kGrid.count());
  CHECK(Middle(plan) < Corner(plan) - 6);
  CHECK(Middle(plan) > Corner(plan) - 13);
}

TEST_CASE("Without a region or without strength there is no plan") {
  Drive drive;
  CHECK(drive.Many(5, std::nullopt).empty());
  CHECK(drive.Many(5, RoiMap{}).empty());
  Drive off(0);
  CHECK(off.Many(5, FaceOf(0.25F)).empty());
}

TEST_CASE("A larger face gets less depth") {
  const auto depth_of = [](float side) {
    Drive drive;
    const Offsets plan = drive.Many(20, FaceOf(side));
    return Corner(plan) - Middle(plan);
  };
  CHECK(depth_of(0.2F) > depth_of(0.5F) + 0.5F);
  CHECK(depth_of(0.5F) > depth_of(0.8F) + 0.5F);
  CHECK(depth_of(0.8F) > 1.5F);
}

TEST_CASE("Half the strength is half the depth and emphasis raises it up to a bound") {
  const auto depth_of = [](double strength, double emphasis) {
    Drive drive(strength);
    drive.planner.SetEmphasis(emphasis);
    const Offsets plan = drive.Many(20, FaceOf(0.4F));
    return static_cast<double>(Corner(plan) - Middle(plan));
  };
  CHECK(depth_of(0.5, 1) == Approx(depth_of(1, 1) / 2).margin(0.8));
  CHECK(depth_of(1, 1.3) > depth_of(1, 1) + 1);
  CHECK(depth_of(1, 2) < 14);
  CHECK(depth_of(1, 0) == Approx(0).margin(0.8));
}

TEST_CASE("A region of negative quality is coarser") {
  Drive drive;
  const Offsets plan = drive.Many(20, FaceOf(0.4F, -1));
  CHECK(Middle(plan) > Corner(plan) + 4);
  CHECK(Middle(plan) < Corner(plan) + 8);
}

TEST_CASE("The plan fades where the picture is as fine as eyes see") {
  Drive drive;
  for (int i = 0; i < 40; ++i) drive.planner.OnCoded(30);
  const Offsets coarse = drive.Many(20, FaceOf(0.25F));
  const float wide = Corner(coarse) - Middle(coarse);
  for (int i = 0; i < 40; ++i) drive.planner.OnCoded(10);
  const Offsets fine = drive.Many(1, FaceOf(0.25F));
  CHECK(wide > 6);
  CHECK(Corner(fine) == Approx(Middle(fine)).margin(0.01));
}

TEST_CASE("On a noisy source the plan ends before it codes noise, on a clean one it does not") {
  const auto depth_of = [](int noise) {
    Drive drive(1, LookAhead::kNone, noise);
    for (int i = 0; i < 40; ++i) drive.planner.OnCoded(27);
    const Offsets plan = drive.Many(20, FaceOf(0.25F), false);
    return Corner(plan) - Middle(plan);
  };
  CHECK(depth_of(0) > 4);
  CHECK(std::abs(depth_of(10)) < 0.01F);
}

TEST_CASE("No block gets finer than the noise of its source, whatever its region and history ask") {
  for (const int noise : {2, 4, 6}) {
    for (const double quantizer : {24.0, 27.0, 30.0, 34.0}) {
      Drive drive(1, LookAhead::kByEncoder, noise);
      NoiseMeter meter(kSize);
      for (int i = 0; i < 40; ++i) drive.planner.OnCoded(quantizer);
      Offsets plan;
      for (int i = 0; i < 20; ++i) {
        meter.Add(testing::DrawPicture(drive.scene, drive.number));
        plan = drive.Next(FaceOf(0.25F), false);
      }
      CAPTURE(noise, quantizer, meter.sigma());
      // Six and a half sigmas wide; the step of H.264 is 1 at QP 4 and doubles every 6.
      const double floor = 4 + 6 * std::log2(6.5 * meter.sigma());
      const float finest = *std::min_element(plan.begin(), plan.end());
      CHECK(quantizer + static_cast<double>(finest) >= std::min(floor, quantizer) - 0.01);
    }
  }
}

TEST_CASE("A still face under a jittering detector has steady offsets") {
  Drive drive;
  Rng rng(3);
  std::vector<float> before;
  float most = 0;
  for (int i = 0; i < 90; ++i) {
    RoiMap map = FaceOf(0.25F);
    map.regions[0].x += 0.004F * static_cast<float>(2 * rng.Fraction() - 1);
    map.regions[0].y += 0.004F * static_cast<float>(2 * rng.Fraction() - 1);
    const Offsets plan = drive.Next(map);
    // Away from key frames, where the horizon of the history changes fast.
    if (i % 60 > 10 && i % 60 < 50) {
      for (std::size_t k = 0; k < before.size(); ++k) {
        most = std::max(most, std::abs(plan[k] - before[k]));
      }
    }
    before.assign(plan.begin(), plan.end());
  }
  CHECK(most < 0.5F);
}

TEST_CASE("What is still is finer at the beginning of a GOP than what always changes") {
  Drive drive;
  const std::optional<RoiMap> face = FaceOf(0.1F);
  // The left half stands still, the right half never does.
  const auto next = [&] {
    auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, kSize);
    Rng rng(static_cast<std::uint64_t>(drive.number) + 1);
    for (int y = 0; y < kSize.height; ++y) {
      for (int x = 0; x < kSize.width; ++x) {
        const int still = 60 + ((x / 8 * 37 + y / 8 * 91) % 100);
        const int wild = static_cast<int>(rng.Below(256));
        builder.plane(0).data[y * builder.plane(0).stride_bytes + x] =
            static_cast<std::uint8_t>(x < kSize.width / 2 ? still : wild);
      }
    }
    const Picture picture = std::move(builder).Freeze();
    const bool is_key = drive.number % 60 == 0;
    return Copy(drive.planner.Plan({picture, face, is_key, 60 - drive.number++ % 60}));
  };
  Offsets plan;
  for (int i = 0; i < 62; ++i) plan = next();
  const float left = plan[kGrid.At(2, 2)];
  const float right = plan[kGrid.At(kGrid.columns - 3, 2)];
  CHECK(left < right - 4);
  for (int i = 62; i < 119; ++i) plan = next();
  const float late_left = plan[kGrid.At(2, 2)];
  const float late_right = plan[kGrid.At(kGrid.columns - 3, 2)];
  CHECK(late_right - late_left < (right - left) / 2);
}

TEST_CASE("Without adaptive quantisation the history moves whole pictures and a region less") {
  const std::optional<RoiMap> face = FaceOf(0.25F);
  const auto depth_and_course = [&](AdaptiveQuantizer adaptive) {
    RoiPlanner planner(kSize, 1, LookAhead::kNone, adaptive);
    planner.OnCoded(30);
    const Picture still = testing::DrawPicture({.size = kSize, .noise = 0}, 0);
    Offsets first;
    Offsets last;
    for (int i = 0; i < 120; ++i) {
      const Offsets plan = Copy(planner.Plan({still, face, i % 60 == 0, 60 - i % 60}));
      if (i == 61) first = plan;
      last = plan;
    }
    return std::pair(Corner(last) - Middle(last), Corner(last) - Corner(first));
  };
  const auto [adaptive_depth, adaptive_course] = depth_and_course(AdaptiveQuantizer::kOn);
  const auto [depth, course] = depth_and_course(AdaptiveQuantizer::kOff);
  CHECK(depth > 4);
  CHECK(depth < adaptive_depth - 1);
  // The GOP begins finer than it ends.
  CHECK(course > 2);
  CHECK(adaptive_course > 2);
}

TEST_CASE("Where the picture changes by more than its quantiser leaves, a GOP begins no finer") {
  // How much finer the second GOP begins than it ends.
  const auto course_at = [](double quantizer) {
    RoiPlanner planner(kSize, 1, LookAhead::kNone, AdaptiveQuantizer::kOff);
    planner.OnCoded(quantizer);
    const testing::Scene scene{.size = kSize, .noise = 0};
    float first = 0;
    float last = 0;
    for (int i = 0; i < 120; ++i) {
      const Picture picture = testing::DrawPicture(scene, i / 2);
      last = Corner(Copy(planner.Plan({picture, FaceOf(0.25F), i % 60 == 0, 60 - i % 60})));
      if (i == 61) first = last;
    }
    return last - first;
  };
  CHECK(course_at(40) > 2);
  CHECK(course_at(20) < course_at(40) / 2);
}

TEST_CASE("A plan that would be weak beside the noise is none, and comes back with some room") {
  Drive drive(1, LookAhead::kNone, 6);
  NoiseMeter meter(kSize);
  for (int i = 0; i < 20; ++i) meter.Add(testing::DrawPicture(drive.scene, i));
  const double noise = 4 + 6 * std::log2(6.5 * meter.sigma());
  const auto depth_at = [&](double room) {
    for (int i = 0; i < 60; ++i) drive.planner.OnCoded(noise + room);
    const Offsets plan = drive.Many(4, FaceOf(0.25F), false);
    return Corner(plan) - Middle(plan);
  };
  drive.Many(30, FaceOf(0.25F), false);

  CHECK(depth_at(4.2) > 2);
  CHECK(depth_at(3.8) == 0);
  CHECK(depth_at(4.2) == 0);
  CHECK(depth_at(4.6) > 2);
}

TEST_CASE("Without adaptive quantisation all blocks outside a region keep one offset") {
  Drive drive(1, LookAhead::kNone, 0, AdaptiveQuantizer::kOff);
  const Offsets plan = drive.Many(20, FaceOf(0.1F), false);
  CHECK(Corner(plan) == plan[kGrid.At(kGrid.columns - 2, kGrid.rows - 2)]);
  CHECK(Corner(plan) == plan[kGrid.At(kGrid.columns / 2, 1)]);
  CHECK(Middle(plan) < Corner(plan) - 4);
}

}  // namespace
}  // namespace onair::codec
