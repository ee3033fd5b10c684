// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/outbox.h"

#include <array>
#include <catch2/catch.hpp>

#include "core/base/rng.h"

namespace onair::runtime {
namespace {

// Writes at most `most` bytes as a socket would, answers what it took.
Bytes TakeSome(Outbox& outbox, std::size_t most) {
  std::array<ByteView, 4> views;
  Bytes taken;
  const std::size_t used = outbox.Gather(views);
  for (std::size_t i = 0; i < used; ++i) {
    for (const std::uint8_t byte : views[i]) {
      if (taken.size() == most) break;
      taken.push_back(byte);
    }
  }
  outbox.Consume(taken.size());
  return taken;
}

TEST_CASE("Bytes leave the outbox in order whatever the pieces and the writes") {
  Rng rng(7);
  Outbox outbox;
  Bytes pushed;
  Bytes left;
  for (int round = 0; round < 2000; ++round) {
    const Bytes piece = rng.TakeBytes(rng.Below(rng.Below(8) == 0 ? 9000 : 60));
    pushed.insert(pushed.end(), piece.begin(), piece.end());
    if (rng.Below(2) == 0) {
      outbox.Push(piece);
    } else {
      outbox.Push(Buffer::Own(piece));
    }
    const Bytes some = TakeSome(outbox, rng.Below(1500));
    left.insert(left.end(), some.begin(), some.end());
    REQUIRE(outbox.size() == pushed.size() - left.size());
  }
  while (!outbox.empty()) {
    const Bytes some = TakeSome(outbox, 5000);
    REQUIRE_FALSE(some.empty());
    left.insert(left.end(), some.begin(), some.end());
  }
  CHECK(left == pushed);
}

TEST_CASE("A shared buffer is not copied and is let go once written") {
  int released = 0;
  const Bytes bytes(5000, 1);
  Outbox outbox;
  outbox.Push(Buffer::Wrap(bytes, [&] { ++released; }));
  std::array<ByteView, 1> views;

  REQUIRE(outbox.Gather(views) == 1);
  CHECK(views[0].data() == bytes.data());
  outbox.Consume(4999);
  CHECK(released == 0);
  outbox.Consume(1);
  CHECK(released == 1);
}

TEST_CASE("Small pieces are joined so that a backlog of them stays few") {
  Outbox outbox;
  for (int i = 0; i < 1000; ++i) outbox.Push(Bytes(4, 0));
  std::array<ByteView, 64> views;
  CHECK(outbox.Gather(views) == 1);
  CHECK(views[0].size() == 4000);
}

}  // namespace
}  // namespace onair::runtime
