// SPDX-License-Identifier: Apache-2.0
//
// Session descriptions of strangers: tests/golden/sdp, whose README.md says where they are from.
#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/paths.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

inline constexpr std::array<std::string_view, 9> kGoldenSdps{
    "chromium_sendonly", "chromium_recvonly", "chromium_simulcast",
    "chromium_answer",   "firefox_offer",     "gstreamer_offer",
    "obs_offer",         "pion_answer",       "srs_answer"};

inline std::string GoldenText(std::string_view name) {
  std::ifstream file(onair::testing::SourceDir() + "/tests/golden/sdp/" + std::string(name) +
                     ".sdp");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline Sdp GoldenSdp(std::string_view name) {
  auto sdp = ParseSdp(GoldenText(name));
  INFO(name << (sdp ? "" : ": " + ToString(sdp.error())));
  REQUIRE(sdp.has_value());
  return *sdp;
}

}  // namespace onair::webrtc
