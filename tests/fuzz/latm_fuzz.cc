// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "transport/rtp/aac_payload.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const ByteView bytes(data, size);
  std::vector<Bytes> out;
  rtp::LatmReader in_band(rtp::LatmConfigPlace::kInBand);
  static_cast<void>(in_band.Read(bytes, out));
  rtp::LatmReader in_sdp(rtp::LatmConfigPlace::kInSdp);
  const std::size_t half = size / 2;
  if (in_sdp.Configure(bytes.first(half))) static_cast<void>(in_sdp.Read(bytes.subspan(half), out));
  static_cast<void>(rtp::ReadAdts(bytes, out));
  std::size_t total = 0;
  for (const Bytes& unit : out) total += unit.size();
  if (total > 3 * size) std::abort();
  return 0;
}
