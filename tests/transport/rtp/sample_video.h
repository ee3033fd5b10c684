// SPDX-License-Identifier: Apache-2.0
//
// Coded pictures for tests of payload formats: parameter sets are real, slices are noise behind a
// true header.
#pragma once

#include <algorithm>
#include <vector>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"
#include "transport/rtp/frame_assembler.h"
#include "transport/rtp/h264_payload.h"
#include "transport/rtp/payload_packetizer.h"

namespace onair::rtp::testing {

using codec::testing::Hex;

inline VideoTrack SampleTrack(VideoCodec codec) {
  using namespace codec::testing;
  if (codec == VideoCodec::kH264) {
    auto record = codec::MakeAvcConfig(Hex(kBaseline360Sps), Hex(kBaseline360Pps));
    return *codec::TrackFromAvcConfig(Buffer::Own(*record));
  }
  auto record = codec::MakeHevcConfig(Hex(kHevc720Vps), Hex(kHevc720Sps), Hex(kHevcPps));
  return *codec::TrackFromHevcConfig(Buffer::Own(*record));
}

// A slice of `size` bytes, its header included; the first of its picture or a later one.
inline Bytes SampleSlice(VideoCodec codec, FrameKind kind, bool is_first, std::size_t size,
                         Rng& rng) {
  Bytes nal = rng.TakeBytes(std::max<std::size_t>(size, 4));
  std::size_t header = 1;
  if (codec == VideoCodec::kH264) {
    nal[0] = kind == FrameKind::kKey ? 0x65 : kind == FrameKind::kReference ? 0x41 : 0x01;
  } else {
    header = 2;
    nal[0] = kind == FrameKind::kKey ? 0x26 : kind == FrameKind::kReference ? 0x02 : 0x00;
    nal[1] = 0x01;
  }
  nal[header] = static_cast<std::uint8_t>(is_first ? nal[header] | 0x80 : nal[header] & 0x7f);
  return nal;
}

// A picture of slices of these sizes, 33 ms after the one before it.
inline EncodedFrame SampleFrame(VideoCodec codec, FrameKind kind, int number,
                                const std::vector<std::size_t>& slices, Rng& rng) {
  std::vector<Bytes> nals;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    nals.push_back(SampleSlice(codec, kind, i == 0, slices[i], rng));
  }
  const std::vector<ByteView> views(nals.begin(), nals.end());
  const MediaTime pts = MediaTime::Micros(1'000'000 + 33'333 * std::int64_t{number});
  return {Buffer::Own(codec::JoinLengths(views)), kind, pts, pts, Timestamp::Zero()};
}

// A packet that owns its payload.
struct SentPacket {
  std::int64_t sequence;
  std::uint32_t timestamp;
  Marker marker;
  Bytes payload;

  MediaPacket view() const { return {sequence, timestamp, marker, payload}; }
};

// Packets of one stream, numbered on.
class SampleSender {
 public:
  explicit SampleSender(VideoCodec codec, std::int64_t first_sequence = 100'000)
      : packetizer_(codec), sequence_(first_sequence) {
    static_cast<void>(packetizer_.Configure(SampleTrack(codec)));
  }

  std::vector<SentPacket> Send(const EncodedFrame& frame, std::size_t limit = 1200) {
    std::vector<SentPacket> out;
    if (!packetizer_.Begin(frame, limit)) return out;
    Bytes room(limit);
    while (const auto written = packetizer_.Next(room)) {
      out.push_back({sequence_++, clock_.RtpOf(frame.pts), written->marker,
                     Bytes(room.begin(), room.begin() + static_cast<long>(written->size))});
    }
    return out;
  }
  // A packet without a payload.
  SentPacket Padding(std::uint32_t timestamp) {
    return {sequence_++, timestamp, Marker::kClear, {}};
  }
  VideoPacketizer& packetizer() { return packetizer_; }
  std::int64_t next_sequence() const { return sequence_; }

 private:
  VideoPacketizer packetizer_;
  SendClock clock_{kVideoClockRate, 0xfffff000};  // Wraps soon.
  std::int64_t sequence_;
};

}  // namespace onair::rtp::testing
