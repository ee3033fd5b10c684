// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/history.h"

#include <bit>
#include <utility>

#include "core/base/check.h"
#include "core/machine/datagram.h"

namespace onair::rtp {
namespace {

// A datagram of ours, its trailer included.
constexpr std::size_t kSlotBytes = kMaxDatagramBytes;
constexpr std::size_t kFirstSlots = 32;

}  // namespace

Status HistoryConfig::Validate() const {
  if (max_age < TimeDelta::Millis(100) || max_age > TimeDelta::Seconds(10)) {
    return Fail(ErrorCode::kInvalidConfig, "history.max_age");
  }
  if (max_size < DataSize::Kibibytes(64) || max_size > DataSize::Mebibytes(64)) {
    return Fail(ErrorCode::kInvalidConfig, "history.max_size");
  }
  return {};
}

PacketHistory::PacketHistory(const HistoryConfig& config)
    : max_age_(config.max_age),
      max_slots_(std::bit_floor(static_cast<std::size_t>(config.max_size.bytes()) / kSlotBytes)),
      slots_(kFirstSlots) {}

bool PacketHistory::IsWanted(const HistorySlot& slot, Timestamp now) const {
  if (slot.number < 0) return false;
  // A queued resend that is older is void: Find() does not give it any more.
  return !slot.sent_at || now - slot.made_at < max_age_;
}

void PacketHistory::Grow() {
  std::vector<HistorySlot> old(slots_.size() * 2);
  old.swap(slots_);
  for (HistorySlot& slot : old) {
    if (slot.number >= 0) SlotOf(slot.number) = std::move(slot);
  }
}

DataSize PacketHistory::held() const {
  constexpr std::size_t kSlot = sizeof(HistorySlot) + kSlotBytes;
  return DataSize::Bytes(static_cast<std::int64_t>(slots_.size() * kSlot));
}

HistorySlot* PacketHistory::Add(std::int64_t number, Timestamp now) {
  ONAIR_DCHECK(number >= 0);
  while (IsWanted(SlotOf(number), now) && slots_.size() < max_slots_) Grow();
  HistorySlot& slot = SlotOf(number);
  if (slot.number >= 0 && !slot.sent_at) return nullptr;
  Bytes memory = std::move(slot.bytes);
  memory.resize(kSlotBytes);
  slot = HistorySlot{.number = number, .bytes = std::move(memory), .made_at = now};
  return &slot;
}

HistorySlot* PacketHistory::Find(std::int64_t number, Timestamp now) {
  if (number < 0) return nullptr;
  HistorySlot& slot = SlotOf(number);
  const bool is_here = slot.number == number && slot.sent_at && now - slot.made_at < max_age_;
  return is_here ? &slot : nullptr;
}

HistorySlot* PacketHistory::FindUnsent(std::int64_t number) {
  HistorySlot& slot = SlotOf(number);
  return slot.number == number && !slot.sent_at ? &slot : nullptr;
}

}  // namespace onair::rtp
