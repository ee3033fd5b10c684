// SPDX-License-Identifier: Apache-2.0
//
// AAC as vendors carry it in RTP, for reading: MP4A-LATM (RFC 6416 section 6, the multiplex of
// ISO/IEC 14496-3 section 1.7.3) and ADTS frames as they are ("MP4A-ADTS", no standard).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::rtp {

// Longest element or frame that is put together: 16 frames of two channels.
inline constexpr std::size_t kMaxAacBytes = 32 * 1024;

// The StreamMuxConfig of one program with one layer.
struct LatmConfig {
  Bytes audio_config;    // AudioSpecificConfig.
  int sub_frames = 1;    // Of each element. Range [1, 64].
  bool has_crc = false;  // At the config's end; not checked.
};

// From SDP's `config` (as bytes). kBitstream: cut short or reserved values; kUnsupported: several
// programs or layers, scalable objects, variable framing or other data.
Result<LatmConfig> ParseStreamMuxConfig(ByteView config);

// Where the StreamMuxConfig is: SDP's `cpresent`.
enum class LatmConfigPlace : std::uint8_t { kInBand = 1, kInSdp = 2 };

// Single-owner.
class LatmReader {
 public:
  explicit LatmReader(LatmConfigPlace place) : place_(place) {}

  // As ParseStreamMuxConfig().
  Status Configure(ByteView stream_mux_config);

  // Appends the access units of one audioMuxElement. kInvalidState: no config yet; kBitstream,
  // kUnsupported: nothing was appended.
  Status Read(ByteView element, std::vector<Bytes>& out);

  // Empty before the first config.
  const std::optional<AudioTrack>& track() const { return track_; }

 private:
  Status Use(LatmConfig config);

  LatmConfigPlace place_;
  std::optional<LatmConfig> config_;
  std::optional<AudioTrack> track_;
};

// Appends the access units of a payload of whole ADTS frames and answers what they are of.
// kBitstream, kUnsupported: nothing was appended.
Result<AudioTrack> ReadAdts(ByteView payload, std::vector<Bytes>& out);

}  // namespace onair::rtp
