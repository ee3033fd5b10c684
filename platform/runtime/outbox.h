// SPDX-License-Identifier: Apache-2.0
//
// Bytes that wait for a socket, in pieces that are written together.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <utility>

#include "core/base/buffer.h"
#include "core/base/bytes.h"

namespace onair::runtime {

// Pure.
class Outbox {
 public:
  void Push(Bytes bytes) {
    size_ += bytes.size();
    if (bytes.empty()) return;
    if (!pieces_.empty() && pieces_.back().Takes(bytes.size())) {
      Bytes& last = pieces_.back().own;
      last.insert(last.end(), bytes.begin(), bytes.end());
    } else {
      pieces_.push_back(Piece{std::move(bytes), Buffer()});
    }
  }

  void Push(Buffer buffer) {
    size_ += buffer.size();
    if (!buffer.empty()) pieces_.push_back(Piece{Bytes(), std::move(buffer)});
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // Fills `views` from the front; answers how many were used. Valid until the next change.
  std::size_t Gather(std::span<ByteView> views) const {
    std::size_t used = 0;
    for (const Piece& piece : pieces_) {
      if (used == views.size()) break;
      views[used] = used == 0 ? piece.view().subspan(front_offset_) : piece.view();
      ++used;
    }
    return used;
  }

  // The first `count` bytes are written; count <= size().
  void Consume(std::size_t count) {
    size_ -= count;
    count += front_offset_;
    while (!pieces_.empty() && count >= pieces_.front().view().size()) {
      count -= pieces_.front().view().size();
      pieces_.pop_front();
    }
    front_offset_ = count;
  }

  void Clear() { *this = Outbox(); }

 private:
  // Small pieces are joined up to this, so that a backlog of chunk headers neither fills a
  // gather list nor costs a piece's bookkeeping per few bytes.
  static constexpr std::size_t kJoinUpTo = 4096;

  struct Piece {
    Bytes own;      // Either this
    Buffer shared;  // or that.

    ByteView view() const { return own.empty() ? shared.view() : ByteView(own); }
    bool Takes(std::size_t more) const { return !own.empty() && own.size() + more <= kJoinUpTo; }
  };

  std::deque<Piece> pieces_;
  std::size_t front_offset_ = 0;  // Of the first piece, already written.
  std::size_t size_ = 0;
};

}  // namespace onair::runtime
