// SPDX-License-Identifier: Apache-2.0
//
// The chunk reader whole and cut in two must read the same messages.
#include <cstdlib>
#include <vector>

#include "transport/rtmp/chunk_reader.h"

namespace {

using namespace onair;

struct Seen {
  std::vector<std::uint32_t> sums;
  bool failed = false;
  bool operator==(const Seen&) const = default;
};

void Feed(rtmp::ChunkReader& reader, ByteView in, Seen& seen) {
  while (!seen.failed) {
    auto message = reader.Next(in);
    if (!message) {
      seen.failed = true;
      return;
    }
    if (!*message) {
      if (!in.empty()) std::abort();
      return;
    }
    std::uint32_t sum = (*message)->type + (*message)->timestamp_ms * 31 + (*message)->stream_id;
    for (const std::uint8_t byte : (*message)->payload.view()) sum = sum * 33 + byte;
    seen.sums.push_back(sum);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView all(data + 1, size - 1);
  const std::size_t cut = data[0] * all.size() / 256;
  rtmp::ChunkReader whole;
  rtmp::ChunkReader parts;
  Seen seen_whole;
  Seen seen_parts;
  Feed(whole, all, seen_whole);
  Feed(parts, all.first(cut), seen_parts);
  Feed(parts, all.subspan(cut), seen_parts);
  if (seen_whole != seen_parts) std::abort();
  return 0;
}
