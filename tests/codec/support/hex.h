// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/bytes.h"

namespace onair::codec::testing {

inline int HexDigit(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

// Lower-case digits; spaces are skipped.
inline Bytes Hex(std::string_view text) {
  Bytes out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    if (high < 0) {
      high = HexDigit(c);
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | HexDigit(c)));
      high = -1;
    }
  }
  return out;
}

// Parameter sets written by x264 164 through the ffmpeg 5.1 program from its testsrc picture:
//   ffmpeg -f lavfi -i testsrc=size=WxH:rate=R -pix_fmt yuv420p -c:v libx264 ...
inline constexpr std::string_view kBaseline360Sps =  // 640x360 25 -profile:v baseline
    "6742c01eda0280bfe5c044000003000400000300c83c58ba80";
inline constexpr std::string_view kBaseline360Pps = "68ce0fc8";
inline constexpr std::string_view kMain1080Sps =  // 1920x1080 30 -profile:v main -bf 3
    "674d4028eca03c0113f2e022000003000200000300781e30632c";
inline constexpr std::string_view kMain1080Pps = "68ebe3cb20";
inline constexpr std::string_view kHigh720Sps =  // 1280x720 30000/1001 -tune zerolatency
    "6764001facb402802dd808800001f480007530478c1950";
inline constexpr std::string_view kHigh720Pps = "68ef0fcb";
inline constexpr std::string_view kInterlacedSps =  // 854x480 50 interlaced=1:nal-hrd=cbr
    "6764001facd940d87bcde022000003000200000300c8c900061a800c35c9a701f162d960";

}  // namespace onair::codec::testing
