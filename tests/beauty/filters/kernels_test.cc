// SPDX-License-Identifier: Apache-2.0
//
// Every instruction set gives the bytes of plain C++, at every width and alignment, and
// touches nothing beside its row.
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "beauty/filters/isa.h"
#include "core/base/rng.h"
#include "tests/support/seed.h"

using namespace onair;
using namespace onair::beauty;

namespace {

constexpr int kGuard = 80;  // Samples around each row; more than any vector.

// One row in a larger memory, at any alignment.
template <typename T>
struct Row {
  explicit Row(int count) : memory(static_cast<std::size_t>(count + 2 * kGuard)) {}
  T* at() { return memory.data() + kGuard; }
  std::vector<T> memory;
  bool operator==(const Row&) const = default;
};

struct Dice {
  Rng rng;
  int Upto(int most) { return static_cast<int>(rng.Below(static_cast<std::uint64_t>(most) + 1)); }
  int Between(int low, int high) { return low + Upto(high - low); }

  // Also the extremes, more often than chance brings them.
  template <typename T>
  Row<T> Fill(int count, int low, int high) {
    Row<T> row(count);
    const int kind = Upto(5);
    for (T& value : row.memory) {
      value = static_cast<T>(kind == 0 ? low : kind == 1 ? high : Between(low, high));
    }
    return row;
  }
  Row<std::uint8_t> Bytes(int count) { return Fill<std::uint8_t>(count, 0, 255); }
  Row<std::int16_t> Map(int count) { return Fill<std::int16_t>(count, 0, 32767); }
  Row<float> Floats(int count, float high) {
    Row<float> row(count);
    for (float& value : row.memory) value = static_cast<float>(rng.Fraction()) * high;
    return row;
  }
};

// Runs `trial` with every instruction set on the same dice; what it gives must be equal.
template <typename Trial>
void CompareAll(const char* name, Trial trial) {
  const std::uint64_t seed = test::Seed();
  for (int round = 0; round < 400; ++round) {
    const auto dice_seed = seed * 1000 + static_cast<std::uint64_t>(round);
    const auto run = [&](Isa isa) {
      Dice dice{Rng(dice_seed)};
      const int width = round < 70 ? round + 1 : dice.Between(1, 700);
      return trial(KernelsOf(isa), dice, width);
    };
    const auto plain = run(Isa::kPlain);
    for (const Isa isa : SupportedIsas()) {
      INFO(name << " by " << NameOf(isa) << " round " << round << ", " << test::SeedNote(seed));
      REQUIRE(run(isa) == plain);
    }
  }
}

int Cells(int width, int side) {
  return (width + side - 1) / side;
}

}  // namespace

TEST_CASE("Sums over luma cells are the same by every instruction set") {
  CompareAll("reduce_luma", [](const Kernels& k, Dice& dice, int width) {
    std::vector<Row<std::uint8_t>> rows;
    for (int i = 0; i < 4; ++i) rows.push_back(dice.Bytes(width));
    const std::uint8_t* at[] = {rows[0].at(), rows[1].at(), rows[2].at(), rows[3].at()};
    Row<std::int32_t> sum(Cells(width, 4)), squares(Cells(width, 4));
    k.reduce_luma(at, width, sum.at(), squares.at());
    return std::pair(sum, squares);
  });
}

TEST_CASE("Sums over chroma cells are the same by every instruction set") {
  CompareAll("reduce_chroma", [](const Kernels& k, Dice& dice, int width) {
    auto above = dice.Bytes(width), below = dice.Bytes(width);
    const std::uint8_t* at[] = {above.at(), below.at()};
    Row<std::int32_t> sum(Cells(width, 2));
    k.reduce_chroma(at, width, sum.at());
    return sum;
  });
}

TEST_CASE("Box sums are the same by every instruction set") {
  CompareAll("box", [](const Kernels& k, Dice& dice, int cells) {
    auto acc = dice.Fill<std::int32_t>(cells, 0, 1 << 20);
    auto enter = dice.Fill<std::int32_t>(cells, 0, 1 << 20);
    auto leave = dice.Fill<std::int32_t>(cells, 0, 1 << 20);
    const int radius = dice.Between(0, kCellPad);
    k.slide(acc.at(), enter.at(), leave.at(), cells);
    Row<std::int32_t> out(cells);
    Row<std::int16_t> map(cells);
    k.box(acc.at(), radius, out.at(), cells);
    k.box_to_map(enter.at(), radius, 0.01F, map.at(), cells);
    return std::tuple(acc, out, map);
  });
}

TEST_CASE("Skin and detail are judged the same by every instruction set") {
  CompareAll("classify", [](const Kernels& k, Dice& dice, int cells) {
    auto sum = dice.Fill<std::int32_t>(cells, 0, 25 * 16 * 255);
    auto squares = dice.Fill<std::int32_t>(cells, 0, 25 * 16 * 65025);
    auto luma = dice.Fill<std::int32_t>(cells, 0, 4080);
    auto u = dice.Fill<std::int32_t>(cells, 380, 520);
    auto v = dice.Fill<std::int32_t>(cells, 510, 640);
    auto across = dice.Floats(cells, 4), across2 = dice.Floats(cells, 4);
    Row<std::int32_t> out[] = {Row<std::int32_t>(cells), Row<std::int32_t>(cells),
                               Row<std::int32_t>(cells), Row<std::int32_t>(cells)};
    ClassifyRow row{sum.at(),     squares.at(), luma.at(),   u.at(),      v.at(),     {},
                    dice.Upto(2), out[0].at(),  out[1].at(), out[2].at(), out[3].at()};
    row.zones[0] = {across.at(), 2.5F};
    row.zones[1] = {across2.at(), 1.5F};
    const ClassifyParams params{.inverse_box_pixels = 1.0F / 400,
                                .smooth_below = 8000,
                                .edge_above = 3600,
                                .skin_calm = 0.6F,
                                .inverse_luma = 1.0F / 140,
                                .dimmest = 0.4F,
                                .brightest = 1.2F,
                                .along_u = -0.6F,
                                .along_v = 0.8F,
                                .across_u = 0.8F,
                                .across_v = 0.6F,
                                .saturation = 26,
                                .inverse_saturation = 1.0F / 26,
                                .inverse_along = 1.0F / 400,
                                .inverse_across = 1.0F / 100,
                                .zone_floor = 0.4F,
                                .zone_wide = 0.5F};
    k.classify(row, params, cells);
    return std::tuple(out[0], out[1], out[2], out[3]);
  });
}

TEST_CASE("Maps are widened the same by every instruction set") {
  CompareAll("expand", [](const Kernels& k, Dice& dice, int cells) {
    auto in = dice.Map(cells);
    Row<std::int16_t> four(4 * cells), two(2 * cells);
    k.expand4(in.at(), four.at(), cells);
    k.expand2(in.at(), two.at(), cells);
    return std::pair(four, two);
  });
}

TEST_CASE("Luma is retouched the same by every instruction set") {
  CompareAll("retouch_luma", [](const Kernels& k, Dice& dice, int width) {
    auto above = dice.Bytes(width), pixels = dice.Bytes(width), below = dice.Bytes(width);
    Row<std::int16_t> blurred(width);
    k.blur_column(above.at(), pixels.at(), below.at(), blurred.at(), width);
    blurred.at()[-1] = blurred.at()[0];
    blurred.at()[width] = blurred.at()[width - 1];
    std::vector<Row<std::int16_t>> maps;
    for (int i = 0; i < 8; ++i) maps.push_back(dice.Map(width));
    Row<std::uint8_t> out(width);
    const RetouchLumaRow row{pixels.at(),
                             blurred.at(),
                             {maps[0].at(), maps[1].at(), maps[2].at(), maps[3].at()},
                             {maps[4].at(), maps[5].at(), maps[6].at(), maps[7].at()},
                             out.at()};
    const RetouchLumaParams params{static_cast<std::int16_t>(dice.Upto(32767)),
                                   static_cast<std::int16_t>(dice.Upto(32767)),
                                   static_cast<std::int16_t>(dice.Upto(32767))};
    k.retouch_luma(row, params, width);
    return std::pair(out, blurred);
  });
}

TEST_CASE("Chroma is retouched the same by every instruction set") {
  CompareAll("retouch_chroma", [](const Kernels& k, Dice& dice, int width) {
    auto u = dice.Bytes(width), v = dice.Bytes(width);
    auto from = dice.Map(width), to = dice.Map(width);
    Row<std::uint8_t> u_out(width), v_out(width);
    const RetouchChromaRow row{u.at(), v.at(), from.at(), to.at(), u_out.at(), v_out.at()};
    const auto add = [&] { return static_cast<std::int16_t>(dice.Between(-1000, 1000)); };
    k.retouch_chroma(row, {static_cast<std::int16_t>(dice.Upto(32767)), add(), add(), add()},
                     width);
    return std::pair(u_out, v_out);
  });
}

TEST_CASE("Rows are softened and blended the same by every instruction set") {
  CompareAll("soften and blend", [](const Kernels& k, Dice& dice, int width) {
    auto softened = dice.Bytes(width), blended = dice.Bytes(width);
    auto value = dice.Bytes(width), keep = dice.Bytes(width);
    auto a = dice.Map(width), b = dice.Map(width), c = dice.Map(width), d = dice.Map(width);
    k.soften({a.at(), b.at(), c.at(), d.at(), softened.at()},
             static_cast<std::int16_t>(dice.Upto(32767)), width);
    k.blend_row(blended.at(), value.at(), keep.at(), width);
    return std::pair(softened, blended);
  });
}

TEST_CASE("Rows are moved the same by every instruction set, from inside a region and beyond") {
  CompareAll("warp_row", [](const Kernels& k, Dice& dice, int width) {
    const int height = dice.Between(1, 9), grid = dice.Upto(1) == 0 ? 4 : 8;
    std::vector<std::uint8_t> region(static_cast<std::size_t>(width * height));
    for (auto& pixel : region) pixel = static_cast<std::uint8_t>(dice.Upto(255));
    const int nodes = Cells(width, grid) + 1;
    const int reach = dice.Upto(2) == 0 ? 0 : dice.Between(1, 40) * 65536;
    auto by_x = dice.Fill<std::int32_t>(nodes, -reach, reach);
    auto by_y = dice.Fill<std::int32_t>(nodes, -reach / 16, reach / 16);
    auto out = dice.Bytes(width);
    k.warp_row({region.data(), width, width, height, 0, dice.Upto(height - 1), grid, by_x.at(),
                by_y.at(), out.at()},
               width);
    return out;
  });
}

TEST_CASE("Blending divides by 255 exactly") {
  for (int pixel = 0; pixel < 256; ++pixel) {
    for (int keep = 0; keep < 256; ++keep) {
      std::uint8_t p = static_cast<std::uint8_t>(pixel);
      const std::uint8_t value = 0, k = static_cast<std::uint8_t>(keep);
      KernelsOf(Isa::kPlain).blend_row(&p, &value, &k, 1);
      REQUIRE(p == (pixel * keep + 127) / 255);
    }
  }
}
