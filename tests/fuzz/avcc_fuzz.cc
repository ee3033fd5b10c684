// SPDX-License-Identifier: Apache-2.0
//
// The same bytes as configuration record, access unit and Annex B stream.
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/nal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const ByteView bytes(data, size);
  if (const auto config = codec::ParseAvcConfig(bytes)) {
    const auto made = codec::MakeAvcConfig(config->sps.front(), config->pps.front());
    if (made && !codec::ParseAvcConfig(*made)) std::abort();
  }
  static_cast<void>(codec::TrackFromAvcConfig(Buffer::Own(Bytes(data, data + size))));

  for (const auto kind : {VideoCodec::kH264, VideoCodec::kH265}) {
    static_cast<void>(codec::KindOf(bytes, kind));
    static_cast<void>(codec::ValidateAccessUnit(bytes, kind));
  }
  for (const std::size_t length_bytes : {1U, 2U, 4U}) {
    static_cast<void>(codec::ToFourByteLengths(bytes, length_bytes));
  }
  if (const auto lengths = codec::AnnexBToLengths(bytes)) {
    // What comes out of Annex B is well formed.
    if (!codec::SplitLengths(*lengths)) std::abort();
  }
  const Bytes guarded = codec::InsertEmulationPrevention(bytes);
  if (!bytes.empty() && bytes.back() != 0 &&
      codec::RemoveEmulationPrevention(guarded) != Bytes(bytes.begin(), bytes.end())) {
    std::abort();
  }
  return 0;
}
