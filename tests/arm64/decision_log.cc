// SPDX-License-Identifier: Apache-2.0
//
// Prints what every controller decides in the twin, a line for each decision, floating-point
// numbers bit by bit, and at the end of each run what the whole world did as one number. Two
// builds, of whatever machines, must print the same: same_decisions compares.
//
// usage: decision_log tcp|rts [CASE...]      as onair-twin names them, whole; else parts of some
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samples/twin/case_choice.h"
#include "samples/twin/push_run.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(25);

// Falls, outages, losses, cells, other traffic, several publishers.
const std::vector<std::string> kTcpCases = {"outage", "ramp", "lte", "rail", "5.3", "5.6", "6.1"};
const std::vector<std::string> kRtsCases = {"startup", "loss10", "lte-1", "switch", "cubic", "5.2"};
constexpr TimeDelta kLongest = TimeDelta::Seconds(30);  // Of each.

void Print(Timestamp at, const cc::CongestionDecision& d) {
  std::printf("%" PRId64 " target %" PRId64, at.us(), d.target_rate.bps());
  if (d.pacing_rate) std::printf(" pacing %" PRId64, d.pacing_rate->bps());
  if (d.congestion_window) std::printf(" window %" PRId64, d.congestion_window->bytes());
  if (d.frame_limit) std::printf(" limit %" PRId64, d.frame_limit->bytes());
  if (d.probe)
    std::printf(" probe %" PRId64 " %" PRId64, d.probe->rate.bps(), d.probe->size.bytes());
  std::printf(" repair %d %a %a %a %a", static_cast<int>(d.repair.retransmit), d.repair.fec_share,
              d.repair.key_fec_share, d.repair.expected_loss, d.repair.loss_burst);
  std::printf(" intake %d cause %d again %" PRId64 " %s\n", static_cast<int>(d.intake),
              static_cast<int>(d.cause), d.decide_again_at.us(), d.reason);
}

class PrintingController final : public cc::Controller {
 public:
  explicit PrintingController(std::unique_ptr<cc::Controller> inner) : inner_(std::move(inner)) {}

  cc::CongestionDecision OnReport(const cc::TcpReport& report) override {
    return Told(report.at, inner_->OnReport(report));
  }
  cc::CongestionDecision OnReport(const cc::FeedbackReport& report) override {
    return Told(report.at, inner_->OnReport(report));
  }

 private:
  static cc::CongestionDecision Told(Timestamp at, const cc::CongestionDecision& decision) {
    Print(at, decision);
    return decision;
  }
  std::unique_ptr<cc::Controller> inner_;
};

bool RunOne(PushTransport transport, const PushCase& one, std::string_view controller) {
  std::printf("case %s controller %s\n", one.name.c_str(), std::string(controller).c_str());
  PushSettings settings;
  settings.transport = transport;
  settings.make_controller = [&](const cc::ControllerConfig& config) {
    auto made = cc::MakeController(controller, config);
    return std::make_unique<PrintingController>(std::move(*made));
  };
  const PushResult result = RunPush(one, settings);
  std::printf("end delivered %" PRId64 " events %" PRId64 " world %016" PRIx64 "\n",
              result.counts.delivered, result.events, result.log_hash);
  return result.counts.delivered > 0;
}

}  // namespace

int Main(std::vector<std::string> arguments) {
  const bool is_tcp = !arguments.empty() && arguments.front() == "tcp";
  if (arguments.empty() || (!is_tcp && arguments.front() != "rts")) {
    std::fprintf(stderr, "usage: decision_log tcp|rts [CASE...]\n");
    return 2;
  }
  arguments.erase(arguments.begin());
  const bool is_whole = !arguments.empty();
  if (!is_whole) arguments = is_tcp ? kTcpCases : kRtsCases;
  auto cases = ChooseCases(arguments, kOneWay);
  if (!cases) {
    std::fprintf(stderr, "%s\n", cases.error().detail.c_str());
    return 2;
  }
  const PushTransport transport = is_tcp ? PushTransport::kTcp : PushTransport::kRts;
  bool has_delivered = true;  // A run that moves nothing proves nothing.
  for (PushCase& one : *cases) {
    if (!is_whole) one.duration = std::min(one.duration, kLongest);
    for (const std::string_view name :
         is_tcp ? cc::TcpControllerNames() : cc::DatagramControllerNames()) {
      has_delivered &= RunOne(transport, one, name);
    }
  }
  return has_delivered || is_whole ? 0 : 1;
}

}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main({argv + 1, argv + argc});
}
