// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/rts_url.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::webrtc {
namespace {

using enum SignallingRole;

Result<RtsUrl> Parsed(const std::string& text, SignallingRole role) {
  return ParseRtsUrl(ParseUrl(text).value(), role);
}

std::string Api(const RtsUrl& url) {
  return url.api.scheme + "://" + url.api.Authority(0) + url.api.Target();
}

TEST_CASE("Each address means a dialect and a place for its signalling") {
  struct Row {
    std::string address;
    SignallingRole role;
    Dialect dialect;
    std::string api;
    std::string stream_url;
  };
  const Row row = GENERATE(values<Row>({
      {"rts://h/live/room", kPublish, Dialect::kWhip,
       "http://h:1985/rtc/v1/whip/?app=live&stream=room", ""},
      {"rts://h:8080/live/room?key=k", kPlay, Dialect::kWhip,
       "http://h:8080/rtc/v1/whep/?app=live&stream=room&key=k", ""},
      {"rts://[::1]:8080/a/b/c", kPlay, Dialect::kWhip,
       "http://[::1]:8080/rtc/v1/whep/?app=a/b&stream=c", ""},
      {"rts://h/live/room?schema=https&x=1", kPublish, Dialect::kWhip,
       "https://h/rtc/v1/whip/?app=live&stream=room&x=1", ""},
      {"whip+https://h/a/whip?t=1", kPublish, Dialect::kWhip, "https://h/a/whip?t=1", ""},
      {"whip+http://h:1234", kPublish, Dialect::kWhip, "http://h:1234/", ""},
      {"whep+http://h/s", kPlay, Dialect::kWhip, "http://h/s", ""},
      {"webrtc://h/live/s", kPublish, Dialect::kSrs, "http://h:1985/rtc/v1/publish/",
       "webrtc://h/live/s"},
      {"webrtc://h:443/live/s?schema=https&token=t", kPlay, Dialect::kSrs,
       "https://h:443/rtc/v1/play/", "webrtc://h:443/live/s?token=t"},
      {"webrtc://d.test/live/s?txSecret=a&txTime=b", kPlay, Dialect::kTencent,
       "https://webrtc.liveplay.myqcloud.com/", "webrtc://d.test/live/s?txSecret=a&txTime=b"},
      {"webrtc://5664.liveplay.myqcloud.com/live/s", kPlay, Dialect::kTencent,
       "https://webrtc.liveplay.myqcloud.com/", "webrtc://5664.liveplay.myqcloud.com/live/s"},
      {"webrtc://d.test/live/s?volcSecret=a", kPlay, Dialect::kVolcano,
       "https://d.test/live/s.sdp?volcSecret=a", ""},
      {"webrtc://d.test/live/s.sdp", kPublish, Dialect::kVolcano, "https://d.test/live/s.sdp", ""},
      {"artc://d.test/live/s?auth_key=k", kPlay, Dialect::kArtc, "https://d.test/live/s?auth_key=k",
       "artc://d.test/live/s?auth_key=k"},
      {"artc://d.test/live/s", kPublish, Dialect::kArtc, "https://d.test/live/s",
       "artc://d.test/live/s"},
  }));
  INFO(row.address);
  const auto url = Parsed(row.address, row.role);
  REQUIRE(url.has_value());
  CHECK(url->dialect == row.dialect);
  CHECK(Api(*url) == row.api);
  CHECK(url->stream_url == row.stream_url);
  CHECK(MakeSignalling(*url, row.role, "", "abc") != nullptr);
}

TEST_CASE("What follows '@' in Alibaba's addresses chooses the tracks and is not sent") {
  const auto no_audio = Parsed("artc://d.test/live/s?auth_key=k@subaudio=no", kPlay);
  const auto no_video = Parsed("artc://d.test/live/s@subvideo=no", kPlay);
  const auto nothing = Parsed("artc://d.test/live/s?a=b@subvideo=no&subaudio=no", kPlay);

  REQUIRE(no_audio.has_value());
  CHECK(no_audio->subscription == ArtcSubscription::kVideoOnly);
  CHECK(Api(*no_audio) == "https://d.test/live/s?auth_key=k");
  CHECK(no_audio->stream_url == "artc://d.test/live/s?auth_key=k");
  REQUIRE(no_video.has_value());
  CHECK(no_video->subscription == ArtcSubscription::kAudioOnly);
  CHECK(Api(*no_video) == "https://d.test/live/s");
  CHECK_FALSE(nothing.has_value());
}

TEST_CASE("Addresses that cannot be are refused with what is wrong") {
  struct Row {
    std::string address;
    SignallingRole role;
    ErrorCode code;
  };
  const Row row = GENERATE(values<Row>({
      {"http://h/a/b", kPlay, ErrorCode::kInvalidUrl},
      {"rtmp://h/a/b", kPublish, ErrorCode::kInvalidUrl},
      {"whip://h/a/b", kPublish, ErrorCode::kInvalidUrl},
      {"rts://h", kPublish, ErrorCode::kInvalidUrl},
      {"rts://h/app", kPublish, ErrorCode::kInvalidUrl},
      {"rts://h/app/", kPublish, ErrorCode::kInvalidUrl},
      {"rts://h//s", kPublish, ErrorCode::kInvalidUrl},
      {"webrtc://h/app", kPlay, ErrorCode::kInvalidUrl},
      {"artc://h/app", kPlay, ErrorCode::kInvalidUrl},
      {"whip+http://h/a", kPlay, ErrorCode::kInvalidUrl},
      {"whep+http://h/a", kPublish, ErrorCode::kInvalidUrl},
      {"rts://me@h/a/b", kPublish, ErrorCode::kUnsupported},
      {"webrtc://h/a/b?txSecret=s", kPublish, ErrorCode::kUnsupported},
  }));
  INFO(row.address);
  const auto url = Parsed(row.address, row.role);
  REQUIRE_FALSE(url.has_value());
  CHECK(url.error().code == row.code);
}

TEST_CASE("Only the schemes of realtime streams are told apart from others") {
  CHECK(IsRtsUrl(ParseUrl("rts://h/a/b").value()));
  CHECK(IsRtsUrl(ParseUrl("WHEP+HTTPS://h/a").value()));
  CHECK_FALSE(IsRtsUrl(ParseUrl("https://h/a").value()));
  CHECK_FALSE(IsRtsUrl(ParseUrl("rtmp://h/a").value()));
}

TEST_CASE("AAC is offered where a vendor's servers carry it") {
  CHECK(AacFormsOf(Dialect::kTencent) == std::vector{AacForm::kLatm, AacForm::kAdts});
  CHECK(AacFormsOf(Dialect::kArtc).size() == 2);
  CHECK(AacFormsOf(Dialect::kVolcano) == std::vector{AacForm::kLatm});
  CHECK(AacFormsOf(Dialect::kWhip).empty());
  CHECK(AacFormsOf(Dialect::kSrs).empty());
}

}  // namespace
}  // namespace onair::webrtc
