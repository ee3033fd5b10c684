// SPDX-License-Identifier: Apache-2.0
#include "core/machine/ip_address.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"

namespace onair {
namespace {

TEST_CASE("An address comes back in its one canonical spelling") {
  const auto spelled = [](const char* text) { return ToString(*IpAddress::Parse(text)); };

  CHECK(spelled("192.0.2.1") == "192.0.2.1");
  CHECK(spelled("255.255.255.255") == "255.255.255.255");
  CHECK(spelled("2001:DB8:0:0:0:0:0:1") == "2001:db8::1");
  CHECK(spelled("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
  CHECK(spelled("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");
  CHECK(spelled("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");
  CHECK(spelled("::") == "::");
  CHECK(spelled("::1") == "::1");
  CHECK(spelled("fe80::") == "fe80::");
  CHECK(spelled("fe80::1%3") == "fe80::1%3");
  CHECK(spelled("::ffff:192.0.2.1") == "::ffff:c000:201");
}

TEST_CASE("Text that is no address gives nothing") {
  for (const char* text : {"",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "a.b.c.d",
                           ":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "12345::",
                           "::1%",
                           "::1%eth0",
                           "1:2:3:4:5:6:7:",
                           ":1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1.2.3.4::",
                           "localhost",
                           "-1.2.3.4",
                           "+1.2.3.4",
                           "1:2:3:4:5:6:7:8::"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::Parse(text));
  }
}

TEST_CASE("Every address survives its own spelling") {
  Rng rng(7);
  for (int i = 0; i < 2000; ++i) {
    IpAddress address;
    address.family = i % 4 == 0 ? IpAddress::Family::kV4 : IpAddress::Family::kV6;
    const std::size_t count = address.is_v4() ? 4 : 16;
    for (std::size_t k = 0; k < count; ++k) {
      address.bytes[k] = static_cast<std::uint8_t>(rng.Next() % 3 == 0 ? rng.Next() : 0);
    }
    const SocketAddress whole{address, static_cast<std::uint16_t>(rng.Next())};
    CAPTURE(ToString(whole));
    CHECK(IpAddress::Parse(ToString(address)) == address);
    CHECK(SocketAddress::Parse(ToString(whole)) == whole);
  }
}

TEST_CASE("A socket address wants brackets around IPv6 and none around IPv4") {
  CHECK(SocketAddress::Parse("[::1]:443")->port == 443);
  for (const char* text : {"::1:443x", "[1.2.3.4]:5", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536",
                           "[::1]", "[::1:443", "1.2.3.4:-1"}) {
    CAPTURE(text);
    CHECK_FALSE(SocketAddress::Parse(text));
  }
}

TEST_CASE("Special addresses are told apart") {
  CHECK(IpAddress::V4(127, 3, 2, 1).is_loopback());
  CHECK(IpAddress::Parse("::1")->is_loopback());
  CHECK_FALSE(IpAddress::Parse("::2")->is_loopback());
  CHECK(IpAddress::Parse("169.254.1.1")->is_link_local());
  CHECK(IpAddress::Parse("febf::1")->is_link_local());
  CHECK_FALSE(IpAddress::Parse("fec0::1")->is_link_local());
  CHECK(IpAddress::Parse("::")->is_any());
}

}  // namespace
}  // namespace onair
