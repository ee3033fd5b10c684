// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/openh264_encoder.h"

#include <optional>
#include <utility>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/encode/openh264_engine.h"
#include "codec/encode/picture_quantizer.h"
#include "codec/encode/picture_schedule.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

// Encodes of one picture: the guess for each is from the one before. Source: ours; noise after a
// still
constexpr int kMostTries = 4;

class OpenH264Encoder final : public VideoEncoder {
 public:
  OpenH264Encoder(const VideoConfig& config, OpenH264Engine engine)
      : config_(config),
        engine_(std::move(engine)),
        track_(engine_->track()),
        schedule_(config),
        quantizer_(config.rate, config.vbv, config.size) {}

  EncoderCapabilities capabilities() const override {
    return {.name = "openh264",
            .roi = RoiSupport::kNone,
            .rate_change = RateChange::kInFlight,
            .frame_limit = FrameLimitSupport::kGuessed};
  }
  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const VideoTrack& track() const override { return track_; }

 private:
  struct Coded {
    Bytes units;
    FrameKind kind;
    int quantizer;
  };
  Status EnsureEngine();
  Result<Coded> EncodeWithin(const VideoFrame& frame);

  VideoConfig config_;
  std::optional<OpenH264Engine> engine_;  // Empty after an error, until the next frame.
  VideoTrack track_;
  PictureSchedule schedule_;
  PictureQuantizer quantizer_;
};

Status OpenH264Encoder::Apply(const EncoderTarget& target) {
  if (auto applied = schedule_.Apply(target); !applied) return applied;
  quantizer_.SetRate(target.video_rate);
  quantizer_.SetFrameLimit(target.frame_limit);
  return {};
}

Status OpenH264Encoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  const auto is_coded = schedule_.Take(frame);
  if (!is_coded) return Forward(is_coded);
  if (*is_coded == PictureSchedule::IsCoded::kNo) return {};
  if (auto ready = EnsureEngine(); !ready) return ready;
  auto coded = EncodeWithin(frame);
  if (!coded) {
    engine_.reset();
    return Forward(coded);
  }
  if (coded->kind == FrameKind::kKey) schedule_.OnKey(frame.pts);
  ByteWriter payload;
  if (frame.captured_utc) {
    const Bytes stamp = CaptureStampNal(*frame.captured_utc, VideoCodec::kH264);
    payload.U32(static_cast<std::uint32_t>(stamp.size())).Append(stamp);
  }
  payload.Append(coded->units);
  Buffer bytes = Buffer::Own(payload.Take());
  out.push_back({std::move(bytes), coded->kind, frame.pts, frame.pts, frame.captured_at});
  return {};
}

Status OpenH264Encoder::EnsureEngine() {
  if (engine_) return {};
  auto engine = OpenH264Engine::Open(config_);
  if (!engine) return Forward(engine);
  engine_ = std::move(*engine);
  schedule_.Restart();
  return {};
}

// What came out too large is thrown away, with all that referred to it: a key frame takes its
// place.
Result<OpenH264Encoder::Coded> OpenH264Encoder::EncodeWithin(const VideoFrame& frame) {
  FrameKind kind = schedule_.IsKeyDue(frame.pts) ? FrameKind::kKey : FrameKind::kReference;
  int quantizer = quantizer_.Next(kind, schedule_.frame_rate(), schedule_.ToKey(frame.pts));
  for (int tries = 1;; ++tries) {
    auto units = engine_->Encode(frame.picture, frame.pts, {kind, quantizer});
    if (!units) return Forward(units);
    kind = KindOf(*units, VideoCodec::kH264);
    const DataSize size = DataSize::Bytes(static_cast<std::int64_t>(units->size()));
    const auto coarser =
        tries < kMostTries ? quantizer_.Again(kind, size, quantizer) : std::nullopt;
    if (!coarser) {
      quantizer_.OnPicture(kind, size, quantizer, schedule_.frame_rate());
      return Coded{std::move(*units), kind, quantizer};
    }
    kind = FrameKind::kKey;
    quantizer = *coarser;
  }
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenOpenH264Encoder(const VideoConfig& config) {
  auto engine = OpenH264Engine::Open(config);
  if (!engine) return Forward(engine);
  return std::unique_ptr<VideoEncoder>(
      std::make_unique<OpenH264Encoder>(config, std::move(*engine)));
}

Status FindOpenH264Encoder(const VideoConfig& config) {
  const auto api = LoadOpenH264(config);
  if (!api) return Forward(api);
  return {};
}

}  // namespace onair::codec
