// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "transport/flv/stream_reader.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

// Turns audio, video, data and aggregate messages of one stream into tracks and frames.
// Single-owner.
class MediaReceiver {
 public:
  // Appends to `events`; other messages give nothing. Errors end the stream: see
  // flv::StreamReader, and kRtmpProtocol for a malformed aggregate.
  Status Handle(const Message& message, Timestamp now,
                std::vector<flv::StreamReader::Event>& events);

  const flv::StreamReaderStats& stats() const { return reader_.stats(); }

 private:
  struct Part {
    std::uint8_t type;
    std::uint32_t timestamp_ms;
    Buffer body;
  };
  Status HandlePart(const Part& part, Timestamp now, std::vector<flv::StreamReader::Event>& events);
  Status HandleAggregate(const Message& message, Timestamp now,
                         std::vector<flv::StreamReader::Event>& events);

  flv::StreamReader reader_;
};

}  // namespace onair::rtmp
