// SPDX-License-Identifier: Apache-2.0
//
// What the payload formats of H.264 and H.265 share: a packet carries whole NAL units or a part of
// one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace onair::rtp {

// A unit or a part of one, borrowed from the payload.
struct NalPiece {
  enum class Kind : std::uint8_t {
    kWhole = 1,
    kFirst = 2,
    kMiddle = 3,
    kLast = 4,
  };
  Kind kind = Kind::kWhole;
  // The header of the unit that this is of. Where the payload does not hold it as such,
  // header_bytes of it belong in front of `bytes`.
  std::array<std::uint8_t, 2> header{};
  std::size_t header_bytes = 0;
  ByteView bytes;  // Not empty.

  bool begins() const { return kind == Kind::kWhole || kind == Kind::kFirst; }
  bool ends() const { return kind == Kind::kWhole || kind == Kind::kLast; }
};

// Where a fragment stands in its unit: bytes [from, from + count) of it, header counted.
struct NalRange {
  std::size_t from = 0;
  std::size_t count = 0;
};

}  // namespace onair::rtp
