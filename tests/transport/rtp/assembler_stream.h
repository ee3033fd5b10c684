// SPDX-License-Identifier: Apache-2.0
//
// Streams of sample pictures for assemblers, and what came out of one.
#pragma once

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "tests/transport/rtp/sample_video.h"
#include "transport/rtp/frame_assembler.h"

namespace onair::rtp::testing {

inline constexpr std::array<VideoCodec, 2> kBoth = {VideoCodec::kH264, VideoCodec::kH265};

inline Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// What came out of an assembler, in order.
struct Outcome {
  std::vector<EncodedFrame> frames;
  std::vector<VideoTrack> tracks;
  int key_requests = 0;

  void Drain(FrameAssembler& assembler) {
    while (auto event = assembler.Poll()) {
      if (auto* frame = std::get_if<FrameAssembler::FrameReady>(&*event)) {
        frames.push_back(std::move(frame->frame));
      } else if (auto* track = std::get_if<FrameAssembler::TrackChanged>(&*event)) {
        tracks.push_back(std::move(track->track));
      } else {
        ++key_requests;
      }
    }
  }
};

// A stream of one key frame and `count - 1` pictures after it, and the packets of each.
struct Stream {
  explicit Stream(VideoCodec codec, int count, std::vector<std::size_t> slices = {3000})
      : sender(codec) {
    Rng rng(7);
    for (int i = 0; i < count; ++i) {
      const auto kind = i == 0 ? FrameKind::kKey : FrameKind::kReference;
      Add(SampleFrame(codec, kind, i, slices, rng));
    }
  }
  void Add(EncodedFrame frame) {
    packets.push_back(sender.Send(frame));
    frames.push_back(std::move(frame));
  }

  SampleSender sender;
  std::vector<EncodedFrame> frames;
  std::vector<std::vector<SentPacket>> packets;
};

inline void Feed(FrameAssembler& assembler, const std::vector<SentPacket>& packets, Timestamp now,
                 Outcome& out) {
  for (const SentPacket& packet : packets) {
    assembler.HandlePacket(packet.view(), now);
    out.Drain(assembler);
  }
}

inline bool SameBytes(const EncodedFrame& a, const EncodedFrame& b) {
  return std::ranges::equal(a.payload.view(), b.payload.view());
}

}  // namespace onair::rtp::testing
