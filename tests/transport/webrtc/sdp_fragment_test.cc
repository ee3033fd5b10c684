// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/sdp_fragment.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"

namespace onair::webrtc {
namespace {

const std::string kCredentials = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n";
const std::string kCandidate =
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host\r\n";

ErrorCode CodeOf(const std::string& text) {
  const auto fragment = ParseSdpFragment(text);
  REQUIRE_FALSE(fragment.has_value());
  return fragment.error().code;
}

TEST_CASE("A fragment of candidates is read with its section") {
  const auto fragment = ParseSdpFragment(
      "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=mid:0\r\n" +
      kCredentials + kCandidate + "a=end-of-candidates\r\n");

  REQUIRE(fragment.has_value());
  REQUIRE(fragment->sections.size() == 1);
  const FragmentSection& section = fragment->sections[0];
  CHECK(section.media == "audio");
  CHECK(section.mid == "0");
  CHECK(section.ice.credentials == ice::Credentials{"EsAw", "P2uYro0UCOQ4zxjKXaWCBui1"});
  CHECK(section.ice.candidates.size() == 1);
  CHECK(section.ice.has_end_of_candidates);
}

TEST_CASE("Credentials before the first section hold for all") {
  const auto fragment = ParseSdpFragment(kCredentials + "a=ice-lite\r\nm=audio 9 RTP/AVP 0\r\n" +
                                         "a=mid:1\r\n" + kCandidate + "m=video 9 RTP/AVP 0\r\n");

  REQUIRE(fragment.has_value());
  REQUIRE(fragment->sections.size() == 2);
  CHECK(fragment->is_ice_lite);
  CHECK(fragment->sections[0].ice.credentials == fragment->sections[1].ice.credentials);
  CHECK(fragment->Bundled().credentials->ufrag == "EsAw");
  CHECK(fragment->Bundled().candidates.size() == 1);
}

TEST_CASE("A fragment without sections speaks of the one transport") {
  const auto fragment = ParseSdpFragment(kCredentials + kCandidate);

  REQUIRE(fragment.has_value());
  REQUIRE(fragment->sections.size() == 1);
  CHECK(fragment->sections[0].mid.empty());
  CHECK(fragment->Bundled().candidates.size() == 1);
}

TEST_CASE("Attribute names are read whatever their case") {
  const auto fragment = ParseSdpFragment("M=x\r\nm=audio 9 X 0\r\nA=mid:9\r\na=MID:0\r\n" +
                                         std::string("a=End-Of-Candidates\r\n"));

  REQUIRE(fragment.has_value());
  CHECK(fragment->sections.back().mid == "0");
  CHECK(fragment->sections.back().ice.has_end_of_candidates);
}

TEST_CASE("A fragment is printed for the first section of a description and reads back") {
  const Sdp offer = GoldenSdp("chromium_sendonly");
  IceDescription ice = offer.media[0].ice;
  ice.has_end_of_candidates = true;

  const SdpFragment fragment = FragmentFor(offer, ice);

  CHECK_THAT(PrintSdpFragment(fragment),
             Catch::StartsWith("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"));
  CHECK(ParseSdpFragment(PrintSdpFragment(fragment)) == fragment);
}

TEST_CASE("Fragments have the bounds of descriptions") {
  std::string candidates;
  for (int i = 0; i < 200; ++i) candidates += kCandidate;
  std::string sections;
  for (std::size_t i = 0; i <= kMaxMediaSections; ++i) sections += "m=audio 9 RTP/AVP 0\r\n";
  std::string lines;
  for (std::size_t i = 0; i <= kMaxSdpLines; ++i) lines += "a=x\r\n";

  CHECK(CodeOf(std::string(kMaxSdpBytes + 1, 'a')) == ErrorCode::kSdpTooLarge);
  CHECK(CodeOf(sections) == ErrorCode::kSdpTooLarge);
  CHECK(CodeOf(lines) == ErrorCode::kSdpTooLarge);
  CHECK(CodeOf("hello") == ErrorCode::kSdpMalformed);
  CHECK(CodeOf("a=ice-ufrag:EsAw\r\n") == ErrorCode::kSdpMalformed);
  CHECK(CodeOf("a=mid:x\ry\r\n") == ErrorCode::kSdpMalformed);
  const auto many =
      ParseSdpFragment("m=audio 9 X 0\r\n" + candidates + "m=video 9 X 0\r\n" + candidates);
  REQUIRE(many.has_value());
  CHECK(many->Bundled().candidates.size() == kMaxCandidates);
  CHECK(many->Bundled().dropped_candidates == 400 - kMaxCandidates);
}

}  // namespace
}  // namespace onair::webrtc
