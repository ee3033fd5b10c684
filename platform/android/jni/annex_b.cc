// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/annex_b.h"

#include <optional>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"

namespace onair::jni {
namespace {

// Records begin with their version, which is 1.
bool BeginsWithStartCode(ByteView bytes) {
  const auto is = [bytes](std::size_t at, std::uint8_t value) {
    return at < bytes.size() && bytes[at] == value;
  };
  return is(0, 0) && is(1, 0) && (is(2, 1) || (is(2, 0) && is(3, 1)));
}

// The first unit of a type; empty for none.
template <typename Type>
ByteView FirstOf(const std::vector<ByteView>& nals, VideoCodec codec, Type type) {
  for (const ByteView nal : nals) {
    if (!nal.empty() && codec::NalType(nal, codec) == static_cast<int>(type)) return nal;
  }
  return {};
}

}  // namespace

Result<Bytes> RecordOf(ByteView config, VideoCodec codec, const char* what) {
  if (!BeginsWithStartCode(config)) {
    if (config.empty()) return Fail(ErrorCode::kInvalidConfig, what);
    return Bytes(config.begin(), config.end());
  }
  const auto nals = codec::SplitAnnexB(config);
  if (!nals) return Fail(ErrorCode::kInvalidConfig, what);
  const auto record = codec == VideoCodec::kH264
                          ? codec::MakeAvcConfig(FirstOf(*nals, codec, codec::H264NalType::kSps),
                                                 FirstOf(*nals, codec, codec::H264NalType::kPps))
                          : codec::MakeHevcConfig(FirstOf(*nals, codec, codec::H265NalType::kVps),
                                                  FirstOf(*nals, codec, codec::H265NalType::kSps),
                                                  FirstOf(*nals, codec, codec::H265NalType::kPps));
  if (!record) return Fail(ErrorCode::kInvalidConfig, what);
  return *record;
}

Result<Bytes> LengthsOf(ByteView annex_b) {
  auto lengths = codec::AnnexBToLengths(annex_b);
  if (!lengths || !BeginsWithStartCode(annex_b))
    return Fail(ErrorCode::kInvalidConfig, "frame.data");
  return lengths;
}

}  // namespace onair::jni
