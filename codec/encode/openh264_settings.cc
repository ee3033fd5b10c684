// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/openh264_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "codec/encode/preset.h"

namespace onair::codec {
namespace {

// Source: openh264 v2.3.1 codec/api/wels/codec_def.h MAX_THREADS_NUM.
constexpr int kMostThreads = 4;
constexpr int kBlock = 16;

// Nothing depends on it: the first picture has its own.
constexpr int kFirstQuantizer = 30;

// x264's names, from fast to slow.
std::optional<ECOMPLEXITY_MODE> ComplexityOf(std::string_view preset) {
  constexpr std::array kFast{"ultrafast", "superfast"};
  constexpr std::array kMedium{"veryfast", "faster", "fast"};
  constexpr std::array kSlow{"medium", "slow", "slower", "veryslow", "placebo"};
  const auto has = [&](const auto& names) {
    return std::find(names.begin(), names.end(), preset) != names.end();
  };
  if (has(kFast)) return LOW_COMPLEXITY;
  if (has(kMedium)) return MEDIUM_COMPLEXITY;
  if (has(kSlow)) return HIGH_COMPLEXITY;
  return std::nullopt;
}

void FillColours(const VideoConfig& config, SSpatialLayerConfig& layer) {
  const bool is_bt601 = config.size.height < 720;  // The pair that PixelFormat promises.
  layer.bVideoSignalTypePresent = true;
  layer.uiVideoFormat = VF_UNDEF;
  layer.bFullRange = false;
  layer.bColorDescriptionPresent = true;
  layer.uiColorPrimaries = is_bt601 ? CP_SMPTE170M : CP_BT709;
  layer.uiTransferCharacteristics = is_bt601 ? TRC_SMPTE170M : TRC_BT709;
  layer.uiColorMatrix = is_bt601 ? CM_SMPTE170M : CM_BT709;
}

// A slice for each thread, as whole rows of blocks.
void FillThreads(const VideoConfig& config, SEncParamExt& param) {
  const int rows = (config.size.height + kBlock - 1) / kBlock;
  const int threads = std::min({config.threads, kMostThreads, rows});
  param.iMultipleThreadIdc = static_cast<unsigned short>(threads);
  param.bUseLoadBalancing = false;  // Results would depend on the machine's load.
  SSliceArgument& slices = param.sSpatialLayers[0].sSliceArgument;
  slices.uiSliceMode = threads > 1 ? SM_FIXEDSLCNUM_SLICE : SM_SINGLE_SLICE;
  slices.uiSliceNum = static_cast<unsigned>(threads);
}

}  // namespace

Status FillOpenH264(const VideoConfig& config, SEncParamExt& param) {
  if (config.codec != VideoCodec::kH264) {
    return Fail(ErrorCode::kCodecUnavailable, "OpenH264 encodes H.264 only");
  }
  const auto complexity = ComplexityOf(PresetOf(config));
  if (!complexity) return Fail(ErrorCode::kInvalidConfig, "video.preset");
  const bool is_high = config.h264_profile == H264Profile::kHigh;
  const auto bps = static_cast<int>(config.rate.bps());  // At most 50 Mbit/s.
  param.iUsageType = CAMERA_VIDEO_REAL_TIME;
  param.iComplexityMode = *complexity;
  param.iPicWidth = config.size.width;
  param.iPicHeight = config.size.height;
  param.fMaxFrameRate = static_cast<float>(config.frame_rate);
  param.iTargetBitrate = bps;
  // Its own rate control leaves pictures out to keep the rate and answers to a new one within
  // seconds; a quantiser for each picture is ours to name (picture_quantizer.h).
  param.iRCMode = RC_OFF_MODE;
  param.bEnableFrameSkip = false;
  param.iMinQp = 0;
  param.iMaxQp = 51;
  // It would shift the quantiser that was named.
  param.bEnableAdaptiveQuant = false;
  // Key frames are placed by us, in media time, as in x264_settings.cc; so are scene cuts.
  param.uiIntraPeriod = 0;
  param.bEnableSceneChangeDetect = false;
  // One pair of parameter sets for the session: the track says them before the first picture.
  param.eSpsPpsIdStrategy = CONSTANT_ID;
  param.iEntropyCodingModeFlag = is_high ? 1 : 0;
  SSpatialLayerConfig& layer = param.sSpatialLayers[0];
  layer.iVideoWidth = config.size.width;
  layer.iVideoHeight = config.size.height;
  layer.fFrameRate = static_cast<float>(config.frame_rate);
  layer.iSpatialBitrate = bps;
  layer.uiProfileIdc = is_high ? PRO_HIGH : PRO_BASELINE;
  layer.iDLayerQp = kFirstQuantizer;
  FillColours(config, layer);
  FillThreads(config, param);
  return {};
}

}  // namespace onair::codec
