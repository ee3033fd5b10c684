// SPDX-License-Identifier: Apache-2.0
//
//   0                   1                   2                   3
//  |0 0|  message type (14 bits)   |        length of the rest     |
//  |                     magic cookie 0x2112a442                   |
//  |                  transaction id (96 bits)                     |
//  |        attribute type         |            length             |
//  |        value, padded to four bytes ...                        |
#include "transport/ice/stun_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/byte_reader.h"
#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

constexpr std::size_t kAttributeHeader = 4;
// RFC 8489 section 14.7: "XOR'ed with the 32-bit value 0x5354554e".
constexpr std::uint32_t kFingerprintXor = 0x5354554e;

struct Attribute {
  StunAttribute type;
  ByteView value;
  std::size_t at;    // Of its header.
  std::size_t next;  // Of the following header.
};

// Nothing at the end or when the lengths lie.
std::optional<Attribute> ReadAttribute(ByteView bytes, std::size_t at) {
  if (at + kAttributeHeader > bytes.size()) return std::nullopt;
  ByteReader reader(bytes.subspan(at));
  const auto type = static_cast<StunAttribute>(reader.U16());
  const std::size_t size = reader.U16();
  const std::size_t padded = (size + 3) & ~std::size_t{3};
  const ByteView value = reader.Take(size);
  const std::size_t next = at + kAttributeHeader + padded;
  if (!reader.ok() || next > bytes.size()) return std::nullopt;
  return Attribute{type, value, at, next};
}

bool IsKnown(StunAttribute type) {
  using enum StunAttribute;
  switch (type) {
    case kMappedAddress:
    case kUsername:
    case kMessageIntegrity:
    case kErrorCode:
    case kUnknownAttributes:
    case kChannelNumber:
    case kLifetime:
    case kXorPeerAddress:
    case kData:
    case kRealm:
    case kNonce:
    case kXorRelayedAddress:
    case kRequestedAddressFamily:
    case kRequestedTransport:
    case kMessageIntegritySha256:
    case kXorMappedAddress:
    case kPriority:
    case kUseCandidate:
    case kSoftware:
    case kAlternateServer:
    case kFingerprint:
    case kIceControlled:
    case kIceControlling:
      return true;
  }
  return false;
}

// The message up to `end` with the length field counting up to `counted`, as digests want it.
struct Covered {
  std::array<std::uint8_t, kMaxStunBytes> bytes;
  std::size_t size;

  Covered(ByteView message, std::size_t end, std::size_t counted) : size(end) {
    std::copy_n(message.begin(), end, bytes.begin());
    const std::size_t length = counted - kStunHeaderBytes;
    bytes[2] = static_cast<std::uint8_t>(length >> 8);
    bytes[3] = static_cast<std::uint8_t>(length);
  }
  ByteView view() const { return {bytes.data(), size}; }
};

}  // namespace

std::optional<StunMessage> StunMessage::Parse(ByteView bytes) {
  if (!LooksLikeStun(bytes) || bytes.size() > kMaxStunBytes) return std::nullopt;
  ByteReader reader(bytes);
  const unsigned type = reader.U16();
  const std::size_t length = reader.U16();
  if (reader.U32() != kStunCookie || length % 4 != 0) return std::nullopt;
  if (length + kStunHeaderBytes != bytes.size()) return std::nullopt;

  StunMessage message;
  message.bytes_ = bytes;
  message.kind_ = static_cast<StunClass>(((type >> 4) & 1U) | ((type >> 7) & 2U));
  message.method_ =
      static_cast<StunMethod>((type & 0x000fU) | ((type & 0x00e0U) >> 1) | ((type & 0x3e00U) >> 2));
  std::ranges::copy(reader.Take(message.transaction_.size()), message.transaction_.begin());
  if (!message.Index()) return std::nullopt;
  return message;
}

// One walk that checks all lengths and finds where the digests stand.
bool StunMessage::Index() {
  std::size_t at = kStunHeaderBytes;
  for (int count = 0; at < bytes_.size(); ++count) {
    const auto attribute = ReadAttribute(bytes_, at);
    if (!attribute || count == kMaxStunAttributes || has_fingerprint_) return false;
    if (attribute->type == StunAttribute::kFingerprint) {
      if (attribute->value.size() != 4 || !VerifyFingerprint(at)) return false;
      has_fingerprint_ = true;
    } else if (attribute->type == StunAttribute::kMessageIntegrity && !has_integrity()) {
      if (attribute->value.size() != sizeof(Sha1Digest)) return false;
      sha1_at_ = at;
    } else if (attribute->type == StunAttribute::kMessageIntegritySha256 && sha256_at_ == 0) {
      sha256_at_ = at;
    }
    at = attribute->next;
  }
  covered_end_ = bytes_.size();
  if (sha1_at_ != 0)
    covered_end_ = sha1_at_;
  else if (sha256_at_ != 0)
    covered_end_ = sha256_at_;
  return true;
}

bool StunMessage::VerifyFingerprint(std::size_t at) const {
  const Covered covered(bytes_, at, at + 8);
  ByteReader reader(bytes_.subspan(at + kAttributeHeader));
  return reader.U32() == (Crc32(covered.view()) ^ kFingerprintXor);
}

std::optional<ByteView> StunMessage::Find(StunAttribute type) const {
  for (std::size_t at = kStunHeaderBytes; at < covered_end_;) {
    const auto attribute = ReadAttribute(bytes_, at);
    if (!attribute) break;
    if (attribute->type == type) return attribute->value;
    at = attribute->next;
  }
  return std::nullopt;
}

std::optional<std::string_view> StunMessage::Text(StunAttribute type) const {
  const auto value = Find(type);
  if (!value) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(value->data()), value->size());
}

std::optional<std::uint32_t> StunMessage::U32(StunAttribute type) const {
  const auto value = Find(type);
  if (!value || value->size() != 4) return std::nullopt;
  return ByteReader(*value).U32();
}

std::optional<std::uint64_t> StunMessage::U64(StunAttribute type) const {
  const auto value = Find(type);
  if (!value || value->size() != 8) return std::nullopt;
  return ByteReader(*value).U64();
}

std::optional<SocketAddress> StunMessage::Address(StunAttribute type) const {
  const auto value = Find(type);
  if (!value) return std::nullopt;
  const bool is_plain =
      type == StunAttribute::kMappedAddress || type == StunAttribute::kAlternateServer;
  ByteReader reader(*value);
  reader.Skip(1);
  const std::uint8_t family = reader.U8();
  if (family != 1 && family != 2) return std::nullopt;
  SocketAddress address;
  address.ip.family = family == 1 ? IpAddress::Family::kV4 : IpAddress::Family::kV6;
  address.port = reader.U16();
  const ByteView ip = reader.Take(family == 1 ? 4 : 16);
  if (!reader.ok() || reader.remaining() != 0) return std::nullopt;
  std::ranges::copy(ip, address.ip.bytes.begin());
  if (is_plain) return address;
  // RFC 8489 section 14.2: the cookie and then the transaction id.
  address.port ^= static_cast<std::uint16_t>(kStunCookie >> 16);
  for (std::size_t i = 0; i < ip.size(); ++i) address.ip.bytes[i] ^= bytes_[4 + i];
  return address;
}

std::optional<int> StunMessage::error_code() const {
  const auto value = Find(StunAttribute::kErrorCode);
  if (!value || value->size() < 4) return std::nullopt;
  const int hundreds = (*value)[2] & 7;
  const int rest = (*value)[3];
  if (hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  return hundreds * 100 + rest;
}

bool StunMessage::VerifyIntegrity(ByteView key) const {
  if (sha256_at_ != 0) return VerifySha256(key);
  if (sha1_at_ == 0) return false;
  const Covered covered(bytes_, sha1_at_, sha1_at_ + kAttributeHeader + sizeof(Sha1Digest));
  const auto digest = HmacSha1(key, covered.view());
  return digest && AreEqual(*digest, bytes_.subspan(sha1_at_ + kAttributeHeader, digest->size()));
}

// RFC 8489 section 14.6: "at least 16 bytes and [...] a multiple of 4 bytes".
bool StunMessage::VerifySha256(ByteView key) const {
  const auto attribute = ReadAttribute(bytes_, sha256_at_);
  if (!attribute) return false;
  const ByteView value = attribute->value;
  if (value.size() < 16 || value.size() > sizeof(Sha256Digest) || value.size() % 4 != 0) {
    return false;
  }
  const Covered covered(bytes_, sha256_at_, attribute->next);
  const auto digest = HmacSha256(key, covered.view());
  return digest && AreEqual(ByteView(*digest).first(value.size()), value);
}

std::size_t StunMessage::CollectUnknown(std::span<std::uint16_t> out) const {
  std::size_t count = 0;
  for (std::size_t at = kStunHeaderBytes; at < covered_end_ && count < out.size();) {
    const auto attribute = ReadAttribute(bytes_, at);
    if (!attribute) break;
    const auto number = static_cast<std::uint16_t>(attribute->type);
    if (number < 0x8000 && !IsKnown(attribute->type)) out[count++] = number;
    at = attribute->next;
  }
  return count;
}

}  // namespace onair::ice
