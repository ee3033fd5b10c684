// SPDX-License-Identifier: Apache-2.0
//
// The same bytes as H.265 configuration record and as each parameter set.
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/h265_sps.h"
#include "codec/bitstream/hevc_config.h"

namespace {

using namespace onair;

void CheckRecord(ByteView bytes) {
  const auto config = codec::ParseHevcConfig(bytes);
  if (!config) return;
  static_cast<void>(codec::TrackFromHevcConfig(Buffer::Own(Bytes(bytes.begin(), bytes.end()))));
  if (config->vps.empty()) return;
  const auto made =
      codec::MakeHevcConfig(config->vps.front(), config->sps.front(), config->pps.front());
  // What we make of sets that parse is a record that gives a track.
  if (made && !codec::TrackFromHevcConfig(Buffer::Own(Bytes(*made)))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  CheckRecord(bytes);
  static_cast<void>(codec::ParseH265Vps(bytes));
  static_cast<void>(codec::ParseH265Pps(bytes));
  const auto sps = codec::ParseH265Sps(bytes);
  if (sps &&
      (sps->size.width < 1 || sps->size.height < 1 || sps->coded_size.width > kMaxPictureSide ||
       sps->frame_rate < 0 || sps->frame_rate > 1000 || sps->reorder_depth > 15)) {
    std::abort();
  }
  return 0;
}
