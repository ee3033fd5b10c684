// SPDX-License-Identifier: Apache-2.0
//
// TURN over TCP or TLS (RFC 8656 section 3.1): where one message ends in the stream.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "transport/ice/stun_types.h"

namespace onair::ice {

// Cuts a stream into STUN messages and ChannelData, which go into TurnClient::HandleDatagram().
// Single-owner.
class TurnDeframer {
 public:
  // Source: RFC 8656 section 12.4: a header and the longest that is read here.
  static constexpr std::size_t kMaxFrame = kMaxStunBytes;

  // All of `in` is taken, unless the stream is broken. Call Next() until it answers nothing.
  void HandleBytes(ByteView in);

  // The next whole frame without ChannelData's padding; stays until the next call.
  std::optional<ByteView> Next();

  // The stream carries no TURN, or a frame over kMaxFrame: nothing can follow, close it.
  bool is_broken() const { return is_broken_; }

 private:
  Bytes held_;
  std::size_t taken_ = 0;  // Of held_, given out.
  bool is_broken_ = false;
};

}  // namespace onair::ice
