// SPDX-License-Identifier: Apache-2.0
#include "transport/http/http_dns.h"

#include <catch2/catch.hpp>

namespace onair::http {
namespace {

TEST_CASE("A name is asked for below the service's address, in both families") {
  const auto url = HttpDnsUrl(*ParseUrl("http://203.0.113.5/100000/"), "live.example.com");

  REQUIRE(url);
  CHECK(url->host == "203.0.113.5");
  CHECK(url->Target() == "/100000/d?host=live.example.com&query=4,6");
}

TEST_CASE("What is no host name is not written into a request") {
  const Url service = *ParseUrl("https://dns.example/1");
  for (const char* host : {"", "a b", "x&ip=1", "a/../b", "a\r\nHost: b"}) {
    CHECK_FALSE(HttpDnsUrl(service, host));
  }
  CHECK_FALSE(HttpDnsUrl(service, std::string(254, 'a')));
  CHECK_FALSE(HttpDnsUrl(*ParseUrl("ftp://dns.example/1"), "a"));
}

TEST_CASE("An answer gives its addresses, the newer family first, and its lifetime") {
  const auto answer = ParseHttpDnsAnswer(
      R"({"host":"Live.example","ips":["192.0.2.1","192.0.2.2"],"ipsv6":["2001:db8::1"],)"
      R"("ttl":57,"origin_ttl":120})",
      "live.example");

  REQUIRE(answer);
  REQUIRE(answer->addresses.size() == 3);
  CHECK(ToString(answer->addresses[0]) == "2001:db8::1");
  CHECK(ToString(answer->addresses[2]) == "192.0.2.2");
  CHECK(answer->ttl == TimeDelta::Seconds(57));
}

TEST_CASE("An answer without a lifetime says none") {
  const auto answer = ParseHttpDnsAnswer(R"({"ips":["192.0.2.1"]})", "a");
  REQUIRE(answer);
  CHECK_FALSE(answer->ttl);
}

TEST_CASE("A lifetime beyond reason is cut to a week") {
  const auto answer = ParseHttpDnsAnswer(R"({"ips":["192.0.2.1"],"ttl":99999999999})", "a");
  REQUIRE(answer);
  CHECK(answer->ttl == TimeDelta::Seconds(7 * 24 * 3600));
}

TEST_CASE("Answers that cannot be used are refused") {
  for (const char* body : {"", "null", "[]", "{", R"({"ips":[]})", R"({"ips":"192.0.2.1"})",
                           R"({"ips":["2001:db8::1"]})", R"({"ips":["no address",7,null]})",
                           R"({"host":"other","ips":["192.0.2.1"]})"}) {
    CAPTURE(body);
    const auto answer = ParseHttpDnsAnswer(body, "a");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::kResolveFailed);
  }
  const std::string long_body = R"({"ips":["192.0.2.1"]})" + std::string(kMaxHttpDnsAnswer, ' ');
  CHECK_FALSE(ParseHttpDnsAnswer(long_body, "a"));
}

TEST_CASE("Of endless addresses as many are taken as can race") {
  std::string body = R"({"ips":["192.0.2.1")";
  for (int i = 0; i < 100; ++i) body += R"(,"192.0.2.2")";
  const auto answer = ParseHttpDnsAnswer(body + "]}", "a");
  REQUIRE(answer);
  CHECK(answer->addresses.size() == kMaxHttpDnsAddresses);
}

}  // namespace
}  // namespace onair::http
