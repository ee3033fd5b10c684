// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/buffer.h"
#include "core/media/encoded_frame.h"

namespace onair::relay {

// Wire forms that a driver may attach: one per protocol it serves (FLV tag, RTMP chunks, ...).
inline constexpr std::size_t kWireForms = 3;
using Wires = std::array<Buffer, kWireForms>;

// One frame as all viewers get it.
struct Entry {
  EncodedFrame frame;      // pts and dts on the viewers' line.
  std::uint64_t sequence;  // Rises by one per frame of the stream.
  Wires wires;             // The driver's: built for the first viewer, reused for the others.
};

// The decoder configurations for the entries that follow.
struct Tracks {
  StreamTracks tracks;
  std::uint64_t version;  // Rises with each change.
  Wires wires;
};

}  // namespace onair::relay
