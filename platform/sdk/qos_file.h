// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "core/api/qos.h"
#include "core/base/result.h"

namespace onair {

// The policy that a text in JSON describes (transport/qos/README.md): the text is the app's to
// fetch and keep. kInvalidConfig whose detail names line, field and what is wrong with it. What it
// answers is thread-safe.
Result<std::unique_ptr<QosPolicy>> MakeQosPolicy(std::string_view text);

}  // namespace onair
