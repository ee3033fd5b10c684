// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "beauty/filters/i420.h"
#include "core/base/result.h"

namespace onair::beauty {

// I420 memory that comes back when the last copy of its picture is gone, on whatever thread.
// In a steady stream nothing is allocated. Single-owner; the pictures may outlive it.
class PicturePool {
 public:
  // Pictures that an encoder's look-ahead and a few destinations hold at once fit; more are
  // allocated outside the pool and counted.
  // Source: ours; x264 with 10 pictures of look-ahead and one in each stage.
  static constexpr std::size_t kMaxSlots = 16;

  PicturePool();
  ~PicturePool();
  PicturePool(PicturePool&&) noexcept;
  PicturePool& operator=(PicturePool&&) noexcept;

  // A picture being written: as PictureBuilder, from the pool. Move-only.
  class Sheet {
   public:
    Sheet(Sheet&&) noexcept = default;
    Sheet& operator=(Sheet&&) noexcept = default;

    const I420Planes& planes() const { return planes_; }
    // Hands the pixels over; the sheet is spent.
    Picture Freeze() &&;

   private:
    friend class PicturePool;
    Sheet(I420Planes planes, std::shared_ptr<const void> owner)
        : planes_(planes), owner_(std::move(owner)) {}
    I420Planes planes_;
    std::shared_ptr<const void> owner_;
  };

  // kInvalidConfig for sides outside 1..kMaxPictureSide, kOutOfMemory. A new size frees the
  // memory of the old one.
  Result<Sheet> Take(PictureSize size);

  // Sheets that were allocated because no slot was free or fitted: stands still in a steady
  // stream.
  std::uint64_t allocations() const { return allocations_; }

 private:
  struct Slot;
  std::vector<Slot*> slots_;
  PictureSize size_;
  std::uint64_t allocations_ = 0;
};

}  // namespace onair::beauty
