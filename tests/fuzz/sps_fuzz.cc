// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/h264_sps.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const auto sps = codec::ParseH264Sps({data, size});
  if (sps &&
      (sps->size.width < 1 || sps->size.height < 1 || sps->coded_size.width > kMaxPictureSide ||
       sps->frame_rate < 0 || sps->frame_rate > 1000 || sps->reorder_depth().value_or(0) > 16)) {
    std::abort();
  }
  static_cast<void>(codec::ParseH264Pps({data, size}));
  return 0;
}
