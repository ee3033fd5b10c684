// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/secret_bytes.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace onair::runtime {

Status FillWithSecret(std::span<std::uint8_t> out) {
  constexpr std::size_t kMostAtOnce = 256;  // Source: POSIX.1-2024 getentropy(), GETENTROPY_MAX.
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), kMostAtOnce);
    if (getentropy(out.data(), count) != 0) {
      const int code = errno;
      return Fail(Error{ErrorCode::kInternal,
                        "the system has no randomness: " + std::generic_category().message(code),
                        code});
    }
    out = out.subspan(count);
  }
  return {};
}

}  // namespace onair::runtime
