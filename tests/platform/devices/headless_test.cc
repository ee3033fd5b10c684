// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/devices/audio_output.h"
#include "platform/devices/driver_clock.h"
#include "platform/devices/headless_display.h"
#include "tests/platform/devices/stop_times.h"

namespace onair::devices {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience(5'000);

class RecordingPuller : public AudioPuller {
 public:
  struct Pulled {
    std::size_t values;
    Timestamp heard_at;
    Timestamp pulled_at;
  };
  void Pull(std::span<float> interleaved, Timestamp heard_at) override {
    const std::lock_guard lock(mutex_);
    pulls_.push_back({interleaved.size(), heard_at, Now()});
    changed_.notify_all();
  }
  bool AwaitPulls(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return pulls_.size() >= count; });
  }
  std::vector<Pulled> pulls() {
    const std::lock_guard lock(mutex_);
    return pulls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pulled> pulls_;
};

// Has a picture when the test says so.
class FakeSource : public PictureSource {
 public:
  std::optional<VideoFrame> TakePicture(Timestamp at) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(at);
    changed_.notify_all();
    if (!has_picture_) return std::nullopt;
    has_picture_ = is_endless_;
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
    return VideoFrame(std::move(*builder).Freeze(), MediaTime::Zero(), at);
  }
  void OnPresented(const VideoFrame&, const CaptureTime& when) override {
    const std::lock_guard lock(mutex_);
    presented_.push_back(when.at);
    changed_.notify_all();
  }
  void Offer(bool endless = false) {
    const std::lock_guard lock(mutex_);
    has_picture_ = true;
    is_endless_ = endless;
  }
  template <typename Condition>
  bool Await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return condition(*this); });
  }

  std::vector<Timestamp> asked_;
  std::vector<Timestamp> presented_;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_picture_ = false;
  bool is_endless_ = false;
};

TEST_CASE("The headless speaker pulls 10 ms each 10 ms without drift") {
  auto output = CreateHeadlessAudioOutput();
  RecordingPuller puller;
  const Timestamp before = Now();
  REQUIRE(output->Start({48000, 2}, puller));
  REQUIRE(puller.AwaitPulls(30));
  output->Stop();

  const auto pulls = puller.pulls();
  for (std::size_t i = 0; i < pulls.size(); ++i) {
    INFO("pull " << i);
    CHECK(pulls[i].values == 960);
    CHECK(pulls[i].pulled_at >= before + TimeDelta::Millis(10) * static_cast<int>(i));
    // Exactly on its grid, unless this machine stalled for more than 200 ms.
    const auto step = pulls[i].heard_at - pulls[0].heard_at;
    CHECK(step.us() % 10'000 == 0);
    CHECK(step >= TimeDelta::Millis(10) * static_cast<int>(i));
  }
}

TEST_CASE("The headless speaker gives a rate that 100 does not divide its exact frames") {
  auto output = CreateHeadlessAudioOutput();
  RecordingPuller puller;
  REQUIRE(output->Start({22050, 1}, puller));
  REQUIRE(puller.AwaitPulls(20));
  output->Stop();
  const auto pulls = puller.pulls();
  std::size_t values = 0;
  for (std::size_t i = 0; i < 20; ++i) values += pulls[i].values;
  CHECK(values == 4410);
}

TEST_CASE("Nothing is pulled after the headless speaker stopped, fifty times") {
  StopTimes times;
  for (int i = 0; i < 50; ++i) {
    auto output = CreateHeadlessAudioOutput();
    RecordingPuller puller;
    REQUIRE(output->Start({48000, 1}, puller));
    times.Take([&] { output->Stop(); });
    const std::size_t pulls = puller.pulls().size();
    std::this_thread::yield();
    CHECK(puller.pulls().size() == pulls);
  }
  CHECK(times.NineOfTen() < TimeDelta::Millis(200));
}

TEST_CASE("The headless speaker refuses formats out of range") {
  auto output = CreateHeadlessAudioOutput();
  RecordingPuller puller;
  CHECK(output->Start({7999, 2}, puller).error().code == ErrorCode::kInvalidConfig);
  CHECK(output->Start({48000, 3}, puller).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("The headless display asks once each refresh and never shows before it") {
  HeadlessDisplay display;
  FakeSource source;
  source.Offer(true);
  REQUIRE(display.Start(source, 100));
  REQUIRE(source.Await([](auto& s) { return s.presented_.size() >= 30; }));
  display.Stop();

  REQUIRE(source.asked_.size() == source.presented_.size());
  for (std::size_t i = 0; i < source.asked_.size(); ++i) {
    INFO("refresh " << i);
    CHECK(source.presented_[i] >= source.asked_[i]);
    const auto since_first = (source.asked_[i] - source.asked_[0]).us();
    CHECK(since_first % 10'000 == 0);  // On the grid.
  }
  const auto stats = display.stats();
  CHECK(stats.presented == static_cast<std::int64_t>(source.presented_.size()));
  const auto grid = (source.asked_.back() - source.asked_.front()).us() / 10'000 + 1;
  CHECK(stats.refreshes + stats.missed >= grid);
}

TEST_CASE("The first picture is shown when the display is woken, and sets the grid") {
  HeadlessDisplay display;
  FakeSource source;
  REQUIRE(display.Start(source, 1));  // The next refresh is a second away.
  REQUIRE(source.Await([](auto& s) { return s.asked_.size() == 1; }));
  source.Offer();
  const Timestamp before = Now();
  display.Wake();
  REQUIRE(source.Await([](auto& s) { return s.presented_.size() == 1; }));
  CHECK(source.presented_[0] - before < TimeDelta::Millis(400));

  source.Offer();
  display.Wake();  // No longer the first: waits for its refresh.
  REQUIRE(source.Await([](auto& s) { return s.presented_.size() == 2; }));
  display.Stop();
  CHECK(source.asked_[2] - source.asked_[1] == TimeDelta::Seconds(1));
}

TEST_CASE("Waking a display that has no picture yet does not use up the wake") {
  HeadlessDisplay display;
  FakeSource source;
  REQUIRE(display.Start(source, 1));
  display.Wake();
  REQUIRE(source.Await([](auto& s) { return s.asked_.size() >= 2; }));
  source.Offer();
  const Timestamp before = Now();
  display.Wake();
  REQUIRE(source.Await([](auto& s) { return s.presented_.size() == 1; }));
  display.Stop();
  CHECK(source.presented_[0] - before < TimeDelta::Millis(400));
}

TEST_CASE("The headless display starts and stops fifty times") {
  HeadlessDisplay display;
  FakeSource source;
  StopTimes times;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(display.Start(source));
    CHECK(display.Start(source).error().code == ErrorCode::kInvalidState);
    times.Take([&] { display.Stop(); });
  }
  CHECK(times.NineOfTen() < TimeDelta::Millis(200));
  CHECK(display.Start(source, 0).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::devices
