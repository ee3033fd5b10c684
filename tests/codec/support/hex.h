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

// The same by x265 3.5:
//   ffmpeg -f lavfi -i testsrc=size=WxH:rate=R -c:v libx265 -preset veryfast -x265-params ...
inline constexpr std::string_view kHevc720Vps =  // 1280x720 30 bframes=3
    "40010c01ffff01600000030090000003000003005d959409";
inline constexpr std::string_view kHevc720Sps =
    "42010101600000030090000003000003005da00280802d16595964932bc05a020000030002000003003c10";
inline constexpr std::string_view kHevcPps = "4401c172b46240";
inline constexpr std::string_view kHevcCropSps =  // 854x482 25 bframes=0:scaling-list=default
    "42010101600000030090000003000003005aa006b201e9d4996ea49395e02d010000030001000003001908";
inline constexpr std::string_view
    kHevcFullRangeSps =  // 320x180 29.97 temporal-layers hrd range=full
    "4201020160000003009000000300000300780000a00a080b9f7965662b349265780a30102020400000fa40001d4c"
    "1803259b8007a10001e84f8007a10001e84c80";
inline constexpr std::string_view kHevc10BitSps =  // 640x360 50 -pix_fmt yuv420p10le
    "42010102200000030090000003000003005aa00502016936596a4932bc05a020000003002000000641";
inline constexpr std::string_view kFfmpegHvcc =  // 64x64, from an MP4 file
    "0101600000009000000000001ef000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000"
    "03001eba0240a10001002842010101600000030090000003000003001ea020810596ea4932bc05a0200000030020"
    "00000303c1a2000100074401c172b42240";

}  // namespace onair::codec::testing
