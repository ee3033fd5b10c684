// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/offer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "tests/transport/webrtc/local_sides.h"

namespace onair::webrtc {
namespace {

TEST_CASE("An offer to publish bundles sound and pictures that are only sent") {
  const auto offer = MakeOffer(Publishing());

  REQUIRE(offer.has_value());
  REQUIRE(offer->media.size() == 2);
  CHECK(offer->bundles == std::vector<std::vector<std::string>>{{"0", "1"}});
  for (const MediaSection& media : offer->media) {
    CHECK(media.direction == Direction::kSendOnly);
    CHECK(media.setup == DtlsSetup::kActPass);
    CHECK(media.is_rtcp_mux);
    CHECK(media.is_rtcp_mux_only);
    CHECK(media.is_rtcp_reduced_size);
    CHECK(media.ice.credentials->ufrag == "ufrg");
    CHECK(media.fingerprints.size() == 1);
  }
  CHECK(offer->media[0].ice.candidates.size() == 1);
  CHECK(offer->media[1].ice.candidates.empty());
}

TEST_CASE("An offer's H.264 is constrained baseline, mode 1, with RTX and all feedback") {
  const auto offer = MakeOffer(Publishing());

  REQUIRE(offer.has_value());
  const RtpCodec& h264 = offer->media[1].codecs[0];
  CHECK(h264.name == "H264");
  CHECK(FindParameter(h264.parameters, "profile-level-id") == "42e01f");
  CHECK(FindParameter(h264.parameters, "packetization-mode") == "1");
  CHECK(FindParameter(h264.parameters, "level-asymmetry-allowed") == "1");
  CHECK(h264.feedback ==
        std::vector<std::string>{"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"});
  CHECK(offer->media[1].codecs[1].name == "rtx");
  CHECK(FindParameter(offer->media[1].codecs[1].parameters, "apt") ==
        std::to_string(h264.payload_type));
}

TEST_CASE("An offer's sound is Opus with in-band FEC, and RED when asked for") {
  LocalDescription local = Publishing();

  const auto with = MakeOffer(local);
  local.audio_red = RedundantAudio::kOff;
  const auto without = MakeOffer(local);

  REQUIRE(with.has_value());
  REQUIRE(without.has_value());
  CHECK(with->media[0].formats == std::vector<std::string>{"111", "63"});
  CHECK(FindParameter(with->media[0].codecs[0].parameters, "useinbandfec") == "1");
  CHECK(with->media[0].codecs[1].parameters == FormatParameters{{"111/111", ""}});
  CHECK(without->media[0].formats == std::vector<std::string>{"111"});
}

TEST_CASE("Every form of pictures has payload types of its own, in the order of preference") {
  LocalDescription local = Publishing();
  local.video_formats.insert(local.video_formats.begin(), {VideoCodec::kH265, {}, 120});
  local.video_fec = ForwardCorrection::kOn;

  const auto offer = MakeOffer(local);

  REQUIRE(offer.has_value());
  CHECK(offer->media[1].formats == std::vector<std::string>{"96", "97", "98", "99", "126"});
  CHECK(offer->media[1].codecs[0].name == "H265");
  CHECK(FindParameter(offer->media[1].codecs[0].parameters, "level-id") == "120");
  CHECK(offer->media[1].codecs[2].name == "H264");
  CHECK(offer->media[1].codecs[4].name == "flexfec-03");
}

TEST_CASE("One extension has one number in all sections, and one number one extension") {
  const auto offer = MakeOffer(Publishing());

  REQUIRE(offer.has_value());
  std::map<std::string, int> ids;
  std::map<int, std::string> uris;
  for (const MediaSection& media : offer->media) {
    for (const HeaderExtension& extension : media.extensions) {
      CHECK(extension.id <= 14);
      CHECK(ids.try_emplace(extension.uri, extension.id).first->second == extension.id);
      CHECK(uris.try_emplace(extension.id, extension.uri).first->second == extension.uri);
    }
  }
  CHECK(ids.contains("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"));
  CHECK(ids.contains("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"));
  CHECK(ids.contains("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"));
}

TEST_CASE("Sources are told where something is sent, their partners in groups") {
  LocalDescription local = Publishing();
  local.video_fec = ForwardCorrection::kOn;

  const auto offer = MakeOffer(local);

  REQUIRE(offer.has_value());
  CHECK(offer->media[0].sources == std::vector<Source>{{10, "cname", "stream audio"}});
  CHECK(offer->media[1].sources.size() == 3);
  CHECK(offer->media[1].source_groups ==
        std::vector<SourceGroup>{{"FID", {20, 21}}, {"FEC-FR", {20, 22}}});
}

TEST_CASE("A source of FlexFEC is not told without FlexFEC") {
  LocalDescription local = Publishing();
  local.video_fec = ForwardCorrection::kOff;
  const auto offer = MakeOffer(local);

  REQUIRE(offer.has_value());
  CHECK(offer->media[1].source_groups == std::vector<SourceGroup>{{"FID", {20, 21}}});
}

TEST_CASE("An offer to play tells no sources") {
  const auto offer = MakeOffer(Playing());

  REQUIRE(offer.has_value());
  for (const MediaSection& media : offer->media) {
    CHECK(media.direction == Direction::kRecvOnly);
    CHECK(media.sources.empty());
    CHECK(media.msid.empty());
  }
}

TEST_CASE("Data channels have a section of their own") {
  LocalDescription local = Playing();
  local.audio = Direction::kInactive;
  local.data_port = 5000;

  const auto offer = MakeOffer(local);

  REQUIRE(offer.has_value());
  REQUIRE(offer->media.size() == 2);
  CHECK(offer->media[1].kind == MediaKind::kApplication);
  CHECK(offer->media[1].sctp_port == 5000);
  CHECK(offer->media[1].formats == std::vector<std::string>{"webrtc-datachannel"});
}

TEST_CASE("An offer that is printed reads back the same") {
  LocalDescription local = Publishing();
  local.data_port = 5000;
  const auto offer = MakeOffer(local);
  REQUIRE(offer.has_value());

  const auto again = ParseSdp(PrintSdp(*offer));

  REQUIRE(again.has_value());
  // Data sections have no direction line, which is sendrecv to a reader.
  CHECK(*again == *offer);
}

TEST_CASE("What an offer lacks is named") {
  const auto detail = [](auto change) {
    LocalDescription local = Publishing();
    change(local);
    const auto offer = MakeOffer(local);
    REQUIRE_FALSE(offer.has_value());
    CHECK(offer.error().code == ErrorCode::kInvalidConfig);
    return offer.error().detail;
  };
  using L = LocalDescription;

  CHECK_THAT(detail([](L& l) { l.ice.credentials.reset(); }), Catch::Contains("ice"));
  CHECK_THAT(detail([](L& l) { l.fingerprints.clear(); }), Catch::Contains("fingerprints"));
  CHECK_THAT(detail([](L& l) { l.video_formats.clear(); }), Catch::Contains("video_formats"));
  CHECK_THAT(detail([](L& l) { l.video_formats.resize(13); }), Catch::Contains("video_formats"));
  CHECK_THAT(detail([](L& l) { l.audio_source = {}; }), Catch::Contains("audio_source"));
  CHECK_THAT(detail([](L& l) { l.video_source = {}; }), Catch::Contains("video_source"));
  CHECK_THAT(detail([](L& l) { l.cname.clear(); }), Catch::Contains("cname"));
  CHECK_THAT(detail([](L& l) { l.audio = l.video = Direction::kInactive; }),
             Catch::Contains("neither"));
}

}  // namespace
}  // namespace onair::webrtc
