// SPDX-License-Identifier: Apache-2.0
//
// Shared immutable bytes: one encoded frame travels to many outputs without a copy.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "core/base/bytes.h"

namespace onair {

// Reference-counted view. Copies share the bytes; the last copy frees them.
// Thread-safe in the way of shared_ptr: distinct copies may be used on distinct threads.
class Buffer {
 public:
  Buffer() = default;

  // Takes the vector over.
  static Buffer Own(Bytes bytes) {
    auto owner = std::make_shared<const Bytes>(std::move(bytes));
    const ByteView view(*owner);
    return Buffer(std::move(owner), view);
  }

  // Shares foreign memory; `release` runs once, on whichever thread drops the last copy.
  static Buffer Wrap(ByteView view, std::function<void()> release) {
    struct Foreign {
      std::function<void()> release;
      explicit Foreign(std::function<void()> r) : release(std::move(r)) {}
      Foreign(const Foreign&) = delete;
      Foreign& operator=(const Foreign&) = delete;
      ~Foreign() {
        if (release) release();
      }
    };
    return Buffer(std::make_shared<const Foreign>(std::move(release)), view);
  }

  // A part of the same memory. `offset + size` must not pass the end.
  Buffer Slice(std::size_t offset, std::size_t size) const {
    return Buffer(owner_, view_.subspan(offset, size));
  }

  // The bytes; valid as long as this copy or another one. Null and empty for a default Buffer.
  ByteView view() const { return view_; }
  // First of the bytes.
  const std::uint8_t* data() const { return view_.data(); }
  // How many.
  std::size_t size() const { return view_.size(); }
  // Whether there are none.
  bool empty() const { return view_.empty(); }

 private:
  Buffer(std::shared_ptr<const void> owner, ByteView view)
      : owner_(std::move(owner)), view_(view) {}

  std::shared_ptr<const void> owner_;
  ByteView view_;
};

}  // namespace onair
