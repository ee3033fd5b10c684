// SPDX-License-Identifier: Apache-2.0
//
// onair-publish: goes live. Read top to bottom, this is how an app uses onair::Publisher.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "beauty/face/detector_messages.h"
#include "core/base/url.h"
#include "platform/devices/library_messages.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/publisher.h"
#include "platform/sdk/trace_file.h"
#include "samples/common/command_line.h"
#include "samples/common/report.h"
#include "samples/common/stop_signal.h"
#include "samples/publish/options.h"
#include "samples/publish/probe.h"
#include "samples/publish/report.h"
#include "samples/publish/sources.h"

namespace onair::samples {
namespace {

constexpr TimeDelta kTick = TimeDelta::Millis(50);
constexpr TimeDelta kRow = TimeDelta::Millis(500);
constexpr TimeDelta kFinish = TimeDelta::Seconds(5);

// Addresses without their secrets.
std::vector<std::string> NamesOf(const std::vector<std::string>& urls) {
  std::vector<std::string> names;
  for (const std::string& url : urls) {
    const auto parsed = ParseUrl(url);
    // The stream key is a secret too: host and application are enough.
    names.push_back(parsed ? parsed->scheme + "://" + parsed->Authority(0) +
                                 parsed->path.substr(0, parsed->path.rfind('/'))
                           : url);
  }
  return names;
}

const char* TextOf(NetworkTrouble trouble) {
  switch (trouble) {
    case NetworkTrouble::kNone:
      return "the network is good again";
    case NetworkTrouble::kSlow:
      return "the network is too slow";
    case NetworkTrouble::kSilent:
      return "nothing gets through the network";
  }
  return "";
}

// What the publisher told us, for the main thread. thread-safe.
class Progress {
 public:
  // `names`: of the destinations, for people.
  Progress(std::vector<std::string> names, const CommandLine& line, StatusLine& status)
      : names_(std::move(names)), line_(line), status_(status) {}

  void OnEvent(const PublishEvent& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* state = std::get_if<PublishStateEvent>(&event)) OnState(*state);
    if (const auto* ended = std::get_if<SourceEndedEvent>(&event)) {
      has_source_ended_ = true;
      if (ended->error) Fail(*ended->error);
    }
    if (const auto* skipped = std::get_if<SourceSkippedEvent>(&event)) {
      status_.Say("going live without it: " + ToString(skipped->error));
    }
    if (const auto* network = std::get_if<NetworkQualityEvent>(&event)) {
      status_.Say(names_[network->destination] + ": " + TextOf(network->trouble));
    }
    if (const auto* failed = std::get_if<HandOverFailedEvent>(&event)) {
      status_.Say(names_[failed->destination] +
                  ": staying on the present connection: " + ToString(failed->error));
    }
    if (const auto* chosen = std::get_if<QosChosenEvent>(&event)) {
      status_.Say(names_[chosen->destination] + ": " + chosen->choice.controller + " by arm " +
                  chosen->choice.arm + " of " + chosen->choice.experiment + " " +
                  chosen->choice.policy_version);
    }
    if (const auto* refused = std::get_if<AudioRefusedEvent>(&event)) {
      status_.Say(names_[refused->destination] + ": without sound, which it does not take");
    }
    if (const auto* failed = std::get_if<FacesFailedEvent>(&event)) {
      status_.Say("going on without faces: " + ToString(failed->error));
    }
  }

  bool is_over() const {
    const std::lock_guard lock(mutex_);
    return is_over_ || has_source_ended_;
  }
  // Every destination has said its last word.
  bool has_stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_.size() == names_.size();
  }
  std::optional<Error> error() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  void OnState(const PublishStateEvent& event) {
    if (event.state == PublishState::kLive && live_.insert(event.destination).second) {
      // For scripts that wait for it, as for the edge's "ready".
      std::printf("live %s\n", names_[event.destination].c_str());
      std::fflush(stdout);
      ended_.erase(event.destination);
    }
    if (event.state == PublishState::kEnded) stopped_.insert(event.destination);
    if (event.state == PublishState::kReconnecting && event.error) {
      // A destination that was never reached is a wrong address more often than a bad moment.
      if (!live_.contains(event.destination)) return End(event.destination, *event.error);
      status_.Say("reconnecting: " + ToString(*event.error));
    }
    if (event.state == PublishState::kEnded && event.error) {
      End(event.destination, *event.error);
    }
  }
  void End(std::size_t destination, const Error& error) {
    if (!ended_.insert(destination).second) return;
    const bool is_file = names_[destination].starts_with("file:");
    const std::string what = is_file                       ? "cannot record "
                             : live_.contains(destination) ? "lost "
                                                           : "cannot connect to ";
    Fail(Error{error.code, what + names_[destination] + ": " + error.detail, error.native_code});
    if (ended_.size() == names_.size()) is_over_ = true;
  }
  void Fail(const Error& error) {
    if (!error_) error_ = error;
    // A full disk comes as a failed recording and as an ended destination.
    const std::string text = ToString(error);
    if (complaints_.insert(text).second) line_.Complain(text);
  }

  mutable std::mutex mutex_;
  const std::vector<std::string> names_;
  const CommandLine& line_;
  StatusLine& status_;
  std::set<std::size_t> live_;
  std::set<std::size_t> ended_;       // Given up, as far as this program is concerned.
  std::set<std::size_t> stopped_;     // By their own word.
  std::set<std::string> complaints_;  // Said once each.
  bool has_source_ended_ = false;
  bool is_over_ = false;
  std::optional<Error> error_;
};

int Run(const CommandLine& line, const PublishOptions& options, PublisherConfig config,
        StopSignal& stop) {
  std::unique_ptr<TraceFile> trace;
  if (!line.common().trace.empty()) {
    auto opened = TraceFile::Open(line.common().trace);
    if (!opened) return line.Complain(ToString(opened.error())), kExitFailed;
    trace = std::move(*opened);
    config.trace = trace.get();
  }
  StatusLine status(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown);
  Progress progress(NamesOf(config.urls), line, status);

  auto sources = OpenSources(options, config);
  if (!sources) return line.Complain(ToString(sources.error())), kExitFailed;
  if (!sources->note.empty()) status.Say(sources->note);

  auto publisher = Publisher::Create(
      config, [](auto task) { task(); },
      [&](const PublishEvent& event) { progress.OnEvent(event); });
  if (!publisher) return line.Complain(ToString(publisher.error())), kExitFailed;
  (*publisher)->SetSources(std::move(sources->sources));

  const Timestamp started = runtime::Now();
  PublishReport report(started, config.session_id);
  if (auto begun = (*publisher)->Start(); !begun) {
    return line.Complain(ToString(begun.error())), kExitFailed;
  }
  const Timestamp end = options.duration_s > 0 ? started + TimeDelta::SecondsF(options.duration_s)
                                               : Timestamp::PlusInfinity();
  Timestamp next_row = started + kRow;
  while (!progress.is_over() && runtime::Now() < end) {
    if (stop.WaitUntil(std::min(end, runtime::Now() + kTick))) break;
    const Timestamp now = runtime::Now();
    if (now < next_row) continue;
    next_row += kRow;
    const PublisherStats stats = (*publisher)->stats();
    report.Sample(stats, now);
    status.Show(report.StatusText(stats, now), now);
  }

  // The last bytes and a file's index belong into the report; a slow disk gets its time.
  const Timestamp ended = runtime::Now();
  (*publisher)->Stop();
  while (!progress.has_stopped() && runtime::Now() < ended + kFinish) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const PublisherStats stats = (*publisher)->stats();
  publisher->reset();
  const auto error = progress.error();
  int exit_status = error ? kExitFailed : kExitDone;
  if (!line.common().report.empty()) {
    auto written = WriteReport(line.common().report, report.Finish(stats, error, ended));
    if (!written) line.Complain(ToString(written.error())), exit_status = kExitFailed;
  }
  for (const DestinationStats& destination : stats.destinations) {
    if (!destination.input_log_error) continue;
    line.Complain(ToString(*destination.input_log_error)), exit_status = kExitFailed;
  }
  if (trace) {
    auto closed = trace->Close();
    if (!closed) line.Complain(ToString(closed.error())), exit_status = kExitFailed;
  }
  return exit_status;
}

int Main(int argc, char** argv) {
  StopSignal stop;
  devices::SetLibraryMessages(devices::LibraryMessages::kDropped);
  beauty::SetDetectorMessages(beauty::DetectorMessages::kDropped);
  PublishOptions options;
  const auto line = MakePublishCommandLine(options);
  if (const auto status = line->Parse(argc, argv)) return *status;
  if (!options.probe.empty()) return RunProbe(*line, options, stop);
  PublisherConfig config;
  if (const auto status = ToConfig(*line, options, config)) return *status;
  std::unique_ptr<QosPolicy> policy;
  if (const auto status = ToConfig(*line, options.qos, config, policy)) return *status;
  return Run(*line, options, std::move(config), stop);
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main(argc, argv);
}
