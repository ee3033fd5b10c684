// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/link_text.h"

#include "samples/twin/capacity_line.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

TEST_CASE("A link in one line: rate, delay, loss, queue, jitter") {
  const auto link = ParseLink("rate=2000,delay=40,loss=2,queue=500,jitter=1", Sec(60));
  REQUIRE(link.has_value());
  CHECK(link->duration == Sec(60));
  CHECK(link->flows[0].one_way == Ms(40));
  CHECK(link->loss_share == Approx(0.02));
  CHECK(link->has_jitter);
  CHECK(link->forward[0].queue == DataSize::Bytes(125'000));
  CHECK(CapacityLine(*link->forward[0].capacity).mean() == Kbps(2000));
}

TEST_CASE("A link's queue may mark") {
  const auto link = ParseLink("rate=2000,queueing=pie,ecn=1", Sec(60));
  REQUIRE(link.has_value());
  CHECK(link->forward[0].queueing == PushCase::Queueing::kPie);
  CHECK(link->has_ecn);
}

TEST_CASE("The rate of a link may change at its seconds") {
  const auto link = ParseLink("rate=4000/2000@20/0@40.5", Sec(60));
  REQUIRE(link.has_value());
  const CapacityLine line(*link->forward[0].capacity);
  CHECK(line.KbpsOver(At(19'900), Ms(100)) == Approx(4000));
  CHECK(line.KbpsOver(At(20'000), Sec(1)) == Approx(2000));
  CHECK(line.KbpsOver(At(40'500), Sec(1)) == Approx(0));
}

TEST_CASE("The part of a link that is wrong is named") {
  for (const std::string text :
       {"", "delay=25", "rate", "rate=", "rate=x", "rate=-1", "rate=2000/1000", "rate=2000@5",
        "rate=2000/100@70", "rate=9/8@7/7@7", "rate=2000,delay=0", "rate=2000,loss=101",
        "rate=2000,colour=red", "rate=2000,queueing=red", "rate=2000,,", "rate=nan",
        "rate=1@0@0"}) {
    INFO(text);
    const auto link = ParseLink(text, Sec(60));
    REQUIRE_FALSE(link.has_value());
    CHECK(link.error().detail.starts_with("link: '"));
  }
}

}  // namespace
}  // namespace onair::samples
