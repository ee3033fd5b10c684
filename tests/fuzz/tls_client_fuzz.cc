// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/tls/stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const Timestamp now = Timestamp::Zero();
  tls::ClientConfig config;
  config.host = "edge.test";
  auto stream = tls::Stream::Client(config, now);
  if (!stream) std::abort();
  fuzz::Drive(*stream, {data, size}, now);
  return 0;
}
