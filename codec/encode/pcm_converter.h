// SPDX-License-Identifier: Apache-2.0
//
// Interleaved float of any rate and channel count into the encoder's planes. Private to the
// room.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/media/audio_block.h"

struct SwrContext;

namespace onair::codec {

// Single-owner. The first sample out belongs to the first sample in: the resampler looks
// ahead, it does not shift.
class PcmConverter {
 public:
  explicit PcmConverter(AudioFormat to);

  // Appends what is ready. kEncodeFailed where FFmpeg cannot convert.
  Status Convert(AudioFormat from, std::span<const float> interleaved);

  // Appends what the resampler still holds; the next Convert() starts anew.
  Status Drain();

  // Ready samples per channel.
  std::size_t ready() const { return planes_[0].size(); }

  // Moves `count` samples of each channel to `out`, silence where fewer are ready.
  void Take(std::size_t count, std::span<float* const> out);

 private:
  struct FreeSwr {
    void operator()(SwrContext* swr) const;
  };
  Status Reopen(AudioFormat from);
  Status Run(const float* interleaved, int frames);

  AudioFormat to_;
  AudioFormat from_;
  std::unique_ptr<SwrContext, FreeSwr> swr_;
  std::array<std::vector<float>, 2> planes_;
};

}  // namespace onair::codec
