// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/api/congestion_control.h"
#include "core/api/controller_parameters.h"
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

// What the controller of that name takes over lines of that kind. Empty: it takes nothing, does not
// serve them, or is unknown.
[[nodiscard]] std::vector<ParameterInfo> ParametersOf(std::string_view name, LineKind line);

// A controller of that name, at its start rate. kInvalidConfig when the name is unknown (the
// detail lists the known ones), when `config` does not validate, or when a parameter is unknown for
// all kinds of lines, out of range or named twice.
[[nodiscard]] Result<std::unique_ptr<Controller>> MakeController(std::string_view name,
                                                                 const ControllerConfig& config,
                                                                 const Parameters& parameters = {});

}  // namespace onair::cc
