// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_loss.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kTrip = TimeDelta::Millis(50);

// Packets each 10 ms; each `every`th is lost, counted from 1; 0: none.
void Feed(NadaLoss& loss, int from, int to, int every) {
  for (int i = from; i < to; ++i) {
    PacketFate fate{.sent_at = At(i * 10), .size = DataSize::Bytes(1200)};
    if (every == 0 || i % every != 0) fate.arrived_at = fate.sent_at;
    loss.OnPacket(fate, kTrip);
    if (i % 5 == 4) loss.OnFeedback();
  }
}

}  // namespace

TEST_CASE("The loss ratio follows that of the last half second by a tenth each feedback") {
  NadaLoss loss;
  Feed(loss, 0, 500, 10);
  CHECK(loss.lost() == Approx(0.1).margin(0.01));
  CHECK(loss.has_lost_lately());
  Feed(loss, 500, 560, 0);
  CHECK_FALSE(loss.has_lost_lately());
  CHECK(loss.lost() < 0.06);
}

TEST_CASE("Losses make delay count less, until seven times their distance after the last") {
  NadaLoss loss;
  CHECK(loss.weight() == 0);
  Feed(loss, 0, 401, 20);
  CHECK(loss.weight() == 1);
  Feed(loss, 401, 530, 0);  // 129 packets later, six distances.
  CHECK(loss.weight() == 1);
  Feed(loss, 530, 551, 0);  // 150, between seven and eight.
  CHECK(loss.weight() > 0);
  CHECK(loss.weight() < 1);
  Feed(loss, 551, 580, 0);
  CHECK(loss.weight() == 0);
}

TEST_CASE("Losses are forgotten after two seconds, however seldom they are") {
  NadaLoss loss;
  Feed(loss, 1, 1001, 1000);
  CHECK(loss.weight() == 1);
  Feed(loss, 1001, 1190, 0);
  CHECK(loss.weight() == 1);
  Feed(loss, 1190, 1210, 0);
  CHECK(loss.weight() == 0);
}

TEST_CASE("Marks count as losses do, by themselves") {
  NadaLoss loss;
  for (int i = 0; i < 300; ++i) {
    loss.OnPacket({.sent_at = At(i * 10),
                   .arrived_at = At(i * 10),
                   .size = DataSize::Bytes(1200),
                   .ecn = i % 4 == 0 ? Ecn::kCe : Ecn::kEct0},
                  kTrip);
    if (i % 5 == 4) loss.OnFeedback();
  }
  CHECK(loss.marked() == Approx(0.25).margin(0.02));
  CHECK(loss.lost() == 0);
}

}  // namespace onair::cc
