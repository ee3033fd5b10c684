// SPDX-License-Identifier: Apache-2.0
//
// What Publisher and Player cost, with a real edge in a process of its own.
//   sdk_bench                 publisher without encoder, start/stop cycles
//   sdk_bench soak SECONDS    a live publisher and player, memory each 30 s
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "capture/file/file_source.h"
#include "capture/synthetic/test_source.h"
#include "core/twin/fake_encoder.h"
#include "platform/devices/audio_output.h"
#include "platform/devices/y4m_writer.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/player.h"
#include "platform/sdk/publisher.h"

namespace onair {
namespace {

const Executor kInPlace = [](const std::function<void()>& task) { task(); };

void Wait(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto span = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return span(usage.ru_utime) + span(usage.ru_stime);
}

double ResidentMb() {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  file >> pages >> pages;
  return static_cast<double>(pages * sysconf(_SC_PAGESIZE)) / 1e6;
}

int OpenThreads() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Threads:")) return std::atoi(line.c_str() + 8);
  }
  return -1;
}

// onair-edge beside this program.
class EdgeProcess {
 public:
  explicit EdgeProcess(const std::string& folder) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      dup2(pipe_ends[1], 1);
      close(pipe_ends[0]);
      execl((folder + "/onair-edge").c_str(), "onair-edge", "--rtmp", "0", "--http", "0", "--quiet",
            nullptr);
      _exit(127);
    }
    close(pipe_ends[1]);
    std::FILE* out = fdopen(pipe_ends[0], "r");
    char rtmp[64] = "";
    char http[64] = "";
    if (std::fscanf(out, "ready rtmp=%63s http=%63s", rtmp, http) != 2) {
      std::fprintf(stderr, "onair-edge did not start\n");
      std::exit(1);
    }
    rtmp_ = rtmp;
    http_ = http;
  }
  ~EdgeProcess() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  std::string rtmp() const { return "rtmp://" + rtmp_ + "/live/bench"; }
  std::string flv() const { return "http://" + http_ + "/live/bench.flv"; }

 private:
  pid_t child_ = 0;
  std::string rtmp_;
  std::string http_;
};

// Gives frames of the right sizes without looking at pictures: the encoder's own time is not
// in the measurement.
class SizedEncoder final : public VideoEncoder {
 public:
  explicit SizedEncoder(const VideoConfig& config) : fake_(ConfigOf(config), Rng(1)) {}
  Status Apply(const EncoderTarget&) override { return {}; }
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override {
    EncodedFrame encoded = fake_.Next(frame.captured_at);
    encoded.pts = encoded.dts = frame.pts;
    out.push_back(std::move(encoded));
    return {};
  }
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const VideoTrack& track() const override { return fake_.track(); }

 private:
  static twin::FakeEncoderConfig ConfigOf(const VideoConfig& config) {
    twin::FakeEncoderConfig fake;
    fake.rate = config.rate;
    fake.frame_rate = config.frame_rate;
    return fake;
  }
  twin::FakeEncoder fake_;
};

std::string MakeRawFile() {
  const std::string path = "/tmp/onair_bench_" + std::to_string(getpid()) + ".y4m";
  capture::TestSourceConfig test;
  test.audio.reset();
  auto source = capture::OpenTestSource(test);
  auto writer = devices::Y4mWriter::Open(path, 30);
  for (int i = 0; source && writer && i < 60; ++i) {
    static_cast<void>((*source)->Next());
    auto frame = (*source)->ReadVideo({runtime::Now(), runtime::UtcNow()});
    if (frame) static_cast<void>((*writer)->Write(frame->picture));
  }
  return path;
}

void BenchPublisherCost(const EdgeProcess& edge) {
  const std::string path = MakeRawFile();
  for (const bool has_encoder : {false, true}) {
    PublisherConfig config;
    config.urls = {edge.rtmp()};
    if (!has_encoder) {
      config.make_video_encoder =
          [](const VideoConfig& video) -> Result<std::unique_ptr<VideoEncoder>> {
        return std::unique_ptr<VideoEncoder>(std::make_unique<SizedEncoder>(video));
      };
    }
    capture::FileSourceConfig file;
    file.loop = capture::Loop::kForever;
    auto source = capture::OpenFile(path, file);
    auto publisher = Publisher::Create(config, kInPlace, [](const PublishEvent&) {});
    if (!source || !publisher) std::exit(1);
    Publisher::Sources sources;
    sources.media.push_back(std::move(*source));
    (*publisher)->SetSources(std::move(sources));
    if (!(*publisher)->Start()) std::exit(1);
    Wait(2);
    const double cpu = CpuSeconds();
    const Timestamp begin = runtime::Now();
    Wait(10);
    const double used = CpuSeconds() - cpu;
    const double span = (runtime::Now() - begin).seconds_f();
    const auto stats = (*publisher)->stats();
    std::printf("%-44s %7.2f %% of a core   %lld pictures sent, %lld dropped\n",
                has_encoder ? "publisher 720p30 raw file, x264 veryfast"
                            : "publisher 720p30 raw file, no video encoder",
                100 * used / span,
                static_cast<long long>(stats.destinations[0].session.frames_sent),
                static_cast<long long>(stats.frames_dropped));
  }
  unlink(path.c_str());
}

void BenchCycles(const EdgeProcess& edge) {
  double after_50 = 0;
  for (int i = 1; i <= 500; ++i) {
    {
      PublisherConfig config;
      config.urls = {edge.rtmp() + std::to_string(i)};
      config.video->size = {320, 180};
      auto publisher = Publisher::Create(config, kInPlace, [](const PublishEvent&) {});
      auto test = capture::OpenTestSource({VideoFormat{{320, 180}, 30}, AudioFormat{48000, 2}});
      if (!publisher || !test) std::exit(1);
      Publisher::Sources sources;
      sources.media.push_back(std::move(*test));
      (*publisher)->SetSources(std::move(sources));
      if (!(*publisher)->Start()) std::exit(1);
      PlayerConfig play;
      play.url = edge.flv();
      auto player = Player::Create(play, kInPlace, [](const PlayEvent&) {});
      if (!player || !(*player)->Start()) std::exit(1);
      Wait(0.02);
    }
    if (i == 50) after_50 = ResidentMb();
  }
  std::printf("%-44s %7.1f MB after 50, %.1f MB after 500, %d thread(s) left\n",
              "500 start/stop cycles, publisher and player", after_50, ResidentMb(), OpenThreads());
}

void Soak(const EdgeProcess& edge, int seconds) {
  PublisherConfig config;
  config.urls = {edge.rtmp()};
  auto publisher = Publisher::Create(config, kInPlace, [](const PublishEvent&) {});
  auto test = capture::OpenTestSource({});
  if (!publisher || !test) std::exit(1);
  Publisher::Sources sources;
  sources.media.push_back(std::move(*test));
  (*publisher)->SetSources(std::move(sources));
  if (!(*publisher)->Start()) std::exit(1);
  Wait(1);
  PlayerConfig play;
  play.url = edge.flv();
  auto player = Player::Create(play, kInPlace, [](const PlayEvent&) {});
  if (!player) std::exit(1);
  (*player)->SetAudioOutput(devices::CreateHeadlessAudioOutput());
  if (!(*player)->Start()) std::exit(1);
  for (int second = 0; second <= seconds; ++second) {
    if (second % 30 == 0) {
      const auto stats = (*player)->stats();
      std::printf("%5d s  %7.1f MB  delay target %.0f ms  stalls %lld  gaps %lld\n", second,
                  ResidentMb(), stats.session.target_delay.ms_f(),
                  static_cast<long long>(stats.session.stalls),
                  static_cast<long long>(stats.audio_gaps));
      std::fflush(stdout);
    }
    const Timestamp end = runtime::Now() + TimeDelta::Seconds(1);
    while (runtime::Now() < end) {
      static_cast<void>((*player)->pictures().TakePicture(runtime::Now()));
      Wait(0.016);
    }
  }
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  std::string folder = argv[0];
  folder = folder.find('/') == std::string::npos ? "." : folder.substr(0, folder.rfind('/'));
  const onair::EdgeProcess edge(folder);
  if (argc == 3 && std::strcmp(argv[1], "soak") == 0) {
    onair::Soak(edge, std::atoi(argv[2]));
    return 0;
  }
  onair::BenchPublisherCost(edge);
  onair::BenchCycles(edge);
  return 0;
}
