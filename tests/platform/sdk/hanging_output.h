// SPDX-License-Identifier: Apache-2.0
//
// A sound device that blocks where it is told to, until the test lets it go.
#pragma once

#include <array>
#include <memory>

#include "core/api/render_ports.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"

namespace onair::sdk_test {

class HangingOutput final : public AudioOutput {
 public:
  enum class Hangs { kInStart = 1, kInStop = 2, kNever = 3 };

  // Shared with the test, which outlives the output or not.
  struct Watch {
    runtime::Mutex mutex;
    runtime::CondVar changed;
    bool is_let_go ONAIR_GUARDED_BY(mutex) = false;
    int starts ONAIR_GUARDED_BY(mutex) = 0;  // Begun.
    bool is_gone ONAIR_GUARDED_BY(mutex) = false;

    void LetGo() {
      {
        const runtime::MutexLock lock(mutex);
        is_let_go = true;
      }
      changed.NotifyAll();
    }
    int Starts() {
      const runtime::MutexLock lock(mutex);
      return starts;
    }
    bool IsGone() {
      const runtime::MutexLock lock(mutex);
      return is_gone;
    }
  };

  HangingOutput(Hangs hangs, std::shared_ptr<Watch> watch)
      : hangs_(hangs), watch_(std::move(watch)) {}
  ~HangingOutput() override {
    const runtime::MutexLock lock(watch_->mutex);
    watch_->is_gone = true;
  }

  Status Start(const AudioFormat&, AudioPuller& puller) override {
    {
      const runtime::MutexLock lock(watch_->mutex);
      ++watch_->starts;
      while (hangs_ == Hangs::kInStart && !watch_->is_let_go) watch_->changed.Wait(watch_->mutex);
    }
    is_running_ = true;
    // A device may pull before Start() returns: whoever it pulls from must still be there.
    std::array<float, 960> samples;
    puller.Pull(samples, runtime::Now() + TimeDelta::Millis(300));
    return {};
  }

  void Stop() override {
    if (!is_running_) return;
    is_running_ = false;
    const runtime::MutexLock lock(watch_->mutex);
    while (hangs_ == Hangs::kInStop && !watch_->is_let_go) watch_->changed.Wait(watch_->mutex);
  }

 private:
  const Hangs hangs_;
  const std::shared_ptr<Watch> watch_;
  bool is_running_ = false;
};

}  // namespace onair::sdk_test
