// SPDX-License-Identifier: Apache-2.0
//
// How much of a stream is repaired: cuts it into groups and says how many repairs each gets, so
// that what a controller advised is kept in the long run and key frames get more of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/media/encoded_frame.h"
#include "transport/rtp/fec_encoder.h"

namespace onair::rtp {

// Single-owner; allocates at construction only. Usage: for each frame BeginFrame(), Add() each of
// its packets, EndFrame(); where that says so Next() until nothing comes.
class RepairGroups {
 public:
  // Repairs for each media packet at most, whatever is asked for.
  // Source: ours; above it two packets in three would have to get lost for repairs to pay.
  static constexpr double kMaxShare = 0.5;
  // Packets of one group at most: masks of two blocks reach so far.
  static constexpr std::size_t kMaxGroup = 46;

  RepairGroups(std::uint32_t media_ssrc, const ExtensionMap& extensions)
      : encoder_(media_ssrc, extensions) {}

  // Repairs for each media packet from the next frame on, and for those of key frames, [0,
  // kMaxShare]; more counts as that, fewer for key frames than for others as so many.
  void SetShare(double share, double key_share);
  double share() const { return share_; }

  // A frame of about so many packets comes.
  void BeginFrame(std::size_t packets, FrameKind kind);
  // True: the group is full, its repairs are due before the next packet.
  [[nodiscard]] bool Add(ByteView packet);
  // True: repairs are due. Small frames share them.
  [[nodiscard]] bool EndFrame();
  // The next repair as a payload at the front of `room`; nothing: the group is through.
  std::optional<std::size_t> Next(std::span<std::uint8_t> room);

 private:
  void BeginGroup();

  FecEncoder encoder_;
  double share_ = 0;
  double key_share_ = 0;
  double frame_share_ = 0;   // Of the present frame.
  double earned_ = 0;        // Repairs that packets so far paid for and that were not sent.
  std::size_t planned_ = 0;  // Of the present group; 0: none is under way.
  std::size_t group_size_ = kMaxGroup;
  std::size_t frame_left_ = 0;
};

}  // namespace onair::rtp
