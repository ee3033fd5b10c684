// SPDX-License-Identifier: Apache-2.0
//
// Reading STUN (RFC 8489 section 5). A message is a view on borrowed bytes; nothing is copied.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/machine/ip_address.h"
#include "transport/ice/stun_types.h"

namespace onair::ice {

// RFC 7983 section 7: what a datagram is by its first byte.
inline bool LooksLikeStun(ByteView bytes) {
  return bytes.size() >= kStunHeaderBytes && bytes[0] < 4;
}
inline bool LooksLikeChannelData(ByteView bytes) {
  return bytes.size() >= 4 && bytes[0] >= 64 && bytes[0] < 80;
}

// A well-formed message: every length adds up, and its fingerprint, if it has one, is right.
// That does not make it true: see VerifyIntegrity().
class StunMessage {
 public:
  // Nothing for any other bytes. At most kMaxStunBytes and kMaxStunAttributes.
  static std::optional<StunMessage> Parse(ByteView bytes);

  StunClass kind() const { return kind_; }
  StunMethod method() const { return method_; }  // May be a number without a name.
  const TransactionId& transaction() const { return transaction_; }
  bool has_fingerprint() const { return has_fingerprint_; }

  // The first of this type among those that an integrity attribute covers, if there is one.
  // RFC 8489 section 14.5: what follows MESSAGE-INTEGRITY must be ignored.
  std::optional<ByteView> Find(StunAttribute type) const;
  bool Has(StunAttribute type) const { return Find(type).has_value(); }

  std::optional<std::string_view> Text(StunAttribute type) const;
  std::optional<std::uint32_t> U32(StunAttribute type) const;
  std::optional<std::uint64_t> U64(StunAttribute type) const;
  // XOR-MAPPED-ADDRESS and its kind; also the plain MAPPED-ADDRESS and ALTERNATE-SERVER.
  std::optional<SocketAddress> Address(StunAttribute type) const;
  // 300 to 699.
  std::optional<int> error_code() const;

  // By MESSAGE-INTEGRITY-SHA256 where there is one, else by MESSAGE-INTEGRITY. False without.
  bool VerifyIntegrity(ByteView key) const;
  bool has_integrity() const { return sha1_at_ != 0 || sha256_at_ != 0; }

  // Types below 0x8000 that have no name here, as many as fit; their count.
  std::size_t CollectUnknown(std::span<std::uint16_t> out) const;

 private:
  StunMessage() = default;
  bool Index();
  bool VerifyFingerprint(std::size_t at) const;
  bool VerifySha256(ByteView key) const;

  ByteView bytes_;
  StunClass kind_ = StunClass::kRequest;
  StunMethod method_ = StunMethod::kBinding;
  TransactionId transaction_{};
  bool has_fingerprint_ = false;
  // Offsets of attributes in bytes_; 0: absent.
  std::size_t sha1_at_ = 0;
  std::size_t sha256_at_ = 0;
  std::size_t covered_end_ = 0;
};

}  // namespace onair::ice
