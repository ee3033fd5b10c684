// SPDX-License-Identifier: Apache-2.0
//
// What the runs of `onair-quality roi` came to: rows, BD-rates, and a table for the terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/publish_config.h"
#include "samples/common/report.h"
#include "samples/quality/coded_run.h"
#include "samples/quality/found_faces.h"
#include "samples/quality/roi_options.h"

namespace onair::samples {

// What is compared: the plain encoder, the regions, and, where the encoder looks ahead, that
// alone, so that nobody takes one's gain for the other's.
struct RoiVariant {
  std::string name;
  bool has_roi = false;
  bool looks_ahead = false;
};
// The plain encoder first, what is measured against it last.
std::vector<RoiVariant> RoiVariants(const VideoConfig& config);

struct RoiRow {
  RoiVariant variant;
  int target_kbps = 0;
  RunResult result;
  std::optional<Picture> shown;  // For the sheet.
};

struct RoiFindings {
  const RoiOptions& options;
  const VideoConfig& config;
  std::size_t pictures = 0;
  const std::optional<FoundFaces>& found;
  const std::vector<RoiRow>& rows;
};

// The object of --report.
Json RoiReport(const RoiFindings& findings);

// On stdout.
void PrintRoiReport(const Json& report);

}  // namespace onair::samples
