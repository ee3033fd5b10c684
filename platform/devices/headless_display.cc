// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/headless_display.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/devices/driver_clock.h"

namespace onair::devices {

struct HeadlessDisplay::Shared {
  std::mutex mutex;  // Guards the four below.
  std::condition_variable changed;
  bool is_stopping = false;
  bool is_woken = false;
  Stats stats;

  std::thread thread;
  PictureSource* source = nullptr;
  double refresh_rate = 60;

  void Run();
  enum class Wait { kDue = 1, kWoken = 2, kStop = 3 };
  Wait WaitUntil(Timestamp at, bool is_first_pending);
  bool Refresh(Timestamp at);
  Timestamp GridAt(Timestamp origin, std::int64_t index) const;
};

// From the grid's origin each time, so that rounding never adds up.
Timestamp HeadlessDisplay::Shared::GridAt(Timestamp origin, std::int64_t index) const {
  return origin + TimeDelta::SecondsF(static_cast<double>(index) / refresh_rate);
}

void HeadlessDisplay::Shared::Run() {
  Timestamp origin = Now();
  std::int64_t index = 0;
  bool has_presented = false;
  while (true) {
    const Wait wait = WaitUntil(GridAt(origin, index), !has_presented);
    if (wait == Wait::kStop) return;
    if (wait == Wait::kWoken) {
      const Timestamp now = Now();
      if (Refresh(now)) {
        has_presented = true;
        origin = now;
        index = 1;
      }
      continue;
    }
    has_presented |= Refresh(GridAt(origin, index));
    ++index;
    std::int64_t missed = 0;
    for (const Timestamp now = Now(); GridAt(origin, index) <= now; ++index) ++missed;
    const std::lock_guard lock(mutex);
    stats.missed += missed;
  }
}

HeadlessDisplay::Shared::Wait HeadlessDisplay::Shared::WaitUntil(Timestamp at,
                                                                 bool is_first_pending) {
  std::unique_lock lock(mutex);
  const auto is_over = [&] { return is_stopping || (is_first_pending && is_woken); };
  changed.wait_until(lock, ToSteady(at), is_over);
  if (is_stopping) return Wait::kStop;
  const bool was_woken = std::exchange(is_woken, false);
  return was_woken && is_first_pending ? Wait::kWoken : Wait::kDue;
}

// True when a picture was shown.
bool HeadlessDisplay::Shared::Refresh(Timestamp at) {
  const std::optional<VideoFrame> frame = source->TakePicture(at);
  if (frame) {
    CaptureTime when = MomentNow();
    if (when.at < at) when = {at, when.utc + (at - when.at)};
    source->OnPresented(*frame, when);
  }
  const std::lock_guard lock(mutex);
  ++stats.refreshes;
  if (frame) ++stats.presented;
  return frame.has_value();
}

HeadlessDisplay::HeadlessDisplay() : shared_(std::make_unique<Shared>()) {}
HeadlessDisplay::~HeadlessDisplay() {
  Stop();
}

Status HeadlessDisplay::Start(PictureSource& source, double refresh_rate) {
  if (!(refresh_rate >= 1 && refresh_rate <= 240)) {
    return Fail(ErrorCode::kInvalidConfig, "refresh_rate");
  }
  if (shared_->thread.joinable()) return Fail(ErrorCode::kInvalidState, "the display runs");
  shared_->source = &source;
  shared_->refresh_rate = refresh_rate;
  shared_->is_stopping = false;
  shared_->stats = {};
  shared_->thread = std::thread([shared = shared_.get()] { shared->Run(); });
  return {};
}

void HeadlessDisplay::Stop() {
  if (!shared_->thread.joinable()) return;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->is_stopping = true;
  }
  shared_->changed.notify_all();
  shared_->thread.join();
  shared_->thread = std::thread();
}

void HeadlessDisplay::Wake() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->is_woken = true;
  }
  shared_->changed.notify_all();
}

HeadlessDisplay::Stats HeadlessDisplay::stats() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->stats;
}

}  // namespace onair::devices
