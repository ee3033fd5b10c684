// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/block.h"

#include "core/base/rng.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

TEST_CASE("RTCP packets of one datagram come one after the other") {
  const Bytes bytes = Written([](SpanWriter& out) {
    {
      BlockWriter a(out, Type::kBye, 1);
      out.U32(7);
    }
    {
      BlockWriter b(out, Type::kTransportFeedback, 15);
      out.U32(8).U32(9);
    }
  });
  BlockReader in(bytes);

  const auto bye = in.Next();
  REQUIRE(bye);
  CHECK(bye->is(Type::kBye, 1));
  CHECK(bye->body.size() == 4);
  const auto feedback = in.Next();
  REQUIRE(feedback);
  CHECK(feedback->is(Type::kTransportFeedback, 15));
  CHECK_FALSE(in.Next());
  CHECK_FALSE(in.is_malformed());
}

TEST_CASE("RTCP padding is no part of the body") {
  Bytes bytes{0xa0, 203, 0, 2, 1, 2, 3, 4, 0, 0, 0, 4};
  CHECK(First(bytes).body.size() == 4);
  bytes.back() = 9;
  BlockReader longer(bytes);
  CHECK_FALSE(longer.Next());
  CHECK(longer.is_malformed());
}

TEST_CASE("RTCP lies about length and version end the datagram") {
  const Bytes good{0x80, 203, 0, 0};
  for (const Bytes& lie : {Bytes{0x80, 203, 0, 1}, Bytes{0x80, 203, 0xff, 0xff},
                           Bytes{0x80, 203, 0}, Bytes{0x40, 203, 0, 0}, Bytes{0xa0, 203, 0, 0}}) {
    Bytes bytes = good;
    bytes.insert(bytes.end(), lie.begin(), lie.end());
    BlockReader in(bytes);
    CHECK(in.Next());
    CHECK_FALSE(in.Next());
    CHECK(in.is_malformed());
    CHECK_FALSE(in.Next());
  }
}

TEST_CASE("RTCP reading of chance bytes ends") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  for (int i = 0; i < 5'000; ++i) {
    const Bytes bytes = rng.TakeBytes(rng.Below(200));
    BlockReader in(bytes);
    int blocks = 0;
    while (in.Next()) ++blocks;
    REQUIRE(blocks <= 50);
  }
}

}  // namespace
}  // namespace onair::rtp::rtcp
