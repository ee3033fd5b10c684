// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/ear.h"

namespace onair::apple {

// Who asked to be told of the end of a publisher or player: each once, with its error.
// thread-safe.
class Stops {
 public:
  // An end will come; where there was one, another (a file goes on after a seek).
  void Begin() {
    const runtime::MutexLock lock(mutex_);
    is_begun_ = true;
    if (is_closed_) return;
    is_over_ = false;
    outcome_.reset();
  }

  // Waits for it; told soon where none will come any more, or ever.
  void Add(Ear& ear, Completion completion) {
    std::optional<Error> outcome;
    {
      const runtime::MutexLock lock(mutex_);
      if (is_begun_ && !is_over_) {
        waiting_.push_back(std::move(completion));
        return;
      }
      outcome = outcome_;
    }
    ear.Tell(std::move(completion), outcome);
  }

  // It came; on the strand, where they hear it now.
  void End(Ear& ear, const std::optional<Error>& outcome) {
    ear.TellNow(TakeAll(outcome), outcome);
  }
  // Nobody will tell of it any more.
  void Close(Ear& ear, const std::optional<Error>& outcome) {
    {
      const runtime::MutexLock lock(mutex_);
      is_closed_ = true;
    }
    ear.TellAll(TakeAll(outcome), outcome);
  }

 private:
  std::vector<Completion> TakeAll(const std::optional<Error>& outcome) {
    const runtime::MutexLock lock(mutex_);
    if (!is_over_) outcome_ = outcome;
    is_over_ = true;
    return std::exchange(waiting_, {});
  }

  runtime::Mutex mutex_;
  bool is_begun_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_over_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_closed_ ONAIR_GUARDED_BY(mutex_) = false;
  std::optional<Error> outcome_ ONAIR_GUARDED_BY(mutex_);
  std::vector<Completion> waiting_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair::apple
