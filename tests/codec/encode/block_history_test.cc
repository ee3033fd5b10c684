// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/block_history.h"

#include <catch2/catch.hpp>
#include <functional>

#include "core/base/rng.h"

namespace onair::codec {
namespace {

Picture Paint(PictureSize size, const std::function<int(int, int)>& shade) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      builder.plane(0).data[y * builder.plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(shade(x, y));
    }
  }
  return std::move(builder).Freeze();
}

// A texture without repetition, in grains of 8 pixels.
int Grain(int x, int y) {
  Rng rng(static_cast<std::uint64_t>((x >> 3) + 100) * 7919 +
          static_cast<std::uint64_t>((y >> 3) + 100));
  return 60 + static_cast<int>(rng.Below(120));
}

TEST_CASE("What stands still is foretold, what is new is not") {
  const PictureSize size{160, 96};
  BlockHistory history(size);
  for (int i = 0; i < 6; ++i) {
    // The right half shows something else in each picture.
    history.Add(
        Paint(size, [=](int x, int y) { return x < 80 ? Grain(x, y) : Grain(x + 999 * i, y); }));
  }
  const auto grid = BlockGrid::Of(size);
  for (int row = 0; row < grid.rows; ++row) {
    CAPTURE(row);
    CHECK(history.foretold()[grid.At(2, row)] > 0.95F);
    CHECK(history.foretold()[grid.At(7, row)] < 0.5F);
    CHECK(history.change()[grid.At(2, row)] == 0);
    CHECK(history.change()[grid.At(7, row)] > 100);
  }
}

TEST_CASE("What moves slowly is foretold nearly as well as what is still") {
  const PictureSize size{160, 96};
  for (const int pan : {2, 4}) {
    BlockHistory history(size);
    for (int i = 0; i < 6; ++i) {
      history.Add(Paint(size, [=](int x, int y) { return Grain(x + pan * i, y); }));
    }
    const auto grid = BlockGrid::Of(size);
    float mean = 0;
    for (int column = 1; column < 9; ++column) mean += history.foretold()[grid.At(column, 3)] / 8;
    CAPTURE(pan);
    CHECK(mean > 0.7F);
  }
}

TEST_CASE("One picture foretells nothing and costs what it costs alone") {
  const PictureSize size{64, 64};
  BlockHistory history(size);
  history.Add(Paint(size, Grain));
  CHECK(history.foretold()[5] == 0);
  CHECK(history.change()[5] == 255 * 255);
  CHECK(history.inter()[5] == history.intra()[5]);
  CHECK(history.intra()[5] > 0);
}

TEST_CASE("Pictures of any size are taken, as are the rows below the last whole block") {
  for (const PictureSize size :
       {PictureSize{1, 1}, PictureSize{2, 2}, PictureSize{17, 33}, PictureSize{318, 182}}) {
    BlockHistory history(size);
    for (int i = 0; i < 3; ++i) history.Add(Paint(size, Grain));
    REQUIRE(history.foretold().size() == BlockGrid::Of(size).count());
    CHECK(history.foretold().back() >= 0);
    CHECK(history.foretold().back() <= 1);
  }
}

}  // namespace
}  // namespace onair::codec
