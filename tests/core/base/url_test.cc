// SPDX-License-Identifier: Apache-2.0
#include "core/base/url.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/seed.h"

namespace onair {
namespace {

struct Good {
  const char* text;
  Url url;
};

Url Make(std::string scheme, std::string user_info, std::string host,
         std::optional<std::uint16_t> port, std::string path, std::string query) {
  return {std::move(scheme), std::move(user_info), std::move(host), port,
          std::move(path),   std::move(query)};
}

TEST_CASE("Addresses are split into their parts") {
  const Good rows[] = {
      {"rtmp://live.example/app/key", Make("rtmp", "", "live.example", {}, "/app/key", "")},
      {"RTMP://Live.Example:1936/App/Key", Make("rtmp", "", "live.example", 1936, "/App/Key", "")},
      {"http://h", Make("http", "", "h", {}, "", "")},
      {"http://h/", Make("http", "", "h", {}, "/", "")},
      {"http://h?x=1", Make("http", "", "h", {}, "", "x=1")},
      {"http://h/a?b?c&d=%20", Make("http", "", "h", {}, "/a", "b?c&d=%20")},
      {"http://h/a%2Fb?q=%zz", Make("http", "", "h", {}, "/a%2Fb", "q=%zz")},
      {"http://h/a#part?x", Make("http", "", "h", {}, "/a", "")},
      {"http://h/a?b#part", Make("http", "", "h", {}, "/a", "b")},
      {"http://h#part", Make("http", "", "h", {}, "", "")},
      {"http://h:/a", Make("http", "", "h", {}, "/a", "")},
      {"http://h:65535/a", Make("http", "", "h", 65535, "/a", "")},
      {"http://h:0080/", Make("http", "", "h", 80, "/", "")},
      {"rtmp://[::1]/a/b", Make("rtmp", "", "::1", {}, "/a/b", "")},
      {"rtmp://[2001:DB8::1]:1935/a", Make("rtmp", "", "2001:db8::1", 1935, "/a", "")},
      {"https://[fe80::1%25eth0]:8443", Make("https", "", "fe80::1%25eth0", 8443, "", "")},
      {"http://user:secret@h:80/p", Make("http", "user:secret", "h", 80, "/p", "")},
      {"http://a@b@h/p", Make("http", "a@b", "h", {}, "/p", "")},
      {"http://u@[::1]:1/p", Make("http", "u", "::1", 1, "/p", "")},
      {"http://h/p@q:8/r", Make("http", "", "h", {}, "/p@q:8/r", "")},
      {"whip+https://h/rtc/v1/whip/?app=live&stream=a",
       Make("whip+https", "", "h", {}, "/rtc/v1/whip/", "app=live&stream=a")},
      {"a1+-.://h", Make("a1+-.", "", "h", {}, "", "")},
      {"http://127.0.0.1:8080/live/a.flv", Make("http", "", "127.0.0.1", 8080, "/live/a.flv", "")},
  };
  for (const Good& row : rows) {
    INFO(row.text);
    const auto url = ParseUrl(row.text);
    REQUIRE(url.has_value());
    CHECK(url->scheme == row.url.scheme);
    CHECK(url->user_info == row.url.user_info);
    CHECK(url->host == row.url.host);
    CHECK(url->port == row.url.port);
    CHECK(url->path == row.url.path);
    CHECK(url->query == row.url.query);
  }
}

TEST_CASE("What is no address is refused and told why") {
  const struct {
    std::string text;
    const char* reason;
  } rows[] = {
      {"", "scheme"},
      {"live.example/app", "scheme"},
      {"://h/a", "scheme"},
      {"1rtmp://h/a", "scheme"},
      {"rt_mp://h/a", "scheme"},
      {"rtmp:/h/a", "scheme"},
      {"rtmp://", "host is empty"},
      {"rtmp:///app", "host is empty"},
      {"rtmp://:1935/app", "host is empty"},
      {"rtmp://user@/app", "host is empty"},
      {"rtmp://[]/app", "no IPv6"},
      {"rtmp://[[::1]/app", "no IPv6"},
      {"rtmp://[live]/app", "no IPv6"},
      {"rtmp://[::1%a/b]/app", "without ']'"},
      {"rtmp://[::g]/app", "no IPv6"},
      {"rtmp://a]b/app", "forbidden"},
      {"rtmp://a[::1]/app", "brackets"},
      {"rtmp://a\\b/app", "forbidden"},
      {"rtmp://a<b>/app", "forbidden"},
      {"rtmp://h:0/a", "port"},
      {"rtmp://h:65536/a", "port"},
      {"rtmp://h:99999999999999999999/a", "port"},
      {"rtmp://h:+80/a", "port"},
      {"rtmp://h:-1/a", "port"},
      {"rtmp://h:80x/a", "port"},
      {"rtmp://[::1/a", "without ']'"},
      {"rtmp://[::1]x/a", "after ']'"},
      {"rtmp://::1/a", "brackets"},
      {"rtmp://h:1:2/a", "brackets"},
      {"rtmp://h /a", "space"},
      {"rtmp://h/a\r\nHost: evil", "control"},
      {std::string("rtmp://h/a\0b", 12), "control"},
      {"rtmp://h/\x7f", "control"},
      {"rtmp://h/" + std::string(8192, 'a'), "8192"},
  };
  for (const auto& row : rows) {
    INFO(row.text.substr(0, 60));
    const auto url = ParseUrl(row.text);
    REQUIRE_FALSE(url.has_value());
    CHECK(url.error().code == ErrorCode::kInvalidUrl);
    CHECK_THAT(url.error().detail, Catch::Contains(row.reason));
  }
}

TEST_CASE("An address of exactly the longest length is taken") {
  const std::string start = "rtmp://h/";
  CHECK(ParseUrl(start + std::string(8192 - start.size(), 'a')).has_value());
}

TEST_CASE("The authority brackets IPv6 and leaves the usual port out") {
  CHECK(ParseUrl("rtmp://h/a")->Authority(1935) == "h");
  CHECK(ParseUrl("rtmp://h:1935/a")->Authority(1935) == "h");
  CHECK(ParseUrl("rtmp://h:1936/a")->Authority(1935) == "h:1936");
  CHECK(ParseUrl("rtmp://[::1]:1936/a")->Authority(1935) == "[::1]:1936");
  CHECK(ParseUrl("rtmp://[::1]/a")->Authority(1935) == "[::1]");
}

TEST_CASE("The target is path and query, never empty") {
  CHECK(ParseUrl("http://h")->Target() == "/");
  CHECK(ParseUrl("http://h?x")->Target() == "/?x");
  CHECK(ParseUrl("http://h/a/b?x=1#f")->Target() == "/a/b?x=1");
}

TEST_CASE("A redacted address holds no secret") {
  const std::string text = Redact(*ParseUrl("https://me:pass@h:8443/live/a.flv?token=abc#x"));
  CHECK(text == "https://<private>@h:8443/live/a.flv?<private>");
  CHECK(Redact(*ParseUrl("rtmp://h/app")) == "rtmp://h/app");
}

TEST_CASE("Any text gives an address or an error, and an address reads back the same") {
  const std::uint64_t seed = test::Seed(11);
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  const std::string alphabet = "arh:/?#[]@.%+-019 \t\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = rng.Below(2) == 0 ? "rtmp://" : "";
    for (std::uint64_t n = rng.Below(20); n > 0; --n) text += alphabet[rng.Below(alphabet.size())];
    const auto url = ParseUrl(text);
    if (!url) continue;
    INFO(text);
    REQUIRE_FALSE(url->host.empty());
    const std::string user = url->user_info.empty() ? "" : url->user_info + "@";
    const auto again = ParseUrl(url->scheme + "://" + user + url->Authority(0) + url->Target());
    REQUIRE(again.has_value());
    REQUIRE(again->host == url->host);
    REQUIRE(again->port == url->port);
    REQUIRE(again->Target() == url->Target());
  }
}

}  // namespace
}  // namespace onair
