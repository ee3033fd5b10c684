// SPDX-License-Identifier: Apache-2.0
//
// From a choice to a controller: the same in a publisher and in the twin.
#pragma once

#include <memory>
#include <string_view>

#include "core/api/congestion_control.h"
#include "core/api/qos.h"

namespace onair::qos {

// What the app allows, narrowed by the choice.
[[nodiscard]] cc::ControllerConfig Narrowed(const cc::ControllerConfig& limits,
                                            const QosChoice& choice);

// `otherwise`: where the choice names no controller. As cc::MakeController().
[[nodiscard]] Result<std::unique_ptr<cc::Controller>> MakeController(
    const QosChoice& choice, std::string_view otherwise, const cc::ControllerConfig& limits);

}  // namespace onair::qos
