// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/api/codec_ports.h"
#include "platform/runtime/loop.h"

namespace onair {

// Decodes single key frames of many streams on a thread of its own, onair.preview. The decoder
// opens with the first of them. thread-safe.
class FirstPicture {
 public:
  // callback on onair.preview; empty where it could not be decoded.
  using Done = std::function<void(std::optional<VideoFrame> picture)>;

  FirstPicture() = default;
  ~FirstPicture() { loop_.Stop(); }

  Status Start() { return loop_.Start(); }
  void Decode(const VideoTrack& track, EncodedFrame key, Done done);

 private:
  std::optional<VideoFrame> DecodeNow(const VideoTrack& track, const EncodedFrame& key);

  runtime::Loop loop_{"onair.preview"};
  std::unique_ptr<VideoDecoder> decoder_;  // Of that thread.
};

}  // namespace onair
