// SPDX-License-Identifier: Apache-2.0
#include "transport/http/target.h"

#include <catch2/catch.hpp>
#include <string>

#include "transport/http/headers.h"

namespace onair::http {
namespace {

TEST_CASE("percent-decoding turns escapes into bytes and refuses broken ones") {
  CHECK(PercentDecode("/a%20b%2Fc+d") == "/a b/c+d");
  CHECK(PercentDecode("%e4%BD%a0") == "\xe4\xbd\xa0");
  CHECK(PercentDecode("") == "");
  CHECK_FALSE(PercentDecode("%"));
  CHECK_FALSE(PercentDecode("a%2"));
  CHECK_FALSE(PercentDecode("a%g0"));
}

TEST_CASE("a query is split and decoded in order") {
  const auto query = ParseQuery("app=live&stream=a%26b+c&flag&&empty=&app=second");
  REQUIRE(query);
  CHECK(query->parameters().size() == 5);
  CHECK(query->Find("app") == "live");
  CHECK(query->Find("stream") == "a&b c");
  CHECK(query->Find("flag") == "");
  CHECK(query->Find("empty") == "");
  CHECK_FALSE(query->Find("absent"));
  CHECK(ParseQuery("")->parameters().empty());
  CHECK_FALSE(ParseQuery("a=%zz"));
  CHECK_FALSE(ParseQuery("%=1"));
}

TEST_CASE("a redirect is resolved against the address it came from") {
  struct Row {
    const char* location;
    const char* expected;
  };
  const Url base = ParseUrl("http://user@edge.test:8080/live/a/s.flv?token=1").value();
  const Row rows[] = {
      {"https://b.test/x.flv?t=2", "https://b.test/x.flv?t=2"},
      {"HTTP://B.test", "http://b.test"},
      {"//c.test:81/y", "http://c.test:81/y"},
      {"/root.flv", "http://user@edge.test:8080/root.flv"},
      {"other.flv?k=v", "http://user@edge.test:8080/live/a/other.flv?k=v"},
      {"../up.flv", "http://user@edge.test:8080/live/up.flv"},
      {"./../../../up.flv", "http://user@edge.test:8080/up.flv"},
      {"/a/./b/../c/", "http://user@edge.test:8080/a/c/"},
      {"/a/b/..", "http://user@edge.test:8080/a/"},
      {"?token=2", "http://user@edge.test:8080/live/a/s.flv?token=2"},
      {"", "http://user@edge.test:8080/live/a/s.flv?token=1"},
      {"/x?u=http://d.test/#part", "http://user@edge.test:8080/x?u=http://d.test/"},
  };
  for (const Row& row : rows) {
    INFO(row.location);
    const auto url = ResolveRedirect(base, row.location);
    REQUIRE(url);
    CHECK(*url == ParseUrl(row.expected).value());
  }
}

TEST_CASE("a redirect that is no address is refused") {
  const Url base = ParseUrl("http://edge.test/a").value();
  for (const char* location :
       {"http://", "//", "/a b", "http://x:99999/", "/a\r\nX: y", "mailto:me"}) {
    INFO(location);
    const auto url = ResolveRedirect(base, location);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == ErrorCode::kInvalidUrl);
  }
}

TEST_CASE("header names compare without case, values keep it") {
  const Headers headers{{"Content-Type", "video/x-flv"}, {"connection", "Keep-Alive, Upgrade"}};
  CHECK(headers.Find("content-type") == "video/x-flv");
  CHECK_FALSE(headers.Find("content"));
  CHECK(headers.HasToken("Connection", "upgrade"));
  CHECK(headers.HasToken("Connection", "keep-alive"));
  CHECK_FALSE(headers.HasToken("Connection", "keep"));
}

TEST_CASE("headers that would break a message are refused by name") {
  CHECK(Headers{{"X-A", "tab\tand umlaut \xc3\xa4"}}.Validate());
  const Status value = Headers{{"X-A", "b\r\nX-Evil: 1"}}.Validate();
  REQUIRE_FALSE(value);
  CHECK(value.error().detail.find("X-A") != std::string::npos);
  CHECK_FALSE(Headers({{"X A", "b"}}).Validate());
  CHECK_FALSE(Headers({{"", "b"}}).Validate());
  CHECK_FALSE(Headers({{"X:", "b"}}).Validate());
}

}  // namespace
}  // namespace onair::http
