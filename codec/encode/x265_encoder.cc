// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_encoder.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "codec/encode/chroma_planes.h"
#include "codec/encode/picture_budget.h"
#include "codec/encode/picture_schedule.h"
#include "codec/encode/roi_planner.h"
#include "codec/encode/x265_engine.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

bool IsParameterSet(ByteView nal) {
  const int type = NalType(nal, VideoCodec::kH265);
  return type >= static_cast<int>(H265NalType::kVps) && type <= static_cast<int>(H265NalType::kPps);
}

float MeanOf(std::span<const float> offsets) {
  if (offsets.empty()) return 0;
  return std::accumulate(offsets.begin(), offsets.end(), 0.0F) / static_cast<float>(offsets.size());
}

// What a coded picture gets back from the frame that it was.
struct Waiting {
  MediaTime pts;
  Timestamp captured_at;
  std::optional<UtcTime> captured_utc;
  std::optional<int> quantizer;  // Asked for.
  double mean_offset;            // Over all blocks,
  double plan_mean;              // and by their bits.
};

class X265Encoder final : public VideoEncoder {
 public:
  X265Encoder(const VideoConfig& config, X265Engine engine)
      : config_(config),
        engine_(std::move(engine)),
        track_(engine_->track()),
        schedule_(config),
        budget_(config.rate, config.vbv, config.size),
        planner_(
            config.size, config.roi_strength, LookAhead::kNone,
            engine_->has_adaptive_quantizer() ? AdaptiveQuantizer::kOn : AdaptiveQuantizer::kOff) {}

  EncoderCapabilities capabilities() const override;
  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const VideoTrack& track() const override { return track_; }

 private:
  Status EnsureEngine();
  PictureWish WishFor(const PictureBudget::Wish& wish) const;
  void FillPicture(const Picture& picture);
  double FillOffsets(const VideoFrame& frame, bool is_key);
  Status Take(const Result<X265Engine::Coded>& coded, std::vector<EncodedFrame>& out);

  VideoConfig config_;
  std::optional<X265Engine> engine_;  // Empty after an error, until the next frame.
  VideoTrack track_;
  PictureSchedule schedule_;
  PictureBudget budget_;
  RoiPlanner planner_;
  std::vector<float> offsets_;
  ChromaPlanes chroma_;
  bool has_coded_ = false;
  std::deque<Waiting> waiting_;  // Inside x265, at most one.
};

EncoderCapabilities X265Encoder::capabilities() const {
  return {.name = "x265",
          .roi = RoiSupport::kQuantizer,
          .rate_change = RateChange::kInFlight,
          .frame_limit = FrameLimitSupport::kGuessed};
}

Status X265Encoder::Apply(const EncoderTarget& target) {
  if (auto applied = schedule_.Apply(target); !applied) return applied;
  budget_.SetRate(target.video_rate);
  budget_.SetFrameLimit(target.frame_limit);
  planner_.SetEmphasis(target.roi_emphasis);
  return {};
}

Status X265Encoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  const auto is_coded = schedule_.Take(frame);
  if (!is_coded) return Forward(is_coded);
  if (*is_coded == PictureSchedule::IsCoded::kNo) return {};
  if (auto ready = EnsureEngine(); !ready) return ready;
  const bool is_key = schedule_.IsKeyDue(frame.pts);
  FillPicture(frame.picture);
  const double plan_mean = FillOffsets(frame, is_key);
  engine_->picture().sliceType = is_key ? X265_TYPE_IDR : X265_TYPE_AUTO;
  const PictureBudget::Wish wish = budget_.Next(is_key ? FrameKind::kKey : FrameKind::kReference,
                                                schedule_.frame_rate(), schedule_.ToKey(frame.pts));
  waiting_.push_back({frame.pts, frame.captured_at, frame.captured_utc, wish.quantizer,
                      static_cast<double>(MeanOf(offsets_)), plan_mean});
  if (auto taken = Take(engine_->Encode(WishFor(wish)), out); !taken) return taken;
  if (is_key) schedule_.OnKey(frame.pts);
  return {};
}

Status X265Encoder::EnsureEngine() {
  if (engine_) return {};
  auto engine = X265Engine::Open(config_);
  if (!engine) return Forward(engine);
  engine_ = std::move(*engine);
  waiting_.clear();
  schedule_.Restart();
  return {};
}

PictureWish X265Encoder::WishFor(const PictureBudget::Wish& wish) const {
  return {.quantizer = wish.quantizer,
          .bits = wish.bits,
          .share = static_cast<double>(budget_.rate().bps()) / schedule_.frame_rate()};
}

void X265Encoder::FillPicture(const Picture& picture) {
  x265_picture& in = engine_->picture();
  const bool is_planar = picture.format() == PixelFormat::kI420;
  for (std::size_t i = 0; i < (is_planar ? 3U : 1U); ++i) {
    // x265 only reads input planes; its struct has no const.
    in.planes[i] = const_cast<std::uint8_t*>(picture.plane(i).data);
    in.stride[i] = picture.plane(i).stride_bytes;
  }
  if (is_planar) return;
  chroma_.Split(picture);
  in.planes[1] = chroma_.u();
  in.planes[2] = chroma_.v();
  in.stride[1] = in.stride[2] = chroma_.stride_bytes();
}

// The plan's mean. Always a whole map: x265 makes room for one only when the first picture brings
// it, and a picture without keeps an older one (3.5 encoder/encoder.cpp encode()).
double X265Encoder::FillOffsets(const VideoFrame& frame, bool is_key) {
  if (config_.roi_strength <= 0) return 0;
  if (!has_coded_) planner_.OnCoded(budget_.SteadyQuantizer(schedule_.frame_rate(), config_.gop));
  const RoiPlan plan =
      planner_.Plan({frame.picture, frame.roi, is_key, schedule_.PicturesToKey(frame.pts)});
  offsets_.assign(BlockGrid::Of(config_.size).count(), 0.0F);
  std::copy(plan.offsets.begin(), plan.offsets.end(), offsets_.begin());
  engine_->picture().quantOffsets = offsets_.data();
  return plan.mean;
}

Status X265Encoder::Take(const Result<X265Engine::Coded>& coded, std::vector<EncodedFrame>& out) {
  if (!coded) {
    engine_.reset();
    waiting_.clear();
    return Forward(coded);
  }
  if (coded->count == 0 || waiting_.empty()) return {};
  const Waiting waiting = waiting_.front();
  waiting_.pop_front();
  ByteWriter payload;
  if (waiting.captured_utc) {
    const Bytes stamp = CaptureStampNal(*waiting.captured_utc, VideoCodec::kH265);
    payload.U32(static_cast<std::uint32_t>(stamp.size())).Append(stamp);
  }
  for (const x265_nal& nal : std::span(coded->nals, coded->count)) {
    if (!IsParameterSet(UnitOf(nal))) payload.Append({nal.payload, nal.sizeBytes});
  }
  Buffer bytes = Buffer::Own(payload.Take());
  const FrameKind kind = KindOf(bytes.view(), VideoCodec::kH265);
  const double quantizer =
      waiting.quantizer ? *waiting.quantizer : coded->quantizer - waiting.mean_offset;
  budget_.OnPicture(kind, DataSize::Bytes(static_cast<std::int64_t>(bytes.size())),
                    quantizer + waiting.plan_mean, schedule_.frame_rate());
  planner_.OnCoded(quantizer);
  has_coded_ = true;
  out.push_back({std::move(bytes), kind, waiting.pts, waiting.pts, waiting.captured_at});
  return {};
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenX265Encoder(const VideoConfig& config) {
  auto engine = X265Engine::Open(config);
  if (!engine) return Forward(engine);
  return std::unique_ptr<VideoEncoder>(std::make_unique<X265Encoder>(config, std::move(*engine)));
}

Status FindX265Encoder(const VideoConfig&) {
  const auto api = FindX265();
  if (!api) return Forward(api);
  return {};
}

}  // namespace onair::codec
