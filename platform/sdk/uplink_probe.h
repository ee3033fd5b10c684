// SPDX-License-Identifier: Apache-2.0
//
// Tests the line before going live:
//
//   auto probe = UplinkProbe::Start({.url = url}, executor, [](const auto& report) {
//     if (report && report->preset) ...  // Size, frame rate and bit rate to go live with.
//   });
//
// It connects and publishes as a publisher would, under the key of the address: the server sees
// a stream of some seconds without a picture in motion, and viewers of that key do too.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/api/uplink_probe.h"
#include "core/machine/trace.h"
#include "platform/sdk/executor.h"
#include "platform/sdk/tls_config.h"

namespace onair {

// Where the line is tested to, and how. Read once, by UplinkProbe::Start().
struct UplinkProbeSetup {
  std::string url;               // rtmp(s)://host/app/key
  UplinkProbeConfig probe = {};  // How long, and how much.
  TlsConfig tls = {};            // Of rtmps.
  TraceSink* trace = nullptr;    // Outlives the probe. Null: nowhere.
};

// thread-safe. It costs duration * rate of data; see UplinkProbeConfig for the bounds.
class UplinkProbe {
 public:
  // Once, on the app's executor.
  using OnReport = std::function<void(const Result<UplinkReport>&)>;

  // Connecting begins at once. kInvalidUrl, kUnsupported, kInvalidConfig naming the field,
  // kCodecOpen, kOutOfMemory; what goes wrong later comes as the report.
  static Result<std::unique_ptr<UplinkProbe>> Start(const UplinkProbeSetup& setup,
                                                    Executor executor, OnReport on_report);
  ~UplinkProbe();  // Ends it; no report comes any more.

 private:
  class Core;
  explicit UplinkProbe(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace onair
