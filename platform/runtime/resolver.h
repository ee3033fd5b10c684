// SPDX-License-Identifier: Apache-2.0
//
// From a host name to its addresses, off the loop's thread: the system's call blocks for
// seconds and cannot be stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "platform/runtime/address.h"

namespace onair::runtime {

// In the order of preference; never empty.
using ResolveDone = std::function<void(Result<std::vector<IpAddress>>)>;

// The place to plug in another name service (HTTPDNS, a test's fixed table). Thread-safe.
class Resolver {
 public:
  virtual ~Resolver() = default;

  // Must not block. Calls `done` at most once, on any thread, also in place and also after
  // this resolver is gone; an answer that nobody waits for any more is ignored.
  // Literal addresses never come here.
  virtual void Resolve(const std::string& host, ResolveDone done) = 0;
};

// getaddrinfo(), one detached thread per question, 8 at most at a time (a dead name server
// holds each for about 10 s); more than that fail at once with kResolveFailed.
std::shared_ptr<Resolver> MakeSystemResolver();

}  // namespace onair::runtime
