// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/live_thread.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <thread>

#include "platform/devices/capture_devices.h"
#include "platform/devices/driver_clock.h"
#include "tests/platform/devices/recording_sink.h"

namespace onair::devices {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience(5'000);
constexpr milliseconds kStopLimit(200);

// A place where a device hangs until the test lets it go.
struct Hold {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_released = false;
  bool is_reached = false;

  void Wait() {
    std::unique_lock lock(mutex);
    is_reached = true;
    changed.notify_all();
    changed.wait(lock, [this] { return is_released; });
  }
  void AwaitReached() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return is_reached; });
  }
  void Release() {
    const std::lock_guard lock(mutex);
    is_released = true;
    changed.notify_all();
  }
};

// What the fake device does; shared with its thread.
struct Script {
  std::function<Status()> open = [] { return Status(); };
  std::function<Result<std::optional<Grabbed>>()> grab = [] { return std::optional<Grabbed>(); };
  std::atomic<int> closed{0};
};

class FakeGrabber : public Grabber {
 public:
  explicit FakeGrabber(std::shared_ptr<Script> script) : script_(std::move(script)) {
    info_.audio = AudioFormat{48000, 1};
  }
  ~FakeGrabber() override { ++script_->closed; }
  Status Open() override { return script_->open(); }
  const SourceInfo& info() const override { return info_; }
  Result<std::optional<Grabbed>> Grab() override { return script_->grab(); }

 private:
  std::shared_ptr<Script> script_;
  SourceInfo info_;
};

std::unique_ptr<LiveThread> MakeFake(const std::shared_ptr<Script>& script) {
  return std::make_unique<LiveThread>(
      [script](const std::atomic<bool>&) { return std::make_unique<FakeGrabber>(script); });
}

std::optional<Grabbed> SoundAt(Timestamp at) {
  return Grabbed(AudioBlock{{48000, 1}, std::vector<float>(48), MediaTime::Zero(), at});
}

milliseconds TimeToStop(LiveSource& source) {
  const auto before = steady_clock::now();
  source.Stop();
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - before);
}

bool AwaitNoneAbandoned() {
  for (int i = 0; i < 500; ++i) {
    if (AbandonedDeviceThreads() == 0) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

TEST_CASE("A device's items carry their time since the origin") {
  auto script = std::make_shared<Script>();
  const Timestamp origin = Now();
  script->grab = [origin, n = 0]() mutable -> Result<std::optional<Grabbed>> {
    if (n == 3) return std::optional<Grabbed>();
    return SoundAt(origin + TimeDelta::Millis(10 * n++));
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  REQUIRE(source->Start(origin, sink));
  CHECK(source->info().audio == AudioFormat{48000, 1});
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.audio_.size() == 3; }));
  source->Stop();

  const auto blocks = sink.TakeAudio();
  CHECK(blocks[0].pts == MediaTime::Millis(0));
  CHECK(blocks[2].pts == MediaTime::Millis(20));
  CHECK(blocks[2].captured_at == origin + TimeDelta::Millis(20));
}

TEST_CASE("Times of a device that run backwards stand still instead") {
  auto script = std::make_shared<Script>();
  const Timestamp origin = Now();
  script->grab = [origin, n = 0]() mutable -> Result<std::optional<Grabbed>> {
    constexpr int kAt[] = {20, 10, 30};
    if (n == 3) return std::optional<Grabbed>();
    return SoundAt(origin + TimeDelta::Millis(kAt[n++]));
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  REQUIRE(source->Start(origin, sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.audio_.size() == 3; }));
  source->Stop();
  const auto blocks = sink.TakeAudio();
  CHECK(blocks[1].pts == MediaTime::Millis(20));
  CHECK(blocks[2].pts == MediaTime::Millis(30));
}

TEST_CASE("What was captured before the origin is left out") {
  auto script = std::make_shared<Script>();
  const Timestamp origin = Now();
  script->grab = [origin, n = -2]() mutable -> Result<std::optional<Grabbed>> {
    if (n == 2) return std::optional<Grabbed>();
    return SoundAt(origin + TimeDelta::Millis(10 * n++));
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  REQUIRE(source->Start(origin, sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.audio_.size() == 2; }));
  source->Stop();
  CHECK(sink.TakeAudio()[0].pts == MediaTime::Zero());
}

TEST_CASE("A device that cannot be opened fails Start with its error and gives no event") {
  auto script = std::make_shared<Script>();
  script->open = [] { return Status(Fail(ErrorCode::kDeviceBusy, "taken")); };
  auto source = MakeFake(script);
  RecordingSink sink;
  const Status status = source->Start(Now(), sink);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDeviceBusy);
  CHECK(script->closed == 1);
  CHECK(sink.calls() == 0);
}

TEST_CASE("A device that breaks ends its source once, with the error") {
  auto script = std::make_shared<Script>();
  script->grab = [] {
    return Result<std::optional<Grabbed>>(Fail(ErrorCode::kDeviceLost, "unplugged"));
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  REQUIRE(source->Start(Now(), sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.ends_ > 0; }));
  source->Stop();
  CHECK(sink.ends() == 1);
  CHECK(sink.error()->code == ErrorCode::kDeviceLost);
}

TEST_CASE("A silent device is lost after the silence limit") {
  auto source = MakeFake(std::make_shared<Script>());
  RecordingSink sink;
  const Timestamp before = Now();
  REQUIRE(source->Start(before, sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.ends_ > 0; }));
  CHECK(sink.error()->code == ErrorCode::kDeviceLost);
  CHECK(Now() - before >= kSilenceLimit);
}

TEST_CASE("Stop is bounded while the device hangs in a read, and nothing comes after it") {
  auto script = std::make_shared<Script>();
  auto hold = std::make_shared<Hold>();
  script->grab = [hold]() -> Result<std::optional<Grabbed>> {
    hold->Wait();
    return SoundAt(Now());
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  REQUIRE(source->Start(Now(), sink));
  hold->AwaitReached();

  CHECK(TimeToStop(*source) <= kStopLimit);
  CHECK(AbandonedDeviceThreads() == 1);
  source.reset();
  hold->Release();

  CHECK(AwaitNoneAbandoned());
  CHECK(script->closed == 1);
  CHECK(sink.calls() == 0);
}

TEST_CASE("A stop from another thread ends a Start that waits for its device") {
  auto script = std::make_shared<Script>();
  auto hold = std::make_shared<Hold>();
  script->open = [hold] {
    hold->Wait();
    return Status();
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  Status status;
  std::thread starting([&] { status = source->Start(Now(), sink); });
  hold->AwaitReached();

  CHECK(TimeToStop(*source) <= kStopLimit);
  starting.join();
  CHECK(status.error().code == ErrorCode::kInvalidState);
  hold->Release();
  CHECK(AwaitNoneAbandoned());
  CHECK(sink.calls() == 0);
}

TEST_CASE("A device that never opens fails Start within the open limit") {
  auto script = std::make_shared<Script>();
  auto hold = std::make_shared<Hold>();
  script->open = [hold] {
    hold->Wait();
    return Status();
  };
  auto source = MakeFake(script);
  RecordingSink sink;
  const Timestamp before = Now();
  const Status status = source->Start(before, sink);
  CHECK(Now() - before < kOpenLimit + TimeDelta::Seconds(1));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDeviceBusy);
  hold->Release();
  CHECK(AwaitNoneAbandoned());
}

TEST_CASE("A source starts and stops two hundred times, each device closed") {
  auto script = std::make_shared<Script>();
  script->grab = [] { return Result<std::optional<Grabbed>>(SoundAt(Now())); };
  auto source = MakeFake(script);
  for (int i = 0; i < 200; ++i) {
    RecordingSink sink;
    REQUIRE(source->Start(Now(), sink));
    REQUIRE(source->Start(Now(), sink).error().code == ErrorCode::kInvalidState);
    source->Stop();
    const std::size_t calls = sink.calls();
    source->Stop();
    CHECK(sink.calls() == calls);
  }
  CHECK(script->closed == 200);
}

}  // namespace
}  // namespace onair::devices
