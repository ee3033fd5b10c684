// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/answer.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

Sdp Answered(const Sdp& offer, const LocalDescription& local) {
  auto answer = MakeAnswer(offer, local);
  INFO((answer ? "" : ToString(answer.error())));
  REQUIRE(answer.has_value());
  return *answer;
}

Error Refusal(const Sdp& offer, const LocalDescription& local) {
  const auto answer = MakeAnswer(offer, local);
  REQUIRE_FALSE(answer.has_value());
  return answer.error();
}

TEST_CASE("A browser that publishes is answered with one form of each kind, its own numbers") {
  const Sdp answer = Answered(GoldenSdp("chromium_sendonly"), Ingesting());

  REQUIRE(answer.media.size() == 3);
  CHECK(answer.is_ice_lite);
  CHECK(answer.media[0].formats == std::vector<std::string>{"111", "63"});
  CHECK(answer.media[0].direction == Direction::kRecvOnly);
  CHECK(answer.media[0].setup == DtlsSetup::kPassive);
  // Constrained baseline in mode 1 is 108 in this offer; 102 is baseline and 114 mode 0.
  CHECK(answer.media[1].formats == std::vector<std::string>{"108", "109", "118", "119", "120"});
  CHECK(FindParameter(answer.media[1].codecs[0].parameters, "profile-level-id") == "42e01f");
  CHECK(answer.media[1].codecs[0].HasFeedback("nack pli"));
  CHECK(answer.media[1].codecs[0].HasFeedback("transport-cc"));
  CHECK(answer.media[1].direction == Direction::kRecvOnly);
  CHECK(answer.media[1].sources.empty());
  CHECK(answer.media[2].is_refused());  // Nobody asked for data here.
  CHECK(answer.bundles == std::vector<std::vector<std::string>>{{"0", "1"}});
}

TEST_CASE("A browser that plays is answered with our sources") {
  Sdp offer = GoldenSdp("chromium_recvonly");

  const Sdp answer = Answered(offer, Serving());

  CHECK(answer.media[0].direction == Direction::kSendOnly);
  CHECK(answer.media[1].direction == Direction::kSendOnly);
  CHECK(answer.media[1].msid == "stream video");
  CHECK(answer.media[1].source_groups ==
        std::vector<SourceGroup>{{"FID", {20, 21}}, {"FEC-FR", {20, 22}}});
  CHECK(answer.media[0].ice.candidates.size() == 1);
  CHECK(answer.media[1].ice.candidates.empty());
}

TEST_CASE("Every stranger's offer is answered") {
  for (const std::string_view name :
       {"chromium_sendonly", "firefox_offer", "gstreamer_offer", "obs_offer"}) {
    INFO(name);
    const Sdp offer = GoldenSdp(name);
    const Sdp answer = Answered(offer, Ingesting());
    REQUIRE(answer.media.size() == offer.media.size());
    for (std::size_t i = 0; i < offer.media.size(); ++i) {
      CHECK(answer.media[i].mid == offer.media[i].mid);
      CHECK(answer.media[i].media == offer.media[i].media);
    }
    CHECK(ParseSdp(PrintSdp(answer)).has_value());
  }
}

TEST_CASE("Our own offer is answered by our own side") {
  LocalDescription publisher = Publishing();
  publisher.video_fec = ForwardCorrection::kOn;
  LocalDescription edge = Ingesting();
  edge.video_fec = ForwardCorrection::kOn;
  const auto offer = MakeOffer(publisher);
  REQUIRE(offer.has_value());

  const Sdp answer = Answered(*offer, edge);

  CHECK(answer.media[1].formats == std::vector<std::string>{"96", "97", "126"});
  CHECK(answer.media[1].extensions.size() == offer->media[1].extensions.size());
}

TEST_CASE("The first of our formats that the offer has is chosen") {
  LocalDescription local = Ingesting();
  local.video_formats = {{VideoCodec::kH265, {}, 93},
                         {VideoCodec::kH264, {H264Profile::kMain, 31}, 0},
                         {VideoCodec::kH264, {H264Profile::kConstrainedBaseline, 31}, 0}};

  const Sdp answer = Answered(GoldenSdp("chromium_sendonly"), local);

  CHECK(answer.media[1].formats.front() == "116");  // Main in mode 1; there is no H.265.
  CHECK(FindParameter(answer.media[1].codecs[0].parameters, "profile-level-id") == "4d001f");
}

TEST_CASE("A profile that differs is no common codec, whatever its level") {
  LocalDescription local = Ingesting();
  local.video_formats = {{VideoCodec::kH264, {H264Profile::kHigh, 31}, 0}};

  const Error error = Refusal(GoldenSdp("obs_offer"), local);

  CHECK(error.code == ErrorCode::kSdpIncompatible);
  CHECK_THAT(error.detail, Catch::Contains("video"));
}

TEST_CASE("The answered level is the lower one unless both ways are apart") {
  LocalDescription local = Ingesting();
  local.video_formats[0].h264.level = 40;
  Sdp offer = GoldenSdp("obs_offer");

  CHECK(FindParameter(Answered(offer, local).media[1].codecs[0].parameters, "profile-level-id") ==
        "42e028");
  std::erase_if(offer.media[1].codecs[0].parameters,
                [](const auto& pair) { return pair.first == "level-asymmetry-allowed"; });
  const Sdp tied = Answered(offer, local);
  CHECK(FindParameter(tied.media[1].codecs[0].parameters, "profile-level-id") == "42e01f");
  CHECK_FALSE(FindParameter(tied.media[1].codecs[0].parameters, "level-asymmetry-allowed"));
}

TEST_CASE("Who begins the handshake follows the offer and then our wish") {
  Sdp offer = GoldenSdp("obs_offer");
  LocalDescription local = Ingesting();
  local.answer_setup = DtlsSetup::kActive;

  CHECK(Answered(offer, local).media[0].setup == DtlsSetup::kActive);
  offer.media[0].setup = DtlsSetup::kActive;
  CHECK(Answered(offer, local).media[0].setup == DtlsSetup::kPassive);
  offer.media[0].setup = DtlsSetup::kPassive;
  local.answer_setup = DtlsSetup::kPassive;
  CHECK(Answered(offer, local).media[0].setup == DtlsSetup::kActive);
}

TEST_CASE("A direction is what both sides want") {
  struct Row {
    Direction offered, ours, answered;
  };
  using enum Direction;
  const Row row = GENERATE(values<Row>({{kSendRecv, kRecvOnly, kRecvOnly},
                                        {kSendOnly, kRecvOnly, kRecvOnly},
                                        {kSendOnly, kSendOnly, kInactive},
                                        {kRecvOnly, kSendRecv, kSendOnly},
                                        {kSendRecv, kSendRecv, kSendRecv},
                                        {kInactive, kSendRecv, kInactive}}));
  Sdp offer = GoldenSdp("obs_offer");
  offer.media[0].direction = row.offered;
  LocalDescription local = Ingesting();
  local.audio = row.ours;

  CHECK(Answered(offer, local).media[0].direction == row.answered);
}

TEST_CASE("A kind that we have nothing of stays inactive, even without a common codec") {
  LocalDescription local = Ingesting();
  local.audio = Direction::kInactive;
  Sdp offer = GoldenSdp("obs_offer");
  offer.media[0].codecs[0].name = "G722";

  const Sdp answer = Answered(offer, local);

  CHECK_FALSE(answer.media[0].is_refused());
  CHECK(answer.media[0].direction == Direction::kInactive);
  CHECK(answer.media[0].formats == std::vector<std::string>{"111"});
  CHECK(answer.bundles == std::vector<std::vector<std::string>>{{"0", "1"}});
}

TEST_CASE("Extensions above 14 need an offer that allows two-byte heads") {
  Sdp offer = GoldenSdp("obs_offer");
  offer.media[1].extensions = {{3, "urn:ietf:params:rtp-hdrext:sdes:mid", {}},
                               {40, "urn:3gpp:video-orientation", {}},
                               {5, "urn:not:known", {}}};

  CHECK(Answered(offer, Ingesting()).media[1].extensions.size() == 1);
  offer.allows_mixed_extensions = true;
  CHECK(Answered(offer, Ingesting()).media[1].extensions.size() == 2);
}

TEST_CASE("What makes an offer unfit is told by its kind") {
  struct Row {
    std::string what;
    void (*change)(Sdp&);
    ErrorCode code;
  };
  const Row row = GENERATE(values<Row>({
      {"plain RTP", [](Sdp& s) { s.media[0].protocol = "RTP/AVPF"; }, ErrorCode::kSdpInsecure},
      {"no fingerprint", [](Sdp& s) { s.media[0].fingerprints.clear(); }, ErrorCode::kSdpInsecure},
      {"SHA-1 only", [](Sdp& s) { s.media[1].fingerprints[0].hash = "sha-1"; },
       ErrorCode::kSdpInsecure},
      {"a short hash", [](Sdp& s) { s.media[1].fingerprints[0].value.pop_back(); },
       ErrorCode::kSdpInsecure},
      {"no credentials", [](Sdp& s) { s.media[0].ice.credentials.reset(); },
       ErrorCode::kSdpMalformed},
      {"RTCP apart", [](Sdp& s) { s.media[0].is_rtcp_mux = false; }, ErrorCode::kSdpIncompatible},
      {"no bundle", [](Sdp& s) { s.bundles.clear(); }, ErrorCode::kSdpIncompatible},
      {"half a bundle", [](Sdp& s) { s.bundles = {{"0"}}; }, ErrorCode::kSdpIncompatible},
      {"two of a kind", [](Sdp& s) { s.media[0].kind = MediaKind::kVideo; },
       ErrorCode::kSdpIncompatible},
      {"no Opus", [](Sdp& s) { s.media[0].codecs[0].name = "PCMU"; }, ErrorCode::kSdpIncompatible},
      {"mode 0", [](Sdp& s) { s.media[1].codecs[0].parameters = {}; }, ErrorCode::kSdpIncompatible},
      {"all refused", [](Sdp& s) { s.media[0].port = s.media[1].port = 0; },
       ErrorCode::kSdpIncompatible},
      {"no sections", [](Sdp& s) { s.media.clear(); }, ErrorCode::kSdpIncompatible},
  }));
  INFO(row.what);
  Sdp offer = GoldenSdp("obs_offer");
  row.change(offer);

  CHECK(Refusal(offer, Ingesting()).code == row.code);
}

TEST_CASE("Data is answered where we want it") {
  LocalDescription local = Ingesting();
  local.data_port = 5000;

  const Sdp answer = Answered(GoldenSdp("chromium_sendonly"), local);

  CHECK_FALSE(answer.media[2].is_refused());
  CHECK(answer.media[2].sctp_port == 5000);
  CHECK(answer.bundles == std::vector<std::vector<std::string>>{{"0", "1", "2"}});
}

}  // namespace
}  // namespace onair::webrtc
