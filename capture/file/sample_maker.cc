// SPDX-License-Identifier: Apache-2.0
#include "capture/file/sample_maker.h"

namespace onair::capture {

Status SampleMaker::Make(const AVFrame& frame, std::vector<float>& out) {
  const bool is_new = frame.sample_rate != rate_ || frame.format != sample_format_ ||
                      frame.ch_layout.nb_channels != channels_;
  if (is_new) {
    Drain(out);
    if (auto prepared = Prepare(frame); !prepared) return prepared;
  }
  return Convert(&frame, out);
}

void SampleMaker::Drain(std::vector<float>& out) {
  if (!converter_) return;
  (void)Convert(nullptr, out);  // What is left may be nothing.
  converter_.reset();
  rate_ = 0;
}

Status SampleMaker::Prepare(const AVFrame& frame) {
  AVChannelLayout to{};
  AVChannelLayout from{};
  av_channel_layout_default(&to, format_.channels);
  const bool is_told = frame.ch_layout.order != AV_CHANNEL_ORDER_UNSPEC;
  if (!is_told) av_channel_layout_default(&from, frame.ch_layout.nb_channels);
  if (is_told && av_channel_layout_copy(&from, &frame.ch_layout) < 0) {
    return Fail(ErrorCode::kOutOfMemory, "sound conversion");
  }
  SwrContext* context = nullptr;
  int error =
      swr_alloc_set_opts2(&context, &to, AV_SAMPLE_FMT_FLT, format_.sample_rate, &from,
                          static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  av_channel_layout_uninit(&from);
  converter_.reset(context);
  // A voice in the middle stays as loud on both sides; the library would take 3 dB off.
  constexpr double kBothSides[2] = {1, 1};
  const bool is_spread = frame.ch_layout.nb_channels == 1 && format_.channels == 2;
  if (error >= 0 && is_spread) error = swr_set_matrix(context, kBothSides, 1);
  if (error >= 0) error = swr_init(context);
  if (error < 0) {
    converter_.reset();
    return AvFail(ErrorCode::kDecodeFailed, "sound conversion", error);
  }
  rate_ = frame.sample_rate;
  sample_format_ = frame.format;
  channels_ = frame.ch_layout.nb_channels;
  return {};
}

Status SampleMaker::Convert(const AVFrame* frame, std::vector<float>& out) {
  const int given = frame != nullptr ? frame->nb_samples : 0;
  const int room = swr_get_out_samples(converter_.get(), given);
  if (room <= 0) return {};
  const std::size_t before = out.size();
  const auto channels = static_cast<std::size_t>(format_.channels);
  out.resize(before + static_cast<std::size_t>(room) * channels);
  auto* to = reinterpret_cast<std::uint8_t*>(out.data() + before);
  const auto** from =
      frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
  const int made = swr_convert(converter_.get(), &to, room, from, given);
  out.resize(before + static_cast<std::size_t>(made > 0 ? made : 0) * channels);
  if (made < 0) return AvFail(ErrorCode::kDecodeFailed, "sound conversion", made);
  return {};
}

}  // namespace onair::capture
