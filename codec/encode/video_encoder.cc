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

// The first answer that is more than that it is not here; without one what each of them said.
template <typename Ask>
auto FirstOf(const VideoConfig& config, Ask ask) -> decltype(ask(kBackends[0])) {
  std::string missing;
  for (const VideoBackend& backend : kBackends) {
    if (!IsAsked(backend, config)) continue;
    auto answer = ask(backend);
    if (answer || answer.error().code != ErrorCode::kCodecUnavailable) return answer;
    missing += (missing.empty() ? "" : "; ") + answer.error().detail;
  }
  return Fail(ErrorCode::kCodecUnavailable, missing.empty() ? "video codec" : missing);
}

}  // namespace

std::span<const VideoBackend> VideoBackends() {
  return kBackends;
}

Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config) {
  return FirstOf(config, [&](const VideoBackend& backend) { return backend.open(config); });
}

Status FindVideoEncoder(const VideoConfig& config) {
  return FirstOf(config, [&](const VideoBackend& backend) -> Status {
    if (backend.codec == config.codec) return backend.find(config);
    return Fail(ErrorCode::kCodecUnavailable, std::string(backend.name) + " has another codec");
  });
}

}  // namespace onair::codec
