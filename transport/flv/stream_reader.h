// SPDX-License-Identifier: Apache-2.0
//
// Turns the bodies of one stream, from FLV tags or RTMP messages, into tracks and frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "transport/flv/amf0.h"
#include "transport/flv/body.h"
#include "transport/flv/unwrapped_time.h"

namespace onair::flv {

// All tracks known so far; comes before their frames.
struct TracksChanged {
  StreamTracks tracks;
};
// The value of an onMetaData script: an object.
struct Metadata {
  amf0::Value values;
};

// Counters only grow.
struct StreamReaderStats {
  std::int64_t frames_without_config = 0;  // Dropped: they came before their sequence header.
  std::int64_t unknown_codec_bodies = 0;   // Dropped: codecs this build does not play.
  std::int64_t ignored_bodies = 0;         // Empty, marks, data of other kinds.
};

// Single-owner. Keeps no frame.
class StreamReader {
 public:
  // `timestamp_ms` as on the wire. One body gives at most one event; captured_at is `now`.
  // Errors end the stream: kFlvMalformed, or kNothingToPlay after many bodies of which none
  // had a known codec.
  using Event = std::variant<TracksChanged, EncodedFrame, Metadata>;
  using Answer = Result<std::optional<Event>>;
  Answer HandleVideo(const Buffer& body, std::uint32_t timestamp_ms, Timestamp now);
  Answer HandleAudio(const Buffer& body, std::uint32_t timestamp_ms, Timestamp now);
  // AMF0 values; other data than onMetaData is ignored, also when it is malformed.
  Answer HandleScript(ByteView body);

  const StreamTracks& tracks() const { return tracks_; }
  // A video sequence end came and no video or sound after it.
  bool has_ended() const { return has_ended_; }
  const StreamReaderStats& stats() const { return stats_; }

 private:
  Answer Take(const VideoSequenceHeader& header);
  Answer Take(const AudioSequenceHeader& header);
  Answer Frame(const VideoPayload& video, std::uint32_t timestamp_ms, Timestamp now);
  void PutTimes(EncodedFrame& frame, MediaTime wire, TimeDelta composition);
  Answer Unknown(const std::string& name);
  VideoTrack DescribeVideo(VideoCodec codec, Buffer config) const;

  StreamTracks tracks_;
  std::optional<Buffer> video_config_as_sent_;
  std::size_t nal_length_size_ = 4;
  UnwrappedTime time_;
  TimeDelta shift_ = TimeDelta::Zero();  // What dts is moved back by: dts <= pts.
  PictureSize metadata_size_;
  double metadata_frame_rate_ = 0;
  bool has_ended_ = false;
  StreamReaderStats stats_;
};

}  // namespace onair::flv
