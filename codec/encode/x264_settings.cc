// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_settings.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "codec/encode/preset.h"
#include "codec/encode/rate_control.h"

namespace onair::codec {
namespace {

// ITU-T H.264 tables E-3 to E-5, the pair that PixelFormat promises.
constexpr int kBt709 = 1;
constexpr int kBt601 = 6;

constexpr int kMostBPictures = 2;  // In a row.
constexpr int kLeastForBPictures = 4;

// With look-ahead x264 plans for a buffer that is half full after what it sees, key frames too
// (x264 164 encoder/ratecontrol.c clip_qscale), and never comes near the bottom.
// Source: ours; 7 clips, 150 to 2200 kbit/s: at 1 the fullest is 0.76 of the span and key frames
// leave up to 4 % of the rate unused, at 1.25 it is 0.89 and 1.7 %, at 1.4 0.96.
constexpr double kLookAheadReserve = 1.25;

// x264 itself would print about a name it does not know.
bool IsPreset(std::string_view name) {
  for (const char* const* known = x264_preset_names; *known != nullptr; ++known) {
    if (name == *known) return true;
  }
  return false;
}

int Kilobits(double bits) {
  return std::max(1, static_cast<int>(std::lround(bits / 1000)));
}

void FillPictures(const VideoConfig& config, x264_param_t& param) {
  param.i_width = config.size.width;
  param.i_height = config.size.height;
  param.i_csp = X264_CSP_I420;
  param.i_fps_num = static_cast<std::uint32_t>(std::lround(config.frame_rate * 1000));
  param.i_fps_den = 1000;
  // Time for x264 is the number of the picture: the SPS then says the frame rate instead of
  // our microseconds, and pts jitter does not disturb the rate control.
  param.i_timebase_num = param.i_fps_den;
  param.i_timebase_den = param.i_fps_num;
  // Variable timing would cost a frame of delay. Source: x264 164 encoder/encoder.c i_delay.
  param.b_vfr_input = 0;
  const int colour = config.size.height < 720 ? kBt601 : kBt709;
  param.vui.i_colorprim = param.vui.i_transfer = param.vui.i_colmatrix = colour;
  param.vui.b_fullrange = 0;
}

void FillStructure(const VideoConfig& config, x264_param_t& param) {
  // Where pictures are held back anyway, B pictures cost no more delay than one picture at the
  // decoder, and save a quarter of the rate. None refers to another, so that the order stays
  // simple and each may be dropped.
  // Source: ours; onair-quality, 4 clips: whole picture -5 % without, -30 % with them.
  const bool has_b_pictures = HasBPictures(config);
  param.i_bframe = has_b_pictures ? kMostBPictures : 0;
  param.i_bframe_adaptive = has_b_pictures ? X264_B_ADAPT_FAST : X264_B_ADAPT_NONE;
  param.i_bframe_pyramid = X264_B_PYRAMID_NONE;
  param.b_open_gop = 0;
  param.b_intra_refresh = 0;
  // Key frames are placed by us, in media time: see X264Encoder::KeyFrameIsDue.
  param.i_keyint_max = X264_KEYINT_MAX_INFINITE;
  // A cut costs an I picture of several frames' bits in a VBV of a quarter second and an IDR
  // that no viewer needs; P pictures with intra blocks take it smoothly.
  param.i_scenecut_threshold = 0;
  // With look-ahead the macroblock tree spends on what later pictures will refer to. Its pictures
  // are looked at on this thread: one more of its own would cost a frame of delay.
  param.rc.i_lookahead = LookAheadPictures(config);
  param.rc.b_mb_tree = param.rc.i_lookahead > 0 ? 1 : 0;
  param.i_sync_lookahead = 0;
}

void FillOutput(x264_param_t& param) {
  param.b_annexb = 0;
  param.b_repeat_headers = 0;
  param.b_aud = 0;
  param.i_log_level = X264_LOG_NONE;
  param.pf_log = [](void*, int, const char*, va_list) {};
}

}  // namespace

int LookAheadPictures(const VideoConfig& config) {
  return static_cast<int>(config.look_ahead.seconds_f() * config.frame_rate + 1e-6);
}

bool HasBPictures(const VideoConfig& config) {
  return LookAheadPictures(config) >= kLeastForBPictures &&
         config.h264_profile == H264Profile::kHigh;
}

TimeDelta VbvSpan(const VideoConfig& config) {
  return config.vbv + config.look_ahead;
}

TimeDelta ToldVbv(const VideoConfig& config) {
  return VbvSpan(config).Scaled(config.look_ahead > TimeDelta::Zero() ? kLookAheadReserve : 1);
}

Status FillSettings(const X264Api& api, const VideoConfig& config, x264_param_t& param) {
  if (auto valid = config.Validate(); !valid) return valid;
  if (config.codec != VideoCodec::kH264) {
    return Fail(ErrorCode::kCodecUnavailable, "x264 encodes H.264 only");
  }
  const std::string preset = PresetOf(config);
  if (!IsPreset(preset) || api.param_default_preset(&param, preset.c_str(), "zerolatency") != 0) {
    return Fail(ErrorCode::kInvalidConfig, "video.preset");
  }
  FillPictures(config, param);
  FillStructure(config, param);
  FillOutput(param);
  param.i_threads = config.threads;
  param.b_sliced_threads = config.threads > 1 ? 1 : 0;
  // Quantiser offsets of regions are applied inside adaptive quantisation only; presets that
  // turn it off would ignore them in silence.
  // Source: x264 164 encoder/ratecontrol.c x264_adaptive_quant_frame.
  if (param.rc.i_aq_mode == X264_AQ_NONE || param.rc.f_aq_strength <= 0) {
    param.rc.i_aq_mode = X264_AQ_VARIANCE;
    param.rc.f_aq_strength = 0.01F;
  }
  param.rc.i_rc_method = X264_RC_CRF;
  const RateControl control(config.rate, config.size, VbvSpan(config));
  const double first_crf = control.NextCrf(config.frame_rate, config.gop);
  FillRate({config.rate, ToldVbv(config), config.frame_rate, first_crf}, config.frame_rate, param);
  const bool is_baseline = config.h264_profile == H264Profile::kConstrainedBaseline;
  // What x264 calls baseline has constraint_set1_flag set: the constrained one.
  if (api.param_apply_profile(&param, is_baseline ? "baseline" : "high") != 0) {
    return Fail(ErrorCode::kCodecOpen, "x264 profile");
  }
  return {};
}

void FillRate(const RatePlan& plan, double nominal_frame_rate, x264_param_t& param) {
  const auto bps = static_cast<double>(plan.rate.bps());
  param.rc.f_rf_constant = static_cast<float>(plan.crf);
  param.rc.i_vbv_max_bitrate = Kilobits(bps * nominal_frame_rate / plan.frame_rate);
  param.rc.i_vbv_buffer_size = Kilobits(bps * plan.vbv.seconds_f());
  // A VBV of one picture, full again before each: x264 then keeps every picture below it. It leaves
  // with as little in it, so the first one after has to fill the usual one.
  if (plan.frame_limit) {
    const double bits = 8.0 * static_cast<double>(plan.frame_limit->bytes());
    param.rc.i_vbv_buffer_size = Kilobits(bits);
    param.rc.i_vbv_max_bitrate = static_cast<int>(bits * nominal_frame_rate / 1000);
  } else if (plan.was_limited) {
    param.rc.i_vbv_max_bitrate = Kilobits(bps * plan.vbv.seconds_f() * nominal_frame_rate);
  }
}

}  // namespace onair::codec
