// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/pcm_converter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace onair::codec {
namespace {

// Added to the level of every message of a context, which puts it below any usual log level
// (FFmpeg prints levels modulo 256). The process-wide av_log callback stays the app's own.
constexpr int kSilent = 100;

}  // namespace

PcmConverter::PcmConverter(AudioFormat to) : to_(to) {}

void PcmConverter::FreeSwr::operator()(SwrContext* swr) const {
  swr_free(&swr);
}

Status PcmConverter::Convert(AudioFormat from, std::span<const float> interleaved) {
  if (swr_ == nullptr || from != from_) {
    if (auto drained = Drain(); !drained) return drained;
    if (auto opened = Reopen(from); !opened) return opened;
  }
  const auto frames = interleaved.size() / static_cast<std::size_t>(from.channels);
  return Run(interleaved.data(), static_cast<int>(frames));
}

Status PcmConverter::Drain() {
  if (swr_ == nullptr) return {};
  auto status = Run(nullptr, 0);
  swr_.reset();
  return status;
}

void PcmConverter::Take(std::size_t count, std::span<float* const> out) {
  for (std::size_t channel = 0; channel < out.size(); ++channel) {
    auto& plane = planes_[channel];
    const std::size_t known = std::min(count, plane.size());
    std::copy_n(plane.begin(), known, out[channel]);
    std::fill_n(out[channel] + known, count - known, 0.0F);
    plane.erase(plane.begin(), plane.begin() + static_cast<std::ptrdiff_t>(known));
  }
}

Status PcmConverter::Reopen(AudioFormat from) {
  AVChannelLayout in;
  AVChannelLayout out;
  av_channel_layout_default(&in, from.channels);
  av_channel_layout_default(&out, to_.channels);
  SwrContext* swr = nullptr;
  const int error = swr_alloc_set_opts2(&swr, &out, AV_SAMPLE_FMT_FLTP, to_.sample_rate, &in,
                                        AV_SAMPLE_FMT_FLT, from.sample_rate, kSilent, nullptr);
  swr_.reset(swr);
  if (error < 0) return Fail(ErrorCode::kEncodeFailed, "resampler", error);
  if (const int failed = swr_init(swr); failed < 0) {
    swr_.reset();
    return Fail(ErrorCode::kEncodeFailed, "resampler", failed);
  }
  from_ = from;
  return {};
}

// With a null input the resampler gives its tail.
Status PcmConverter::Run(const float* interleaved, int frames) {
  const int room = swr_get_out_samples(swr_.get(), frames);
  if (room <= 0) return {};
  const std::size_t before = ready();
  std::array<std::uint8_t*, 2> out{};
  for (std::size_t channel = 0; channel < static_cast<std::size_t>(to_.channels); ++channel) {
    planes_[channel].resize(before + static_cast<std::size_t>(room));
    out[channel] = reinterpret_cast<std::uint8_t*>(planes_[channel].data() + before);
  }
  const auto* in = reinterpret_cast<const std::uint8_t*>(interleaved);
  const int made = swr_convert(swr_.get(), out.data(), room, interleaved ? &in : nullptr, frames);
  const std::size_t size = before + static_cast<std::size_t>(std::max(made, 0));
  for (std::size_t channel = 0; channel < static_cast<std::size_t>(to_.channels); ++channel) {
    auto& plane = planes_[channel];
    plane.resize(size);
    // The AAC encoder refuses a whole frame for one NaN.
    std::replace_if(
        plane.begin() + static_cast<std::ptrdiff_t>(before), plane.end(),
        [](float sample) { return !std::isfinite(sample); }, 0.0F);
  }
  if (made < 0) return Fail(ErrorCode::kEncodeFailed, "resampler", made);
  return {};
}

}  // namespace onair::codec
