// SPDX-License-Identifier: Apache-2.0
//
// Writing STUN into a caller's buffer, in the order in which attributes are to stand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/machine/ip_address.h"
#include "transport/ice/stun_types.h"

namespace onair::ice {

//   StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, id);
//   writer.Text(StunAttribute::kUsername, name).U32(StunAttribute::kPriority, priority);
//   ByteView message = writer.Integrity(key).Fingerprint().Finish();
class StunWriter {
 public:
  // `buffer` outlives the writer; what does not fit makes Finish() answer nothing.
  StunWriter(std::span<std::uint8_t> buffer, StunMethod method, StunClass kind,
             const TransactionId& transaction);

  StunWriter& Raw(StunAttribute type, ByteView value);
  StunWriter& Flag(StunAttribute type) { return Raw(type, {}); }
  StunWriter& Text(StunAttribute type, std::string_view text);
  StunWriter& U32(StunAttribute type, std::uint32_t value);
  StunWriter& U64(StunAttribute type, std::uint64_t value);
  StunWriter& XorAddress(StunAttribute type, const SocketAddress& address);
  // 300 to 699 with an empty reason phrase.
  StunWriter& ErrorCode(int code);

  // MESSAGE-INTEGRITY; only Fingerprint() may follow.
  StunWriter& Integrity(ByteView key);
  // Last.
  StunWriter& Fingerprint();

  // The message, inside the buffer; empty when it did not fit.
  ByteView Finish() const { return is_ok_ ? ByteView(buffer_.first(size_)) : ByteView(); }

 private:
  void Put16(std::size_t at, std::size_t value);
  void Put32(std::size_t at, std::uint32_t value);
  // Header and padding of an attribute; the place of its value. Not ok: nothing was written.
  std::span<std::uint8_t> Add(StunAttribute type, std::size_t size);

  std::span<std::uint8_t> buffer_;
  std::size_t size_ = 0;
  bool is_ok_ = true;
};

}  // namespace onair::ice
