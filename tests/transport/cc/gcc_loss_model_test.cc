// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_loss_model.h"

#include <vector>

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// `count` packets of 1000 bytes over 250 ms, of which the first `lost` are lost.
std::vector<PacketFate> Quarter(int number, int count, int lost) {
  std::vector<PacketFate> fates;
  for (int i = 1; i <= count; ++i) {
    PacketFate fate{.sent_at = At(250 * number + 250 * i / count), .size = DataSize::Bytes(1000)};
    if (i > lost) fate.arrived_at = fate.sent_at;
    fates.push_back(fate);
  }
  return fates;
}

}  // namespace

TEST_CASE("An observation is whole after 250 ms of sending") {
  GccLossModel model;
  CHECK_FALSE(model.Add(Quarter(0, 50, 0)));  // The first packet only begins it.
  CHECK(model.Add(Quarter(1, 50, 0)));
  CHECK(model.observations() == 1);
}

TEST_CASE("The average loss leaves out the best and the worst quarter of a second") {
  GccLossModel model;
  for (int i = 0; i < 12; ++i) model.Add(Quarter(i, 50, i == 6 ? 40 : 5));
  CHECK(model.average_loss() == Approx(0.1).margin(0.01));
}

TEST_CASE("The average loss counts a quarter in which suddenly much was sent") {
  GccLossModel model;
  for (int i = 0; i < 12; ++i) model.Add(Quarter(i, i == 11 ? 200 : 50, i == 11 ? 100 : 0));
  CHECK(model.average_loss() > 0.15);
}

TEST_CASE("A limit explains heavy losses better than the line's own loss does") {
  GccLossModel model;
  // 1600 kbit/s of which a quarter is lost: a line of 1200.
  for (int i = 0; i < 15; ++i) model.Add(Quarter(i, 48, 12));
  const auto likelihood = [&](std::int64_t kbps) {
    return model.Likelihood(model.Improved({.own_loss = 0.01, .limit = Kbps(kbps)}));
  };
  CHECK(likelihood(1200) > likelihood(1600));
  CHECK(likelihood(1200) > likelihood(3000));
}

TEST_CASE("A higher limit is preferred while less than a fifth is lost") {
  GccLossModel model;
  for (int i = 0; i < 15; ++i) model.Add(Quarter(i, 48, 1));
  CHECK(model.Likelihood({.own_loss = 0.02, .limit = Kbps(3000)}) >
        model.Likelihood({.own_loss = 0.02, .limit = Kbps(2000)}));
}

}  // namespace onair::cc
