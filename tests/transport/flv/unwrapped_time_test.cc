// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/unwrapped_time.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::flv {
namespace {

std::vector<std::int64_t> Unwrap(const std::vector<std::uint32_t>& wire) {
  UnwrappedTime time;
  std::vector<std::int64_t> out;
  for (const std::uint32_t ms : wire) out.push_back(time.At(ms).ms());
  return out;
}

TEST_CASE("Wire time goes on over the end of 32 bits") {
  CHECK(Unwrap({0xffffffec, 0xfffffffe, 12, 32}) ==
        std::vector<std::int64_t>{4294967276, 4294967294, 4294967308, 4294967328});
}

TEST_CASE("Wire time goes on over the end of 31 bits for writers that mask the top one") {
  CHECK(Unwrap({0x7ffffffe, 12, 32}) ==
        std::vector<std::int64_t>{2147483646, 2147483660, 2147483680});
}

TEST_CASE("Wire time passes the middle of 32 bits without a jump") {
  CHECK(Unwrap({0x7ffffffe, 0x80000008}) == std::vector<std::int64_t>{2147483646, 2147483656});
}

TEST_CASE("Wire time may go back, also across its beginning") {
  CHECK(Unwrap({1000, 400, 0xffffffff}) == std::vector<std::int64_t>{1000, 400, -1});
}

TEST_CASE("Wire time wraps as often as a stream lasts") {
  UnwrappedTime time;
  std::int64_t last = time.At(0).ms();
  constexpr std::int64_t kStep = 600'000'000;  // About a week.
  for (std::int64_t ms = kStep; ms < 100 * kStep; ms += kStep) {
    const std::int64_t at = time.At(static_cast<std::uint32_t>(ms)).ms();
    REQUIRE(at == last + kStep);
    last = at;
  }
}

}  // namespace
}  // namespace onair::flv
