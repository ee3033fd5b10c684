// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONDefines.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#import "platform/apple/foundation/completion.h"
#import "platform/apple/foundation/first_use.h"
#import "platform/apple/foundation/strand.h"

namespace onair::apple {

// The app's side of one publisher or player: its delegate, retained until Close(), and the strand
// on which that hears. thread-safe, but for delegate(): on the strand alone.
class Ear {
 public:
  Ear(id delegate, NSOperationQueue* queue)
      : strand_(std::make_shared<Strand>(queue)), delegate_([delegate retain]) {
    SetUpClasses();
  }
  ~Ear() { [delegate_ release]; }
  Ear(const Ear&) = delete;
  Ear& operator=(const Ear&) = delete;

  Strand& strand() { return *strand_; }
  id delegate() const { return delegate_; }

  // On the strand: an event is told by `tell`. `sender` stays meanwhile: the app may let go of it.
  template <typename Tell>
  void Hear(id sender, Tell&& tell) {
    [sender retain];
    {
      const std::lock_guard lock(hearing_);
      if (!is_deaf_) tell();
    }
    [sender release];
  }
  // No event is told after return, and none is just now on another thread.
  void Deafen() {
    const std::lock_guard lock(hearing_);
    is_deaf_ = true;
  }

  void Count(BOOL is_contained) {
    if (!is_contained) ++raised_;
  }
  std::int64_t raised() const { return raised_; }

  // On the strand: tells each of them now, whatever those before it raise.
  void TellNow(std::vector<Completion> completions, const std::optional<Error>& outcome) {
    for (Completion& completion : completions) Count(completion.Tell(outcome));
  }
  // Tells `completion` later, on the strand.
  void Tell(Completion completion, std::optional<Error> outcome) {
    if (!completion) return;
    auto told = std::make_shared<Completion>(std::move(completion));
    strand_->Post([told, outcome] { told->Tell(outcome); });
  }
  void TellAll(std::vector<Completion> completions, const std::optional<Error>& outcome) {
    for (Completion& completion : completions) Tell(std::move(completion), outcome);
  }

  // The first caller gets true.
  bool BeginClose() { return !is_closed_.exchange(true); }
  bool is_closed() const { return is_closed_; }
  // kInvalidState once it is closed.
  Status CheckOpen() const {
    if (is_closed_) return Fail(ErrorCode::kInvalidState, "closed");
    return {};
  }
  // Nobody is told any more. The delegate may be in a method of its own just now.
  void ReleaseDelegate() { [std::exchange(delegate_, nil) autorelease]; }

 private:
  const std::shared_ptr<Strand> strand_;
  id delegate_;
  std::recursive_mutex hearing_;  // What is told may end in Deafen().
  bool is_deaf_ = false;          // Under hearing_.
  std::atomic<bool> is_closed_{false};
  std::atomic<std::int64_t> raised_{0};
};

}  // namespace onair::apple
