// SPDX-License-Identifier: Apache-2.0
//
// Arms of a policy file in the place of controllers: what would decide in production decides here.
#pragma once

#include <string>

#include "samples/common/report.h"
#include "samples/twin/push_run.h"
#include "transport/qos/policy.h"

namespace onair::samples {

// kInvalidConfig naming the file and what is wrong where.
Result<qos::Policy> ReadPolicy(const std::string& path);

// The device's network and the transport that a policy is asked about.
struct QosPlace {
  NetworkKind network = NetworkKind::kUnknown;
  PushTransport transport = PushTransport::kTcp;

  cc::LineKind line() const {
    return transport == PushTransport::kRts ? cc::LineKind::kDatagrams : cc::LineKind::kTcp;
  }
};

// What it makes is what a publisher's session would have. `policy` came from a file.
MakeController ArmController(const qos::Policy& policy, const qos::Policy::Arm& arm,
                             const QosPlace& place);

// "arm:NAME": as runners are called in reports.
std::string RunnerOf(const qos::Policy::Arm& arm);

// {version, experiment, network, arms: [{arm, per_mille, controller, parameters, start_kbps,
// max_kbps}]}: what raced under those names.
Json QosOf(const qos::Policy& policy, const QosPlace& place);

}  // namespace onair::samples
