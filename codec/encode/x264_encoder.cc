// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_encoder.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "codec/encode/frame_pace.h"
#include "codec/encode/rate_control.h"
#include "codec/encode/x264_settings.h"

namespace onair::codec {
namespace {

struct CloseEncoder {
  void operator()(x264_t* encoder) const { x264_encoder_close(encoder); }
};
using X264 = std::unique_ptr<x264_t, CloseEncoder>;

// Parameter sets as x264 will use them, without their lengths.
Result<VideoTrack> ReadTrack(x264_t* encoder) {
  x264_nal_t* nals = nullptr;
  int count = 0;
  const int bytes = x264_encoder_headers(encoder, &nals, &count);
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

class X264Encoder final : public VideoEncoder {
 public:
  X264Encoder(const VideoConfig& config, X264 encoder, VideoTrack track)
      : config_(config),
        encoder_(std::move(encoder)),
        track_(std::move(track)),
        pace_(config.frame_rate),
        control_(config.rate, config.size) {}

  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  // x264 holds no picture back in these settings; Open made sure of it.
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const VideoTrack& track() const override { return track_; }

 private:
  Status Accept(const VideoFrame& frame) const;
  Status Reconfigure();
  bool KeyFrameIsDue(MediaTime pts) const;
  Status EncodePicture(const VideoFrame& frame, std::vector<EncodedFrame>& out);

  VideoConfig config_;
  X264 encoder_;
  VideoTrack track_;
  FramePace pace_;
  RateControl control_;
  bool wants_key_frame_ = false;
  std::int64_t next_number_ = 0;
  std::optional<MediaTime> last_pts_;
  std::optional<MediaTime> last_key_;
};

Status X264Encoder::Apply(const EncoderTarget& target) {
  constexpr DataRate kHighest = DataRate::KilobitsPerSec(1'000'000);
  if (target.video_rate <= DataRate::Zero() || target.video_rate > kHighest) {
    return Fail(ErrorCode::kInvalidConfig, "target.video_rate");
  }
  if (!(target.frame_rate > 0 && target.frame_rate <= 120)) {
    return Fail(ErrorCode::kInvalidConfig, "target.frame_rate");
  }
  control_.SetRate(target.video_rate);
  pace_.SetWanted(target.frame_rate);
  if (target.key_frame == KeyFrameWanted::kYes) wants_key_frame_ = true;
  return {};
}

Status X264Encoder::Accept(const VideoFrame& frame) const {
  if (frame.picture.size() != config_.size) {
    const PictureSize size = frame.picture.size();
    return Fail(ErrorCode::kEncodeFailed,
                "picture of " + std::to_string(size.width) + "x" + std::to_string(size.height));
  }
  if (last_pts_ && frame.pts <= *last_pts_) {
    return Fail(ErrorCode::kEncodeFailed, "pts does not rise");
  }
  return {};
}

Status X264Encoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  if (auto accepted = Accept(frame); !accepted) return accepted;
  last_pts_ = frame.pts;
  if (!pace_.Take(frame.pts)) return {};
  if (auto configured = Reconfigure(); !configured) return configured;
  return EncodePicture(frame, out);
}

Status X264Encoder::Reconfigure() {
  const double frame_rate = pace_.frame_rate();
  x264_param_t param;
  x264_encoder_parameters(encoder_.get(), &param);
  FillRate({control_.rate(), config_.vbv, frame_rate, control_.NextCrf(frame_rate)},
           config_.frame_rate, param);
  if (const int error = x264_encoder_reconfig(encoder_.get(), &param); error != 0) {
    return Fail(ErrorCode::kEncodeFailed, "x264 refused a new rate", error);
  }
  return {};
}

// Counted in media time, so that a lower frame rate does not stretch the GOP.
bool X264Encoder::KeyFrameIsDue(MediaTime pts) const {
  if (!last_key_ || wants_key_frame_) return true;
  const TimeDelta half_frame = TimeDelta::SecondsF(0.5 / pace_.frame_rate());
  return pts - *last_key_ + half_frame >= config_.gop;
}

Status X264Encoder::EncodePicture(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  x264_picture_t in;
  x264_picture_init(&in);
  const bool is_planar = frame.picture.format() == PixelFormat::kI420;
  in.img.i_csp = is_planar ? X264_CSP_I420 : X264_CSP_NV12;
  in.img.i_plane = is_planar ? 3 : 2;
  for (std::size_t i = 0; i < static_cast<std::size_t>(in.img.i_plane); ++i) {
    // x264 only reads input planes; its struct has no const.
    in.img.plane[i] = const_cast<std::uint8_t*>(frame.picture.plane(i).data);
    in.img.i_stride[i] = frame.picture.plane(i).stride_bytes;
  }
  in.i_pts = next_number_++;
  in.i_type = KeyFrameIsDue(frame.pts) ? X264_TYPE_IDR : X264_TYPE_AUTO;

  std::array<std::uint8_t, kCaptureStampBytes> stamp{};
  x264_sei_payload_t sei{kCaptureStampBytes, kUserDataUnregistered, stamp.data()};
  if (frame.captured_utc) {
    stamp = CaptureStampPayload(*frame.captured_utc);
    in.extra_sei = {1, &sei, nullptr};
  }

  x264_picture_t coded;
  x264_nal_t* nals = nullptr;
  int count = 0;
  const int bytes = x264_encoder_encode(encoder_.get(), &nals, &count, &in, &coded);
  if (bytes <= 0 || count <= 0) return Fail(ErrorCode::kEncodeFailed, "x264", bytes);

  const std::uint8_t* begin = nals[0].p_payload;
  Buffer payload = Buffer::Own(Bytes(begin, begin + bytes));
  const FrameKind kind = KindOf(payload.view(), VideoCodec::kH264);
  control_.OnPicture(kind, DataSize::Bytes(bytes), coded.prop.f_crf_avg, pace_.frame_rate());
  if (kind == FrameKind::kKey) {
    last_key_ = frame.pts;
    wants_key_frame_ = false;
  }
  out.push_back({std::move(payload), kind, frame.pts, frame.pts, frame.captured_at});
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenX264Encoder(const VideoConfig& config) {
  x264_param_t param;
  if (auto filled = FillSettings(config, param); !filled) return Forward(filled);
  X264 encoder(x264_encoder_open(&param));
  x264_param_cleanup(&param);
  if (encoder == nullptr) return Fail(ErrorCode::kCodecOpen, "x264");
  if (x264_encoder_maximum_delayed_frames(encoder.get()) != 0) {
    return Fail(ErrorCode::kCodecOpen, "x264 would hold pictures back");
  }
  auto track = ReadTrack(encoder.get());
  if (!track) return Fail(ErrorCode::kCodecOpen, track.error().detail);
  return std::unique_ptr<VideoEncoder>(
      std::make_unique<X264Encoder>(config, std::move(encoder), std::move(*track)));
}

}  // namespace onair::codec
