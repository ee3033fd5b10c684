// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/stamp.h"

#include <array>

#include "capture/synthetic/layout.h"
#include "capture/synthetic/paint.h"

namespace onair::capture {
namespace {

constexpr int kStampColumns = 24;
constexpr int kStampRows = 4;
constexpr int kNumberBits = 32;
constexpr int kUtcBits = 44;
constexpr int kCheckBits = 16;
constexpr int kBits = kNumberBits + kUtcBits + kCheckBits;
static_assert(kBits + 4 == kStampColumns * kStampRows, "four corners and every bit");

// Source: ours; stamps at 300 kbit/s keep 150 of 219 levels, a picture without one has none.
constexpr double kLeastContrast = 60;

using Bits = std::array<bool, kBits>;

void Put(Bits& bits, int first, int count, std::uint64_t value) {
  for (int i = 0; i < count; ++i) {
    bits[static_cast<std::size_t>(first + i)] = (value >> (count - 1 - i) & 1) != 0;
  }
}

std::uint64_t Take(const Bits& bits, int first, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) {
    value = value << 1 | (bits[static_cast<std::size_t>(first + i)] ? 1U : 0U);
  }
  return value;
}

// CRC-16/IBM-3740 (polynomial 0x1021, start 0xffff) over the number and the time.
std::uint64_t Check(const Bits& bits) {
  std::uint32_t crc = 0xffff;
  for (int i = 0; i < kNumberBits + kUtcBits; ++i) {
    const bool top = (crc & 0x8000) != 0;
    crc = crc << 1 & 0xffff;
    if (top != bits[static_cast<std::size_t>(i)]) crc ^= 0x1021;
  }
  return crc;
}

// The cells between the corners, in the order of the bits.
template <typename Visit>
void ForEachBitCell(PictureSize size, Visit visit) {
  std::size_t bit = 0;
  for (int row = 0; row < kStampRows; ++row) {
    for (int column = 0; column < kStampColumns; ++column) {
      const bool is_corner =
          (row == 0 || row == kStampRows - 1) && (column == 0 || column == kStampColumns - 1);
      if (!is_corner) visit(bit++, StampCell(size, column, row));
    }
  }
}

// White, black, black, white.
std::array<Area, 4> Corners(PictureSize size) {
  return {StampCell(size, 0, 0), StampCell(size, kStampColumns - 1, 0),
          StampCell(size, 0, kStampRows - 1), StampCell(size, kStampColumns - 1, kStampRows - 1)};
}

}  // namespace

void DrawStamp(const Stamp& stamp, PictureBuilder& picture) {
  Bits bits{};
  Put(bits, 0, kNumberBits, stamp.frame_number);
  Put(bits, kNumberBits, kUtcBits, static_cast<std::uint64_t>(stamp.utc.us() / 1000));
  Put(bits, kNumberBits + kUtcBits, kCheckBits, Check(bits));

  Fill(picture, StampPanel(picture.size()), kBlack);
  const auto corners = Corners(picture.size());
  FillLuma(picture, corners[0], kWhite.y);
  FillLuma(picture, corners[3], kWhite.y);
  ForEachBitCell(picture.size(), [&](std::size_t bit, const Area& cell) {
    if (bits[bit]) FillLuma(picture, cell, kWhite.y);
  });
}

std::optional<Stamp> ReadStamp(const Picture& picture) {
  const PictureSize size = picture.size();
  // Source: ours; the smallest picture in which each cell has a core of its own.
  if (size.width < 2 * kColumns || size.height < 2 * kRows) return std::nullopt;

  const auto corners = Corners(size);
  const auto level = [&](const Area& cell) { return MeanLuma(picture, Core(cell)); };
  const double white = (level(corners[0]) + level(corners[3])) / 2;
  const double black = (level(corners[1]) + level(corners[2])) / 2;
  if (white - black < kLeastContrast) return std::nullopt;

  Bits bits{};
  ForEachBitCell(size, [&](std::size_t bit, const Area& cell) {
    bits[bit] = level(cell) > (white + black) / 2;
  });
  if (Take(bits, kNumberBits + kUtcBits, kCheckBits) != Check(bits)) return std::nullopt;
  const auto ms = static_cast<std::int64_t>(Take(bits, kNumberBits, kUtcBits));
  return Stamp{static_cast<std::uint32_t>(Take(bits, 0, kNumberBits)), UtcTime::Micros(ms * 1000)};
}

}  // namespace onair::capture
