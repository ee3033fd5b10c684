// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {
namespace {

// Counters tell of one reading and are not part of what is printed.
Sdp WithoutCounters(Sdp sdp) {
  for (MediaSection& media : sdp.media) media.ice.skipped_candidates = 0;
  return sdp;
}

TEST_CASE("What strangers wrote is printed with the same meaning") {
  for (const std::string_view name : kGoldenSdps) {
    INFO(name);
    const Sdp read = WithoutCounters(GoldenSdp(name));
    const auto again = ParseSdp(PrintSdp(read));
    REQUIRE(again.has_value());
    CHECK(*again == read);
  }
}

TEST_CASE("Every line ends with CR LF") {
  const std::string text = PrintSdp(GoldenSdp("chromium_sendonly"));

  CHECK(text.ends_with("\r\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == std::count(text.begin(), text.end(), '\r'));
}

TEST_CASE("A description of every kind of line is printed as written here") {
  Sdp sdp;
  sdp.session_id = 7;
  sdp.is_ice_lite = true;
  sdp.bundles = {{"v"}};
  MediaSection video;
  video.kind = MediaKind::kVideo;
  video.media = "video";
  video.protocol = "UDP/TLS/RTP/SAVPF";
  video.formats = {"96", "97"};
  video.mid = "v";
  video.direction = Direction::kSendOnly;
  video.ice.credentials = ice::Credentials{"ufra", "0123456789012345678901"};
  video.ice.has_end_of_candidates = true;
  video.fingerprints = {{"sha-256", {0xab, 0x01}}};
  video.setup = DtlsSetup::kPassive;
  video.is_rtcp_mux = true;
  video.msid = "s t";
  video.codecs = {{96, "H264", 90000, 1, {{"packetization-mode", "1"}}, {"nack"}},
                  {97, "rtx", 90000, 1, {{"apt", "96"}}, {}}};
  video.extensions = {{3, "urn:x", Direction::kRecvOnly}};
  video.sources = {{1, "c", "s t"}, {2, "c", "s t"}};
  video.source_groups = {{"FID", {1, 2}}};
  video.simulcast = Simulcast{{{"a", "b"}, {"c"}}, {}};
  sdp.media = {video};

  CHECK(PrintSdp(sdp) ==
        "v=0\r\n"
        "o=- 7 2 IN IP4 127.0.0.1\r\n"
        "s=-\r\n"
        "t=0 0\r\n"
        "a=group:BUNDLE v\r\n"
        "a=ice-lite\r\n"
        "a=msid-semantic:WMS *\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
        "c=IN IP4 0.0.0.0\r\n"
        "a=ice-ufrag:ufra\r\n"
        "a=ice-pwd:0123456789012345678901\r\n"
        "a=end-of-candidates\r\n"
        "a=fingerprint:sha-256 AB:01\r\n"
        "a=setup:passive\r\n"
        "a=mid:v\r\n"
        "a=extmap:3/recvonly urn:x\r\n"
        "a=sendonly\r\n"
        "a=msid:s t\r\n"
        "a=rtcp-mux\r\n"
        "a=rtpmap:96 H264/90000\r\n"
        "a=rtcp-fb:96 nack\r\n"
        "a=fmtp:96 packetization-mode=1\r\n"
        "a=rtpmap:97 rtx/90000\r\n"
        "a=fmtp:97 apt=96\r\n"
        "a=simulcast:send a,b;c\r\n"
        "a=ssrc-group:FID 1 2\r\n"
        "a=ssrc:1 cname:c\r\n"
        "a=ssrc:1 msid:s t\r\n"
        "a=ssrc:2 cname:c\r\n"
        "a=ssrc:2 msid:s t\r\n");
}

}  // namespace
}  // namespace onair::webrtc
