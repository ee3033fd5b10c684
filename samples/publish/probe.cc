// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/probe.h"

#include <cstdio>
#include <mutex>
#include <optional>

#include "core/base/url.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/trace_file.h"
#include "platform/sdk/uplink_probe.h"

namespace onair::samples {
namespace {

constexpr TimeDelta kTick = TimeDelta::Millis(50);
constexpr double kDefaultSeconds = 5;

const char* NameOf(UplinkTrouble trouble) {
  switch (trouble) {
    case UplinkTrouble::kNone:
      return "none";
    case UplinkTrouble::kJitter:
      return "jitter";
    case UplinkTrouble::kCongestion:
      return "congestion";
    case UplinkTrouble::kLossy:
      return "lossy";
  }
  return "";
}

// Without the stream key.
std::string WithoutKey(const std::string& url) {
  return url.substr(0, url.rfind('/')) + "/<private>";
}

// The answer, from the SDK's thread to the main one. thread-safe.
class Answer {
 public:
  void Set(const Result<UplinkReport>& report) {
    const std::lock_guard lock(mutex_);
    report_ = report;
  }
  std::optional<Result<UplinkReport>> Get() const {
    const std::lock_guard lock(mutex_);
    return report_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Result<UplinkReport>> report_;
};

Result<UplinkReport> Ask(const UplinkProbeSetup& setup, StopSignal& stop) {
  Answer answer;
  auto probe = UplinkProbe::Start(
      setup, [](auto task) { task(); }, [&](const auto& report) { answer.Set(report); });
  if (!probe) return Forward(probe);
  while (!answer.Get()) {
    if (stop.WaitUntil(runtime::Now() + kTick)) {
      return Fail(ErrorCode::kTimeout, "stopped before the line was measured");
    }
  }
  return *answer.Get();
}

}  // namespace

Json ProbeJson(const std::string& url, const UplinkReport& report) {
  Json out;
  out["url"] = WithoutKey(url);
  out["delivered_kbps"] = Number(report.delivered.kbps_f());
  out["is_at_least"] = report.is_at_least;
  out["base_rtt_ms"] = Ms(report.base_rtt);
  out["rtt_under_load_ms"] = Ms(report.rtt_under_load);
  out["loss_percent"] =
      report.retransmitted_percent ? Number(*report.retransmitted_percent) : Json();
  out["trouble"] = NameOf(report.trouble);
  out["bytes_sent"] = report.bytes_sent.bytes();
  out["duration_s"] = Number(report.took.seconds_f());
  out["margin"] = report.margin;
  out["preset"] = nullptr;
  if (report.preset) {
    out["preset"] = {{"width", report.preset->size.width},
                     {"height", report.preset->size.height},
                     {"fps", report.preset->frame_rate},
                     {"bitrate_kbps", Number(report.preset->video_rate.kbps_f())}};
  }
  out["error"] = nullptr;
  return out;
}

std::string ProbeText(const UplinkReport& report) {
  char text[240];
  const int used =
      std::snprintf(text, sizeof text, "%s%.0f kbit/s, %.0f ms empty, %.0f ms full, trouble: %s; ",
                    report.is_at_least ? "at least " : "", report.delivered.kbps_f(),
                    report.base_rtt.ms_f(), report.rtt_under_load.ms_f(), NameOf(report.trouble));
  std::string line(text, static_cast<std::size_t>(std::max(used, 0)));
  if (!report.preset) return line + "too slow for a picture";
  std::snprintf(text, sizeof text, "go live with --size %dx%d --fps %.0f --bitrate %.0f",
                report.preset->size.width, report.preset->size.height, report.preset->frame_rate,
                report.preset->video_rate.kbps_f());
  return line + text;
}

int RunProbe(const CommandLine& line, const PublishOptions& options, StopSignal& stop) {
  UplinkProbeSetup setup;
  setup.url = options.probe;
  const double seconds = options.duration_s > 0 ? options.duration_s : kDefaultSeconds;
  setup.probe.duration = TimeDelta::SecondsF(seconds);
  setup.probe.audio_rate = DataRate::KilobitsPerSec(options.audio_bitrate_kbps);
  setup.tls.ca_file = options.ca;
  setup.tls.verify = options.is_insecure ? tls::VerifyPeer::kNo : tls::VerifyPeer::kYes;
  if (auto valid = setup.probe.Validate(); !valid) return line.Refuse(ToString(valid.error()));

  std::unique_ptr<TraceFile> trace;
  if (!line.common().trace.empty()) {
    auto opened = TraceFile::Open(line.common().trace);
    if (!opened) return line.Complain(ToString(opened.error())), kExitFailed;
    trace = std::move(*opened);
    setup.trace = trace.get();
  }
  const auto report = Ask(setup, stop);
  if (!report && (report.error().code == ErrorCode::kInvalidUrl ||
                  report.error().code == ErrorCode::kUnsupported)) {
    return line.Refuse("--probe: " + ToString(report.error()));
  }
  int status = report ? kExitDone : kExitFailed;
  Json out;
  if (report) {
    std::printf("%s\n", ProbeText(*report).c_str());
    out = ProbeJson(options.probe, *report);
  } else {
    line.Complain("cannot test the line to " + WithoutKey(options.probe) + ": " +
                  ToString(report.error()));
    out["url"] = WithoutKey(options.probe);
    out["error"] = ErrorText(report.error());
  }
  if (!line.common().report.empty()) {
    auto written = WriteReport(line.common().report, out);
    if (!written) line.Complain(ToString(written.error())), status = kExitFailed;
  }
  if (trace) {
    auto closed = trace->Close();
    if (!closed) line.Complain(ToString(closed.error())), status = kExitFailed;
  }
  return status;
}

}  // namespace onair::samples
