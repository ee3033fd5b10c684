// SPDX-License-Identifier: Apache-2.0
//
// Repair packets for a group of media packets: packet i of the group goes into repair i modulo
// their number, so that a burst that is no longer than that is mended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "transport/rtp/fec_xor.h"
#include "transport/rtp/header_extensions.h"

namespace onair::rtp {

// FlexFEC-03, the one that libwebrtc's receivers take. Single-owner; allocates at construction
// only. Usage: BeginGroup(repairs); Add(packet) for each media packet as it is first sent; then
// Next(room) until nothing comes, each to be sent as the payload of a packet of the FEC stream.
class FecEncoder {
 public:
  static constexpr std::size_t kMaxRepairs = 16;

  // `extensions`: those whose values change at each sending count as zero, on both sides.
  FecEncoder(std::uint32_t media_ssrc, const ExtensionMap& extensions);

  // `repairs` in [0, kMaxRepairs]; a group that was not finished is forgotten.
  void BeginGroup(std::size_t repairs);

  // False, and not protected: longer than kMaxFecMedia, no RTP packet, or so far from the group's
  // first one (109 sequence numbers, or before it) that it begs for a new group.
  [[nodiscard]] bool Add(ByteView packet);

  // The size of the next repair payload, at the front of `room`: at most the longest packet's and
  // kMaxFlexFec03Header. Nothing when the group is through, or where it does not fit.
  std::optional<std::size_t> Next(std::span<std::uint8_t> room);

  std::size_t group_packets() const { return packets_; }

 private:
  struct Repair {
    FecXor sum;
    FecMask mask;
  };

  std::uint32_t ssrc_;
  ExtensionMap extensions_;
  std::vector<Repair> repairs_;
  std::size_t count_ = 0;    // Of repairs in this group.
  std::size_t next_ = 0;     // To be written.
  std::size_t packets_ = 0;  // Protected so far.
  std::uint16_t sn_base_ = 0;
};

// Sets the values of the extensions that are rewritten at each sending (transport sequence number,
// send time) to zero, in place. Total.
void ZeroSendingExtensions(const ExtensionMap& map, std::span<std::uint8_t> packet);

}  // namespace onair::rtp
