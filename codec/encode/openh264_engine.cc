// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/openh264_engine.h"

#include <string>
#include <utility>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/nal.h"
#include "codec/encode/openh264_settings.h"
#include "codec/encode/shared_library.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

// OpenH264 begins each unit with 00 00 00 01.
constexpr std::size_t kStartCode = 4;

// Calls `take` with each unit, start code left out.
template <typename Take>
void ForEachUnit(const SFrameBSInfo& coded, Take take) {
  for (int l = 0; l < coded.iLayerNum; ++l) {
    const SLayerBSInfo& layer = coded.sLayerInfo[l];
    const std::uint8_t* unit = layer.pBsBuf;
    for (int i = 0; i < layer.iNalCount; ++i) {
      const auto bytes = static_cast<std::size_t>(layer.pNalLengthInByte[i]);
      if (bytes > kStartCode) take(ByteView(unit, bytes).subspan(kStartCode));
      unit += bytes;
    }
  }
}

bool IsType(ByteView unit, H264NalType type) {
  return NalType(unit, VideoCodec::kH264) == static_cast<int>(type);
}

std::string VersionText(const OpenH264Version& version) {
  return std::to_string(version.uMajor) + "." + std::to_string(version.uMinor);
}

}  // namespace

Result<OpenH264Api> LoadOpenH264(const VideoConfig& config) {
  const std::string& file = config.openh264_library;
  const auto library = SharedLibrary::Load(file.empty() ? kOpenH264Library : file);
  if (!library) return Forward(library);
  OpenH264Api api{};
  decltype(&::WelsGetCodecVersionEx) version_of = nullptr;
  Status found = library->Find("WelsGetCodecVersionEx", version_of);
  if (found) found = library->Find("WelsCreateSVCEncoder", api.create);
  if (found) found = library->Find("WelsDestroySVCEncoder", api.destroy);
  if (!found) return Forward(found);
  // Its structs grow in the middle from one minor version to the next.
  OpenH264Version version{};
  version_of(&version);
  if (version.uMajor != OPENH264_MAJOR || version.uMinor != OPENH264_MINOR) {
    const OpenH264Version wanted{OPENH264_MAJOR, OPENH264_MINOR, 0, 0};
    return Fail(ErrorCode::kCodecUnavailable, "OpenH264 " + VersionText(version) + " where " +
                                                  VersionText(wanted) + " is needed");
  }
  return api;
}

Result<OpenH264Engine> OpenH264Engine::Open(const VideoConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  const auto api = LoadOpenH264(config);
  if (!api) return Forward(api);
  ISVCEncoder* created = nullptr;
  if (api->create(&created) != 0 || created == nullptr) {
    return Fail(ErrorCode::kCodecOpen, "openh264");
  }
  OpenH264Engine engine({created, Destroy{api->destroy}});
  int quiet = WELS_LOG_QUIET;
  created->SetOption(ENCODER_OPTION_TRACE_LEVEL, &quiet);
  created->GetDefaultParams(&engine.param_);
  if (auto filled = FillOpenH264(config, engine.param_); !filled) return Forward(filled);
  if (const int error = created->InitializeExt(&engine.param_); error != 0) {
    return Fail(ErrorCode::kCodecOpen, "openh264", error);
  }
  if (auto read = engine.ReadTrack(config.frame_rate); !read) return Forward(read);
  return engine;
}

Status OpenH264Engine::ReadTrack(double frame_rate) {
  SFrameBSInfo coded{};
  if (const int error = encoder_->EncodeParameterSets(&coded); error != 0) {
    return Fail(ErrorCode::kCodecOpen, "openh264 headers", error);
  }
  ByteView sps;
  ByteView pps;
  ForEachUnit(coded, [&](ByteView unit) {
    if (IsType(unit, H264NalType::kSps)) sps = unit;
    if (IsType(unit, H264NalType::kPps)) pps = unit;
  });
  auto record = MakeAvcConfig(sps, pps);
  if (!record) return Fail(ErrorCode::kCodecOpen, record.error().detail);
  auto track = TrackFromAvcConfig(Buffer::Own(std::move(*record)));
  if (!track) return Fail(ErrorCode::kCodecOpen, track.error().detail);
  track_ = std::move(*track);
  track_.frame_rate = frame_rate;
  return {};
}

// All of the settings again, of which OpenH264 takes the quantiser from the next picture on without
// a key frame, in 20 us (2.3.1; openh264_encoder_test guards it).
Status OpenH264Engine::SetQuantizer(int quantizer) {
  int& wanted = param_.sSpatialLayers[0].iDLayerQp;
  if (wanted == quantizer) return {};
  wanted = quantizer;
  if (const int error = encoder_->SetOption(ENCODER_OPTION_SVC_ENCODE_PARAM_EXT, &param_);
      error != 0) {
    return Fail(ErrorCode::kEncodeFailed, "openh264 refused a quantiser", error);
  }
  return {};
}

Result<Bytes> OpenH264Engine::Encode(const Picture& picture, MediaTime pts, const Wish& wish) {
  if (auto set = SetQuantizer(wish.quantizer); !set) return Forward(set);
  if (wish.kind == FrameKind::kKey) encoder_->ForceIntraFrame(true);
  SSourcePicture in{};
  in.iColorFormat = videoFormatI420;
  in.iPicWidth = picture.size().width;
  in.iPicHeight = picture.size().height;
  in.uiTimeStamp = pts.us() / 1000;
  const bool is_planar = picture.format() == PixelFormat::kI420;
  for (std::size_t i = 0; i < (is_planar ? 3U : 1U); ++i) {
    // OpenH264 only reads input planes; its struct has no const.
    in.pData[i] = const_cast<std::uint8_t*>(picture.plane(i).data);
    in.iStride[i] = picture.plane(i).stride_bytes;
  }
  if (!is_planar) {
    chroma_.Split(picture);
    in.pData[1] = chroma_.u();
    in.pData[2] = chroma_.v();
    in.iStride[1] = in.iStride[2] = chroma_.stride_bytes();
  }
  SFrameBSInfo coded{};
  if (const int error = encoder_->EncodeFrame(&in, &coded); error != 0) {
    return Fail(ErrorCode::kEncodeFailed, "openh264", error);
  }
  ByteWriter units;
  ForEachUnit(coded, [&](ByteView unit) {
    if (IsType(unit, H264NalType::kSps) || IsType(unit, H264NalType::kPps)) return;
    units.U32(static_cast<std::uint32_t>(unit.size())).Append(unit);
  });
  if (units.view().empty()) return Fail(ErrorCode::kEncodeFailed, "openh264 left a picture out");
  return units.Take();
}

}  // namespace onair::codec
