// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "codec/encode/frame_pace.h"
#include "codec/encode/picture_budget.h"
#include "codec/encode/x265_settings.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

struct CloseEncoder {
  void operator()(x265_encoder* encoder) const { X265Api()->encoder_close(encoder); }
};
using X265 = std::unique_ptr<x265_encoder, CloseEncoder>;

struct FreePicture {
  void operator()(x265_picture* picture) const { X265Api()->picture_free(picture); }
};
using X265Picture = std::unique_ptr<x265_picture, FreePicture>;

bool IsParameterSet(ByteView nal) {
  const int type = NalType(nal, VideoCodec::kH265);
  return type >= static_cast<int>(H265NalType::kVps) && type <= static_cast<int>(H265NalType::kPps);
}

ByteView WithoutLength(const x265_nal& nal) {
  return ByteView(nal.payload, nal.sizeBytes).subspan(4);
}

// Parameter sets as x265 will use them.
Result<VideoTrack> ReadTrack(x265_encoder* encoder) {
  x265_nal* nals = nullptr;
  std::uint32_t count = 0;
  const int bytes = X265Api()->encoder_headers(encoder, &nals, &count);
  if (bytes <= 0) return Fail(ErrorCode::kCodecOpen, "x265 headers", bytes);
  ByteView sets[3];
  for (std::uint32_t i = 0; i < count; ++i) {
    const ByteView nal = WithoutLength(nals[i]);
    const int index = NalType(nal, VideoCodec::kH265) - static_cast<int>(H265NalType::kVps);
    if (index >= 0 && index < 3) sets[index] = nal;
  }
  auto record = MakeHevcConfig(sets[0], sets[1], sets[2]);
  if (!record) return Forward(record);
  return TrackFromHevcConfig(Buffer::Own(std::move(*record)));
}

// An open encoder with the things that are only good for it.
struct Engine {
  X265 encoder;
  X265Picture picture;
  X265Param budget;  // The zoneParam of PushBudget().
  VideoTrack track;
};

Result<Engine> OpenEngine(const VideoConfig& config) {
  const x265_api* api = X265Api();
  std::string pools;
  auto param = MakeX265Settings(config, pools);
  if (!param) return Forward(param);
  X265 encoder(api->encoder_open(param->get()));
  if (encoder == nullptr) return Fail(ErrorCode::kCodecOpen, "x265");
  X265Picture picture(api->picture_alloc());
  X265Param budget(api->param_alloc());
  if (picture == nullptr || budget == nullptr) return Fail(ErrorCode::kOutOfMemory, "x265");
  api->param_default(budget.get());
  api->picture_init(param->get(), picture.get());
  auto track = ReadTrack(encoder.get());
  if (!track) return Fail(ErrorCode::kCodecOpen, track.error().detail);
  return Engine{std::move(encoder), std::move(picture), std::move(budget), std::move(*track)};
}

// What a coded picture gets back from the frame that it was.
struct Waiting {
  MediaTime pts;
  Timestamp captured_at;
  std::optional<UtcTime> captured_utc;
};

class X265Encoder final : public VideoEncoder {
 public:
  X265Encoder(const VideoConfig& config, Engine engine)
      : config_(config),
        engine_(std::move(engine)),
        track_(engine_->track),
        pace_(config.frame_rate),
        budget_(config.rate, config.vbv) {}

  EncoderCapabilities capabilities() const override;
  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>& out) override;
  const VideoTrack& track() const override { return track_; }

 private:
  Status Accept(const VideoFrame& frame) const;
  Status EnsureEngine();
  bool KeyFrameIsDue(MediaTime pts) const;
  void PushBudget(FrameKind kind);
  void FillPicture(const VideoFrame& frame);
  void SplitChroma(const Picture& picture);
  Status Submit(x265_picture* picture, std::vector<EncodedFrame>& out);
  void Give(const x265_nal* nals, std::uint32_t count, std::vector<EncodedFrame>& out);

  VideoConfig config_;
  std::optional<Engine> engine_;  // Empty after an error or a flush, until the next frame.
  VideoTrack track_;
  FramePace pace_;
  PictureBudget budget_;
  Bytes chroma_;  // U, then V, of an NV12 picture.
  bool wants_key_frame_ = false;
  int next_number_ = 0;  // Of the picture in this engine.
  std::optional<MediaTime> last_pts_;
  std::optional<MediaTime> last_key_;
  std::deque<Waiting> waiting_;  // Inside x265, at most held_pictures + 1.
};

EncoderCapabilities X265Encoder::capabilities() const {
  return {.roi = RoiSupport::kNone,
          .rate_change = RateChange::kInFlight,
          .held_pictures = HeldPictures(config_)};
}

Status X265Encoder::Apply(const EncoderTarget& target) {
  constexpr DataRate kHighest = DataRate::KilobitsPerSec(1'000'000);
  if (target.video_rate <= DataRate::Zero() || target.video_rate > kHighest) {
    return Fail(ErrorCode::kInvalidConfig, "target.video_rate");
  }
  if (!(target.frame_rate > 0 && target.frame_rate <= 120)) {
    return Fail(ErrorCode::kInvalidConfig, "target.frame_rate");
  }
  budget_.SetRate(target.video_rate);
  pace_.SetWanted(target.frame_rate);
  if (target.key_frame == KeyFrameWanted::kYes) wants_key_frame_ = true;
  return {};
}

Status X265Encoder::Accept(const VideoFrame& frame) const {
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

Status X265Encoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  if (auto accepted = Accept(frame); !accepted) return accepted;
  last_pts_ = frame.pts;
  if (!pace_.Take(frame.pts)) return {};
  if (auto ready = EnsureEngine(); !ready) return ready;
  const FrameKind kind = KeyFrameIsDue(frame.pts) ? FrameKind::kKey : FrameKind::kReference;
  if (kind == FrameKind::kKey) {
    last_key_ = frame.pts;
    wants_key_frame_ = false;
  }
  FillPicture(frame);
  engine_->picture->sliceType = kind == FrameKind::kKey ? X265_TYPE_IDR : X265_TYPE_AUTO;
  PushBudget(kind);
  ++next_number_;
  waiting_.push_back({frame.pts, frame.captured_at, frame.captured_utc});
  return Submit(engine_->picture.get(), out);
}

Status X265Encoder::EnsureEngine() {
  if (engine_) return {};
  auto engine = OpenEngine(config_);
  if (!engine) return Forward(engine);
  engine_ = std::move(*engine);
  waiting_.clear();
  next_number_ = 0;
  last_key_.reset();
  return {};
}

// Counted in media time, so that a lower frame rate does not stretch the GOP.
bool X265Encoder::KeyFrameIsDue(MediaTime pts) const {
  if (!last_key_ || wants_key_frame_) return true;
  const TimeDelta half_frame = TimeDelta::SecondsF(0.5 / pace_.frame_rate());
  return pts - *last_key_ + half_frame >= config_.gop;
}

// One zone for each picture: its bits are rate (1 kbit) times relative complexity. x265 waits
// inside Encode() for the zone of a picture, so none may be left out.
void X265Encoder::PushBudget(FrameKind kind) {
  const double frame_rate = pace_.frame_rate();
  const double share = static_cast<double>(budget_.rate().bps()) / frame_rate;
  double kilobits = budget_.NextBits(kind, frame_rate) / 1000;
  x265_param& param = *engine_->budget;
  param.rc.bitrate = 1;
  // What the VBV gains with the picture, kbit.
  param.rc.vbvMaxBitrate = std::max(1, static_cast<int>(std::lround(share / 1000)));
  x265_zone zone{};
  zone.startFrame = next_number_;
  zone.zoneParam = &param;
  zone.relativeComplexity = &kilobits;
  X265Api()->encoder_reconfig_zone(engine_->encoder.get(), &zone);
}

void X265Encoder::FillPicture(const VideoFrame& frame) {
  const Picture& picture = frame.picture;
  x265_picture& in = *engine_->picture;
  in.pts = next_number_;
  in.bitDepth = 8;
  in.colorSpace = X265_CSP_I420;
  const bool is_planar = picture.format() == PixelFormat::kI420;
  for (std::size_t i = 0; i < (is_planar ? 3U : 1U); ++i) {
    // x265 only reads input planes; its struct has no const.
    in.planes[i] = const_cast<std::uint8_t*>(picture.plane(i).data);
    in.stride[i] = picture.plane(i).stride_bytes;
  }
  if (!is_planar) SplitChroma(picture);
}

void X265Encoder::SplitChroma(const Picture& picture) {
  const int width = ChromaSide(picture.size().width);
  const int height = ChromaSide(picture.size().height);
  const auto plane_bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  chroma_.resize(2 * plane_bytes);
  std::uint8_t* u = chroma_.data();
  std::uint8_t* v = u + plane_bytes;
  for (int i = 0; i < 2; ++i) {
    engine_->picture->planes[1 + i] = i == 0 ? u : v;
    engine_->picture->stride[1 + i] = width;
  }
  const PlaneView pairs = picture.plane(1);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = pairs.data + static_cast<std::ptrdiff_t>(y) * pairs.stride_bytes;
    for (int x = 0; x < width; ++x) {
      *u++ = row[2 * x];
      *v++ = row[2 * x + 1];
    }
  }
}

// A null picture asks for what is inside.
Status X265Encoder::Submit(x265_picture* picture, std::vector<EncodedFrame>& out) {
  x265_nal* nals = nullptr;
  std::uint32_t count = 0;
  const int pictures =
      X265Api()->encoder_encode(engine_->encoder.get(), &nals, &count, picture, nullptr);
  if (pictures < 0) {
    engine_.reset();
    waiting_.clear();
    return Fail(ErrorCode::kEncodeFailed, "x265", pictures);
  }
  if (pictures > 0 && !waiting_.empty()) Give(nals, count, out);
  return {};
}

void X265Encoder::Give(const x265_nal* nals, std::uint32_t count, std::vector<EncodedFrame>& out) {
  const Waiting waiting = waiting_.front();
  waiting_.pop_front();
  ByteWriter payload;
  if (waiting.captured_utc) {
    const Bytes stamp = CaptureStampNal(*waiting.captured_utc, VideoCodec::kH265);
    payload.U32(static_cast<std::uint32_t>(stamp.size())).Append(stamp);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    if (IsParameterSet(WithoutLength(nals[i]))) continue;
    payload.Append({nals[i].payload, nals[i].sizeBytes});
  }
  Buffer bytes = Buffer::Own(payload.Take());
  const FrameKind kind = KindOf(bytes.view(), VideoCodec::kH265);
  budget_.OnPicture(DataSize::Bytes(static_cast<std::int64_t>(bytes.size())), pace_.frame_rate());
  out.push_back({std::move(bytes), kind, waiting.pts, waiting.pts, waiting.captured_at});
}

// x265 takes no picture after its end was asked for, so the next frame opens it anew.
Status X265Encoder::Flush(std::vector<EncodedFrame>& out) {
  while (engine_ && !waiting_.empty()) {
    const std::size_t before = waiting_.size();
    if (auto submitted = Submit(nullptr, out); !submitted) return submitted;
    if (waiting_.size() == before) break;
  }
  if (HeldPictures(config_) > 0) engine_.reset();
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenX265Encoder(const VideoConfig& config) {
  auto engine = OpenEngine(config);
  if (!engine) return Forward(engine);
  return std::unique_ptr<VideoEncoder>(std::make_unique<X265Encoder>(config, std::move(*engine)));
}

}  // namespace onair::codec
