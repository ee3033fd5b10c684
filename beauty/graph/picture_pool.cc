// SPDX-License-Identifier: Apache-2.0
#include "beauty/graph/picture_pool.h"

#include <atomic>
#include <cstddef>
#include <new>
#include <optional>
#include <utility>

namespace onair::beauty {

// The memory of one picture and of the shared_ptr that counts its copies. The pool holds one
// reference, the picture (all its copies together) the other; who drops the last one frees.
struct PicturePool::Slot {
  explicit Slot(PictureBuilder b) : builder(std::move(b)) {}

  bool IsFree() const { return references.load(std::memory_order_acquire) == 1; }
  void Drop() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  PictureBuilder builder;
  std::atomic<int> references{1};
  alignas(std::max_align_t) std::byte control_block[64];
};

namespace {

// Places a shared_ptr's control block in the slot. The block is the last thing of a picture
// that dies, so its end gives the slot back.
template <typename T, typename Slot>
struct InSlot {
  using value_type = T;
  template <typename U>
  struct rebind {
    using other = InSlot<U, Slot>;
  };

  explicit InSlot(Slot* s) : slot(s) {}
  template <typename U>
  InSlot(const InSlot<U, Slot>& other) : slot(other.slot) {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t) {
    static_assert(sizeof(T) <= sizeof(Slot::control_block));
    slot->references.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<T*>(slot->control_block);
  }
  void deallocate(T*, std::size_t) { slot->Drop(); }
  template <typename U>
  bool operator==(const InSlot<U, Slot>& other) const {
    return slot == other.slot;
  }

  Slot* slot;
};

struct KeepNothing {
  void operator()(const void*) const {}
};

}  // namespace

PicturePool::PicturePool() = default;

PicturePool::~PicturePool() {
  for (Slot* slot : slots_) slot->Drop();
}

PicturePool::PicturePool(PicturePool&& other) noexcept
    : slots_(std::exchange(other.slots_, {})),
      size_(other.size_),
      allocations_(other.allocations_) {}

PicturePool& PicturePool::operator=(PicturePool&& other) noexcept {
  std::swap(slots_, other.slots_);
  size_ = other.size_;
  allocations_ = other.allocations_;
  return *this;
}

Picture PicturePool::Sheet::Freeze() && {
  return Picture(PixelFormat::kI420, planes_.size, planes_.View().planes, std::move(owner_));
}

Result<PicturePool::Sheet> PicturePool::Take(PictureSize size) {
  if (size != size_) {
    for (Slot* slot : slots_) slot->Drop();
    slots_.clear();
    size_ = size;
  }
  Slot* slot = nullptr;
  for (Slot* candidate : slots_) {
    if (candidate->IsFree()) slot = candidate;
  }
  if (slot == nullptr) {
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
    if (!builder) return Forward(builder);
    ++allocations_;
    if (slots_.size() == kMaxSlots) {
      const I420Planes planes = PlanesOf(*builder);
      auto memory = std::make_shared<Picture>(std::move(*builder).Freeze());
      return Sheet(planes, std::move(memory));
    }
    slot = new (std::nothrow) Slot(std::move(*builder));
    if (slot == nullptr) return Fail(ErrorCode::kOutOfMemory, "picture");
    slots_.push_back(slot);
  }
  using Allocator = InSlot<std::byte, Slot>;
  return Sheet(PlanesOf(slot->builder),
               std::shared_ptr<const void>(static_cast<const void*>(slot->builder.plane(0).data),
                                           KeepNothing{}, Allocator(slot)));
}

}  // namespace onair::beauty
