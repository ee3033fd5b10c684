// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Onair/ONConfiguration.h>

#include <memory>

#include "platform/apple/bridge/guarded.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/held.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// The app's block for fresh addresses, shared.
class Refresher {
 public:
  explicit Refresher(ONURLRefresher block) : block_(HeldBlock((void*)Block_copy(block))) {}

  // NO: it raised.
  BOOL Ask(const PublisherConfig::UrlRequest& request,
           const PublisherConfig::AnswerUrl& answer) const {
    ONURLRefresher block = (ONURLRefresher)block_.get();
    const NSUInteger destination = request.destination;
    const auto reason = static_cast<ONURLReason>(request.reason);
    const auto take = answer;
    ONURLAnswer taker = ^(NSString* url) {
      Try([&] { take(TextOf(url)); });
    };
    // What is raised passes no frame that has something of C++ to clean up.
    return ONContained(^{
      block(destination, reason, taker);
    });
  }

 private:
  std::shared_ptr<void> block_;
};

}  // namespace onair::apple
