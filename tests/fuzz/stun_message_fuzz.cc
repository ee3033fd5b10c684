// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>

#include "tests/fuzz/stun_attributes.h"
#include "transport/ice/digest.h"
#include "transport/ice/stun_message.h"
#include "transport/ice/stun_writer.h"

namespace {

using namespace onair;
using namespace onair::ice;

void ReadAll(const StunMessage& message) {
  for (unsigned type = 0; type < 0x30; ++type) {
    const auto attribute = static_cast<StunAttribute>(type);
    static_cast<void>(message.Text(attribute));
    static_cast<void>(message.U32(attribute));
    static_cast<void>(message.U64(attribute));
    static_cast<void>(message.Address(attribute));
  }
  const auto error = message.error_code();
  if (error && (*error < 300 || *error > 699)) std::abort();
  std::array<std::uint16_t, 4> unknown{};
  if (message.CollectUnknown(unknown) > unknown.size()) std::abort();
  static_cast<void>(message.VerifyIntegrity(AsBytes("password")));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto message = StunMessage::Parse(bytes)) ReadAll(*message);
  // The fingerprint stops chance bytes: here it is made right.
  Bytes repaired(std::max<std::size_t>(size, 1) + 28);
  StunWriter writer(repaired, StunMethod::kBinding, StunClass::kRequest, {});
  fuzz::WriteAttributes(writer, bytes);
  if (const auto message = StunMessage::Parse(writer.Fingerprint().Finish())) ReadAll(*message);
  return 0;
}
