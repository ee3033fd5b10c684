// SPDX-License-Identifier: Apache-2.0
//
// The packets of one stream from the moment they are made until nobody can ask for them again. They
// wait here for the pacer and stay for resends, in slots whose memory is used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::rtp {

// Read once, when the stream is made.
struct HistoryConfig {
  // How long a packet that was sent can be asked for. Range [100 ms, 10 s]. Longer mends more on
  // long paths and keeps more memory.
  // Source: libwebrtc cd6792e5 modules/rtp_rtcp/source/rtp_packet_history.h kMinPacketDuration.
  TimeDelta max_age = TimeDelta::Seconds(1);

  // Memory for packets. Range [64 KiB, 64 MiB]. What is over goes before its time; when all of it
  // waits for the pacer, new packets are refused.
  // Source: ours; 1 s of 30 Mbit/s and a key frame beside it.
  DataSize max_size = DataSize::Mebibytes(8);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A packet and what became of it. `bytes` are whole slots: behind `size` is room for a trailer.
struct HistorySlot {
  std::int64_t number = -1;  // Sequence number unwrapped; -1: empty.
  Bytes bytes;
  std::size_t size = 0;
  std::size_t header_bytes = 0;
  std::size_t transport_sequence_at = 0;  // 0: the packet has none.
  std::size_t abs_send_time_at = 0;       // The same.
  Timestamp made_at = Timestamp::Zero();
  std::optional<Timestamp> sent_at = {};  // The last time, as itself or as RTX.
  bool is_protected = false;  // `bytes` are what was on the wire: send them as they are.
  bool is_resend_queued = false;
  std::int32_t resends = 0;

  ByteView packet() const { return ByteView(bytes).first(size); }
};

// Single-owner. `config` is valid.
class PacketHistory {
 public:
  explicit PacketHistory(const HistoryConfig& config);

  // The slot of the next packet, `number` one above the last; its fields are fresh but for the
  // memory. Nothing: all memory waits to be sent.
  HistorySlot* Add(std::int64_t number, Timestamp now);

  // The packet if it is still here and not too old.
  HistorySlot* Find(std::int64_t number, Timestamp now);
  // The packet that waits for the pacer: as above, however old.
  HistorySlot* FindUnsent(std::int64_t number);

  std::size_t slots() const { return slots_.size(); }
  // Memory, of slots that were never used too.
  DataSize held() const;

 private:
  HistorySlot& SlotOf(std::int64_t number) {
    return slots_[static_cast<std::size_t>(number) & (slots_.size() - 1)];
  }
  bool IsWanted(const HistorySlot& slot, Timestamp now) const;
  void Grow();

  TimeDelta max_age_;
  std::size_t max_slots_;
  std::vector<HistorySlot> slots_;
};

}  // namespace onair::rtp
