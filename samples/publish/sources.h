// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "platform/sdk/publisher.h"
#include "samples/publish/options.h"

namespace onair::samples {

struct OpenedSources {
  Publisher::Sources sources;
  std::string note;  // Something the user should know: "no microphone: sending silence".
};

// The sources that `--input` and `--audio-input` name. Errors of files and devices.
Result<OpenedSources> OpenSources(const PublishOptions& options, const PublisherConfig& config);

}  // namespace onair::samples
