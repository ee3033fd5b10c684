// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/rtmp_url.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtmp {
namespace {

Result<RtmpUrl> Parse(const std::string& text) {
  const auto url = ParseUrl(text);
  REQUIRE(url);
  return ParseRtmpUrl(*url);
}

TEST_CASE("RTMP addresses split into application and stream key") {
  struct Row {
    const char* address;
    const char* app;
    const char* key;
    const char* tc_url;
  };
  const Row rows[] = {
      {"rtmp://h/live/room", "live", "room", "rtmp://h/live"},
      {"rtmp://h/live/room?token=x", "live", "room?token=x", "rtmp://h/live"},
      {"rtmp://h/live/room?a=1&b=2", "live", "room?a=1&b=2", "rtmp://h/live"},
      {"rtmp://h/live/room?sign=ab/cd==", "live", "room?sign=ab/cd==", "rtmp://h/live"},
      {"rtmp://h/live?vhost=v.example/room", "live?vhost=v.example", "room",
       "rtmp://h/live?vhost=v.example"},
      {"rtmp://h/live?vhost=v/room?token=x", "live?vhost=v", "room?token=x",
       "rtmp://h/live?vhost=v"},
      {"rtmp://h/live?vhost=v/room?s=a/b", "live?vhost=v", "room?s=a/b", "rtmp://h/live?vhost=v"},
      {"rtmp://h/live/room?vhost=v.example", "live", "room?vhost=v.example", "rtmp://h/live"},
      {"rtmp://h/app/inst/key", "app/inst", "key", "rtmp://h/app/inst"},
      {"rtmp://h/a/b/c/key?x=1", "a/b/c", "key?x=1", "rtmp://h/a/b/c"},
      {"rtmp://h/live", "live", "", "rtmp://h/live"},
      {"rtmp://h/live/", "live", "", "rtmp://h/live"},
      {"rtmp://h/live?token=x", "live?token=x", "", "rtmp://h/live?token=x"},
      {"rtmp://h/live/?token=x", "live?token=x", "", "rtmp://h/live?token=x"},
      {"rtmp://h//live//room", "live", "room", "rtmp://h/live"},
      {"rtmp://h:1935/live/room", "live", "room", "rtmp://h/live"},
      {"rtmp://h:19350/live/room", "live", "room", "rtmp://h:19350/live"},
      {"rtmp://[2001:db8::1]/live/room", "live", "room", "rtmp://[2001:db8::1]/live"},
      {"rtmp://[::1]:1936/live/room", "live", "room", "rtmp://[::1]:1936/live"},
      {"rtmps://h/live/room", "live", "room", "rtmps://h/live"},
      {"rtmps://h:443/live/room", "live", "room", "rtmps://h/live"},
      {"rtmp://h/live/my%20room", "live", "my%20room", "rtmp://h/live"},
  };
  for (const Row& row : rows) {
    INFO(row.address);
    const auto parsed = Parse(row.address);
    REQUIRE(parsed);
    CHECK(parsed->app == row.app);
    CHECK(parsed->stream_key == row.key);
    CHECK(parsed->tc_url == row.tc_url);
  }
}

TEST_CASE("RTMP addresses lead to their port, plain or with TLS") {
  CHECK(Parse("rtmp://h/a/b")->endpoint == Endpoint{"h", 1935, Security::kPlain});
  CHECK(Parse("rtmps://h/a/b")->endpoint == Endpoint{"h", 443, Security::kTls});
  CHECK(Parse("rtmps://h:1936/a/b")->endpoint == Endpoint{"h", 1936, Security::kTls});
  CHECK(Parse("rtmp://[::1]:1936/a/b")->endpoint == Endpoint{"::1", 1936, Security::kPlain});
}

TEST_CASE("Only an address with a stream key names a stream") {
  const auto code_of = [](const char* url) {
    const auto address = ParseRtmpStreamUrl(ParseUrl(url).value());
    return address ? std::optional<ErrorCode>() : address.error().code;
  };
  CHECK_FALSE(code_of("rtmp://h/live/room"));
  CHECK_FALSE(code_of("rtmp://h/live?vhost=a/room"));
  CHECK(code_of("rtmp://h/live/") == ErrorCode::kInvalidUrl);
  CHECK(code_of("rtmp://h/live") == ErrorCode::kInvalidUrl);
  CHECK(code_of("ftp://h/live/room") == ErrorCode::kInvalidUrl);
}

TEST_CASE("A redirect names the application or the whole stream") {
  const RtmpUrl from = *Parse("rtmp://old/live/room?token=x");
  const auto to = [&](const char* address) { return RedirectTarget(address, from).value(); };
  CHECK(to("rtmp://new/live") == "rtmp://new/live/room?token=x");
  CHECK(to("rtmp://new:1936/live/") == "rtmp://new:1936/live/room?token=x");
  CHECK(to("rtmp://new/live?vhost=a") == "rtmp://new/live?vhost=a/room?token=x");
  CHECK(to("rtmp://new/live/other?t=1") == "rtmp://new/live/other?t=1");
  CHECK(to("http://new/live.flv") == "http://new/live.flv");
  CHECK(RedirectTarget("::", from).error().code == ErrorCode::kRtmpRejected);
}

TEST_CASE("The tcUrl of a reconnect request may be relative, and never leads out of TLS") {
  const RtmpUrl from = *Parse("rtmp://old:1936/live/room?token=x");
  const auto to = [&](const char* tc_url) { return ReconnectTarget(tc_url, from).value(); };
  CHECK(to("rtmp://new/live") == "rtmp://new/live/room?token=x");
  CHECK(to("//new/app") == "rtmp://new/app/room?token=x");
  CHECK(to("/app") == "rtmp://old:1936/app/room?token=x");
  CHECK(to("app") == "rtmp://old:1936/app/room?token=x");
  CHECK(to("rtmps://new/live") == "rtmps://new/live/room?token=x");
  CHECK(ReconnectTarget("http://new/live", from).error().code == ErrorCode::kRtmpRejected);

  const RtmpUrl secure = *Parse("rtmps://old/live/room");
  CHECK(ReconnectTarget("//new/live", secure).value() == "rtmps://new/live/room");
  CHECK(ReconnectTarget("rtmp://new/live", secure).error().code == ErrorCode::kRtmpRejected);
}

TEST_CASE("Addresses that are not RTMP's are refused") {
  CHECK(Parse("http://h/live/room").error().code == ErrorCode::kInvalidUrl);
  CHECK(Parse("rtmp://h").error().code == ErrorCode::kInvalidUrl);
  CHECK(Parse("rtmp://h/").error().code == ErrorCode::kInvalidUrl);
  CHECK(Parse("rtmp://h/?x=1").error().code == ErrorCode::kInvalidUrl);
  CHECK(Parse("rtmp://user:pass@h/live/room").error().code == ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace onair::rtmp
