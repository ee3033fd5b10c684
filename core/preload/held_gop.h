// SPDX-License-Identifier: Apache-2.0
//
// The newest group of pictures of a stream that nobody watches yet, with its sound: what a
// viewer who comes now is shown at once.
#pragma once

#include <optional>
#include <vector>

#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::preload {

// Pure. Single-owner.
class HeldGop {
 public:
  // Counted with each frame beside its bytes. Source: ours; an EncodedFrame and its allocation.
  static constexpr DataSize kFrameOverhead = DataSize::Bytes(256);

  struct Taken {
    std::optional<StreamTracks> tracks;
    std::vector<EncodedFrame> frames;  // A key frame first, or empty.
    // False: pictures are missing behind them, up to the next key frame.
    bool is_whole = true;
  };

  // `limit`: of what is held. A GOP that passes it is cut to its key frame, without sound.
  explicit HeldGop(DataSize limit) : limit_(limit) {}

  // Describes what comes from here on. Another video track makes what is held useless, another
  // sound the sound.
  void OnTracks(const StreamTracks& tracks);
  // Begins anew with each key frame; what comes before the first is dropped and counted.
  void OnFrame(EncodedFrame frame);
  // Another connection or publisher.
  void Clear();

  // Gives all up and begins anew.
  Taken Take();

  // The newest key frame; null before the first.
  const EncodedFrame* key() const { return frames_.empty() ? nullptr : &frames_.front(); }
  const std::optional<StreamTracks>& tracks() const { return tracks_; }
  DataSize size() const { return size_; }
  std::int64_t frames_dropped() const { return frames_dropped_; }
  std::int64_t cuts() const { return cuts_; }  // GOPs that were too long.

 private:
  void Forget();
  void ForgetSound();

  const DataSize limit_;
  std::optional<StreamTracks> tracks_;
  std::vector<EncodedFrame> frames_;
  DataSize size_ = DataSize::Zero();
  bool is_whole_ = true;
  std::int64_t frames_dropped_ = 0;
  std::int64_t cuts_ = 0;
};

}  // namespace onair::preload
