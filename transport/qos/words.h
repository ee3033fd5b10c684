// SPDX-License-Identifier: Apache-2.0
//
// The words of policy files, command lines and reports.
#pragma once

#include <optional>
#include <string_view>

#include "core/api/qos.h"

namespace onair::qos {

// "unknown", "wifi", "cellular", "ethernet".
[[nodiscard]] std::string_view WordOf(NetworkKind kind);
[[nodiscard]] std::optional<NetworkKind> NetworkOf(std::string_view word);

// "rtmp", "rts".
[[nodiscard]] std::string_view WordOf(cc::LineKind line);
[[nodiscard]] std::optional<cc::LineKind> LineOf(std::string_view word);

}  // namespace onair::qos
