// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/stun_writer.h"

#include <algorithm>

#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

// RFC 8489 section 5: the class' bits stand between those of the method.
std::size_t MessageType(StunMethod method, StunClass kind) {
  const auto m = static_cast<std::size_t>(method);
  const auto c = static_cast<std::size_t>(kind);
  return (m & 0x0fU) | ((m & 0x70U) << 1) | ((m & 0xf80U) << 2) | ((c & 1U) << 4) | ((c & 2U) << 7);
}

}  // namespace

StunWriter::StunWriter(std::span<std::uint8_t> buffer, StunMethod method, StunClass kind,
                       const TransactionId& transaction)
    : buffer_(buffer.first(std::min(buffer.size(), kMaxStunBytes))) {
  if (buffer_.size() < kStunHeaderBytes) {
    is_ok_ = false;
    return;
  }
  Put16(0, MessageType(method, kind));
  Put16(2, 0);
  Put32(4, kStunCookie);
  std::ranges::copy(transaction, buffer_.begin() + 8);
  size_ = kStunHeaderBytes;
}

void StunWriter::Put16(std::size_t at, std::size_t value) {
  buffer_[at] = static_cast<std::uint8_t>(value >> 8);
  buffer_[at + 1] = static_cast<std::uint8_t>(value);
}

void StunWriter::Put32(std::size_t at, std::uint32_t value) {
  Put16(at, value >> 16);
  Put16(at + 2, value & 0xffffU);
}

std::span<std::uint8_t> StunWriter::Add(StunAttribute type, std::size_t size) {
  const std::size_t padded = (size + 3) & ~std::size_t{3};
  if (!is_ok_ || padded + 4 > buffer_.size() - size_) {
    is_ok_ = false;
    return {};
  }
  Put16(size_, static_cast<std::size_t>(type));
  Put16(size_ + 2, size);
  const auto value = buffer_.subspan(size_ + 4, padded);
  std::ranges::fill(value, std::uint8_t{0});
  size_ += 4 + padded;
  Put16(2, size_ - kStunHeaderBytes);
  return value;
}

StunWriter& StunWriter::Raw(StunAttribute type, ByteView value) {
  const auto place = Add(type, value.size());
  if (is_ok_) std::ranges::copy(value, place.begin());
  return *this;
}

StunWriter& StunWriter::Text(StunAttribute type, std::string_view text) {
  return Raw(type, AsBytes(text));
}

StunWriter& StunWriter::U32(StunAttribute type, std::uint32_t value) {
  static_cast<void>(Add(type, 4));
  if (is_ok_) Put32(size_ - 4, value);
  return *this;
}

StunWriter& StunWriter::U64(StunAttribute type, std::uint64_t value) {
  static_cast<void>(Add(type, 8));
  if (is_ok_) {
    Put32(size_ - 8, static_cast<std::uint32_t>(value >> 32));
    Put32(size_ - 4, static_cast<std::uint32_t>(value));
  }
  return *this;
}

StunWriter& StunWriter::XorAddress(StunAttribute type, const SocketAddress& address) {
  const std::size_t ip_size = address.ip.is_v4() ? 4 : 16;
  const auto place = Add(type, 4 + ip_size);
  if (!is_ok_) return *this;
  place[1] = address.ip.is_v4() ? 1 : 2;
  const unsigned port = address.port ^ (kStunCookie >> 16);
  place[2] = static_cast<std::uint8_t>(port >> 8);
  place[3] = static_cast<std::uint8_t>(port);
  for (std::size_t i = 0; i < ip_size; ++i) {
    place[4 + i] = static_cast<std::uint8_t>(address.ip.bytes[i] ^ buffer_[4 + i]);
  }
  return *this;
}

StunWriter& StunWriter::ErrorCode(int code) {
  return U32(StunAttribute::kErrorCode,
             static_cast<std::uint32_t>(code / 100) << 8 | static_cast<std::uint32_t>(code % 100));
}

StunWriter& StunWriter::Integrity(ByteView key) {
  const std::size_t covered = size_;
  const auto place = Add(StunAttribute::kMessageIntegrity, sizeof(Sha1Digest));
  if (!is_ok_) return *this;
  const auto digest = HmacSha1(key, buffer_.first(covered));
  is_ok_ = digest.has_value();
  if (digest) std::ranges::copy(*digest, place.begin());
  return *this;
}

StunWriter& StunWriter::Fingerprint() {
  const std::size_t covered = size_;
  static_cast<void>(Add(StunAttribute::kFingerprint, 4));
  if (is_ok_) Put32(covered + 4, Crc32(buffer_.first(covered)) ^ 0x5354554eU);
  return *this;
}

}  // namespace onair::ice
