// SPDX-License-Identifier: Apache-2.0
//
// Pictures into RTP payloads: small units together, large ones cut into equal parts, parameter
// sets in front of every key frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "transport/rtp/packet.h"
#include "transport/rtp/payload_pieces.h"

namespace onair::rtp {

// One payload, at the front of the caller's memory.
struct WrittenPayload {
  std::size_t size = 0;
  Marker marker = Marker::kClear;  // Set on the last one of the picture.
};

// Single-owner. After the first pictures nothing is allocated. Usage:
//   Configure(track); for each frame: Begin(frame, limit), then Next(room) until nothing comes.
class VideoPacketizer {
 public:
  // The least limit of Begin(): a fragment's header, and something behind it.
  static constexpr std::size_t kMinPayloadBytes = 32;

  explicit VideoPacketizer(VideoCodec codec) : codec_(codec) {}

  // The parameter sets that go in front of key frames; again whenever the track changes.
  // kCodecUnavailable (a track of another codec), kBitstream.
  Status Configure(const VideoTrack& track);

  // No payload will pass `max_payload_bytes`, range [kMinPayloadBytes, 65535]. `frame` is
  // borrowed until the last payload is written. What was left of the frame before is forgotten.
  // kBitstream: no access unit in 4-byte lengths, or more than codec::kMaxNals units;
  // kInvalidConfig: the limit. Then there is nothing to write.
  Status Begin(const EncodedFrame& frame, std::size_t max_payload_bytes);

  // The next payload; nothing when the frame is through. `room` has max_payload_bytes at least.
  std::optional<WrittenPayload> Next(std::span<std::uint8_t> room);

  bool is_done() const { return unit_ >= units_.size(); }

 private:
  Status ReadUnits(ByteView access_unit);
  void AddParameterSets();
  std::size_t UnitsThatFit() const;
  void WriteFragment(std::span<std::uint8_t> room, std::size_t& size);
  std::size_t nal_header() const;
  std::size_t aggregate_header() const;
  std::size_t fragment_header() const;

  VideoCodec codec_;
  Bytes sets_bytes_;  // Behind parameter_sets_.
  std::vector<NalRange> parameter_sets_;
  std::vector<ByteView> units_;  // Of the frame, its parameter sets included.
  std::size_t limit_ = 0;
  std::size_t unit_ = 0;            // The next one to write.
  std::size_t written_ = 0;         // Of it, when it is being cut.
  std::size_t fragments_left_ = 0;  // 0: it is not.
};

}  // namespace onair::rtp
