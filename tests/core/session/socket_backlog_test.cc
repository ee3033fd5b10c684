// SPDX-License-Identifier: Apache-2.0
#include "core/session/socket_backlog.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::session {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr DataSize Bytes(std::int64_t bytes) {
  return DataSize::Bytes(bytes);
}

TEST_CASE("A backlog counts as untaken what was given since the socket's last word") {
  SocketBacklog backlog;
  backlog.Reset(At(0));
  backlog.OnGiven(Bytes(100));
  CHECK(backlog.held() == Bytes(100));

  backlog.OnReport(Bytes(40), Bytes(0), At(1));
  CHECK(backlog.held() == Bytes(40));
  backlog.OnGiven(Bytes(100));
  backlog.OnReport(Bytes(30), Bytes(100), At(2));  // The last hundred have not reached it.
  CHECK(backlog.held() == Bytes(130));
  CHECK(backlog.unsent() == Bytes(30));
}

TEST_CASE("A backlog's progress stands still exactly while the peer takes nothing") {
  SocketBacklog backlog;
  backlog.Reset(At(0));
  backlog.OnGiven(Bytes(100));
  backlog.OnReport(Bytes(100), Bytes(0), At(10));
  CHECK(backlog.progress_at() == At(10));  // There was nothing to take before.

  backlog.OnGiven(Bytes(50));
  backlog.OnReport(Bytes(150), Bytes(0), At(20));
  CHECK(backlog.progress_at() == At(10));
  backlog.OnGiven(Bytes(50));
  backlog.OnReport(Bytes(150), Bytes(50), At(25));
  CHECK(backlog.progress_at() == At(10));
  backlog.OnReport(Bytes(199), Bytes(0), At(30));
  CHECK(backlog.progress_at() == At(30));
}

}  // namespace
}  // namespace onair::session
