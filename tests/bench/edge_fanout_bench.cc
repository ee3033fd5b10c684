// SPDX-License-Identifier: Apache-2.0
//
// One stream, many HTTP-FLV viewers on loopback: what the edge's process costs. Prints a table;
// exit 1 when the edge needs more than one core, or a viewer was disconnected or had frames
// dropped.
//
//   edge_fanout_bench [VIEWERS=200] [SECONDS=10] [KBPS=1500]
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_driver.h"
#include "transport/rtmp/publish_client.h"

extern char** environ;

namespace onair {
namespace {

void Sleep(TimeDelta span) {
  std::this_thread::sleep_for(std::chrono::microseconds(span.us()));
}

// An onair-edge on free ports, and the processor time of its process.
class EdgeProcess {
 public:
  explicit EdgeProcess(const std::string& report) {
    std::array<int, 2> pipe_ends{};
    ONAIR_CHECK(pipe2(pipe_ends.data(), O_CLOEXEC) == 0);
    const std::string program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "onair-edge";
    std::vector<std::string> words = {program, "--rtmp=0", "--http=0", "--quiet",
                                      "--report=" + report};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    ONAIR_CHECK(posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    std::FILE* out = fdopen(pipe_ends[0], "r");
    ONAIR_CHECK(std::fscanf(out, "ready rtmp=127.0.0.1:%hu http=127.0.0.1:%hu", &rtmp, &http) == 2);
    std::fclose(out);
  }
  ~EdgeProcess() { Stop(); }

  TimeDelta Cpu() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    // Fields 14 and 15, counted from 1; the second is "(name)".
    std::istringstream rest(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    rest >> user >> system;
    return TimeDelta::Micros((user + system) * 1'000'000 / sysconf(_SC_CLK_TCK));
  }
  void Stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  std::uint16_t rtmp = 0;
  std::uint16_t http = 0;

 private:
  pid_t pid_ = -1;
};

// Publishes in real time. Lives on the loop's thread.
class Publisher {
 public:
  Publisher(runtime::Loop& loop, std::uint16_t port, DataRate rate)
      : loop_(loop),
        video_({.rate = rate - kAudioRate}, Rng(1)),
        audio_(kAudioRate, Rng(2)),
        client_(rtmp::ParseRtmpUrl(
                    ParseUrl("rtmp://127.0.0.1:" + std::to_string(port) + "/live/bench").value())
                    .value(),
                {}, Rng(3), NullTrace(), runtime::Now()),
        driver_(loop, std::make_unique<runtime::ByteStream>(loop, runtime::ByteStreamConfig{}),
                client_,
                {.on_event =
                     [this](PublishTransport::Event&& event, Timestamp now) {
                       ONAIR_CHECK(std::holds_alternative<PublishTransport::Ready>(event));
                       begun_at_ = now;
                       timer_ = loop_.PostAfter(TimeDelta::Zero(), [this] { Send(); });
                     },
                 .on_closed = {}}) {
    driver_.Open({"127.0.0.1", port, Security::kPlain});
  }
  ~Publisher() { loop_.Cancel(timer_); }

 private:
  static constexpr DataRate kAudioRate = DataRate::KilobitsPerSec(64);

  void Send() {
    driver_.Do([this](rtmp::PublishClient& client, Timestamp now) {
      if (!std::exchange(has_tracks_, true)) {
        StreamTracks tracks;
        tracks.video = video_.track();
        tracks.audio = audio_.track();
        client.SetTracks(tracks, now);
      }
      const MediaTime line = MediaTime::Zero() + (now - begun_at_);
      while (audio_.next_pts() <= line) client.Send(audio_.Next(now), now);
      while (video_.next_pts() <= line) client.Send(video_.Next(now), now);
    });
    const MediaTime next = std::min(audio_.next_pts(), video_.next_pts());
    timer_ = loop_.PostAt(begun_at_ + (next - MediaTime::Zero()), [this] { Send(); });
  }

  runtime::Loop& loop_;
  twin::FakeEncoder video_;
  twin::FakeAudio audio_;
  bool has_tracks_ = false;
  runtime::TimerId timer_ = runtime::TimerId::kNone;
  Timestamp begun_at_ = Timestamp::Zero();
  rtmp::PublishClient client_;
  runtime::MachineDriver<rtmp::PublishClient> driver_;
};

// Reads and counts. Lives on the loop's thread.
class Viewer final : public runtime::ByteStreamListener {
 public:
  Viewer(runtime::Loop& loop, std::uint16_t port) : stream_(loop, {}) {
    stream_.Open({"127.0.0.1", port, Security::kPlain}, *this);
  }
  void OnConnected(Timestamp) override {
    constexpr std::string_view kRequest = "GET /live/bench.flv HTTP/1.1\r\nHost: bench\r\n\r\n";
    stream_.Write(Bytes(kRequest.begin(), kRequest.end()));
  }
  void OnBytes(ByteView in, Timestamp) override { bytes += static_cast<std::int64_t>(in.size()); }
  void OnClosed(const Error&, Timestamp) override { is_closed = true; }

  std::int64_t bytes = 0;
  bool is_closed = false;

 private:
  runtime::ByteStream stream_;
};

struct Totals {
  std::int64_t bytes = 0;
  std::int64_t least = 0;  // Of one viewer.
  int closed = 0;
};
Totals Sum(const std::vector<std::unique_ptr<Viewer>>& viewers) {
  Totals totals{0, INT64_MAX, 0};
  for (const auto& viewer : viewers) {
    totals.bytes += viewer->bytes;
    totals.least = std::min(totals.least, viewer->bytes);
    totals.closed += viewer->is_closed ? 1 : 0;
  }
  return totals;
}

// The number behind `"name": ` in the edge's report.
double FromReport(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = text.find("\"" + name + "\": ");
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + name.size() + 4, nullptr);
}

int Run(int viewer_count, TimeDelta span, DataRate rate) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  const std::string report = std::filesystem::temp_directory_path() /
                             ("edge_fanout." + std::to_string(getpid()) + ".json");
  EdgeProcess edge(report);
  runtime::Loop loop("bench.net");
  ONAIR_CHECK(loop.Start().has_value());
  std::unique_ptr<Publisher> publisher;
  std::vector<std::unique_ptr<Viewer>> viewers;
  loop.RunAndWait([&] { publisher = std::make_unique<Publisher>(loop, edge.rtmp, rate); });
  Sleep(TimeDelta::Seconds(1));
  loop.RunAndWait([&] {
    for (int i = 0; i < viewer_count; ++i)
      viewers.push_back(std::make_unique<Viewer>(loop, edge.http));
  });
  Sleep(TimeDelta::Seconds(2));  // Joined, and their first burst is over.

  Totals before;
  Totals after;
  const TimeDelta cpu_before = edge.Cpu();
  const Timestamp begin = runtime::Now();
  loop.RunAndWait([&] { before = Sum(viewers); });
  Sleep(span);
  loop.RunAndWait([&] { after = Sum(viewers); });
  const TimeDelta cpu = edge.Cpu() - cpu_before;
  const TimeDelta took = runtime::Now() - begin;
  edge.Stop();  // Before its clients: so that its farewells are not disconnects.
  loop.RunAndWait([&] {
    viewers.clear();
    publisher.reset();
  });
  loop.Stop();

  const double cores = cpu.seconds_f() / took.seconds_f();
  const double mbps = static_cast<double>(after.bytes - before.bytes) * 8e-6 / took.seconds_f();
  const double dropped = FromReport(report, "dropped");
  const double rss = FromReport(report, "peak_rss_mb");
  std::filesystem::remove(report);
  std::printf(
      "viewers  seconds  edge cores  out Mbit/s  per viewer kbit/s  disconnected  dropped  peak "
      "RSS MB\n");
  std::printf("%7d  %7.1f  %10.3f  %10.1f  %17.0f  %12d  %7.0f  %11.1f\n", viewer_count,
              took.seconds_f(), cores, mbps, mbps * 1000.0 / viewer_count, after.closed, dropped,
              rss);
  const bool all_got_it = after.least > before.least;
  return cores <= 1.0 && after.closed == 0 && dropped == 0 && all_got_it ? 0 : 1;
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  const auto number = [&](int at, int fallback) {
    return argc > at ? std::atoi(argv[at]) : fallback;
  };
  return onair::Run(number(1, 200), onair::TimeDelta::Seconds(number(2, 10)),
                    onair::DataRate::KilobitsPerSec(number(3, 1500)));
}
