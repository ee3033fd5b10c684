// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {
namespace {

const std::string kHead = "v=0\r\no=- 42 3 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const std::string kAudio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n";

Sdp Parsed(const std::string& text) {
  auto sdp = ParseSdp(text);
  INFO(text << (sdp ? "" : ToString(sdp.error())));
  REQUIRE(sdp.has_value());
  return *sdp;
}

ErrorCode CodeOf(const std::string& text) {
  const auto sdp = ParseSdp(text);
  INFO(text);
  REQUIRE_FALSE(sdp.has_value());
  return sdp.error().code;
}

TEST_CASE("Chromium's offer is read whole") {
  const Sdp sdp = GoldenSdp("chromium_sendonly");

  CHECK(sdp.session_id == 8303844228526181997U);
  CHECK(sdp.allows_mixed_extensions);
  CHECK_FALSE(sdp.is_ice_lite);
  REQUIRE(sdp.bundles.size() == 1);
  CHECK(sdp.bundles[0] == std::vector<std::string>{"0", "1", "2"});
  REQUIRE(sdp.media.size() == 3);

  const MediaSection& audio = sdp.media[0];
  CHECK(audio.kind == MediaKind::kAudio);
  CHECK(audio.direction == Direction::kSendOnly);
  CHECK(audio.port == 51772);
  CHECK(audio.setup == DtlsSetup::kActPass);
  REQUIRE(audio.ice.credentials.has_value());
  CHECK(audio.ice.credentials->ufrag == "w3dZ");
  CHECK(audio.ice.HasOption("trickle"));
  CHECK(audio.ice.candidates.size() == 2);
  REQUIRE(audio.fingerprints.size() == 1);
  CHECK(audio.fingerprints[0].hash == "sha-256");
  CHECK(audio.fingerprints[0].value.size() == 32);
  CHECK(audio.fingerprints[0].value[0] == 0x78);
  CHECK(audio.is_rtcp_mux);
  CHECK(audio.is_rtcp_reduced_size);
  const RtpCodec* opus = audio.FindCodec(111);
  REQUIRE(opus != nullptr);
  CHECK(opus->Is("OPUS"));
  CHECK(opus->channels == 2);
  CHECK(opus->HasFeedback("transport-cc"));
  CHECK(FindParameter(opus->parameters, "useinbandfec") == "1");
  const RtpCodec* red = audio.FindCodec(63);
  REQUIRE(red != nullptr);
  CHECK(red->parameters == FormatParameters{{"111/111", ""}});

  const MediaSection& video = sdp.media[1];
  CHECK(video.codecs.size() == video.formats.size());
  REQUIRE(video.source_groups.size() == 1);
  CHECK(video.source_groups[0] == SourceGroup{"FID", {1728031427, 2712181400}});
  REQUIRE(video.sources.size() == 2);
  CHECK(video.sources[0].cname == "rnyB61ctecqKQGbK");
  CHECK(video.extensions.size() == 11);
  CHECK(video.FindCodec(108)->HasFeedback("nack pli"));

  const MediaSection& data = sdp.media[2];
  CHECK(data.kind == MediaKind::kApplication);
  CHECK(data.sctp_port == 5000);
  CHECK(data.max_message_bytes == 262144U);
}

TEST_CASE("Layers of simulcast are read with their rids") {
  const Sdp sdp = GoldenSdp("chromium_simulcast");

  REQUIRE(sdp.media.size() == 1);
  CHECK(sdp.media[0].rids == std::vector<Rid>{{"q", true, ""}, {"h", true, ""}, {"f", true, ""}});
  REQUIRE(sdp.media[0].simulcast.has_value());
  CHECK(sdp.media[0].simulcast->send == std::vector<std::vector<std::string>>{{"q"}, {"h"}, {"f"}});
  CHECK(sdp.media[0].simulcast->receive.empty());
}

TEST_CASE("Alternatives, paused layers and restrictions of simulcast are read") {
  const Sdp sdp = Parsed(kHead + kAudio + "a=rid:1 send max-width=1280;max-fps=30\r\n" +
                         "a=simulcast:send 1,~4;2;3 recv c\r\n");

  CHECK(sdp.media[0].rids[0].restrictions == "max-width=1280;max-fps=30");
  CHECK(sdp.media[0].simulcast->send ==
        std::vector<std::vector<std::string>>{{"1", "4"}, {"2"}, {"3"}});
  CHECK(sdp.media[0].simulcast->receive == std::vector<std::vector<std::string>>{{"c"}});
}

TEST_CASE("What the session level says holds for sections that say nothing") {
  const Sdp sdp = GoldenSdp("firefox_offer");

  REQUIRE(sdp.media.size() == 2);
  for (const MediaSection& media : sdp.media) {
    CHECK(media.fingerprints.size() == 1);
    CHECK(media.ice.HasOption("trickle"));
    CHECK(media.direction == Direction::kSendOnly);  // Not the session's sendrecv.
  }
}

TEST_CASE("A section's own values stand before the session's") {
  const std::string sha = "a=fingerprint:sha-256 AA:BB\r\n";
  const Sdp sdp =
      Parsed(kHead +
             "a=ice-ufrag:sess\r\na=ice-pwd:0123456789012345678901\r\n"
             "a=fingerprint:sha-256 01:02\r\na=setup:active\r\na=inactive\r\n" +
             kAudio + "a=ice-ufrag:medi\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n" + sha +
             "a=setup:passive\r\na=recvonly\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n");

  CHECK(sdp.media[0].ice.credentials->ufrag == "medi");
  CHECK(sdp.media[0].fingerprints == std::vector<Fingerprint>{{"sha-256", {0xaa, 0xbb}}});
  CHECK(sdp.media[0].setup == DtlsSetup::kPassive);
  CHECK(sdp.media[0].direction == Direction::kRecvOnly);
  CHECK(sdp.media[1].ice.credentials->ufrag == "sess");
  CHECK(sdp.media[1].setup == DtlsSetup::kActive);
  CHECK(sdp.media[1].direction == Direction::kInactive);
}

TEST_CASE("Candidates of mDNS names and of TCP are skipped and counted, never fatal") {
  const Sdp sdp = GoldenSdp("firefox_offer");

  CHECK(sdp.media[0].ice.candidates.size() == 1);
  CHECK(sdp.media[0].ice.skipped_candidates == 2);
  CHECK(sdp.media[0].ice.has_end_of_candidates);
}

TEST_CASE("Several fingerprints and hashes of one section are kept") {
  const Sdp sdp =
      Parsed(kHead + kAudio + "a=fingerprint:SHA-256 01:02\r\na=fingerprint:sha-512 03:04:05\r\n");

  CHECK(sdp.media[0].fingerprints ==
        std::vector<Fingerprint>{{"sha-256", {1, 2}}, {"sha-512", {3, 4, 5}}});
}

TEST_CASE("Feedback for '*' is for every codec of the section") {
  const Sdp sdp = Parsed(kHead + "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtcp-fb:* nack pli\r\n" +
                         "a=rtcp-fb:97 ccm fir\r\n");

  CHECK(sdp.media[0].FindCodec(96)->feedback == std::vector<std::string>{"nack pli"});
  CHECK(sdp.media[0].FindCodec(97)->feedback == std::vector<std::string>{"nack pli", "ccm fir"});
}

TEST_CASE("Port 0 is a refusal, but not of a bundle-only section") {
  const Sdp sdp = Parsed(kHead + "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n" +
                         "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=bundle-only\r\n");

  CHECK(sdp.media[0].is_refused());
  CHECK_FALSE(sdp.media[1].is_refused());
}

TEST_CASE("Exclusive multiplexing of RTCP is multiplexing") {
  const Sdp sdp = Parsed(kHead + kAudio + "a=rtcp-mux-only\r\n");

  CHECK(sdp.media[0].is_rtcp_mux);
  CHECK(sdp.media[0].is_rtcp_mux_only);
}

TEST_CASE("Lines may end with LF alone, and texts with an empty line") {
  CHECK(Parsed("v=0\no=- 42 3 IN IP4 127.0.0.1\ns=-\n\nm=audio 9 RTP/AVP 0\n\n").media.size() == 1);
}

TEST_CASE("Unknown lines, attributes and kinds of media are passed over") {
  const Sdp sdp = Parsed(kHead + "b=AS:128\r\nk=clear:x\r\na=tool:abc\r\n" + kAudio +
                         "a=framerate:30\r\na=rtcp-xr:rcvr-rtt=all\r\n" +
                         "m=image 9 udptl t38\r\na=T38FaxVersion:0\r\n");

  REQUIRE(sdp.media.size() == 2);
  CHECK(sdp.media[1].kind == MediaKind::kOther);
  CHECK(sdp.media[1].formats == std::vector<std::string>{"t38"});
}

TEST_CASE("A data section keeps nothing of what is said about RTP") {
  const Sdp sdp =
      Parsed(kHead + "a=extmap:1 urn:x\r\na=recvonly\r\n" +
             "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\n" +
             "a=ssrc:1 cname:x\r\nm=application 9 RTP/AVP 96\r\n");

  CHECK(sdp.media[0].extensions.empty());
  CHECK(sdp.media[0].sources.empty());
  CHECK(sdp.media[0].direction == Direction::kSendRecv);
  CHECK(sdp.media[0].sctp_port == 5000);
  CHECK(sdp.media[1].kind == MediaKind::kOther);
}

TEST_CASE("Extension numbers that mean 'choose one' are passed over") {
  const Sdp sdp = Parsed(kHead + kAudio + "a=extmap:4096 urn:x\r\na=extmap:2/sendonly urn:y\r\n");

  CHECK(sdp.media[0].extensions ==
        std::vector<HeaderExtension>{{2, "urn:y", Direction::kSendOnly}});
}

TEST_CASE("What cannot be understood is refused as malformed") {
  const std::string broken = GENERATE(
      "a=rtpmap:111 opus", "a=rtpmap:111 opus/0/2", "a=rtpmap:111 /48000", "a=rtcp-fb:111",
      "a=ice-ufrag:abc", "a=ice-pwd:short", "a=ice-ufrag:okay", "a=fingerprint:sha-256",
      "a=fingerprint:sha-256 0", "a=fingerprint:sha-256 AA:", "a=fingerprint:sha-256 AA:G1",
      "a=fingerprint:sha-256 AABB", "a=setup:holdconn", "a=mid:", "a=mid:two words",
      "a=extmap:x urn:a", "a=extmap:0 urn:a", "a=extmap:1", "a=ssrc:-1 cname:x",
      "a=ssrc:4294967296 cname:x", "a=ssrc-group:", "a=ssrc-group:FID x", "a=sctp-port:0",
      "a=sctp-port:65536", "a=max-message-size:-1", "no equals sign", "m", "m=audio",
      "m=audio 65536 RTP/AVP 0", "m=audio 9 RTP/AVP", "m=audio 9 RTP/AVP 128",
      "m=audio 9 RTP/AVP opus", "a=mid:lone\rcarriage");

  CHECK(CodeOf(kHead + kAudio + broken + "\r\n") == ErrorCode::kSdpMalformed);
}

TEST_CASE("A description that does not begin as one is refused") {
  CHECK(CodeOf("") == ErrorCode::kSdpMalformed);
  CHECK(CodeOf("{\"code\":400}") == ErrorCode::kSdpMalformed);
  CHECK(CodeOf("s=-\r\nv=0\r\n") == ErrorCode::kSdpMalformed);
}

TEST_CASE("Two sections with one mid are refused") {
  CHECK(CodeOf(kHead + kAudio + "a=mid:0\r\n" + kAudio + "a=mid:0\r\n") ==
        ErrorCode::kSdpMalformed);
}

TEST_CASE("Credentials without their other half are refused") {
  CHECK(CodeOf(kHead + kAudio + "a=ice-pwd:0123456789012345678901\r\n") ==
        ErrorCode::kSdpMalformed);
}

}  // namespace
}  // namespace onair::webrtc
