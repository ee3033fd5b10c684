// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Onair/ONDefines.h>

#include <memory>
#include <optional>

#include "core/base/result.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/error.h"

namespace onair::apple {

// A block of the app's that hears an outcome once. Movable.
class Completion {
 public:
  using Block = void (^)(NSError*);

  Completion() = default;
  explicit Completion(Block block) : block_(Copy(block)) {}
  Completion(Completion&& other) noexcept : block_(std::exchange(other.block_, nil)) {}
  Completion& operator=(Completion&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Completion() {
    if (block_ != nil) Block_release(block_);
  }

  explicit operator bool() const { return block_ != nil; }

  // NO: it raised.
  BOOL Tell(const std::optional<Error>& outcome) {
    if (block_ == nil) return YES;
    const Completion told(std::move(*this));
    NSError* error = ErrorOf(outcome);
    Block block = told.block_;
    return ONContained(^{
      block(error);
    });
  }

 private:
  static Block Copy(Block block) {
    if (block == nil) return nil;
    return Block_copy(block);
  }

  Block block_ = nil;
};

}  // namespace onair::apple
