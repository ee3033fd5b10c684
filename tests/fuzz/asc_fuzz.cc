// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "codec/bitstream/aac_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const ByteView bytes(data, size);
  if (const auto config = codec::ParseAacConfig(bytes)) {
    if (config->output.channels < 1 || config->output.channels > 8) std::abort();
    if (config->output.sample_rate < 7350 || config->output.sample_rate > 96000) std::abort();
  }
  static_cast<void>(codec::TrackFromAacConfig(Buffer::Own(Bytes(data, data + size))));
  if (const auto frame = codec::ParseAdts(bytes)) {
    if (frame->frame_bytes > size || frame->payload.empty()) std::abort();
    const auto config = codec::ConfigFromAdts(*frame);
    if (config) static_cast<void>(codec::ParseAacConfig(*config));
  }
  return 0;
}
