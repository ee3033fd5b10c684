// SPDX-License-Identifier: Apache-2.0
//
// What preloading costs and what it gives, against a real edge in a process of its own:
//   zap_bench [ROOMS]     memory a room and CPU by tier, then from swipe to picture by tier
// All rooms are one 720p30 stream at 1500 kbit/s under names of their own; each costs as if it
// were another. A display of 60 Hz runs all the time; swipes come at random moments of it.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/rng.h"
#include "platform/devices/headless_display.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/player.h"
#include "platform/sdk/preload_pool.h"

namespace onair {
namespace {

constexpr int kSwipes = 40;

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

double ResidentKib() {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  file >> pages >> pages;
  return static_cast<double>(pages * sysconf(_SC_PAGESIZE)) / 1024;
}

enum class By { kFlv = 1, kWebRtc = 2 };

// The edge and a publisher, each a process.
class Room {
 public:
  explicit Room(const std::string& folder) {
    int out[2];
    if (pipe(out) != 0) std::abort();
    edge_ = Spawn({folder + "/onair-edge", "--rtmp", "0", "--http", "0", "--quiet"}, out[1]);
    close(out[1]);
    std::FILE* const lines = fdopen(out[0], "r");
    char rtmp[64] = "";
    char http[64] = "";
    if (std::fscanf(lines, "ready rtmp=%63s http=%63s", rtmp, http) != 2) std::abort();
    host_ = http;
    publisher_ = Spawn({folder + "/onair-publish", "--input", "test", "--quiet", "--to",
                        "rtmp://" + std::string(rtmp) + "/live/zap"},
                       -1);
    Wait(3);
  }
  ~Room() {
    for (const pid_t child : {publisher_, edge_}) {
      kill(child, SIGTERM);
      waitpid(child, nullptr, 0);
    }
  }
  std::string url(int room, By by = By::kFlv) const {
    const std::string name =
        by == By::kFlv ? "http://" + host_ + "/live/zap.flv" : "rts://" + host_ + "/live/zap";
    return name + "?room=" + std::to_string(room);
  }

 private:
  static pid_t Spawn(std::vector<std::string> words, int out) {
    const pid_t child = fork();
    if (child != 0) return child;
    if (out >= 0) dup2(out, 1);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  pid_t edge_;
  pid_t publisher_;
  std::string host_;
};

const char* NameOf(PreloadTier tier) {
  switch (tier) {
    case PreloadTier::kNone:
      return "nothing";
    case PreloadTier::kConnected:
      return "connected";
    case PreloadTier::kNewestGop:
      return "newest GOP";
    case PreloadTier::kFirstPicture:
      return "first picture";
  }
  return "";
}

std::shared_ptr<PreloadPool> MakePool(PreloadTier tier) {
  PreloadPoolConfig config;
  config.budget.rooms = 64;
  config.budget.memory = DataSize::Mebibytes(1024);
  config.budget.bandwidth = DataRate::KilobitsPerSec(1'000'000);
  config.budget.connect_distance = tier >= PreloadTier::kConnected ? 1 : 0;
  config.budget.gop_distance = tier >= PreloadTier::kNewestGop ? 1 : 0;
  config.budget.picture_distance = tier >= PreloadTier::kFirstPicture ? 1 : 0;
  auto pool = PreloadPool::Create(config);
  if (!pool) std::abort();
  return *pool;
}

bool IsReady(const PreloadStats& stats, PreloadTier tier) {
  return std::ranges::all_of(stats.rooms, [&](const auto& room) { return room.ready >= tier; });
}

void AwaitReady(PreloadPool& pool, PreloadTier tier) {
  for (int i = 0; i < 400 && !IsReady(pool.stats(), tier); ++i) Wait(0.05);
}

void MeasureCost(const Room& room, PreloadTier tier, int rooms) {
  const double before = ResidentKib();
  const auto pool = MakePool(tier);
  std::vector<PreloadRoom> list;
  for (int i = 0; i < rooms; ++i) list.push_back({room.url(i), 1});
  pool->SetRooms(list);
  AwaitReady(*pool, tier);
  Wait(3);
  const double cpu = CpuSeconds();
  Wait(10);
  const double share = (CpuSeconds() - cpu) / 10 * 100;
  const PreloadStats stats = pool->stats();
  std::printf("%-14s%8d%10s%14.0f%14.0f%12.1f%12.0f\n", NameOf(tier), rooms,
              IsReady(stats, tier) ? "yes" : "NO", (ResidentKib() - before) / rooms,
              static_cast<double>(stats.memory.bytes()) / 1024 / rooms, share,
              stats.rate.kbps_f() / rooms);
}

// What the display shows changes with the player.
class Shown final : public PictureSource {
 public:
  void Switch(PictureSource* source) {
    const std::lock_guard lock(mutex_);
    source_ = source;
    presented_at_.reset();
  }
  std::optional<VideoFrame> TakePicture(Timestamp at) override {
    const std::lock_guard lock(mutex_);
    return source_ == nullptr ? std::nullopt : source_->TakePicture(at);
  }
  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override {
    const std::lock_guard lock(mutex_);
    if (source_ == nullptr) return;
    source_->OnPresented(frame, when);
    if (!presented_at_) presented_at_ = when.at;
  }
  std::optional<Timestamp> presented_at() const {
    const std::lock_guard lock(mutex_);
    return presented_at_;
  }

 private:
  mutable std::mutex mutex_;
  PictureSource* source_ = nullptr;
  std::optional<Timestamp> presented_at_;
};

void MeasureSwipes(const Room& room, PreloadTier tier, By by) {
  const auto pool = MakePool(tier);
  Shown shown;
  devices::HeadlessDisplay display;
  if (!display.Start(shown)) std::abort();
  Rng rng(1);
  std::vector<double> times;
  std::unique_ptr<Player> watched;
  for (int i = 0; i < kSwipes; ++i) {
    const std::string url = room.url(i, by);
    pool->SetRooms({{url, 1}});
    AwaitReady(*pool, tier);
    Wait(0.2 + rng.Fraction() * 0.5);
    const Timestamp swiped = runtime::Now();
    PlayerConfig config;
    config.url = url;
    config.preload = pool;
    auto player = Player::Create(
        config, [](const auto& task) { task(); }, [](const auto&) {});
    if (!player) std::abort();
    (*player)->SetPictureReady([&] { display.Wake(); });
    shown.Switch(&(*player)->pictures());
    if (!(*player)->Start()) std::abort();
    watched.reset();
    for (int t = 0; t < 2000 && !shown.presented_at(); ++t) Wait(0.001);
    if (const auto at = shown.presented_at()) times.push_back((*at - swiped).ms_f());
    watched = std::move(*player);
  }
  shown.Switch(nullptr);
  watched.reset();
  display.Stop();
  std::ranges::sort(times);
  const auto at = [&](double q) {
    return times.empty()
               ? -1
               : times[static_cast<std::size_t>(q * static_cast<double>(times.size() - 1))];
  };
  std::printf("%-10s%-14s%8zu%10.1f%10.1f%10.1f%10lld\n", by == By::kFlv ? "HTTP-FLV" : "WebRTC",
              NameOf(tier), times.size(), at(0.5), at(0.95), at(1),
              static_cast<long long>(pool->stats().hits));
}

void Run(const std::string& folder, int rooms) {
  const Room room(folder);
  constexpr PreloadTier kTiers[] = {PreloadTier::kConnected, PreloadTier::kNewestGop,
                                    PreloadTier::kFirstPicture};
  std::printf("%-14s%8s%10s%14s%14s%12s%12s\n", "tier", "rooms", "ready", "RSS KiB/room",
              "held KiB/room", "CPU %", "kbit/s/room");
  for (const PreloadTier tier : kTiers) MeasureCost(room, tier, rooms);
  std::printf("\nswipe to picture, ms, on a display of 60 Hz\n%-10s%-14s%8s%10s%10s%10s%10s\n", "",
              "tier", "swipes", "p50", "p95", "max", "hits");
  for (const By by : {By::kFlv, By::kWebRtc}) {
    MeasureSwipes(room, PreloadTier::kNone, by);
    for (const PreloadTier tier : kTiers) MeasureSwipes(room, tier, by);
  }
}

}  // namespace
}  // namespace onair

int main(int argc, char** argv) {
  const std::string self = argv[0];
  const auto slash = self.rfind('/');
  const int rooms = argc > 1 ? std::atoi(argv[1]) : 20;
  onair::Run(slash == std::string::npos ? "." : self.substr(0, slash), std::max(rooms, 1));
  return 0;
}
