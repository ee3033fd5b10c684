// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "platform/sdk/publisher.h"
#include "samples/common/command_line.h"

namespace onair::samples {

struct QosOptions {
  std::string file;                 // A policy; empty: none.
  std::string session;              // Empty: made up.
  std::string network = "unknown";  // A word of transport/qos/words.h.
};

// Declares --qos, --session and --network.
void AddQosOptions(CLI::App& app, QosOptions& options);

// What they mean to the SDK. `policy` gets what `config` points to, and has to outlive the
// publisher. Not empty: leave with this status (all was said).
std::optional<int> ToConfig(const CommandLine& line, const QosOptions& options,
                            PublisherConfig& config, std::unique_ptr<QosPolicy>& policy);

}  // namespace onair::samples
