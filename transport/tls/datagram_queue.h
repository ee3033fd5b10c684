// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"

namespace onair::dtls {

// Datagrams in their order, with their borders, in memory that is used again: nothing is
// allocated in the steady state. Single-owner.
class DatagramQueue {
 public:
  explicit DatagramQueue(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // False: there is no room, nothing was kept.
  [[nodiscard]] bool Push(ByteView datagram) {
    if (is_empty()) Clear();
    if (bytes_.size() + datagram.size() > limit_bytes_) return false;
    bytes_.insert(bytes_.end(), datagram.begin(), datagram.end());
    sizes_.push_back(datagram.size());
    return true;
  }

  // As Push(), but into the last waiting datagram if the two are at most `most_bytes` together.
  // RFC 6347 section 4.1.1: "Multiple DTLS records may be placed in a single datagram."
  [[nodiscard]] bool PushJoined(ByteView records, std::size_t most_bytes) {
    const bool fits = !is_empty() && sizes_.back() + records.size() <= most_bytes;
    if (!Push(records)) return false;
    if (!fits) return true;
    sizes_.pop_back();
    sizes_.back() += records.size();
    return true;
  }

  // The oldest; its bytes stay until the next Push() or Clear().
  std::optional<ByteView> Take() {
    if (is_empty()) return std::nullopt;
    const ByteView datagram = ByteView(bytes_).subspan(offset_, sizes_[next_]);
    offset_ += sizes_[next_++];
    return datagram;
  }

  void Clear() {
    bytes_.clear();
    sizes_.clear();
    offset_ = next_ = 0;
  }

  bool is_empty() const { return next_ == sizes_.size(); }

 private:
  std::size_t limit_bytes_;
  Bytes bytes_;
  std::vector<std::size_t> sizes_;
  std::size_t offset_ = 0;  // Of the oldest in bytes_; `next_` is its place in sizes_.
  std::size_t next_ = 0;
};

}  // namespace onair::dtls
