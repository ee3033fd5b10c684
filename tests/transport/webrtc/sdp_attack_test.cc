// SPDX-License-Identifier: Apache-2.0
//
// Descriptions made to hurt: each is refused with a name, or read within its bounds.
#include <catch2/catch.hpp>
#include <string>

#include "transport/webrtc/sdp.h"

namespace onair::webrtc {
namespace {

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
const std::string kVideo = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 H264/90000\r\n";

std::string Repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

ErrorCode CodeOf(const std::string& text) {
  const auto sdp = ParseSdp(text);
  REQUIRE_FALSE(sdp.has_value());
  return sdp.error().code;
}

TEST_CASE("Ten thousand candidates are refused before they are read") {
  const std::string line = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";

  CHECK(CodeOf(kHead + kVideo + Repeated(line, 10'000)) == ErrorCode::kSdpTooLarge);
}

TEST_CASE("Candidates that fit the size are kept up to their bound, the rest is counted") {
  const std::string line = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";

  const auto sdp = ParseSdp(kHead + kVideo + Repeated(line, 1000));

  REQUIRE(sdp.has_value());
  CHECK(sdp->media[0].ice.candidates.size() == kMaxCandidates);
  CHECK(sdp->media[0].ice.dropped_candidates == 1000 - kMaxCandidates);
}

TEST_CASE("Each bound has its refusal") {
  struct Bomb {
    std::string what;
    std::string text;
  };
  std::string formats;
  for (int i = 0; i < 200; ++i) formats += " " + std::to_string(i % 128);
  std::string sources;
  for (std::size_t i = 0; i <= kMaxSources; ++i) {
    sources += "a=ssrc:" + std::to_string(i) + " cname:x\r\n";
  }
  const std::string parameter = "a=1;";
  const Bomb bomb = GENERATE_COPY(values<Bomb>({
      {"bytes", kHead + std::string(kMaxSdpBytes, 'a')},
      {"lines", "v=0\r\n" + Repeated("a=x\r\n", kMaxSdpLines)},
      {"a line", kHead + "a=" + std::string(kMaxSdpLine, 'x')},
      {"sections", kHead + Repeated("m=audio 9 RTP/AVP 0\r\n", kMaxMediaSections + 1)},
      {"formats", kHead + "m=video 9 RTP/AVP" + formats},
      {"fmtp", kHead + kVideo + "a=fmtp:96 " + Repeated(parameter, kMaxParameters + 1)},
      {"fmtp lines", kHead + kVideo + Repeated("a=fmtp:96 a=1\r\n", kMaxParameters + 1)},
      {"fingerprints", kHead + kVideo + Repeated("a=fingerprint:sha-256 01\r\n", 9)},
      {"sources", kHead + kVideo + sources},
      {"groups", kHead + kVideo + Repeated("a=ssrc-group:FID 1\r\n", kMaxSources + 1)},
      {"group", kHead + kVideo + "a=ssrc-group:FID" + Repeated(" 1", kMaxSources + 1)},
      {"extensions", kHead + kVideo + Repeated("a=extmap:1 urn:x\r\n", 65)},
      {"bundles", kHead + Repeated("a=group:BUNDLE 0\r\n", kMaxMediaSections + 1)},
      {"bundle", kHead + "a=group:BUNDLE" + Repeated(" 0", kMaxMediaSections + 1)},
  }));
  INFO(bomb.what);
  CHECK(CodeOf(bomb.text) == ErrorCode::kSdpTooLarge);
}

TEST_CASE("Feedback for every codec of every section stays within its bound") {
  std::string formats;
  for (int i = 0; i < 128; ++i) formats += " " + std::to_string(i);
  std::string section = "m=video 9 UDP/TLS/RTP/SAVPF" + formats + "\r\n";
  for (int i = 0; i < 40; ++i) section += "a=rtcp-fb:* k" + std::to_string(i) + "\r\n";

  const auto sdp = ParseSdp(kHead + Repeated(section, 30));

  REQUIRE(sdp.has_value());
  for (const MediaSection& media : sdp->media) {
    for (const RtpCodec& codec : media.codecs) REQUIRE(codec.feedback.size() == kMaxFeedback);
  }
}

TEST_CASE("A fingerprint longer than any hash is refused") {
  CHECK(CodeOf(kHead + kVideo + "a=fingerprint:sha-512 " + Repeated("00:", 64) + "00\r\n") ==
        ErrorCode::kSdpMalformed);
}

TEST_CASE("Numbers that overflow are refused or passed over") {
  CHECK(CodeOf(kHead + "m=audio 99999999999999999999 RTP/AVP 0\r\n") == ErrorCode::kSdpMalformed);
  CHECK(CodeOf(kHead + kVideo + "a=max-message-size:99999999999999999999999\r\n") ==
        ErrorCode::kSdpMalformed);
  const auto sdp = ParseSdp("v=0\r\no=- 99999999999999999999999 x IN IP4 h\r\n");
  REQUIRE(sdp.has_value());
  CHECK(sdp->session_id == 0);
}

TEST_CASE("Control characters never pass into another description") {
  const std::string bad = std::string("a=mid:x") + GENERATE('\0', '\r', '\x01', '\x1f') + "y";

  CHECK(CodeOf(kHead + kVideo + bad + "\r\n") == ErrorCode::kSdpMalformed);
}

}  // namespace
}  // namespace onair::webrtc
