// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/flv/demuxer.h"
#include "transport/flv/tag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  if (size == 0) return 0;
  flv::Demuxer demuxer;
  // Odd inputs begin behind the file header.
  if ((data[0] & 1) != 0) demuxer.HandleBytes(flv::FileHeader({}), Timestamp::Zero());
  fuzz::Drive(demuxer, {data + 1, size - 1}, Timestamp::Zero());
  return 0;
}
