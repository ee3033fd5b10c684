// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>

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
  std::size_t at = 0;
  while (at + 3 <= size) {
    const unsigned type = static_cast<unsigned>(data[at] << 8 | data[at + 1]);
    const std::size_t length = std::min<std::size_t>(data[at + 2], size - at - 3);
    writer.Raw(static_cast<StunAttribute>(type), bytes.subspan(at + 3, length));
    at += 3 + length;
  }
  if (const auto message = StunMessage::Parse(writer.Fingerprint().Finish())) ReadAll(*message);
  return 0;
}
