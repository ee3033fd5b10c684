// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/live_thread.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <utility>

#include "core/base/check.h"
#include "platform/devices/capture_devices.h"
#include "platform/devices/driver_clock.h"

namespace onair::devices {
namespace {

// Stop() promises 200 ms; the rest is for a sink call in progress.
constexpr std::chrono::milliseconds kJoinLimit(120);
constexpr std::chrono::milliseconds kPollPause(2);

std::atomic<int> abandoned_threads{0};

}  // namespace

int AbandonedDeviceThreads() {
  return abandoned_threads.load();
}

// Lives as long as the thread, which may outlive the source.
struct LiveThread::Shared {
  std::atomic<bool> stopping{false};

  std::mutex gate;            // Held during each call of the sink.
  FrameSink* sink = nullptr;  // Null: the gate is closed.

  std::mutex mutex;  // Guards what follows.
  std::condition_variable changed;
  std::optional<Status> opened;
  SourceInfo info;
  bool has_exited = false;
  bool is_abandoned = false;

  void Run(const GrabberFactory& factory, Timestamp origin);
  void Loop(Grabber& grabber, Timestamp origin);
  void Deliver(Grabbed item, Timestamp origin);
  void End(Error error);
  void Pause();

  Timestamp last_video = Timestamp::MinusInfinity();
  Timestamp last_audio = Timestamp::MinusInfinity();
};

void LiveThread::Shared::Run(const GrabberFactory& factory, Timestamp origin) {
  std::unique_ptr<Grabber> grabber = factory(stopping);
  Status status = grabber->Open();
  const bool is_open = status.has_value();
  {
    const std::lock_guard lock(mutex);
    if (is_open) info = grabber->info();
    opened = std::move(status);
    changed.notify_all();
  }
  if (is_open) Loop(*grabber, origin);
  grabber.reset();
  const std::lock_guard lock(mutex);
  has_exited = true;
  if (is_abandoned) abandoned_threads.fetch_sub(1);
  changed.notify_all();
}

void LiveThread::Shared::Loop(Grabber& grabber, Timestamp origin) {
  Timestamp last_item = Now();
  while (!stopping) {
    auto item = grabber.Grab();
    if (stopping) return;
    if (!item) return End(item.error());
    if (*item) {
      last_item = Now();
      Deliver(std::move(**item), origin);
    } else if (Now() - last_item > kSilenceLimit) {
      return End({ErrorCode::kDeviceLost, "the device gives nothing any more"});
    } else {
      Pause();
    }
  }
}

void LiveThread::Shared::Deliver(Grabbed item, Timestamp origin) {
  const std::lock_guard lock(gate);
  if (sink == nullptr) return;
  if (auto* video = std::get_if<VideoFrame>(&item)) {
    last_video = video->captured_at = std::max(video->captured_at, last_video);
    if (last_video < origin) return;  // Was under way before the line began.
    video->pts = MediaTime::Zero() + (last_video - origin);
    const CaptureTime now = MomentNow();
    video->captured_utc = now.utc + (last_video - now.at);
    sink->OnVideo(std::move(*video));
  } else if (auto* audio = std::get_if<AudioBlock>(&item)) {
    last_audio = audio->captured_at = std::max(audio->captured_at, last_audio);
    if (last_audio < origin) return;
    audio->pts = MediaTime::Zero() + (last_audio - origin);
    sink->OnAudio(std::move(*audio));
  }
}

void LiveThread::Shared::End(Error error) {
  const std::lock_guard lock(gate);
  if (sink == nullptr) return;
  std::exchange(sink, nullptr)->OnSourceEnd(std::move(error));
}

void LiveThread::Shared::Pause() {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, kPollPause, [this] { return stopping.load(); });
}

Status LiveThread::Start(Timestamp origin, FrameSink& sink) {
  auto shared = std::make_shared<Shared>();
  shared->sink = &sink;
  {
    const std::lock_guard lock(control_);
    if (shared_) return Fail(ErrorCode::kInvalidState, "the source runs already");
    shared_ = shared;
    thread_ = std::thread([shared, factory = factory_, origin] { shared->Run(factory, origin); });
  }
  Status status = AwaitOpen(*shared);
  if (!status) Stop();
  return status;
}

Status LiveThread::AwaitOpen(Shared& shared) {
  std::unique_lock lock(shared.mutex);
  shared.changed.wait_for(lock, std::chrono::microseconds(kOpenLimit.us()),
                          [&] { return shared.opened.has_value() || shared.stopping; });
  if (shared.stopping) return Fail(ErrorCode::kInvalidState, "stopped while opening");
  if (!shared.opened) {
    return Fail(ErrorCode::kDeviceBusy,
                "no answer for " + std::to_string(kOpenLimit.ms()) + " ms while opening");
  }
  if (*shared.opened) info_ = shared.info;
  return *shared.opened;
}

void LiveThread::Stop() {
  std::shared_ptr<Shared> shared;
  std::thread thread;
  {
    const std::lock_guard lock(control_);
    shared = std::exchange(shared_, nullptr);
    thread = std::exchange(thread_, std::thread());
  }
  if (shared) Finish(std::move(shared), std::move(thread));
}

void LiveThread::Finish(std::shared_ptr<Shared> shared, std::thread thread) {
  ONAIR_CHECK(thread.get_id() != std::this_thread::get_id());  // Stop() out of a sink call.
  {
    const std::lock_guard lock(shared->mutex);
    shared->stopping = true;
    shared->changed.notify_all();
  }
  {
    const std::lock_guard lock(shared->gate);
    shared->sink = nullptr;
  }
  std::unique_lock lock(shared->mutex);
  if (shared->changed.wait_for(lock, kJoinLimit, [&] { return shared->has_exited; })) {
    lock.unlock();
    thread.join();
    return;
  }
  shared->is_abandoned = true;
  abandoned_threads.fetch_add(1);
  thread.detach();
}

}  // namespace onair::devices
