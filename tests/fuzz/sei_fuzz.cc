// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "codec/bitstream/user_data.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const ByteView bytes(data, size);
  for (const auto kind : {VideoCodec::kH264, VideoCodec::kH265}) {
    static_cast<void>(codec::FindCaptureStamp(bytes, kind));
    if (codec::FindUserData(bytes, kind).size() > codec::kMaxUserDataMessages) std::abort();
    // A stamp behind units without slice or stamp of their own is always found.
    const auto units = codec::SplitLengths(bytes);
    if (!units) continue;
    const Bytes stamp = codec::CaptureStampNal(UtcTime::Micros(42), kind);
    std::vector<ByteView> with{stamp};
    with.insert(with.end(), units->begin(), units->end());
    if (codec::FindCaptureStamp(codec::JoinLengths(with), kind) != UtcTime::Micros(42)) {
      std::abort();
    }
  }
  return 0;
}
