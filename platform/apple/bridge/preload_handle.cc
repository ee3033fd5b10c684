// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/preload_handle.h"

#include <utility>

#include "platform/apple/bridge/guarded.h"
#include "platform/apple/bridge/property_names.h"

namespace onair::apple {

Result<std::unique_ptr<PreloadHandle>> PreloadHandle::Open(
    const PreloadPoolConfig& config) noexcept {
  return Guarded([&]() -> Result<std::unique_ptr<PreloadHandle>> {
    auto pool = PreloadPool::Create(config);
    if (!pool) return ForwardByProperty(pool);
    std::unique_ptr<PreloadHandle> handle(new PreloadHandle);
    handle->pool_ = std::move(*pool);
    return handle;
  });
}

void PreloadHandle::SetRooms(std::vector<PreloadRoom> rooms) noexcept {
  constexpr int kFarthest = 1000;
  Try([&] {
    std::erase_if(rooms, [](const PreloadRoom& room) {
      return room.url.empty() || room.distance < 1 || room.distance > kFarthest;
    });
    pool_->SetRooms(std::move(rooms));
  });
}
void PreloadHandle::SetNetworkCost(NetworkCost cost) noexcept {
  Try([&] { pool_->SetNetworkCost(cost); });
}
void PreloadHandle::NetworkChanged() noexcept {
  Try([&] { pool_->NetworkChanged(); });
}
void PreloadHandle::Cancel() noexcept {
  Try([&] { pool_->Cancel(); });
}

Result<PreloadStats> PreloadHandle::stats() const noexcept {
  return Guarded([&]() -> Result<PreloadStats> { return pool_->stats(); });
}

}  // namespace onair::apple
