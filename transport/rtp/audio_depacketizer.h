// SPDX-License-Identifier: Apache-2.0
//
// Packets of sound into frames, whatever they are packed in. Order, loss and repetitions are left
// to the jitter buffer, which sees each frame's place by its pts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/media/encoded_frame.h"
#include "transport/rtp/aac_payload.h"
#include "transport/rtp/frame_assembler.h"
#include "transport/rtp/payload_clock.h"

namespace onair::rtp {

enum class AudioPacking : std::uint8_t {
  kOpus = 1,
  kRedOpus = 2,     // RED, its blocks Opus.
  kLatmInBand = 3,  // MP4A-LATM; cpresent=1.
  kLatmInSdp = 4,   // MP4A-LATM; cpresent=0: the config comes by ConfigureLatm().
  kAdts = 5,
};

// Single-owner.
class AudioDepacketizer {
 public:
  struct Stats {
    std::int64_t frames = 0;
    std::int64_t repeated = 0;   // Of them, from blocks of RED other than a packet's own.
    std::int64_t malformed = 0;  // Packets that gave nothing.
  };

  // `clock_rate` of the payload type in SDP, > 0; Opus: 48000. `channels` for Opus: 1 or 2. The
  // first frame stands at `origin`.
  AudioDepacketizer(AudioPacking packing, int clock_rate, int channels, MediaTime origin);

  // Between the two of Opus: senders change from packet to packet. Others stay what they are.
  void SetOpusPacking(AudioPacking packing);
  Status ConfigureLatm(ByteView stream_mux_config);

  // Appends the packet's frames, oldest first; pts = dts, captured_at = `now`. Sound that a packet
  // repeats comes with its own pts, maybe once more.
  void HandlePacket(const MediaPacket& packet, Timestamp now, std::vector<EncodedFrame>& out);

  // The track of the frames so far; empty while unknown.
  const std::optional<AudioTrack>& track() const { return track_; }
  const Stats& stats() const { return stats_; }

 private:
  void Opus(ByteView bytes, std::uint32_t timestamp, Timestamp now, std::vector<EncodedFrame>& out);
  void Red(const MediaPacket& packet, Timestamp now, std::vector<EncodedFrame>& out);
  void Latm(const MediaPacket& packet, Timestamp now, std::vector<EncodedFrame>& out);
  void Adts(const MediaPacket& packet, Timestamp now, std::vector<EncodedFrame>& out);
  void GiveUnits(MediaTime pts, Timestamp now, std::vector<EncodedFrame>& out);

  AudioPacking packing_;
  ReceiveClock clock_;
  std::optional<AudioTrack> track_;
  LatmReader latm_;
  Bytes element_;  // Of LATM, so far: one may be cut over several packets.
  std::optional<std::int64_t> element_next_;
  std::vector<Bytes> units_;
  Stats stats_;
};

}  // namespace onair::rtp
