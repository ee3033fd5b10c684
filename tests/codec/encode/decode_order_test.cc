// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/decode_order.h"

#include <catch2/catch.hpp>
#include <vector>

namespace onair::codec {
namespace {

constexpr MediaTime At(int ms) {
  return MediaTime::Millis(ms);
}

std::vector<std::int64_t> DtsOf(const std::vector<int>& taken, const std::vector<int>& given) {
  DecodeOrder order;
  for (const int ms : taken) order.OnTaken(At(ms));
  std::vector<std::int64_t> out;
  for (const int ms : given) out.push_back(order.OnGiven(At(ms)).ms());
  return out;
}

using Times = std::vector<std::int64_t>;

TEST_CASE("Pictures given in another order are decoded one place before their turn") {
  CHECK(DtsOf({0, 40, 80, 120, 160, 200}, {0, 120, 40, 80, 200, 160}) ==
        Times{0, 20, 40, 80, 120, 160});
}

TEST_CASE("Pictures given in their order have dts that rise as well") {
  CHECK(DtsOf({0, 40, 80, 120}, {0, 40, 80, 120}) == Times{0, 20, 40, 80});
}

TEST_CASE("An uneven camera keeps dts rising and below pts") {
  CHECK(DtsOf({0, 1, 200, 201, 202}, {0, 202, 1, 200, 201})[2] == 1);
}

TEST_CASE("After a restart dts goes on from where it was") {
  DecodeOrder order;
  for (const int ms : {0, 40, 80}) order.OnTaken(At(ms));
  CHECK(order.OnGiven(At(0)).ms() == 0);
  order.Restart();
  order.OnTaken(At(120));
  order.OnTaken(At(160));
  CHECK(order.OnGiven(At(120)).ms() == 120);
  CHECK(order.OnGiven(At(160)).ms() == 140);
}

}  // namespace
}  // namespace onair::codec
