// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/stun_message.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "transport/ice/digest.h"
#include "transport/ice/stun_writer.h"

namespace onair::ice {
namespace {

Bytes FromHex(std::string_view hex) {
  Bytes out;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<std::uint8_t>(high * 16 + digit));
      high = -1;
    }
  }
  return out;
}

// RFC 5769 sections 2.1 to 2.4.
const std::string kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
const Bytes kSampleRequest = FromHex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff"
    "80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf");
const Bytes kSampleV4Response = FromHex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96");
const Bytes kSampleV6Response = FromHex(
    "010100482112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
    "80280004c8fb0b4c");
const Bytes kSampleLongTerm = FromHex(
    "000100602112a44278ad3433c6ad72c029da412e"
    "00060012e3839ee38388e383aae38383e382afe382b90000"
    "0015001c662f2f3439396b3935346436 4f4c33346f4c394653547679363473 41"
    "0014000b6578616d706c652e6f726700"
    "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666");

const TransactionId kId{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

TEST_CASE("The sample request of RFC 5769 is read and believed") {
  const auto message = StunMessage::Parse(kSampleRequest);

  REQUIRE(message);
  CHECK(message->kind() == StunClass::kRequest);
  CHECK(message->method() == StunMethod::kBinding);
  CHECK(message->transaction() == kId);
  CHECK(message->has_fingerprint());
  CHECK(message->Text(StunAttribute::kUsername) == "evtj:h6vY");
  CHECK(message->Text(StunAttribute::kSoftware) == "STUN test client");
  CHECK(message->U32(StunAttribute::kPriority) == 0x6e0001ffU);
  CHECK(message->U64(StunAttribute::kIceControlled) == 0x932ff9b151263b36U);
  CHECK(message->VerifyIntegrity(AsBytes(kPassword)));
  CHECK_FALSE(message->VerifyIntegrity(AsBytes("VOkJxbRl1RmTxUk/WvJxBu")));
}

TEST_CASE("The sample responses of RFC 5769 tell both kinds of addresses") {
  const auto v4 = StunMessage::Parse(kSampleV4Response);
  REQUIRE(v4);
  CHECK(v4->kind() == StunClass::kSuccess);
  CHECK(v4->Address(StunAttribute::kXorMappedAddress) == SocketAddress::Parse("192.0.2.1:32853"));
  CHECK(v4->VerifyIntegrity(AsBytes(kPassword)));

  const auto v6 = StunMessage::Parse(kSampleV6Response);
  REQUIRE(v6);
  CHECK(v6->Address(StunAttribute::kXorMappedAddress) ==
        SocketAddress::Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
  CHECK(v6->VerifyIntegrity(AsBytes(kPassword)));
}

TEST_CASE("The sample of RFC 5769 with long-term credentials is believed") {
  const auto message = StunMessage::Parse(kSampleLongTerm);
  const auto key = Md5(AsBytes("\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9:example.org:TheMatrIX"));

  REQUIRE(message);
  REQUIRE(key);
  CHECK(message->Text(StunAttribute::kRealm) == "example.org");
  CHECK(message->VerifyIntegrity(*key));
  CHECK_FALSE(message->has_fingerprint());
}

TEST_CASE("The writer makes the sample response of RFC 5769") {
  std::array<std::uint8_t, 200> buffer{};
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kSuccess, kId);
  // The sample pads with spaces, we with zeros: its padding is taken in as text.
  writer.Text(StunAttribute::kSoftware, "test vector ");
  writer.XorAddress(StunAttribute::kXorMappedAddress, *SocketAddress::Parse("192.0.2.1:32853"));
  const ByteView made = writer.Integrity(AsBytes(kPassword)).Fingerprint().Finish();

  const auto message = StunMessage::Parse(made);
  REQUIRE(message);
  CHECK(message->VerifyIntegrity(AsBytes(kPassword)));
  CHECK(made.size() == kSampleV4Response.size());
  CHECK(Bytes(made.begin() + 36, made.begin() + 48) ==
        Bytes(kSampleV4Response.begin() + 36, kSampleV4Response.begin() + 48));
}

TEST_CASE("Whatever the writer writes is read back") {
  std::array<std::uint8_t, 400> buffer{};
  StunWriter writer(buffer, StunMethod::kCreatePermission, StunClass::kError, kId);
  writer.ErrorCode(487).U64(StunAttribute::kIceControlling, 0x0102030405060708U);
  writer.XorAddress(StunAttribute::kXorPeerAddress, *SocketAddress::Parse("[2001:db8::1]:7"));
  writer.Flag(StunAttribute::kUseCandidate).Text(StunAttribute::kNonce, "abcde");
  const auto message = StunMessage::Parse(writer.Finish());

  REQUIRE(message);
  CHECK(message->method() == StunMethod::kCreatePermission);
  CHECK(message->kind() == StunClass::kError);
  CHECK(message->error_code() == 487);
  CHECK(message->U64(StunAttribute::kIceControlling) == 0x0102030405060708U);
  CHECK(message->Address(StunAttribute::kXorPeerAddress) ==
        SocketAddress::Parse("[2001:db8::1]:7"));
  CHECK(message->Has(StunAttribute::kUseCandidate));
  CHECK(message->Text(StunAttribute::kNonce) == "abcde");
  CHECK_FALSE(message->VerifyIntegrity(AsBytes(kPassword)));
}

TEST_CASE("A message that does not fit is no message") {
  for (std::size_t room = 0; room < 60; ++room) {
    Bytes buffer(room);
    StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, kId);
    writer.Text(StunAttribute::kUsername, "abcd:efgh").Integrity(AsBytes(kPassword));
    INFO(room);
    CHECK(writer.Finish().empty() == (room < 20 + 16 + 24));
  }
}

TEST_CASE("A change of any bit of a message is noticed") {
  for (std::size_t bit = 0; bit < kSampleRequest.size() * 8; ++bit) {
    Bytes changed = kSampleRequest;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto message = StunMessage::Parse(changed);
    INFO("bit " << bit);
    // A damaged type of the last attribute turns the fingerprint into something unknown.
    CHECK(
        (!message || !message->has_fingerprint() || !message->VerifyIntegrity(AsBytes(kPassword))));
  }
}

TEST_CASE("A message cut short is no message") {
  for (std::size_t size = 0; size < kSampleRequest.size(); ++size) {
    CHECK_FALSE(StunMessage::Parse(ByteView(kSampleRequest).first(size)));
  }
}

TEST_CASE("What follows the integrity is not read") {
  std::array<std::uint8_t, 200> buffer{};
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, kId);
  writer.Integrity(AsBytes(kPassword)).Flag(StunAttribute::kUseCandidate).Fingerprint();
  const auto message = StunMessage::Parse(writer.Finish());

  REQUIRE(message);
  CHECK(message->VerifyIntegrity(AsBytes(kPassword)));
  CHECK_FALSE(message->Has(StunAttribute::kUseCandidate));
}

TEST_CASE("SHA-256 integrity is preferred and may be shortened to 16 bytes") {
  std::array<std::uint8_t, 200> buffer{};
  for (const std::size_t size : {12U, 16U, 20U, 32U, 36U}) {
    StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, kId);
    const std::size_t covered = writer.Text(StunAttribute::kUsername, "abcd").Finish().size();
    Bytes value(size);
    const std::size_t all =
        writer.Raw(StunAttribute::kMessageIntegritySha256, value).Finish().size();
    const auto digest = HmacSha256(AsBytes(kPassword), ByteView(buffer).first(covered));
    REQUIRE(digest);
    for (std::size_t i = 0; i < std::min(size, digest->size()); ++i) {
      buffer[covered + 4 + i] = (*digest)[i];
    }
    const auto message = StunMessage::Parse(ByteView(buffer).first(all));
    INFO(size);
    REQUIRE(message);
    CHECK(message->VerifyIntegrity(AsBytes(kPassword)) == (size >= 16 && size <= 32));
    CHECK_FALSE(message->VerifyIntegrity(AsBytes("other")));
  }
}

TEST_CASE("Unknown attributes that must be understood are listed") {
  std::array<std::uint8_t, 200> buffer{};
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, kId);
  writer.Flag(static_cast<StunAttribute>(0x7001)).Flag(static_cast<StunAttribute>(0x9001));
  writer.Flag(static_cast<StunAttribute>(0x0030)).U32(StunAttribute::kPriority, 1);
  const auto message = StunMessage::Parse(writer.Finish());

  REQUIRE(message);
  std::array<std::uint16_t, 4> unknown{};
  REQUIRE(message->CollectUnknown(unknown) == 2);
  CHECK(unknown[0] == 0x7001);
  CHECK(unknown[1] == 0x0030);
  CHECK(message->CollectUnknown(std::span(unknown).first(1)) == 1);
}

TEST_CASE("More attributes than the limit make no message") {
  Bytes buffer(2000);
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, kId);
  for (int i = 0; i < kMaxStunAttributes; ++i) writer.Flag(StunAttribute::kUseCandidate);
  CHECK(StunMessage::Parse(writer.Finish()));
  writer.Flag(StunAttribute::kUseCandidate);
  CHECK_FALSE(StunMessage::Parse(writer.Finish()));
}

}  // namespace
}  // namespace onair::ice
