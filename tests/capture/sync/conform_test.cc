// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/conform.h"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace onair;
using namespace onair::capture;

namespace {

using Area = ConformPlan::Area;

// Four corners of different levels: 40 | 80 above 120 | 160.
Picture Corners(PictureSize size, PixelFormat format) {
  auto picture = PictureBuilder::Allocate(format, size);
  REQUIRE(picture);
  const auto fill = [&](std::size_t plane, int width, int height, auto value) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        picture->plane(plane).data[y * picture->plane(plane).stride_bytes + x] =
            static_cast<std::uint8_t>(value(x, y));
      }
    }
  };
  fill(0, size.width, size.height, [&](int x, int y) {
    return 40 + (x >= size.width / 2 ? 40 : 0) + (y >= size.height / 2 ? 80 : 0);
  });
  const int chroma_width = ChromaSide(size.width);
  const int chroma_height = ChromaSide(size.height);
  if (format == PixelFormat::kI420) {
    fill(1, chroma_width, chroma_height, [](int, int) { return 100; });
    fill(2, chroma_width, chroma_height, [](int, int) { return 200; });
  } else {
    fill(1, 2 * chroma_width, chroma_height, [](int x, int) { return x % 2 == 0 ? 100 : 200; });
  }
  return std::move(*picture).Freeze();
}

int At(const Picture& picture, std::size_t plane, int x, int y) {
  return picture.plane(plane).data[y * picture.plane(plane).stride_bytes + x];
}

VideoFrame Frame(Picture picture, Rotation rotation = Rotation::k0) {
  VideoFrame frame(std::move(picture), MediaTime::Millis(40), Timestamp::Micros(7),
                   UtcTime::Micros(9));
  frame.rotation = rotation;
  return frame;
}

}  // namespace

TEST_CASE("A picture that fits passes with its own pixels") {
  const Picture picture = Corners({64, 48}, PixelFormat::kI420);
  Conform conform({64, 48}, FitMode::kFill);
  auto out = conform.Apply(Frame(picture));
  REQUIRE(out);
  CHECK(out->picture.plane(0).data == picture.plane(0).data);
}

TEST_CASE("Every format and turn ends upright in the wanted size with its times") {
  struct Row {
    Rotation rotation;
    int top_left;
    int top_right;
    int bottom_left;
    int bottom_right;
  };
  for (const auto format : {PixelFormat::kI420, PixelFormat::kNv12}) {
    for (const Row row :
         {Row{Rotation::k0, 40, 80, 120, 160}, Row{Rotation::k90, 120, 40, 160, 80},
          Row{Rotation::k180, 160, 120, 80, 40}, Row{Rotation::k270, 80, 160, 40, 120}}) {
      for (const PictureSize wanted :
           {PictureSize{64, 48}, PictureSize{48, 64}, PictureSize{128, 96}, PictureSize{32, 24},
            PictureSize{40, 40}}) {
        CAPTURE(static_cast<int>(format), static_cast<int>(row.rotation), wanted.width,
                wanted.height);
        Conform conform(wanted, FitMode::kFill);
        auto out = conform.Apply(Frame(Corners({64, 48}, format), row.rotation));
        REQUIRE(out);
        const Picture& p = out->picture;
        REQUIRE(p.size() == wanted);
        CHECK(p.format() == PixelFormat::kI420);
        const int right = wanted.width - 1;
        const int bottom = wanted.height - 1;
        CHECK(std::abs(At(p, 0, 0, 0) - row.top_left) <= 1);
        CHECK(std::abs(At(p, 0, right, 0) - row.top_right) <= 1);
        CHECK(std::abs(At(p, 0, 0, bottom) - row.bottom_left) <= 1);
        CHECK(std::abs(At(p, 0, right, bottom) - row.bottom_right) <= 1);
        CHECK(std::abs(At(p, 1, right / 2, bottom / 2) - 100) <= 1);
        CHECK(std::abs(At(p, 2, 0, 0) - 200) <= 1);
        CHECK(out->rotation == Rotation::k0);
        CHECK(out->pts == MediaTime::Millis(40));
        CHECK(out->captured_at == Timestamp::Micros(7));
        CHECK(out->captured_utc == UtcTime::Micros(9));
      }
    }
  }
}

TEST_CASE("Fill cuts evenly, fit leaves black bars") {
  struct Row {
    PictureSize from;
    PictureSize to;
    FitMode mode;
    Area source;
    Area target;
  };
  const Row rows[] = {
      {{1280, 720}, {640, 360}, FitMode::kFill, {0, 0, 1280, 720}, {0, 0, 640, 360}},
      {{640, 480}, {1280, 720}, FitMode::kFill, {0, 60, 640, 360}, {0, 0, 1280, 720}},
      {{640, 480}, {1280, 720}, FitMode::kFit, {0, 0, 640, 480}, {160, 0, 960, 720}},
      {{720, 1280}, {1280, 720}, FitMode::kFit, {0, 0, 720, 1280}, {436, 0, 406, 720}},
      {{1920, 800}, {1280, 720}, FitMode::kFit, {0, 0, 1920, 800}, {0, 92, 1280, 534}},
      {{1920, 800}, {1280, 720}, FitMode::kFill, {248, 0, 1422, 800}, {0, 0, 1280, 720}},
      {{1, 1}, {16, 8}, FitMode::kFill, {0, 0, 1, 1}, {0, 0, 16, 8}},
      {{8192, 1}, {16, 16}, FitMode::kFit, {0, 0, 8192, 1}, {0, 6, 16, 2}},
  };
  for (const Row& row : rows) {
    const ConformPlan plan = PlanConform(row.from, row.to, row.mode);
    CAPTURE(row.from.width, row.from.height, plan.source.x, plan.source.y, plan.source.width,
            plan.source.height, plan.target.x, plan.target.y, plan.target.width,
            plan.target.height);
    CHECK(plan == ConformPlan{row.source, row.target});
  }
  Conform conform({160, 90}, FitMode::kFit);
  auto out = conform.Apply(Frame(Corners({90, 90}, PixelFormat::kNv12)));
  REQUIRE(out);
  CHECK(At(out->picture, 0, 2, 45) == 16);
  CHECK(At(out->picture, 1, 2, 20) == 128);
  CHECK(At(out->picture, 0, 157, 45) == 16);
  CHECK(std::abs(At(out->picture, 0, 40, 5) - 40) <= 1);
}

TEST_CASE("Odd and tiny pictures of every shape are conformed") {
  for (const PictureSize from : {PictureSize{1, 1}, PictureSize{3, 5}, PictureSize{101, 57},
                                 PictureSize{17, 1001}, PictureSize{2000, 3}}) {
    for (const auto mode : {FitMode::kFill, FitMode::kFit}) {
      for (const auto rotation : {Rotation::k0, Rotation::k90, Rotation::k180}) {
        for (const auto format : {PixelFormat::kI420, PixelFormat::kNv12}) {
          Conform conform({64, 36}, mode);
          auto out = conform.Apply(Frame(Corners(from, format), rotation));
          REQUIRE(out);
          CHECK(out->picture.size() == PictureSize{64, 36});
        }
      }
    }
  }
  Conform impossible({0, 10}, FitMode::kFill);
  CHECK(impossible.Apply(Frame(Corners({4, 4}, PixelFormat::kI420))).error().code ==
        ErrorCode::kInvalidConfig);
}

TEST_CASE("Faces stay marked through turn, crop and bars") {
  struct Row {
    Rotation rotation;
    PictureSize wanted;
    FitMode mode;
    RoiRegion expected;
  };
  const Row rows[] = {
      {Rotation::k0,
       {50, 50},
       FitMode::kFill,
       {0.2F, 0.25F, 0.4F, 0.5F, 1}},  // 100x50, the middle half.
      {Rotation::k90, {50, 100}, FitMode::kFill, {0.25F, 0.35F, 0.5F, 0.2F, 1}},
      {Rotation::k180, {100, 50}, FitMode::kFill, {0.45F, 0.25F, 0.2F, 0.5F, 1}},
      {Rotation::k270, {50, 100}, FitMode::kFill, {0.25F, 0.45F, 0.5F, 0.2F, 1}},
      {Rotation::k0, {100, 100}, FitMode::kFit, {0.35F, 0.37F, 0.2F, 0.25F, 1}},
  };
  for (const Row& row : rows) {
    VideoFrame frame = Frame(Corners({100, 50}, PixelFormat::kI420), row.rotation);
    frame.roi = RoiMap{{{0.35F, 0.25F, 0.2F, 0.5F, 1}, {0, 0, 0.01F, 0.01F, 1}}};
    Conform conform(row.wanted, row.mode);
    auto out = conform.Apply(std::move(frame));
    REQUIRE(out);
    if (!out->roi) continue;
    REQUIRE_FALSE(out->roi->regions.empty());
    const RoiRegion& r = out->roi->regions.front();
    CAPTURE(static_cast<int>(row.rotation), r.x, r.y, r.width, r.height);
    CHECK(r.x == Approx(row.expected.x).margin(0.02));
    CHECK(r.y == Approx(row.expected.y).margin(0.02));
    CHECK(r.width == Approx(row.expected.width).margin(0.02));
    CHECK(r.height == Approx(row.expected.height).margin(0.02));
  }
}
