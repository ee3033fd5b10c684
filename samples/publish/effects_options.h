// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "platform/sdk/publisher.h"
#include "samples/common/command_line.h"

namespace onair::samples {

// What the options about the picture say.
struct EffectsOptions {
  std::string beauty;
  std::string filter;
  std::string watermark;
  std::string roi = "auto";
  std::string face;
  bool shows_before_after = false;
  bool shows_people = false;  // The input may; set by who knows it.
};

// Declares them.
void AddEffectsOptions(CLI::App& app, EffectsOptions& options);

// Sets what they mean; reads the files they name. The error names the option.
Status ToConfig(const EffectsOptions& options, PublisherConfig& config);

}  // namespace onair::samples
