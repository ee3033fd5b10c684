// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "platform/runtime/datagram_socket.h"
#include "tests/platform/runtime/runtime_world.h"
#include "tests/support/inherited.h"

namespace onair::runtime {
namespace {

using namespace test;
using testing::InheritedNow;

TEST_CASE("What is inherited is seen by the test at all") {
  const auto before = InheritedNow();
  const int open = socket(AF_INET, SOCK_STREAM, 0);
  const auto after = InheritedNow();
  close(open);
  CHECK_FALSE(before.empty());
  CHECK(after.size() == before.size() + 1);
}

TEST_CASE("A program that the app starts inherits no socket of a loop's") {
  const auto before = InheritedNow();
  Server server(Silent);
  Client plain, bound;
  plain.Open(server.endpoint());
  REQUIRE(plain.listener.WaitConnected());
  Endpoint from_here = server.endpoint();
  from_here.from = IpAddress::V4(127, 0, 0, 1);
  bound.Open(from_here);
  REQUIRE(bound.listener.WaitConnected());
  REQUIRE(server.accepted.Wait([](int n) { return n == 2; }));
  std::unique_ptr<DatagramSocket> datagrams;
  plain.On([&] {
    datagrams = std::make_unique<DatagramSocket>(plain.loop, DatagramSocketConfig{},
                                                 [](const Datagram&, Timestamp) {});
    REQUIRE(datagrams->Bind({IpAddress::V4(127, 0, 0, 1), 0}));
  });
  CHECK(InheritedNow() == before);

  // A connection that is still on its way; the raw server's own sockets are inherited.
  RawServer full(INADDR_LOOPBACK, 0, 0);
  full.BecomeBlackHole();
  const auto filled = InheritedNow();
  Client hanging;
  hanging.Open(full.endpoint());
  REQUIRE(hanging.listener.told.Wait([](const Told& t) { return t.resolved == 1; }));
  hanging.On([] {});  // The attempt was begun in the same turn.
  CHECK(InheritedNow() == filled);
  plain.On([&] { datagrams.reset(); });
}

}  // namespace
}  // namespace onair::runtime
