// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/candidate.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::ice {
namespace {

Candidate MustParse(const std::string& line) {
  const auto parsed = ParseCandidate(line);
  INFO(line);
  REQUIRE(parsed);
  REQUIRE(parsed->has_value());
  return **parsed;
}

TEST_CASE("A candidate line of RFC 8839 is read") {
  const Candidate c = MustParse(
      "a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998");

  CHECK(c.foundation == "2");
  CHECK(c.component == 1);
  CHECK(c.priority == 1694498815);
  CHECK(ToString(c.address) == "192.0.2.3:45664");
  CHECK(c.type == CandidateType::kServerReflexive);
  REQUIRE(c.related.has_value());
  CHECK(ToString(*c.related) == "203.0.113.141:8998");
}

TEST_CASE("A candidate of a browser is read with its extensions") {
  const Candidate c = MustParse(
      "candidate:842163049 1 udp 1677729535 2001:db8::7 46154 typ relay raddr 0.0.0.0 rport 0 "
      "generation 0 ufrag EsAw network-id 1 network-cost 900");

  CHECK(ToString(c.address) == "[2001:db8::7]:46154");
  CHECK(c.type == CandidateType::kRelayed);
  CHECK(c.ufrag == "EsAw");
  CHECK(c.network_cost == 900);
}

TEST_CASE("A printed candidate reads back as itself") {
  Candidate c{.foundation = "a+/9", .priority = 77, .address = *SocketAddress::Parse("[::1]:9")};
  c.type = CandidateType::kPeerReflexive;
  c.related = SocketAddress::Parse("10.0.0.1:2");
  c.ufrag = "abcd";
  c.network_cost = 10;

  CHECK(MustParse(ToString(c)) == c);
  CHECK(
      ToString(c) ==
      "candidate:a+/9 1 udp 77 ::1 9 typ prflx raddr 10.0.0.1 rport 2 ufrag abcd network-cost 10");
}

TEST_CASE("Candidates of other kinds are skipped without an error") {
  for (const char* line : {
           "candidate:1 1 udp 2122260223 4f3a2c1e-77aa-4c56-9d0e-112233445566.local 56143 typ host",
           "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
           "candidate:1 1 udp 2122260223 example.org 5000 typ host",
           "candidate:1 1 udp 2122260223 192.0.2.1 5000 typ teleport",
           "candidate:1 1 udp 2122260223 192.0.2.1 0 typ host",
       }) {
    INFO(line);
    const auto parsed = ParseCandidate(line);
    REQUIRE(parsed);
    CHECK_FALSE(parsed->has_value());
  }
}

TEST_CASE("What is no candidate line is refused") {
  for (const std::string& line : {
           std::string(),
           std::string("candidate:"),
           std::string("candidate:1 0 udp 1 192.0.2.1 5000 typ host"),
           std::string("candidate:1 257 udp 1 192.0.2.1 5000 typ host"),
           std::string("candidate:1 1 udp 4294967296 192.0.2.1 5000 typ host"),
           std::string("candidate:1 1 udp 1 192.0.2.1 65536 typ host"),
           std::string("candidate:1 1 udp 1 192.0.2.1 5000 host"),
           std::string("candidate:1 1 udp 1 192.0.2.1 5000 typ"),
           std::string("candidate:* 1 udp 1 192.0.2.1 5000 typ host"),
           "candidate:" + std::string(33, 'f') + " 1 udp 1 192.0.2.1 5000 typ host",
           "candidate:1 1 udp 1 192.0.2.1 5000 typ host x " + std::string(1024, 'y'),
       }) {
    INFO(line);
    const auto parsed = ParseCandidate(line);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::kIceMalformed);
  }
}

TEST_CASE("Priorities follow the formula of RFC 8445") {
  CHECK(Priority(CandidateType::kHost, 65535, 1) == 2130706431U);
  CHECK(Priority(CandidateType::kServerReflexive, 65535, 1) == 1694498815U);
  CHECK(Priority(CandidateType::kPeerReflexive, 65535, 1) >
        Priority(CandidateType::kServerReflexive, 65535, 1));
  CHECK(Priority(CandidateType::kRelayed, 65535, 1) == 16777215U);
}

}  // namespace
}  // namespace onair::ice
