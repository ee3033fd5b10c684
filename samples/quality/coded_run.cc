// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/coded_run.h"

#include <algorithm>
#include <utility>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/video_encoder.h"
#include "platform/runtime/clock.h"
#include "samples/quality/timing.h"

namespace onair::samples {
namespace {

VideoFrame FrameAt(const VideoConfig& config, const RunInput& input, std::size_t i) {
  const auto us = static_cast<std::int64_t>(static_cast<double>(i) * 1e6 / config.frame_rate);
  VideoFrame frame(input.clip.pictures[i], MediaTime::Micros(us), Timestamp::Micros(us));
  if (input.roi) frame.roi = input.roi(i);
  return frame;
}

// Decodes and measures as frames come, so that only their pictures' originals are in memory.
class Judge {
 public:
  Judge(const RunInput& input, std::unique_ptr<VideoDecoder> decoder)
      : input_(input), decoder_(std::move(decoder)) {}

  Status Take(std::vector<EncodedFrame>& frames, RunResult& result) {
    std::vector<VideoFrame> pictures;
    for (const EncodedFrame& frame : frames) {
      if (auto decoded = decoder_->Decode(frame, pictures); !decoded) return decoded;
    }
    frames.clear();
    return Measure(pictures, result);
  }
  Status Finish(RunResult& result) {
    std::vector<VideoFrame> pictures;
    if (auto flushed = decoder_->Flush(pictures); !flushed) return flushed;
    if (auto measured = Measure(pictures, result); !measured) return measured;
    if (judged_ == input_.clip.pictures.size()) return {};
    return Fail(ErrorCode::kEncodeFailed, std::to_string(judged_) + " pictures came out of " +
                                              std::to_string(input_.clip.pictures.size()));
  }

 private:
  Status Measure(const std::vector<VideoFrame>& pictures, RunResult& result) {
    for (const VideoFrame& frame : pictures) {
      if (judged_ == input_.original.pictures.size()) {
        return Fail(ErrorCode::kEncodeFailed, "more pictures came out than went in");
      }
      const RegionMask mask(input_.clip.size, FacesAt(input_.faces, judged_));
      result.likeness.Add(frame.picture, input_.original.pictures[judged_], mask);
      if (input_.show) input_.show(frame.picture);
      ++judged_;
    }
    return {};
  }

  const RunInput& input_;
  std::unique_ptr<VideoDecoder> decoder_;
  std::size_t judged_ = 0;
};

}  // namespace

Result<RunResult> RunCoded(const VideoConfig& config, const RunInput& input) {
  auto encoder = codec::OpenVideoEncoder(config);
  if (!encoder) return Forward(encoder);
  auto decoder = codec::OpenFfmpegVideoDecoder({.threads = 2, .warm_up = config.codec});
  if (!decoder) return Forward(decoder);
  if (auto set = (*decoder)->Configure((*encoder)->track()); !set) return Forward(set);

  RunResult result;
  result.held_pictures = (*encoder)->capabilities().held_pictures;
  Judge judge(input, std::move(*decoder));
  std::vector<TimeDelta> spans;
  std::int64_t bytes = 0;
  std::int64_t largest = 0;
  std::vector<EncodedFrame> frames;
  const auto take = [&]() -> Status {
    for (const EncodedFrame& frame : frames) {
      const auto size = static_cast<std::int64_t>(frame.payload.size());
      bytes += size;
      largest = std::max(largest, size);
    }
    return judge.Take(frames, result);
  };
  for (std::size_t i = 0; i < input.clip.pictures.size(); ++i) {
    const VideoFrame frame = FrameAt(config, input, i);
    const Timestamp before = runtime::Now();
    if (auto coded = (*encoder)->Encode(frame, frames); !coded) return Forward(coded);
    spans.push_back(runtime::Now() - before);
    if (auto taken = take(); !taken) return Forward(taken);
  }
  if (auto flushed = (*encoder)->Flush(frames); !flushed) return Forward(flushed);
  if (auto taken = take(); !taken) return Forward(taken);
  if (auto finished = judge.Finish(result); !finished) return Forward(finished);

  const double seconds = static_cast<double>(input.clip.pictures.size()) / config.frame_rate;
  result.actual_kbps = static_cast<double>(bytes) * 8 / 1000 / seconds;
  result.encode_ms_p50 = QuantileMs(spans, 0.5);
  result.encode_ms_p95 = QuantileMs(spans, 0.95);
  result.largest_picture_share =
      static_cast<double>(largest) * 8 / static_cast<double>(config.rate.bps());
  return result;
}

}  // namespace onair::samples
