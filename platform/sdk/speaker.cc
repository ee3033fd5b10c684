// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/speaker.h"

#include <pthread.h>

#include <optional>
#include <utility>

#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"

namespace onair {
namespace {

// A device may take 200 ms to stop (AudioOutput::Stop) and gets half of that again.
constexpr TimeDelta kCloseWithin = TimeDelta::Millis(300);

}  // namespace

// Owned by the thread too, which may outlive the speaker.
struct Speaker::Shared {
  runtime::Mutex mutex;
  runtime::CondVar changed;
  std::shared_ptr<AudioRenderer> wanted ONAIR_GUARDED_BY(mutex);
  std::optional<Timestamp> close_by ONAIR_GUARDED_BY(mutex);  // Set: closing.
  bool is_closed ONAIR_GUARDED_BY(mutex) = false;

  runtime::Mutex telling;  // Held during each callback.
  OnOpened on_opened ONAIR_GUARDED_BY(telling);

  std::unique_ptr<AudioOutput> output;  // Of the thread.
};

Speaker::Speaker(std::unique_ptr<AudioOutput> output, OnOpened on_opened)
    : shared_(std::make_shared<Shared>()) {
  shared_->output = std::move(output);
  {
    const runtime::MutexLock lock(shared_->telling);
    shared_->on_opened = std::move(on_opened);
  }
  thread_ = std::thread([shared = shared_] { Run(*shared); });
}

Speaker::~Speaker() {
  Close();
  bool is_closed = false;
  {
    const runtime::MutexLock lock(shared_->mutex);
    while (!shared_->is_closed && runtime::Now() < *shared_->close_by) {
      shared_->changed.WaitUntil(shared_->mutex, *shared_->close_by);
    }
    is_closed = shared_->is_closed;
  }
  if (is_closed) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void Speaker::Play(std::shared_ptr<AudioRenderer> renderer) {
  {
    const runtime::MutexLock lock(shared_->mutex);
    shared_->wanted = std::move(renderer);
  }
  shared_->changed.NotifyAll();
}

void Speaker::Close() {
  {
    const runtime::MutexLock lock(shared_->mutex);
    if (!shared_->close_by) shared_->close_by = runtime::Now() + kCloseWithin;
  }
  shared_->changed.NotifyAll();
  const runtime::MutexLock lock(shared_->telling);
  shared_->on_opened = nullptr;
}

void Speaker::Run(Shared& shared) {
  pthread_setname_np(pthread_self(), "onair.sound");
  std::shared_ptr<AudioRenderer> sounding;  // What the device pulls from.
  for (;;) {
    std::shared_ptr<AudioRenderer> next;
    {
      const runtime::MutexLock lock(shared.mutex);
      while (shared.wanted == nullptr && !shared.close_by) shared.changed.Wait(shared.mutex);
      if (shared.close_by) break;
      next = std::exchange(shared.wanted, nullptr);
    }
    shared.output->Stop();
    sounding = std::move(next);
    OpenFor(shared, *sounding);
  }
  shared.output->Stop();
  shared.output.reset();
  {
    const runtime::MutexLock lock(shared.mutex);
    shared.is_closed = true;
  }
  shared.changed.NotifyAll();
}

void Speaker::OpenFor(Shared& shared, AudioRenderer& renderer) {
  const Status status = shared.output->Start(renderer.format(), renderer);
  const runtime::MutexLock lock(shared.telling);
  if (shared.on_opened) shared.on_opened(status);
}

}  // namespace onair
