// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/sdk/preload_pool.h"

namespace onair::apple {

// A pool whose every call is safe from Objective-C. thread-safe.
class PreloadHandle {
 public:
  static Result<std::unique_ptr<PreloadHandle>> Open(const PreloadPoolConfig& config) noexcept;

  // What is no room is left out.
  void SetRooms(std::vector<PreloadRoom> rooms) noexcept;
  void SetNetworkCost(NetworkCost cost) noexcept;
  void NetworkChanged() noexcept;
  void Cancel() noexcept;

  Result<PreloadStats> stats() const noexcept;

  const std::shared_ptr<PreloadPool>& pool() const { return pool_; }

 private:
  PreloadHandle() = default;

  std::shared_ptr<PreloadPool> pool_;
};

}  // namespace onair::apple
