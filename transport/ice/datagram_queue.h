// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/machine/datagram.h"

namespace onair::ice {

// Datagrams in order that wait to be taken, in buffers that are used again: nothing is allocated
// once they have grown. The bytes of a popped one stay until the next Reserve(). Single-owner.
class DatagramQueue {
 public:
  // Source: ours; a burst of one picture's packets (60) between two drains fits.
  static constexpr std::size_t kSlots = 128;
  // Longest datagram. Source: ours; an Ethernet's.
  static constexpr std::size_t kSlotBytes = 1500;

  bool is_empty() const { return size_ == 0; }
  std::int64_t dropped() const { return dropped_; }

  // Room for one datagram, which Commit() then queues. Full: empty, and counted as dropped.
  std::span<std::uint8_t> Reserve() {
    // One slot stays out of use: it is the one that Pop() answered last.
    if (size_ + 1 >= kSlots) {
      ++dropped_;
      return {};
    }
    // Two slots serve nearly always, so that an idle session's memory stays small.
    if (size_ == 0) first_ = popped_ == 0 ? 1 : 0;
    Bytes& slot = slots_[(first_ + size_) % kSlots].bytes;
    slot.resize(kSlotBytes);
    return slot;
  }
  // `message` lies at the start of what Reserve() answered; an empty one is nothing.
  void Commit(ByteView message, const DatagramPath& path) {
    if (message.empty()) return;
    Slot& slot = slots_[(first_ + size_) % kSlots];
    slot.size = message.size();
    slot.path = path;
    ++size_;
  }
  bool Push(ByteView message, const DatagramPath& path) {
    const auto room = Reserve();
    if (room.size() < message.size()) {
      if (!room.empty()) ++dropped_;
      return false;
    }
    std::copy(message.begin(), message.end(), room.begin());
    Commit(ByteView(room).first(message.size()), path);
    return true;
  }

  std::optional<DatagramTransmit> Pop() {
    if (size_ == 0) return std::nullopt;
    const Slot& slot = slots_[first_];
    popped_ = first_;
    first_ = (first_ + 1) % kSlots;
    --size_;
    return DatagramTransmit{ByteView(slot.bytes).first(slot.size), slot.path};
  }
  void Clear() { size_ = 0; }

 private:
  struct Slot {
    Bytes bytes;
    std::size_t size = 0;
    DatagramPath path;
  };
  std::array<Slot, kSlots> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t popped_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace onair::ice
