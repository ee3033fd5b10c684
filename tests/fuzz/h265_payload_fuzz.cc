// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "transport/rtp/h265_payload.h"
#include "transport/rtp/payload_access_unit.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  rtp::H265Pieces pieces({data, size});
  std::size_t total = 0;
  while (const auto piece = pieces.Next()) total += piece->bytes.size();
  if (total > size) std::abort();
  static_cast<void>(rtp::GlanceAt({data, size}, VideoCodec::kH265));
  return 0;
}
