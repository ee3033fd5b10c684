// SPDX-License-Identifier: Apache-2.0
//
// Pictures with a bright bar that moves, and a tone.
#pragma once

#include <cmath>
#include <vector>

#include "tests/platform/apple/check.h"

struct Size {
  NSInteger width;
  NSInteger height;
};

// Where the bar of picture `n` begins.
inline NSInteger BarAt(Size size, int n) {
  return n * 16 % (size.width - size.width / 8);
}

// Autoreleased; I420 on shared memory.
inline ONPicture* DrawBar(Size size, int n) {
  const size_t luma = static_cast<size_t>(size.width * size.height);
  NSMutableData* data = [NSMutableData dataWithLength:luma * 3 / 2];
  auto* bytes = static_cast<uint8_t*>([data mutableBytes]);
  memset(bytes, 40, luma);
  memset(bytes + luma, 128, luma / 2);
  for (NSInteger row = 0; row < size.height; ++row) {
    memset(bytes + row * size.width + BarAt(size, n), 220, static_cast<size_t>(size.width / 8));
  }
  const size_t half = static_cast<size_t>(size.width / 2);
  const size_t offsets[] = {0, luma, luma + luma / 4};
  const size_t strides[] = {static_cast<size_t>(size.width), half, half};
  return [ONPicture pictureWithFormat:ONPixelFormatI420
                                width:size.width
                               height:size.height
                           sharedData:data
                              offsets:offsets
                              strides:strides
                                error:NULL];
}

// The first bright column of the middle row; -1: none.
inline NSInteger FindBar(ONPicture* picture) {
  const uint8_t* row =
      [picture bytesOfPlane:0] + [picture strideOfPlane:0] * ([picture height] / 2);
  for (NSInteger x = 0; x < [picture width]; ++x) {
    if (row[x] > 150) return x;
  }
  return -1;
}

// 20 ms of 440 Hz at 48 kHz, two channels, amplitude 0.3.
inline std::vector<float> DrawTone(int n) {
  std::vector<float> samples(2 * 960);
  for (int i = 0; i < 960; ++i) {
    const double at = (n * 960 + i) * 440 * 2 * M_PI / 48000;
    samples[2 * i] = samples[2 * i + 1] = static_cast<float>(0.3 * std::sin(at));
  }
  return samples;
}
