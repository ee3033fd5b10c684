// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/media/encoded_frame.h"
#include "transport/flv/body.h"
#include "transport/rtmp/message_stream.h"

namespace onair::rtmp {

// Who the media goes to: publishers wrap their metadata in "@setDataFrame".
enum class MediaTo { kServer = 1, kPlayer = 2 };

// Turns tracks and frames into audio, video and data messages of one stream; the other half of
// MediaReceiver. Single-owner.
class MediaSender {
 public:
  MediaSender(MediaTo to, const flv::MediaRates& rates) : to_(to), rates_(rates) {}

  // How H.265 is marked from the next frame on.
  void SetHevcForm(flv::HevcForm form);

  // Metadata and sequence headers go in front of the next frame.
  void SetTracks(const StreamTracks& tracks);

  // Where a frame stands on the wire, in milliseconds of 64 bits.
  struct Place {
    std::uint32_t stream_id;
    std::int64_t timestamp_ms;
    std::int64_t composition_ms;  // pts - dts.
  };
  // Writes one frame. Larger ones than kMaxMessage are left out and counted.
  void Send(const EncodedFrame& frame, const Place& place, MessageStream& out);

  std::int64_t too_large() const { return too_large_; }

 private:
  void SendHeaders(std::uint32_t stream_id, std::uint32_t timestamp_ms, MessageStream& out);

  const MediaTo to_;
  const flv::MediaRates rates_;
  StreamTracks tracks_;
  flv::Codecs codecs_;
  bool headers_due_ = false;
  std::int64_t too_large_ = 0;
};

}  // namespace onair::rtmp
