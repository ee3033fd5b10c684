// SPDX-License-Identifier: Apache-2.0
//
// Lost media packets out of repair packets and those that came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "transport/rtp/fec_xor.h"
#include "transport/rtp/header_extensions.h"
#include "transport/rtp/ring_queue.h"
#include "transport/rtp/sequence.h"

namespace onair::rtp {

// For one media stream and its repairs, of any layout. Single-owner. Memory: kMediaPackets and
// kMaxRepairs packets of at most kMaxFecMedia bytes, allocated as they come and used again.
class FecDecoder {
 public:
  // Media packets that are remembered: two of the longest masks.
  static constexpr std::size_t kMediaPackets = 256;
  // Repairs that wait for more packets; above it the oldest goes.
  static constexpr std::size_t kMaxRepairs = 64;

  struct Stats {
    std::int64_t media = 0;
    std::int64_t repairs = 0;
    std::int64_t recovered = 0;
    std::int64_t unused = 0;   // Repairs all of whose packets came.
    std::int64_t dropped = 0;  // Repairs that were too old, too many or of another stream.
    std::int64_t refused = 0;  // What came out was no packet, or longer than what is protected.
  };

  FecDecoder(std::uint32_t media_ssrc, const ExtensionMap& extensions);

  // A whole RTP packet of the media stream, decrypted; also one that was resent and restored.
  // What is no packet of the stream, or longer than kMaxFecMedia, is passed over.
  void HandleMedia(ByteView packet);
  void HandleRepair(const FecPacket& repair);

  // The next packet that was recovered, whole, as HandleMedia() would have had it but for the
  // extensions that are rewritten at sending: they are zero. Borrowed until the next call. It has
  // been told to the decoder itself.
  std::optional<ByteView> Poll();

  const Stats& stats() const { return stats_; }

 private:
  struct Media {
    std::int64_t sequence = -1;
    Bytes bytes;
  };
  struct Repair {
    std::int64_t base = 0;
    FecPacket packet;  // Its protection borrows `bytes`.
    Bytes bytes = {};
  };
  enum class Progress { kWaits, kDone };

  const Media* Find(std::int64_t sequence) const;
  void Remember(std::int64_t sequence, ByteView packet);
  void TryRepairs(std::int64_t sequence);
  Repair& AddRepair();
  void DropRepair(std::size_t index);
  Progress Try(const Repair& repair);
  Progress Recover(const Repair& repair, std::int64_t missing);

  std::uint32_t ssrc_;
  ExtensionMap extensions_;
  SequenceUnwrapper sequences_;
  std::vector<Media> media_;
  std::vector<Repair> repairs_;  // The first `waiting_`, oldest first; memory stays.
  std::size_t waiting_ = 0;
  RingQueue<std::int64_t> recovered_{kMediaPackets};  // Not yet polled.
  std::int64_t last_recovered_ = -1;
  Stats stats_;
};

}  // namespace onair::rtp
