// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/dcep.h"

#include <catch2/catch.hpp>

namespace onair::webrtc {
namespace {

TEST_CASE("a reliable channel's opening is as RFC 8832 draws it") {
  const Bytes written = WriteChannelOpen({.label = "ab", .protocol = "p"});

  CHECK(written == Bytes{3, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 1, 'a', 'b', 'p'});
}

TEST_CASE("every kind of channel is read as it was written") {
  const std::vector<ChannelConfig> kinds = {
      {.label = "plain"},
      {.label = "", .protocol = ""},
      {.label = "u", .protocol = "proto", .order = ChannelOrder::kUnordered},
      {.label = "r0", .max_retransmits = 0},
      {.label = "r", .order = ChannelOrder::kUnordered, .max_retransmits = 65535},
      {.label = "t", .max_lifetime = TimeDelta::Millis(1500)},
      {.label = std::string(1024, 'x'),
       .order = ChannelOrder::kUnordered,
       .max_lifetime = TimeDelta::Zero()}};
  for (const ChannelConfig& config : kinds) {
    INFO(config.label);
    CHECK(ReadChannelOpen(WriteChannelOpen(config)).value() == config);
  }
}

TEST_CASE("reliability beyond what we count comes to the most we count") {
  Bytes open = WriteChannelOpen({.label = "x", .max_retransmits = 1});
  open[4] = 0xff;
  CHECK(ReadChannelOpen(open)->max_retransmits == 65535);
  open[1] = 0x82;
  CHECK(ReadChannelOpen(open)->max_lifetime == TimeDelta::Seconds(60));
}

TEST_CASE("a malformed opening is refused wherever it is cut, and with anything behind it") {
  const Bytes open = WriteChannelOpen({.label = "label", .protocol = "protocol"});
  for (std::size_t cut = 0; cut < open.size(); ++cut) {
    INFO("cut at " << cut);
    CHECK(ReadChannelOpen(ByteView(open).first(cut)).error().code == ErrorCode::kInvalidConfig);
  }
  Bytes longer = open;
  longer.push_back(0);
  CHECK_FALSE(ReadChannelOpen(longer));
}

TEST_CASE("openings of unknown kinds and with names too long are refused") {
  for (const int type : {0x03, 0x7f, 0x83, 0xff}) {
    Bytes open = WriteChannelOpen({.label = "x"});
    open[1] = static_cast<std::uint8_t>(type);
    CHECK_FALSE(ReadChannelOpen(open));
  }
  CHECK_FALSE(ReadChannelOpen(WriteChannelOpen({.label = std::string(1025, 'x')})));
}

TEST_CASE("an acknowledgement is one byte and no other") {
  CHECK(IsChannelAck(WriteChannelAck()));
  CHECK_FALSE(IsChannelAck({}));
  CHECK_FALSE(IsChannelAck(Bytes{2, 0}));
  CHECK_FALSE(IsChannelAck(Bytes{3}));
}

TEST_CASE("channel settings out of range are refused by name") {
  using Catch::Matchers::StartsWith;
  const auto fault = [](const ChannelConfig& config) { return config.Validate().error().detail; };
  CHECK_THAT(fault({.label = std::string(1025, 'x')}), StartsWith("label"));
  CHECK_THAT(fault({.label = "x", .protocol = std::string(1025, 'x')}), StartsWith("protocol"));
  CHECK_THAT(fault({.label = "x", .max_lifetime = TimeDelta::Millis(60'001)}),
             StartsWith("max_lifetime"));
  CHECK_THAT(fault({.label = "x", .max_lifetime = TimeDelta::Millis(-1)}),
             StartsWith("max_lifetime"));
  CHECK_THAT(fault({.label = "x", .max_retransmits = 1, .max_lifetime = TimeDelta::Millis(1)}),
             StartsWith("max_retransmits"));
}

}  // namespace
}  // namespace onair::webrtc
