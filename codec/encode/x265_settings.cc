// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_settings.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "codec/encode/preset.h"

namespace onair::codec {
namespace {

// ITU-T H.265 tables E.3 to E.5, the pair that PixelFormat promises.
constexpr int kBt709 = 1;
constexpr int kBt601 = 6;
constexpr int kUnspecifiedVideoFormat = 5;  // H.265 table E.2.

// Too little to move a quantiser by a step.
constexpr double kTokenStrength = 0.01;

// x265 itself would print about a name it does not know.
bool IsPreset(std::string_view name) {
  for (const char* const* known = x265_preset_names; *known != nullptr; ++known) {
    if (name == *known) return true;
  }
  return false;
}

// x265 refuses pictures smaller than one coding tree unit (common/param.cpp x265_check_params).
void FitBlocks(PictureSize size, x265_param& param) {
  const auto shorter = static_cast<std::uint32_t>(std::min(size.width, size.height));
  while (param.maxCUSize > 16 && param.maxCUSize > shorter) param.maxCUSize /= 2;
  param.minCUSize = std::min(param.minCUSize, param.maxCUSize / 2);
  param.maxTUSize = std::min(param.maxTUSize, param.maxCUSize);
}

void FillPictures(const VideoConfig& config, x265_param& param) {
  FitBlocks(config.size, param);
  param.sourceWidth = config.size.width;
  param.sourceHeight = config.size.height;
  param.internalCsp = X265_CSP_I420;
  param.fpsNum = static_cast<std::uint32_t>(std::lround(config.frame_rate * 1000));
  param.fpsDenom = 1000;
  const int colour = config.size.height < 720 ? kBt601 : kBt709;
  param.vui.bEnableVideoSignalTypePresentFlag = 1;
  param.vui.videoFormat = kUnspecifiedVideoFormat;
  param.vui.bEnableVideoFullRangeFlag = 0;
  param.vui.bEnableColorDescriptionPresentFlag = 1;
  param.vui.colorPrimaries = param.vui.transferCharacteristics = param.vui.matrixCoeffs = colour;
}

void FillStructure(x265_param& param) {
  param.bframes = 0;
  param.bFrameAdaptive = 0;
  param.bOpenGOP = 0;
  param.bIntraRefresh = 0;
  // Key frames are placed by us, in media time, as in x264_settings.cc; so are scene cuts.
  param.keyframeMax = -1;
  param.scenecutThreshold = 0;
  // It would hold pictures for nothing: without B pictures only its tree over blocks looks ahead,
  // which gives back what adaptive quantisation takes from texture, and a quantiser named for a
  // picture that is coded later steers late. Source: ours; onair-quality --mode quality, x265
  // superfast, Foreman: 334 ms of it cost 0.8 to 1.3 dB, without the tree 0.5 to 0.7 dB.
  param.lookaheadDepth = 0;
  param.rc.cuTree = 0;
  // More would hold one picture back each.
  param.frameNumThreads = 1;
}

void FillOutput(x265_param& param) {
  param.bAnnexB = 0;
  param.bEnableAccessUnitDelimiters = 0;
  param.bEmitInfoSEI = 0;
  param.logLevel = X265_LOG_NONE;
}

// The only way to turn the rate of x265 3.5 in flight. x265_encoder_reconfig() changes a copy
// that the rate control does not look at (encoder/encoder.cpp configure() sets m_param,
// ratecontrol.cpp keeps the first). A zone of one picture, however, is a budget in bits for that
// picture: RateControl::tuneQScaleForZone, and x265_picture::forceqp names a quantiser. See
// X265Engine::Encode.
void FillRate(const VideoConfig& config, x265_param& param) {
  const int kbps = static_cast<int>(std::max<std::int64_t>(config.rate.bps() / 1000, 1));
  param.rc.rateControlMode = X265_RC_ABR;
  param.rc.bitrate = param.rc.vbvMaxBitrate = kbps;
  // PictureBudget keeps the configured VBV; x265's own cannot change its size, so it is a wide net.
  param.rc.vbvBufferSize = kbps;
  param.bResetZoneConfig = 0;
  param.reconfigWindowSize = 1;
  param.rc.zonefileCount = 2;
  param.bRepeatHeaders = 1;  // x265 demands it with zones; they are taken out again.
  // Quantiser steps between two pictures. 4 (x265's own) takes three pictures longer down.
  // Source: ours; codec_bench, H.265 "rate steps", 2026-11: 1500 -> 600 kbit/s, first second
  // +5..+8 % with 8, +8..+18 % with 4.
  param.rc.qpStep = 8;
}

}  // namespace

void FreeX265Param::operator()(x265_param* param) const {
  X265Api()->param_free(param);
}

const x265_api* X265Api() {
  return FindX265().value_or(nullptr);
}

bool HasAdaptiveQuantizer(const x265_param& param) {
  return param.rc.aqMode != X265_AQ_NONE && param.rc.aqStrength > kTokenStrength;
}

Result<X265Param> MakeX265Settings(const VideoConfig& config, std::string& pools) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  if (config.codec != VideoCodec::kH265) {
    return Fail(ErrorCode::kCodecUnavailable, "x265 encodes H.265 only");
  }
  const auto found = FindX265();
  if (!found) return Forward(found);
  const x265_api* api = *found;
  const std::string preset = PresetOf(config);
  if (!IsPreset(preset)) return Fail(ErrorCode::kInvalidConfig, "video.preset");
  X265Param param(api->param_alloc());
  if (param == nullptr) return Fail(ErrorCode::kOutOfMemory, "x265 settings");
  if (api->param_default_preset(param.get(), preset.c_str(), "zerolatency") != 0) {
    return Fail(ErrorCode::kInvalidConfig, "video.preset");
  }
  FillPictures(config, *param);
  FillStructure(*param);
  FillOutput(*param);
  FillRate(config, *param);
  pools = config.threads > 1 ? std::to_string(config.threads) : "none";
  param->numaPools = pools.c_str();
  // Quantiser offsets of regions are applied inside adaptive quantisation only; ultrafast and
  // superfast turn it off and would ignore them in silence, and strength 0 turns it off too.
  // Source: x265 3.5 encoder/slicetype.cpp LookaheadTLD::calcAdaptiveQuantFrame.
  if (param->rc.aqMode == X265_AQ_NONE || param->rc.aqStrength <= 0) {
    param->rc.aqMode = X265_AQ_VARIANCE;
    param->rc.aqStrength = kTokenStrength;
  }
  if (api->param_apply_profile(param.get(), "main") != 0) {
    return Fail(ErrorCode::kCodecOpen, "x265 profile");
  }
  return param;
}

}  // namespace onair::codec
