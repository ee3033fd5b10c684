// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/negotiated_media.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

NegotiatedMedia Negotiated(const Sdp& offer, const Sdp& answer, Side side) {
  auto media = ReadNegotiated(offer, answer, side);
  INFO((media ? "" : ToString(media.error())));
  REQUIRE(media.has_value());
  return *media;
}

TEST_CASE("Both sides read the same agreement, each from its end") {
  LocalDescription publisher = Publishing();
  publisher.data_port = 5000;
  LocalDescription edge = Ingesting();
  edge.data_port = 5001;
  const Sdp offer = MakeOffer(publisher).value();
  const Sdp answer = MakeAnswer(offer, edge).value();

  const NegotiatedMedia sends = Negotiated(offer, answer, Side::kOfferer);
  const NegotiatedMedia takes = Negotiated(offer, answer, Side::kAnswerer);

  CHECK(sends.is_controlling);
  CHECK_FALSE(takes.is_controlling);
  CHECK(sends.is_peer_lite);
  CHECK_FALSE(takes.is_peer_lite);
  CHECK(sends.begins_dtls);
  CHECK_FALSE(takes.begins_dtls);
  CHECK(sends.has_all_candidates);
  CHECK_FALSE(takes.has_all_candidates);
  REQUIRE(sends.video.has_value());
  REQUIRE(takes.video.has_value());
  CHECK(sends.video->is_sent);
  CHECK_FALSE(sends.video->is_received);
  CHECK(takes.video->is_received);
  CHECK_FALSE(takes.video->is_sent);
  CHECK(sends.video->formats == takes.video->formats);
  CHECK(sends.video->formats[0].rtx_payload_type == 97);
  CHECK(sends.video->feedback == takes.video->feedback);
  CHECK(sends.video->feedback.has_transport_cc);
  CHECK(takes.video->peer_source == PeerSource{20, 21, 22, "cname"});
  CHECK(sends.video->fec_payload_type == 126);
  CHECK_FALSE(sends.video->red);
  CHECK_FALSE(sends.video->peer_source.has_value());
  CHECK(sends.audio->payload_type == 111);
  CHECK(sends.audio->red_payload_type == 63);
  CHECK(sends.audio->wants_inband_fec);
  CHECK(sends.audio->extensions.has(rtp::ExtensionKind::kAudioLevel));
  CHECK(sends.data == NegotiatedData{5001, 262'144});
  CHECK(takes.data == NegotiatedData{5000, 262'144});
}

TEST_CASE("Pictures in RED with ULPFEC are taken from who offers them, and not by who sends") {
  const Sdp offer = GoldenSdp("chromium_sendonly");
  const NegotiatedMedia takes =
      Negotiated(offer, MakeAnswer(offer, Ingesting()).value(), Side::kAnswerer);
  REQUIRE(takes.video->red);
  CHECK(offer.media[1].FindCodec(takes.video->red->payload_type)->Is("red"));
  CHECK(offer.media[1].FindCodec(takes.video->red->ulpfec_payload_type)->Is("ulpfec"));
  REQUIRE(takes.video->red->rtx_payload_type);
  CHECK(FindParameter(offer.media[1].FindCodec(*takes.video->red->rtx_payload_type)->parameters,
                      "apt") == std::to_string(takes.video->red->payload_type));

  LocalDescription without = Ingesting();
  without.video_fec = ForwardCorrection::kOff;
  CHECK_FALSE(Negotiated(offer, MakeAnswer(offer, without).value(), Side::kAnswerer).video->red);
  const Sdp viewer = MakeOffer(Playing()).value();
  CHECK_FALSE(
      Negotiated(viewer, MakeAnswer(viewer, Serving()).value(), Side::kAnswerer).video->red);
}

// An answer as a vendor's server gives it: our offer's first two sections with this audio alone.
Sdp AnswerWithSound(const Sdp& offer, const std::string& rtpmap, const std::string& parameters) {
  std::string text = PrintSdp(MakeAnswer(offer, Serving()).value());
  const std::size_t begin = text.find("m=audio");
  const std::size_t end = text.find("m=video");
  const std::string number = rtpmap.substr(0, rtpmap.find(' '));
  std::string audio;
  std::string_view rest = std::string_view(text).substr(begin, end - begin);
  while (!rest.empty()) {
    const std::string line(rest.substr(0, rest.find("\r\n") + 2));
    rest.remove_prefix(line.size());
    if (line.starts_with("m=")) {
      audio += "m=audio 9 UDP/TLS/RTP/SAVPF " + number + "\r\na=rtpmap:" + rtpmap + "\r\n";
      if (!parameters.empty()) audio += "a=fmtp:" + number + " " + parameters + "\r\n";
      continue;
    }
    const bool is_codec = line.starts_with("a=rtpmap:") || line.starts_with("a=fmtp:") ||
                          line.starts_with("a=rtcp-fb:");
    if (!is_codec) audio += line;
  }
  return ParseSdp(text.replace(begin, end - begin, audio)).value();
}

TEST_CASE("AAC is offered by who only takes it, and taken in the form that the answer has") {
  LocalDescription playing = Playing();
  playing.aac_forms = {AacForm::kLatm, AacForm::kAdts};
  const Sdp offer = MakeOffer(playing).value();
  REQUIRE(offer.media[0].FindCodec(120));
  CHECK(offer.media[0].FindCodec(120)->Is("MP4A-LATM"));
  CHECK(offer.media[0].FindCodec(123)->Is("MP4A-ADTS"));
  CHECK(offer.media[0].FindCodec(123)->clock_rate == 44'100);

  SECTION("LATM with its config in the description, as Tencent's servers write it") {
    const auto media = Negotiated(
        offer,
        AnswerWithSound(offer, "120 MP4A-LATM/44100/2",
                        "config=40002420adca1fe0;cpresent=0;object=2;profile-level-id=1"),
        Side::kOfferer);
    REQUIRE(media.audio);
    CHECK(media.audio->packing == rtp::AudioPacking::kLatmInSdp);
    CHECK(media.audio->payload_type == 120);
    CHECK(media.audio->clock_rate == 44'100);
    CHECK(media.audio->latm_config.size() == 8);
  }
  SECTION("LATM with its config in band") {
    const auto media = Negotiated(
        offer, AnswerWithSound(offer, "120 MP4A-LATM/48000/2", "object=2"), Side::kOfferer);
    CHECK(media.audio->packing == rtp::AudioPacking::kLatmInBand);
  }
  SECTION("ADTS") {
    const auto media =
        Negotiated(offer, AnswerWithSound(offer, "123 MP4A-ADTS/44100/2", ""), Side::kOfferer);
    CHECK(media.audio->packing == rtp::AudioPacking::kAdts);
    CHECK(media.audio->clock_rate == 44'100);
  }
  SECTION("Opus where the answer has that") {
    const auto media = Negotiated(offer, MakeAnswer(offer, Serving()).value(), Side::kOfferer);
    CHECK(media.audio->packing == rtp::AudioPacking::kOpus);
    CHECK(media.audio->clock_rate == 48'000);
  }
  SECTION("a config that is none") {
    for (const char* config : {"config=4;cpresent=0", "config=zz;cpresent=0", "cpresent=0",
                               "config=ffffffff;cpresent=0"}) {
      CAPTURE(config);
      const Sdp answer = AnswerWithSound(offer, "120 MP4A-LATM/44100/2", config);
      CHECK_FALSE(ReadNegotiated(offer, answer, Side::kOfferer));
    }
  }
}

TEST_CASE("Who sends sound offers no AAC, and an answer with a form that was not offered is none") {
  LocalDescription publishing = Publishing();
  publishing.aac_forms = {AacForm::kLatm};
  CHECK(MakeOffer(publishing).value().media[0].FindCodec(120) == nullptr);

  const Sdp offer = MakeOffer(Playing()).value();
  const Sdp answer = AnswerWithSound(offer, "120 MP4A-LATM/44100/2", "object=2");
  CHECK_FALSE(ReadNegotiated(offer, answer, Side::kOfferer));
}

TEST_CASE("Strangers' answers to our offer are understood") {
  const Sdp offer = MakeOffer(Publishing()).value();

  SECTION("Pion's") {
    const NegotiatedMedia media = Negotiated(offer, GoldenSdp("pion_answer"), Side::kOfferer);
    CHECK_FALSE(media.begins_dtls);
    CHECK(media.peer_credentials.ufrag == "kBqVwXnEjLhFvTzC");
    CHECK(media.has_all_candidates);
    CHECK(media.video->formats[0].rtx_payload_type == 97);
    CHECK(media.video->feedback.has_nack);
    CHECK(media.video->extensions.id_of(rtp::ExtensionKind::kMid) == 1);
  }
  SECTION("SRS's, lite, its candidate in each section") {
    const NegotiatedMedia media = Negotiated(offer, GoldenSdp("srs_answer"), Side::kOfferer);
    CHECK(media.begins_dtls);
    CHECK(media.is_peer_lite);
    CHECK(media.is_controlling);
    CHECK(media.has_all_candidates);
    CHECK(media.peer_candidates.size() == 1);
    CHECK_FALSE(media.video->formats[0].rtx_payload_type.has_value());
    CHECK(media.video->feedback.has_pli);
    CHECK_FALSE(media.video->feedback.has_fir);
    CHECK_FALSE(media.audio->red_payload_type.has_value());
  }
}

TEST_CASE("An offer of a browser and our answer tell who sends what") {
  const Sdp offer = GoldenSdp("chromium_sendonly");
  const Sdp answer = MakeAnswer(offer, Ingesting()).value();

  const NegotiatedMedia media = Negotiated(offer, answer, Side::kAnswerer);

  CHECK(media.peer_candidates.size() == 2);
  CHECK(media.audio->peer_source->ssrc == 2048275336U);
  CHECK(media.video->peer_source == PeerSource{1728031427, 2712181400, {}, "rnyB61ctecqKQGbK"});
  CHECK(media.video->formats[0].payload_type == 108);
  CHECK(media.video->extensions.id_of(rtp::ExtensionKind::kTransportSequence) == 3);
  CHECK_FALSE(media.data.has_value());
}

TEST_CASE("Of two full sides the one that offered controls; of two lite ones too") {
  const Sdp offer = MakeOffer(Publishing()).value();
  LocalDescription edge = Ingesting();
  edge.is_ice_lite = false;
  const Sdp answer = MakeAnswer(offer, edge).value();

  CHECK(Negotiated(offer, answer, Side::kOfferer).is_controlling);
  CHECK_FALSE(Negotiated(offer, answer, Side::kAnswerer).is_controlling);
}

TEST_CASE("An answer without setup means that it waits for our handshake") {
  const Sdp offer = MakeOffer(Publishing()).value();
  Sdp answer = GoldenSdp("pion_answer");
  answer.media[0].setup.reset();

  CHECK(Negotiated(offer, answer, Side::kOfferer).begins_dtls);
}

TEST_CASE("A second number for one extension does not displace the first") {
  const Sdp offer = MakeOffer(Publishing()).value();
  Sdp answer = GoldenSdp("pion_answer");
  answer.media[1].extensions.push_back({9, "urn:ietf:params:rtp-hdrext:sdes:mid", {}});

  const NegotiatedMedia media = Negotiated(offer, answer, Side::kOfferer);

  CHECK(media.video->extensions.id_of(rtp::ExtensionKind::kMid) == 1);
}

TEST_CASE("Answers that do not fit the offer are refused") {
  struct Row {
    std::string what;
    void (*change)(Sdp&);
    ErrorCode code;
  };
  const Row row = GENERATE(values<Row>({
      {"a section less", [](Sdp& s) { s.media.pop_back(); }, ErrorCode::kSdpMalformed},
      {"another order", [](Sdp& s) { std::swap(s.media[0], s.media[1]); },
       ErrorCode::kSdpMalformed},
      {"no credentials", [](Sdp& s) { s.media[0].ice.credentials.reset(); },
       ErrorCode::kSdpMalformed},
      {"no fingerprint", [](Sdp& s) { s.media[1].fingerprints.clear(); }, ErrorCode::kSdpInsecure},
      {"plain RTP", [](Sdp& s) { s.media[0].protocol = "RTP/AVP"; }, ErrorCode::kSdpInsecure},
      {"no bundle", [](Sdp& s) { s.bundles.clear(); }, ErrorCode::kSdpIncompatible},
      {"a codec of its own", [](Sdp& s) { s.media[1].codecs[0].name = "VP8"; },
       ErrorCode::kSdpIncompatible},
      {"no Opus", [](Sdp& s) { s.media[0].codecs[0].name = "PCMA"; }, ErrorCode::kSdpIncompatible},
      {"a payload type of its own", [](Sdp& s) { s.media[1].codecs[0].payload_type = 120; },
       ErrorCode::kSdpIncompatible},
      {"nothing flows",
       [](Sdp& s) { s.media[0].direction = s.media[1].direction = Direction::kInactive; },
       ErrorCode::kSdpIncompatible},
      {"all refused", [](Sdp& s) { s.media[0].port = s.media[1].port = 0; },
       ErrorCode::kSdpIncompatible},
  }));
  INFO(row.what);
  Sdp answer = GoldenSdp("pion_answer");
  row.change(answer);

  const auto media = ReadNegotiated(MakeOffer(Publishing()).value(), answer, Side::kOfferer);

  REQUIRE_FALSE(media.has_value());
  CHECK(media.error().code == row.code);
}

TEST_CASE("One refused kind leaves the other") {
  Sdp answer = GoldenSdp("pion_answer");
  answer.media[0].port = 0;
  answer.bundles = {{"1"}};

  const NegotiatedMedia media = Negotiated(MakeOffer(Publishing()).value(), answer, Side::kOfferer);

  CHECK_FALSE(media.audio.has_value());
  CHECK(media.video.has_value());
}

}  // namespace
}  // namespace onair::webrtc
