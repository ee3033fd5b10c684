// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace onair::apple {

// How samples lie in the system's buffers. ReplayKit gives an app's sound as big-endian integers.
struct PcmLayout {
  enum class Kind { kInt16 = 1, kFloat32 = 2 };
  enum class Order { kLittle = 1, kBig = 2 };
  enum class Planes { kInterleaved = 1, kOneEach = 2 };

  Kind kind = Kind::kFloat32;
  Order order = Order::kLittle;
  Planes planes = Planes::kInterleaved;
  int channels = 1;
};

// Bytes of one channel's sample.
constexpr std::size_t SampleBytes(PcmLayout::Kind kind) {
  return kind == PcmLayout::Kind::kInt16 ? 2 : 4;
}

// One sample at `bytes`, in [-1, 1].
inline float ReadSample(const std::uint8_t* bytes, PcmLayout layout) {
  const std::size_t count = SampleBytes(layout.kind);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = layout.order == PcmLayout::Order::kBig ? count - 1 - i : i;
    bits |= std::uint32_t{bytes[at]} << (8 * i);
  }
  if (layout.kind == PcmLayout::Kind::kInt16) {
    return static_cast<float>(static_cast<std::int16_t>(bits)) / 32768.0F;
  }
  float value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// Interleaved floats of `frames` from one buffer, or one a channel; empty where a buffer is shorter
// than that, or there are not enough. Pure.
inline std::vector<float> ToFloats(std::span<const std::span<const std::uint8_t>> buffers,
                                   PcmLayout layout, std::size_t frames) {
  const auto channels = static_cast<std::size_t>(layout.channels);
  const bool is_planar = layout.planes == PcmLayout::Planes::kOneEach;
  const std::size_t step = SampleBytes(layout.kind) * (is_planar ? 1 : channels);
  const std::size_t needed = is_planar ? channels : 1;
  if (layout.channels < 1 || buffers.size() < needed) return {};
  for (std::size_t i = 0; i < needed; ++i) {
    if (buffers[i].size() / step < frames) return {};
  }
  std::vector<float> out(frames * channels);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const std::uint8_t* from = buffers[is_planar ? channel : 0].data() + frame * step;
      if (!is_planar) from += channel * SampleBytes(layout.kind);
      out[frame * channels + channel] = ReadSample(from, layout);
    }
  }
  return out;
}

}  // namespace onair::apple
