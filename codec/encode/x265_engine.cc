// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_engine.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"

namespace onair::codec {

ByteView UnitOf(const x265_nal& nal) {
  return ByteView(nal.payload, nal.sizeBytes).subspan(4);
}

Result<X265Engine> X265Engine::Open(const VideoConfig& config) {
  const x265_api* api = X265Api();
  std::string pools;
  auto param = MakeX265Settings(config, pools);
  if (!param) return Forward(param);
  X265Engine engine;
  engine.encoder_.reset(api->encoder_open(param->get()));
  if (engine.encoder_ == nullptr) return Fail(ErrorCode::kCodecOpen, "x265");
  engine.picture_.reset(api->picture_alloc());
  engine.coded_.reset(api->picture_alloc());
  engine.budget_.reset(api->param_alloc());
  if (engine.picture_ == nullptr || engine.coded_ == nullptr || engine.budget_ == nullptr) {
    return Fail(ErrorCode::kOutOfMemory, "x265");
  }
  api->param_default(engine.budget_.get());
  api->picture_init(param->get(), engine.picture_.get());
  api->picture_init(param->get(), engine.coded_.get());
  engine.has_adaptive_quantizer_ = HasAdaptiveQuantizer(**param);
  engine.picture_->bitDepth = 8;
  engine.picture_->colorSpace = X265_CSP_I420;
  if (auto read = engine.ReadTrack(); !read) return Forward(read);
  return engine;
}

// Parameter sets as x265 will use them.
Status X265Engine::ReadTrack() {
  x265_nal* nals = nullptr;
  std::uint32_t count = 0;
  const int bytes = X265Api()->encoder_headers(encoder_.get(), &nals, &count);
  if (bytes <= 0) return Fail(ErrorCode::kCodecOpen, "x265 headers", bytes);
  ByteView sets[3];
  for (std::uint32_t i = 0; i < count; ++i) {
    const ByteView nal = UnitOf(nals[i]);
    const int index = NalType(nal, VideoCodec::kH265) - static_cast<int>(H265NalType::kVps);
    if (index >= 0 && index < 3) sets[index] = nal;
  }
  auto record = MakeHevcConfig(sets[0], sets[1], sets[2]);
  if (!record) return Fail(ErrorCode::kCodecOpen, record.error().detail);
  auto track = TrackFromHevcConfig(Buffer::Own(std::move(*record)));
  if (!track) return Fail(ErrorCode::kCodecOpen, track.error().detail);
  track_ = std::move(*track);
  return {};
}

Result<X265Engine::Coded> X265Engine::Encode(const PictureWish& wish) {
  picture_->pts = next_number_;
  picture_->forceqp = wish.quantizer ? *wish.quantizer + 1 : X265_QP_AUTO;
  PushBudget(wish);
  ++next_number_;
  return Run(picture_.get());
}

// One zone for each picture: its bits are rate (1 kbit) times relative complexity. x265 waits
// inside Run() for the zone of a picture, so none may be left out.
void X265Engine::PushBudget(const PictureWish& wish) {
  double kilobits = wish.bits / 1000;
  budget_->rc.bitrate = 1;
  budget_->rc.vbvMaxBitrate = std::max(1, static_cast<int>(std::lround(wish.share / 1000)));
  x265_zone zone{};
  zone.startFrame = next_number_;
  zone.zoneParam = budget_.get();
  zone.relativeComplexity = &kilobits;
  X265Api()->encoder_reconfig_zone(encoder_.get(), &zone);
}

Result<X265Engine::Coded> X265Engine::Run(x265_picture* picture) {
  x265_nal* nals = nullptr;
  Coded coded;
  const int pictures =
      X265Api()->encoder_encode(encoder_.get(), &nals, &coded.count, picture, coded_.get());
  if (pictures < 0) return Fail(ErrorCode::kEncodeFailed, "x265", pictures);
  if (pictures == 0) return Coded{};
  coded.nals = nals;
  coded.quantizer = coded_->frameData.qp;
  return coded;
}

}  // namespace onair::codec
