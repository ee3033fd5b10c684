// SPDX-License-Identifier: Apache-2.0
//
// onair-edge: the loop runs on its own thread; this one waits for signals and prints.
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "samples/edge/edge.h"
#include "samples/edge/options.h"
#include "samples/edge/report.h"

namespace onair::edge {
namespace {

constexpr TimeDelta kFarewell = TimeDelta::Millis(800);

// For clients that are sent elsewhere: a connection over a slow link, and a key frame.
constexpr TimeDelta kMoveWithin = TimeDelta::Seconds(3);

// Every later thread inherits it, so that only Wait() sees these signals.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// A connection is a descriptor; the usual soft limit of 1024 is below our own.
void AllowManyDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Complain(const std::string& what, int status) {
  std::fprintf(stderr, "onair-edge: %s\n", what.c_str());
  return status;
}

class Server {
 public:
  explicit Server(const Options& options)
      : options_(options), loop_("onair.net"), started_at_(runtime::Now()) {}

  // Until a signal; the program's exit status.
  int Run(const sigset_t& signals) {
    if (auto status = loop_.Start(); !status) return Complain(ToString(status.error()), 1);
    Result<Ports> ports = Ports{};
    loop_.RunAndWait([&] {
      edge_ = std::make_unique<Edge>(loop_, options_.edge);
      ports = edge_->Start();
    });
    if (!ports) {
      loop_.Stop();
      return Complain(ToString(ports.error()), 1);
    }
    const auto at = [this](std::uint16_t port) { return HostPort(options_.edge.listen, port); };
    std::printf("ready rtmp=%s http=%s", at(ports->rtmp).c_str(), at(ports->http).c_str());
    if (ports->rtc != 0) std::printf(" rtc=%s", at(ports->rtc).c_str());
    std::printf("\n");
    std::fflush(stdout);
    Wait(signals);
    if (!options_.reconnect_to.empty()) SendElsewhere(signals);
    return Finish();
  }

 private:
  void Wait(const sigset_t& signals) {
    const bool is_terminal = isatty(STDERR_FILENO) == 1;
    const timespec period{is_terminal ? 1 : 5, 0};
    while (sigtimedwait(&signals, nullptr, &period) < 0) {
      if (options_.is_quiet) continue;
      const std::string line = StatusLine(Stats(), runtime::Now() - started_at_);
      std::fprintf(stderr, is_terminal ? "\r\033[K%s" : "%s\n", line.c_str());
    }
    if (is_terminal && !options_.is_quiet) std::fputc('\n', stderr);
  }

  // Until all have left, or another signal comes.
  void SendElsewhere(const sigset_t& signals) {
    loop_.RunAndWait([&] { edge_->RequestReconnect(options_.reconnect_to); });
    const timespec period{0, 50'000'000};
    const Timestamp end = runtime::Now() + kMoveWithin;
    while (runtime::Now() < end && Stats().rtmp.open > 0) {
      if (sigtimedwait(&signals, nullptr, &period) >= 0) return;
    }
  }

  EdgeStats Stats() {
    EdgeStats stats;
    loop_.RunAndWait([&] { stats = edge_->stats(); });
    return stats;
  }

  int Finish() {
    const EdgeStats stats = Stats();
    std::promise<void> stopped;
    loop_.RunAndWait([&] { edge_->Stop(kFarewell, [&stopped] { stopped.set_value(); }); });
    stopped.get_future().wait();
    loop_.RunAndWait([&] { edge_.reset(); });
    loop_.Stop();
    if (options_.report_file.empty()) return 0;
    const auto written = WriteReport(options_.report_file, stats, runtime::Now() - started_at_);
    return written ? 0 : Complain(ToString(written.error()), 1);
  }

  const Options options_;
  runtime::Loop loop_;
  const Timestamp started_at_;
  std::unique_ptr<Edge> edge_;
};

int Main(const std::vector<std::string>& arguments) {
  const CommandLine line = ParseCommandLine(arguments);
  switch (line.wish) {
    case CommandLine::Wish::kPrint:
      std::fputs(line.text.c_str(), stdout);
      return 0;
    case CommandLine::Wish::kRefuse:
      return Complain(line.text, 2);
    case CommandLine::Wish::kServe:
      break;
  }
  const sigset_t signals = BlockStopSignals();
  AllowManyDescriptors();
  return Server(line.options).Run(signals);
}

}  // namespace
}  // namespace onair::edge

int main(int argc, char** argv) {
  return onair::edge::Main(std::vector<std::string>(argv + 1, argv + argc));
}
