// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/units/time.h"

namespace onair::webrtc {

enum class ChannelOrder { kOrdered = 1, kUnordered = 2 };

// How a data channel carries its messages; both ends know it from its opening (RFC 8832).
struct ChannelConfig {
  // For the application at the other end, UTF-8. At most 1024 bytes, as is `protocol`.
  std::string label;
  std::string protocol = {};

  ChannelOrder order = ChannelOrder::kOrdered;

  // At most one of the two; neither: every message arrives. A message is given up after so many
  // resends, or after so long, range [0 ms, 60 s] in whole milliseconds. usrsctp measures the
  // latter by the system's clock.
  std::optional<std::uint16_t> max_retransmits = std::nullopt;
  std::optional<TimeDelta> max_lifetime = std::nullopt;

  bool operator==(const ChannelConfig&) const = default;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair::webrtc
