// SPDX-License-Identifier: Apache-2.0
//
// Reading FLV from a byte stream in any cut (Adobe Flash Video File Format 10.1, annex E). A
// machine (core/machine/machine.h) that never transmits and never wakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/base/result.h"
#include "core/machine/machine.h"
#include "transport/flv/stream_reader.h"

namespace onair::flv {

// A larger tag is malformed: bounds what one stream may hold in memory.
// Source: ours; a 4096x4096 key frame at 50 Mbit/s and 1 fps has 6.25 MB.
inline constexpr std::size_t kMaxTagBody = 8 * 1024 * 1024;

// Single-owner. Holds at most one unfinished tag (kMaxTagBody) and the events not yet polled.
class Demuxer {
 public:
  // kFlvMalformed, kNothingToPlay. Nothing follows.
  struct Failed {
    Error error;
  };
  using Event = std::variant<TracksChanged, EncodedFrame, Metadata, Failed>;

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp) {}

  [[nodiscard]] Output<Event> Poll();

  // False while a tag or the header is unfinished: an end of the stream here cuts it off.
  bool is_between_tags() const { return part_ == Part::kTagHeader && partial_.empty(); }
  // The writer said that nothing follows, and nothing did.
  bool has_ended() const { return reader_.has_ended(); }
  const StreamTracks& tracks() const { return reader_.tracks(); }
  const StreamReaderStats& stats() const { return reader_.stats(); }
  // PreviousTagSize fields that did not fit their tag; some writers get them wrong.
  std::int64_t wrong_tag_sizes() const { return wrong_tag_sizes_; }

 private:
  enum class Part { kFileHeader, kHeaderRest, kTagHeader, kTagBody, kTagSize, kFailed };

  std::size_t Wanted() const;
  void HandlePart(Timestamp now);
  void HandleFileHeader();
  void HandleTagHeader();
  void HandleTag(Timestamp now);
  void HandleTagSize();
  void Fail(Error error);

  Part part_ = Part::kFileHeader;
  Bytes partial_;  // Of the present part.
  std::size_t header_rest_ = 0;
  std::uint8_t tag_type_ = 0;
  std::size_t tag_size_ = 0;
  std::uint32_t tag_timestamp_ms_ = 0;
  StreamReader reader_;
  std::deque<Event> events_;
  std::int64_t wrong_tag_sizes_ = 0;
};

}  // namespace onair::flv
