// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/turn_stream.h"

#include "core/base/byte_reader.h"

namespace onair::ice {

void TurnDeframer::HandleBytes(ByteView in) {
  if (is_broken_) return;
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  held_.insert(held_.end(), in.begin(), in.end());
}

std::optional<ByteView> TurnDeframer::Next() {
  const ByteView rest = ByteView(held_).subspan(taken_);
  if (is_broken_ || rest.size() < 4) return std::nullopt;
  ByteReader reader(rest);
  const unsigned type = reader.U16();
  const std::size_t length = reader.U16();
  const bool is_stun = type < 0x4000;
  const bool is_channel = type >= 0x4000 && type < 0x5000;
  const std::size_t frame = length + (is_stun ? kStunHeaderBytes : 4);
  const std::size_t padded = (frame + 3) & ~std::size_t{3};
  if ((!is_stun && !is_channel) || padded > kMaxFrame) {
    is_broken_ = true;
    held_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  if (rest.size() < padded) return std::nullopt;
  taken_ += padded;
  return rest.first(frame);
}

}  // namespace onair::ice
