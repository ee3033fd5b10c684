// SPDX-License-Identifier: Apache-2.0
//
// A recording on a disk that obeys the test.
#include <future>

#include "platform/sdk/destination.h"
#include "tests/platform/sdk/sdk_world.h"
#include "tests/support/record_wire.h"

namespace onair {
namespace {

using namespace sdk_test;
using enum FrameKind;

// The disk: takes what it is allowed to, then hangs until it is freed.
struct Disk {
  runtime::Mutex mutex;
  runtime::CondVar changed;
  int allowed ONAIR_GUARDED_BY(mutex) = 1'000'000;
  int written ONAIR_GUARDED_BY(mutex) = 0;
  bool is_closed ONAIR_GUARDED_BY(mutex) = false;

  void Allow(int frames) {
    {
      const runtime::MutexLock lock(mutex);
      allowed = frames;
    }
    changed.NotifyAll();
  }
  int Written() {
    const runtime::MutexLock lock(mutex);
    return written;
  }
  bool IsClosed() {
    const runtime::MutexLock lock(mutex);
    return is_closed;
  }
};

class SlowRecorder final : public Recorder {
 public:
  explicit SlowRecorder(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
  Status SetTracks(const StreamTracks&) override { return {}; }
  Status Write(const EncodedFrame&) override {
    const runtime::MutexLock lock(disk_->mutex);
    while (disk_->written >= disk_->allowed) {
      disk_->changed.WaitUntil(disk_->mutex, runtime::Now() + TimeDelta::Seconds(1));
    }
    ++disk_->written;
    return {};
  }
  Status Close() override {
    const runtime::MutexLock lock(disk_->mutex);
    disk_->is_closed = true;
    return {};
  }

 private:
  std::shared_ptr<Disk> disk_;
};

struct RecordingRig {
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
  runtime::Loop loop{"test.net"};
  Events<PublishEvent> events;
  std::atomic<int> keys_wanted{0};
  std::unique_ptr<Destination> destination;

  RecordingRig() {
    REQUIRE(loop.Start());
    DestinationSetup setup{.index = 0,
                           .url = "file:x.flv",
                           .session = {},
                           .streams = {},
                           .seed = 1,
                           .trace = nullptr,
                           .reports = {events.listener(), [this] { ++keys_wanted; }}};
    destination = RecordWith(loop, std::move(setup), std::make_unique<SlowRecorder>(disk));
    Do([](Destination& d, Timestamp now) {
      d.SetTracks(wire::MakeTracks(true, true), now);
      d.Start(now);
    });
  }
  ~RecordingRig() { loop.Stop(); }

  void Do(const std::function<void(Destination&, Timestamp)>& command) {
    loop.RunAndWait([&] { command(*destination, runtime::Now()); });
  }
  void Push(FrameKind kind, std::int64_t dts_ms) {
    Do([&](Destination& d, Timestamp now) { d.Push(wire::MakeFrame(kind, dts_ms, 100), now); });
  }
  // How long until on_stopped came.
  TimeDelta Stop(TimeDelta flush_within) {
    std::promise<void> stopped;
    const Timestamp begin = runtime::Now();
    Do([&](Destination& d, Timestamp) { d.Stop(flush_within, [&] { stopped.set_value(); }); });
    stopped.get_future().wait();
    return runtime::Now() - begin;
  }
};

TEST_CASE("A recording that is stopped has everything on the disk when it says so") {
  RecordingRig rig;
  rig.Push(kKey, 0);
  for (int i = 1; i < 50; ++i) rig.Push(kReference, i * 33);

  rig.Stop(kPatience);

  CHECK(rig.disk->Written() == 50);
  CHECK(rig.disk->IsClosed());
  CHECK_FALSE(FirstError(rig.events.all()));
  const auto stats = rig.destination->stats().session;
  CHECK(stats.frames_sent == 50);
  CHECK(stats.frames_dropped == 0);
  CHECK(stats.state == PublishState::kEnded);
}

TEST_CASE(
    "A disk that hangs holds neither the stop nor the destructor, and what is missing is "
    "counted") {
  RecordingRig rig;
  rig.disk->Allow(3);
  rig.Push(kKey, 0);
  for (int i = 1; i < 8; ++i) rig.Push(kReference, i * 33);
  rig.Push(kAudio, 20);
  REQUIRE(Eventually([&] { return rig.disk->Written() == 3; }));

  const TimeDelta took = rig.Stop(TimeDelta::Millis(100));

  CHECK(took >= TimeDelta::Millis(100));
  CHECK(took < TimeDelta::Millis(450));
  const auto error = FirstError(rig.events.all());
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kFileWrite);
  CHECK(error->detail == "the disk did not take the last 6 frames");
  const auto stats = rig.destination->stats().session;
  CHECK(stats.frames_sent == 3);
  CHECK(stats.frames_dropped == 5);
  CHECK(stats.audio_frames_dropped == 1);

  const Timestamp begin = runtime::Now();
  rig.loop.RunAndWait([&] { rig.destination.reset(); });
  CHECK(runtime::Now() - begin < TimeDelta::Millis(450));
  CHECK_FALSE(rig.disk->IsClosed());
  rig.disk->Allow(1000);  // It comes back: the thread still finishes the file.
  CHECK(Eventually([&] { return rig.disk->IsClosed() && rig.disk->Written() == 9; }));
}

TEST_CASE("A disk that takes nothing for long costs whole GOPs, never the chain of references") {
  RecordingRig rig;
  rig.disk->Allow(0);
  rig.Push(kKey, 0);
  std::int64_t pushed = 1;
  while (rig.keys_wanted == 0 && pushed < 10'000) rig.Push(kReference, 33 * pushed++);
  REQUIRE(rig.keys_wanted == 1);
  rig.disk->Allow(1'000'000);
  REQUIRE(Eventually([&] { return rig.destination->stats().session.frames_sent == pushed - 1; }));

  rig.Push(kReference, 33 * pushed++);
  rig.Push(kKey, 33 * pushed++);
  rig.Stop(kPatience);

  const auto stats = rig.destination->stats().session;
  CHECK(stats.frames_queued == pushed);
  CHECK(stats.frames_dropped == 2);
  CHECK(stats.frames_sent == pushed - 2);
  CHECK(stats.key_frames_sent == 2);
}

}  // namespace
}  // namespace onair
