// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "capture/file/av_ptr.h"
#include "core/media/audio_block.h"

namespace onair::capture {

// Makes interleaved float samples of one format of decoded sound, whatever its own format;
// one that changes on the way is followed. single-owner.
class SampleMaker {
 public:
  explicit SampleMaker(const AudioFormat& format) : format_(format) {}

  // Appends to `out`. kDecodeFailed for sound that cannot be converted.
  Status Make(const AVFrame& frame, std::vector<float>& out);

  // Appends what the converter still holds, and forgets it.
  void Drain(std::vector<float>& out);

 private:
  Status Prepare(const AVFrame& frame);
  Status Convert(const AVFrame* frame, std::vector<float>& out);

  AudioFormat format_;
  AvPtr<SwrContext> converter_;
  int rate_ = 0;  // Of what the converter takes.
  int sample_format_ = -1;
  int channels_ = 0;
};

}  // namespace onair::capture
