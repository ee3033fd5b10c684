// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/h264_profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace onair::webrtc {
namespace {

// RFC 6184 section 8.1, table 5: first byte, which bits of the second must be what.
struct Pattern {
  std::uint8_t profile_idc;
  std::uint8_t mask;
  std::uint8_t value;
  H264Profile profile;
};
constexpr std::array<Pattern, 8> kPatterns{{
    {0x42, 0x4f, 0x40, H264Profile::kConstrainedBaseline},
    {0x4d, 0x8f, 0x80, H264Profile::kConstrainedBaseline},
    {0x58, 0xcf, 0xc0, H264Profile::kConstrainedBaseline},
    {0x42, 0x4f, 0x00, H264Profile::kBaseline},
    {0x58, 0xcf, 0x80, H264Profile::kBaseline},
    {0x4d, 0xaf, 0x00, H264Profile::kMain},
    {0x64, 0xff, 0x0c, H264Profile::kConstrainedHigh},
    {0x64, 0xff, 0x00, H264Profile::kHigh},
}};

constexpr int kLevel1b = 9;

// ITU-T H.264 section A.3.1: Baseline and Main write level 1b as 1.1 with constraint_set3_flag.
constexpr std::uint8_t kConstraintSet3 = 0x10;

std::optional<std::uint32_t> ParseHex(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 6 || error != std::errc() || end != text.data() + 6) return std::nullopt;
  return value;
}

// The two bytes that stand for a profile when we write it; the level follows.
std::string_view Prefix(H264Profile profile) {
  switch (profile) {
    case H264Profile::kConstrainedBaseline:
      return "42e0";
    case H264Profile::kBaseline:
      return "4200";
    case H264Profile::kMain:
      return "4d00";
    case H264Profile::kConstrainedHigh:
      return "640c";
    case H264Profile::kHigh:
      return "6400";
  }
  return "42e0";
}

}  // namespace

std::optional<H264Level> ParseH264Level(std::string_view profile_level_id) {
  const auto number = ParseHex(profile_level_id);
  if (!number) return std::nullopt;
  const auto idc = static_cast<std::uint8_t>(*number >> 16);
  const auto iop = static_cast<std::uint8_t>(*number >> 8);
  const int level = static_cast<int>(*number & 0xff);
  if (level < kLevel1b || level > 62) return std::nullopt;
  for (const Pattern& pattern : kPatterns) {
    if (pattern.profile_idc != idc || (iop & pattern.mask) != pattern.value) continue;
    const bool is_1b = idc != 0x64 && level == 11 && (iop & kConstraintSet3) != 0;
    return H264Level{pattern.profile, is_1b ? kLevel1b : level};
  }
  return std::nullopt;
}

std::string ToString(const H264Level& level) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(Prefix(level.profile));
  int number = level.level;
  const bool is_high =
      level.profile == H264Profile::kHigh || level.profile == H264Profile::kConstrainedHigh;
  if (number == kLevel1b && !is_high) {
    out[2] = kDigits[static_cast<std::size_t>(out[2] == 'e' ? 0xf : 0x1)];
    number = 11;
  }
  out += kDigits[static_cast<std::size_t>(number >> 4)];
  out += kDigits[static_cast<std::size_t>(number & 15)];
  return out;
}

std::optional<H264Level> H264LevelOf(const RtpCodec& codec) {
  const auto text = FindParameter(codec.parameters, "profile-level-id");
  return text ? ParseH264Level(*text) : H264Level{};
}

int AnsweredLevel(const RtpCodec& offered, int our_level) {
  const auto theirs = H264LevelOf(offered);
  const bool is_free = FindParameter(offered.parameters, "level-asymmetry-allowed") == "1";
  return is_free || !theirs ? our_level : std::min(our_level, theirs->level);
}

std::optional<int> PacketizationModeOf(const RtpCodec& codec) {
  const auto text = FindParameter(codec.parameters, "packetization-mode");
  if (!text || *text == "0") return 0;
  if (*text == "1") return 1;
  if (*text == "2") return 2;
  return std::nullopt;
}

}  // namespace onair::webrtc
