// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/video_encoder.h"

#include <array>
#include <string>

#include "codec/encode/openh264_encoder.h"
#include "codec/encode/x264_encoder.h"
#include "codec/encode/x265_encoder.h"

namespace onair::codec {
namespace {

constexpr std::array kBackends{
    VideoBackend{EncoderChoice::kX264, "x264", VideoCodec::kH264, RoiSupport::kQuantizer,
                 &OpenX264Encoder, &FindX264Encoder},
    VideoBackend{EncoderChoice::kOpenH264, "openh264", VideoCodec::kH264, RoiSupport::kNone,
                 &OpenOpenH264Encoder, &FindOpenH264Encoder},
    VideoBackend{EncoderChoice::kX265, "x265", VideoCodec::kH265, RoiSupport::kQuantizer,
                 &OpenX265Encoder, &FindX265Encoder}};

bool IsAsked(const VideoBackend& backend, const VideoConfig& config) {
  if (config.encoder != EncoderChoice::kAuto) return backend.choice == config.encoder;
  return backend.codec == config.codec;
}

}  // namespace

std::span<const VideoBackend> VideoBackends() {
  return kBackends;
}

Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config) {
  std::string missing;
  for (const VideoBackend& backend : kBackends) {
    if (!IsAsked(backend, config)) continue;
    auto encoder = backend.open(config);
    if (encoder || encoder.error().code != ErrorCode::kCodecUnavailable) return encoder;
    missing += (missing.empty() ? "" : "; ") + encoder.error().detail;
  }
  return Fail(ErrorCode::kCodecUnavailable, missing.empty() ? "video codec" : missing);
}

}  // namespace onair::codec
