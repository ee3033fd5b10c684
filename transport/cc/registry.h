// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/api/congestion_control.h"
#include "core/base/result.h"

namespace onair::cc {

// What an empty ControlConfig::controller means.
inline constexpr std::string_view kDefaultController = "onair";
inline constexpr std::string_view kDefaultDatagramController = "onair";

// Names that MakeController() knows, in alphabetical order. Static.
[[nodiscard]] std::span<const std::string_view> ControllerNames();

// The same without those that hold their rate over TCP because they know datagrams only.
[[nodiscard]] std::span<const std::string_view> TcpControllerNames();
// The same of datagrams.
[[nodiscard]] std::span<const std::string_view> DatagramControllerNames();

// A controller of that name, at its start rate. kInvalidConfig when the name is unknown (the
// detail lists the known ones) or when `config` does not validate.
[[nodiscard]] Result<std::unique_ptr<Controller>> MakeController(std::string_view name,
                                                                 const ControllerConfig& config);

}  // namespace onair::cc
