// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/fallback_url.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

TEST_CASE("WebRTC addresses have their HTTP-FLV where servers keep it") {
  struct Row {
    const char* url;
    const char* flv;
  };
  const Row rows[] = {
      {"rts://live.example:8080/app/stream", "http://live.example:8080/app/stream.flv"},
      {"rts://live.example/app/stream", "http://live.example:8080/app/stream.flv"},
      {"rts://live.example/app/stream?schema=https", "https://live.example/app/stream.flv"},
      {"webrtc://live.example/app/stream", "http://live.example:8080/app/stream.flv"},
      {"webrtc://live.example:1985/app/stream", "http://live.example:8080/app/stream.flv"},
      {"whep+http://live.example:8080/rtc/v1/whep/?app=app&stream=stream",
       "http://live.example:8080/app/stream.flv"},
      {"whep+https://live.example/rtc/v1/whep/?app=app&stream=stream",
       "https://live.example/app/stream.flv"},
      {"webrtc://live.example/app/stream?token=x",
       "http://live.example:8080/app/stream.flv?token=x"},
      {"rts://live.example/app/stream?schema=https&a=b", "https://live.example/app/stream.flv?a=b"},
      {"whep+https://live.example/rtc/v1/whep/?app=app&stream=stream&token=x",
       "https://live.example/app/stream.flv?token=x"},
      {"artc://live.example/app/stream?auth_key=1-2-3@subaudio=no",
       "http://live.example/app/stream.flv?auth_key=1-2-3"},
      {"webrtc://live.example/app/stream?txSecret=a&txTime=b",
       "http://live.example/app/stream.flv?txSecret=a&txTime=b"},
      {"webrtc://live.example/app/stream.sdp?volcSecret=a",
       "http://live.example/app/stream.flv?volcSecret=a"},
  };
  for (const Row& row : rows) {
    INFO(row.url);
    CHECK(FallbackUrlOf(row.url) == std::string(row.flv));
  }
}

TEST_CASE("An address that tells no application and stream has no HTTP-FLV by habit") {
  CHECK_FALSE(FallbackUrlOf("whep+https://live.example/rooms/7/whep"));
  CHECK_FALSE(FallbackUrlOf("http://live.example/app/stream.flv"));
  CHECK_FALSE(FallbackUrlOf("rtmp://live.example/app/stream"));
  CHECK_FALSE(FallbackUrlOf("whip+https://live.example/rtc/v1/whip/?app=a&stream=b"));
  CHECK_FALSE(FallbackUrlOf(""));
}

}  // namespace
}  // namespace onair
