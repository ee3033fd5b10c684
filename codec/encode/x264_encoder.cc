// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_encoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <list>
#include <utility>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "codec/encode/decode_order.h"
#include "codec/encode/picture_schedule.h"
#include "codec/encode/rate_control.h"
#include "codec/encode/roi_planner.h"
#include "codec/encode/x264_settings.h"

namespace onair::codec {
namespace {

constexpr double kCoarsestCrf = 51;

struct CloseEncoder {
  const X264Api* api;
  void operator()(x264_t* encoder) const { api->encoder_close(encoder); }
};
using X264Handle = std::unique_ptr<x264_t, CloseEncoder>;

Result<X264Handle> OpenX264(const X264Api& api, const VideoConfig& config) {
  x264_param_t param;
  if (auto filled = FillSettings(api, config, param); !filled) return Forward(filled);
  X264Handle encoder(api.encoder_open(&param), CloseEncoder{&api});
  api.param_cleanup(&param);
  if (encoder == nullptr) return Fail(ErrorCode::kCodecOpen, "x264");
  if (api.encoder_maximum_delayed_frames(encoder.get()) > LookAheadPictures(config)) {
    return Fail(ErrorCode::kCodecOpen, "x264 would hold more pictures back");
  }
  return encoder;
}

// Parameter sets as x264 will use them, without their lengths.
Result<VideoTrack> ReadTrack(const X264Api& api, x264_t* encoder) {
  x264_nal_t* nals = nullptr;
  int count = 0;
  const int bytes = api.encoder_headers(encoder, &nals, &count);
  if (bytes <= 0 || count <= 0) return Fail(ErrorCode::kCodecOpen, "x264 headers", bytes);
  const auto units = SplitLengths({nals[0].p_payload, static_cast<std::size_t>(bytes)});
  if (!units) return Forward(units);
  ByteView sps;
  ByteView pps;
  for (const ByteView unit : *units) {
    const int type = NalType(unit, VideoCodec::kH264);
    if (type == static_cast<int>(H264NalType::kSps)) sps = unit;
    if (type == static_cast<int>(H264NalType::kPps)) pps = unit;
  }
  auto record = MakeAvcConfig(sps, pps);
  if (!record) return Forward(record);
  return TrackFromAvcConfig(Buffer::Own(std::move(*record)));
}

// A picture that x264 has not given back: what must go with it, and what must live until then.
struct PictureInside {
  PictureInside(const VideoFrame& frame, std::int64_t picture_number)
      : number(picture_number), pts(frame.pts), captured_at(frame.captured_at) {
    if (frame.captured_utc) stamp = CaptureStampPayload(*frame.captured_utc);
  }
  PictureInside(const PictureInside&) = delete;  // x264 holds a pointer to `sei`.
  PictureInside& operator=(const PictureInside&) = delete;

  std::int64_t number;
  MediaTime pts;
  Timestamp captured_at;
  double mean_offset = 0;  // Of the plan: a part of the quality that it got.
  bool is_key = false;
  std::array<std::uint8_t, kCaptureStampBytes> stamp{};
  x264_sei_payload_t sei{kCaptureStampBytes, kUserDataUnregistered, stamp.data()};
};

x264_picture_t PictureFor(const X264Api& api, const Picture& picture) {
  x264_picture_t in;
  api.picture_init(&in);
  const bool is_planar = picture.format() == PixelFormat::kI420;
  in.img.i_csp = is_planar ? X264_CSP_I420 : X264_CSP_NV12;
  in.img.i_plane = is_planar ? 3 : 2;
  for (std::size_t i = 0; i < static_cast<std::size_t>(in.img.i_plane); ++i) {
    // x264 only reads input planes; its struct has no const.
    in.img.plane[i] = const_cast<std::uint8_t*>(picture.plane(i).data);
    in.img.i_stride[i] = picture.plane(i).stride_bytes;
  }
  return in;
}

class X264Encoder final : public VideoEncoder {
 public:
  X264Encoder(const X264Api& api, const VideoConfig& config, X264Handle encoder, VideoTrack track)
      : api_(api),
        config_(config),
        encoder_(std::move(encoder)),
        track_(std::move(track)),
        schedule_(config),
        control_(config.rate, config.size, VbvSpan(config)),
        planner_(config.size, config.roi_strength,
                 config.look_ahead > TimeDelta::Zero() ? LookAhead::kByEncoder : LookAhead::kNone),
        held_pictures_(api.encoder_maximum_delayed_frames(encoder_.get())) {}

  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>& out) override;
  EncoderCapabilities capabilities() const override {
    return {.name = "x264",
            .roi = RoiSupport::kQuantizer,
            .rate_change = RateChange::kInFlight,
            .held_pictures = held_pictures_,
            .frame_limit = FrameLimitSupport::kKept};
  }
  const VideoTrack& track() const override { return track_; }

 private:
  Status Reopen();
  TimeDelta ToKey(MediaTime newest) const;
  void Limit(MediaTime newest, RatePlan& plan);
  Status Reconfigure(MediaTime newest);
  Status Lose(int error);
  Status Run(x264_picture_t* in, std::vector<EncodedFrame>& out);
  Status EncodePicture(const VideoFrame& frame, std::vector<EncodedFrame>& out);

  const X264Api& api_;
  VideoConfig config_;
  X264Handle encoder_;
  VideoTrack track_;
  PictureSchedule schedule_;
  RateControl control_;
  RoiPlanner planner_;
  const int held_pictures_;
  std::list<PictureInside> inside_;  // At most held_pictures_ + 1.
  DecodeOrder order_;                // Where there are B pictures.
  std::optional<DataSize> frame_limit_;
  bool was_limited_ = false;  // The last picture, and x264's VBV with it.
  bool is_spent_ = false;     // By a flush.
  std::int64_t next_number_ = 0;
};

Status X264Encoder::Apply(const EncoderTarget& target) {
  if (auto applied = schedule_.Apply(target); !applied) return applied;
  control_.SetRate(target.video_rate);
  frame_limit_ = target.frame_limit;
  planner_.SetEmphasis(target.roi_emphasis);
  return {};
}

Status X264Encoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  const auto is_coded = schedule_.Take(frame);
  if (!is_coded) return Forward(is_coded);
  if (*is_coded == PictureSchedule::IsCoded::kNo) return {};
  if (is_spent_) {
    if (auto reopened = Reopen(); !reopened) return reopened;
  }
  if (auto configured = Reconfigure(frame.pts); !configured) return configured;
  return EncodePicture(frame, out);
}

// How long after the picture that x264 codes next another key frame comes. `newest` goes in now.
TimeDelta X264Encoder::ToKey(MediaTime newest) const {
  const MediaTime pts = inside_.empty() ? newest : inside_.front().pts;
  for (const PictureInside& picture : inside_) {
    if (picture.is_key && picture.pts > pts) return picture.pts - pts;
  }
  if (newest > pts && schedule_.IsKeyDue(newest)) return newest - pts;
  return newest - pts + schedule_.ToKey(newest);
}

Status X264Encoder::Reconfigure(MediaTime newest) {
  const double frame_rate = schedule_.frame_rate();
  x264_param_t param;
  api_.encoder_parameters(encoder_.get(), &param);
  const double crf = control_.NextCrf(frame_rate, ToKey(newest));
  RatePlan plan{control_.rate(), ToldVbv(config_), frame_rate, crf};
  Limit(newest, plan);
  FillRate(plan, config_.frame_rate, param);
  if (const int error = api_.encoder_reconfig(encoder_.get(), &param); error != 0) {
    return Fail(ErrorCode::kEncodeFailed, "x264 refused a new rate", error);
  }
  return {};
}

// The quality that is expected to fit, for all of the picture alike; x264's VBV is the net below
// it, as it sees within the picture that it grows too large.
void X264Encoder::Limit(MediaTime newest, RatePlan& plan) {
  const DataSize vbv = plan.rate * plan.vbv;
  plan.was_limited = std::exchange(was_limited_, frame_limit_ && *frame_limit_ < vbv);
  if (!was_limited_) return;
  plan.frame_limit = frame_limit_;
  const FrameKind kind = schedule_.IsKeyDue(newest) ? FrameKind::kKey : FrameKind::kReference;
  const auto within = control_.CrfWithin(kind, *plan.frame_limit);
  if (within) plan.crf = std::clamp(*within, plan.crf, kCoarsestCrf);
}

Status X264Encoder::EncodePicture(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  const bool is_key = schedule_.IsKeyDue(frame.pts);
  if (next_number_ == 0) planner_.OnCoded(control_.NextCrf(schedule_.frame_rate(), config_.gop));
  const RoiPlan plan =
      planner_.Plan({frame.picture, frame.roi, is_key, schedule_.PicturesToKey(frame.pts)});
  inside_.emplace_back(frame, next_number_++);
  inside_.back().mean_offset = plan.mean;
  inside_.back().is_key = is_key;
  if (HasBPictures(config_)) order_.OnTaken(frame.pts);

  x264_picture_t in = PictureFor(api_, frame.picture);
  in.i_pts = inside_.back().number;
  in.i_type = is_key ? X264_TYPE_IDR : X264_TYPE_AUTO;
  // x264 only reads offsets, before it returns; its struct has no const.
  in.prop.quant_offsets = plan.offsets.empty() ? nullptr : const_cast<float*>(plan.offsets.data());
  if (frame.captured_utc) in.extra_sei = {1, &inside_.back().sei, nullptr};

  if (auto run = Run(&in, out); !run) return run;
  if (is_key) schedule_.OnKey(frame.pts);
  return {};
}

// One step of x264; null takes out what is inside.
Status X264Encoder::Run(x264_picture_t* in, std::vector<EncodedFrame>& out) {
  x264_picture_t coded;
  x264_nal_t* nals = nullptr;
  int count = 0;
  const int bytes = api_.encoder_encode(encoder_.get(), &nals, &count, in, &coded);
  const bool is_holding = in != nullptr && std::ssize(inside_) <= held_pictures_;
  if (bytes == 0 && is_holding) return {};
  if (bytes <= 0 || count <= 0) return Lose(bytes);
  const auto found = std::find_if(inside_.begin(), inside_.end(),
                                  [&](const PictureInside& p) { return p.number == coded.i_pts; });
  if (found == inside_.end()) return Lose(0);
  const std::uint8_t* begin = nals[0].p_payload;
  Buffer payload = Buffer::Own(Bytes(begin, begin + bytes));
  const FrameKind kind = KindOf(payload.view(), VideoCodec::kH264);
  const PictureInside& picture = *found;
  planner_.OnCoded(coded.prop.f_crf_avg);
  control_.OnPicture(kind, DataSize::Bytes(bytes), coded.prop.f_crf_avg + picture.mean_offset,
                     schedule_.frame_rate());
  const MediaTime dts = HasBPictures(config_) ? order_.OnGiven(picture.pts) : picture.pts;
  out.push_back({std::move(payload), kind, picture.pts, dts, picture.captured_at});
  inside_.erase(found);
  return {};
}

// The newest picture is lost; where others may be inside as well, all of them are, and the next
// one opens x264 anew.
Status X264Encoder::Lose(int error) {
  if (held_pictures_ > 0) {
    inside_.clear();
    is_spent_ = true;
  } else if (!inside_.empty()) {
    inside_.pop_back();
  }
  return Fail(ErrorCode::kEncodeFailed, "x264", error);
}

Status X264Encoder::Flush(std::vector<EncodedFrame>& out) {
  // Each step gives one picture, so the bound is what x264 holds.
  for (int left = api_.encoder_delayed_frames(encoder_.get()); left > 0; --left) {
    if (auto configured = Reconfigure(*schedule_.last_pts()); !configured) return configured;
    if (auto run = Run(nullptr, out); !run) return run;
  }
  inside_.clear();
  // x264 takes nothing after its look-ahead was emptied.
  is_spent_ = held_pictures_ > 0;
  return {};
}

// Another x264 with the same settings, hence the same parameter sets.
Status X264Encoder::Reopen() {
  auto encoder = OpenX264(api_, config_);
  if (!encoder) return Forward(encoder);
  encoder_ = std::move(*encoder);
  schedule_.Restart();
  order_.Restart();
  is_spent_ = false;
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenX264Encoder(const VideoConfig& config) {
  const auto api = X264();
  if (!api) return Forward(api);
  auto encoder = OpenX264(**api, config);
  if (!encoder) return Forward(encoder);
  auto track = ReadTrack(**api, encoder->get());
  if (!track) return Fail(ErrorCode::kCodecOpen, track.error().detail);
  return std::unique_ptr<VideoEncoder>(
      std::make_unique<X264Encoder>(**api, config, std::move(*encoder), std::move(*track)));
}

Status FindX264Encoder(const VideoConfig&) {
  const auto api = X264();
  if (!api) return Forward(api);
  return {};
}

}  // namespace onair::codec
