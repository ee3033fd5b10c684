// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/strand.h"

#include <utility>

using onair::apple::Strand;

// One turn of a strand on its queue.
@interface ONStrandTurn : NSOperation {
 @private
  std::shared_ptr<Strand>* _strand;
}
- (instancetype)initWithStrand:(std::shared_ptr<Strand>)strand;
@end

@implementation ONStrandTurn

- (instancetype)initWithStrand:(std::shared_ptr<Strand>)strand {
  if ((self = [super init])) _strand = new std::shared_ptr<Strand>(std::move(strand));
  return self;
}

- (void)main {
  (*_strand)->Run();
}

- (void)dealloc {
  delete _strand;
  [super dealloc];
}

@end

namespace onair::apple {
namespace {

NSOperationQueue* SerialQueue() {
  NSOperationQueue* queue = [[NSOperationQueue alloc] init];
  [queue setMaxConcurrentOperationCount:1];
  [queue setName:@"onair.delegate"];
  return queue;
}

// Tasks in one turn; others of the queue get theirs in between.
constexpr int kTasksInTurn = 32;

}  // namespace

Strand::Strand(NSOperationQueue* queue) : queue_(queue == nil ? SerialQueue() : [queue retain]) {}

Strand::~Strand() {
  [queue_ release];
}

void Strand::Post(std::function<void()> task) {
  std::function<void()> gone;
  bool is_first = false;
  {
    const runtime::MutexLock lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      gone = std::move(waiting_.front());
      waiting_.pop_front();
      ++dropped_;
    }
    waiting_.push_back(std::move(task));
    is_first = !std::exchange(is_scheduled_, true);
  }
  if (is_first) Schedule();
}

Executor Strand::executor() {
  return [weak = weak_from_this()](std::function<void()> task) {
    if (const auto strand = weak.lock()) strand->Post(std::move(task));
  };
}

void Strand::Schedule() {
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  ONStrandTurn* turn = [[ONStrandTurn alloc] initWithStrand:shared_from_this()];
  if (queue_ == [NSOperationQueue mainQueue]) {
    // GNUstep's main queue has threads of its own, and its common modes hold no other.
    NSArray* modes = [NSArray arrayWithObjects:NSDefaultRunLoopMode, NSRunLoopCommonModes, nil];
    [turn performSelectorOnMainThread:@selector(main)
                           withObject:nil
                        waitUntilDone:NO
                                modes:modes];
  } else {
    [queue_ addOperation:turn];
  }
  [turn release];
  [pool drain];
}

void Strand::Run() {
  for (int i = 0; i < kTasksInTurn; ++i) {
    std::function<void()> task;
    {
      const runtime::MutexLock lock(mutex_);
      if (waiting_.empty()) {
        is_scheduled_ = false;
        return;
      }
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    task();
    task = nullptr;
    [pool drain];
  }
  Schedule();
}

std::int64_t Strand::dropped() const {
  const runtime::MutexLock lock(mutex_);
  return dropped_;
}

void Elsewhere(std::function<void()> task) {
  std::make_shared<Strand>(nil)->Post(std::move(task));
}

}  // namespace onair::apple
