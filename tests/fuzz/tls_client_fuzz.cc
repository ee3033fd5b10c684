// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/tls/stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const Timestamp now = Timestamp::Zero();
  static const auto trust = tls::Trust::Load("", tls::VerifyPeer::kYes);
  if (!trust) std::abort();
  auto stream = tls::Stream::Client({"edge.test", *trust}, now);
  if (!stream) std::abort();
  fuzz::Drive(*stream, {data, size}, now);
  return 0;
}
