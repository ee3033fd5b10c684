// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_budget.h"

#include <catch2/catch.hpp>

namespace onair::codec {
namespace {

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

PictureBudget Budget() {
  return {Kbps(1500), TimeDelta::Millis(250)};
}

double Next(const PictureBudget& budget, double frame_rate = 30) {
  return budget.NextBits(FrameKind::kReference, frame_rate);
}

// A picture of exactly `bits`.
void Spend(PictureBudget& budget, double bits, double frame_rate = 30) {
  budget.OnPicture(DataSize::Bytes(static_cast<std::int64_t>(bits / 8)), frame_rate);
}

TEST_CASE("A picture gets its share of the second at the present frame rate") {
  CHECK(Next(Budget(), 30) == Approx(50'000));
  CHECK(Next(Budget(), 15) == Approx(100'000));
}

TEST_CASE("A key frame gets the larger part of the VBV, less what is owed") {
  auto budget = Budget();
  CHECK(budget.NextBits(FrameKind::kKey, 30) == Approx(0.6 * 375'000));
  Spend(budget, 150'000);
  CHECK(budget.NextBits(FrameKind::kKey, 30) == Approx(0.6 * 375'000 - 100'000));
}

TEST_CASE("A key frame never gets less than any picture") {
  PictureBudget budget(Kbps(1500), TimeDelta::Millis(100));
  CHECK(budget.NextBits(FrameKind::kKey, 1) == Approx(1'500'000));
}

TEST_CASE("What a key frame took is paid back within twice the VBV's span") {
  auto budget = Budget();
  double spent = 0.6 * 375'000;
  Spend(budget, spent);
  for (int i = 1; i < 15; ++i) {
    const double bits = Next(budget);
    CHECK(bits < 50'000);
    CHECK(bits >= 0.3 * 50'000 - 1);
    Spend(budget, bits);
    spent += bits;
  }
  CHECK(spent == Approx(15 * 50'000).epsilon(0.05));
}

TEST_CASE("A new rate holds from the next picture on") {
  auto budget = Budget();
  for (int i = 0; i < 60; ++i) Spend(budget, Next(budget));
  budget.SetRate(Kbps(600));
  CHECK(Next(budget) == Approx(20'000).epsilon(0.01));
  budget.SetRate(Kbps(3000));
  CHECK(Next(budget) == Approx(100'000).epsilon(0.01));
}

TEST_CASE("Savings of a high rate are no burst at a low one, debts stay") {
  auto saved = Budget();
  for (int i = 0; i < 300; ++i) Spend(saved, 100);
  saved.SetRate(Kbps(600));
  double burst = 0;
  for (int i = 0; i < 30; ++i) {
    burst += Next(saved);
    Spend(saved, Next(saved));
  }
  CHECK(burst < 1.12 * 600'000);

  auto owed = Budget();
  Spend(owed, 200'000);
  owed.SetRate(Kbps(600));
  CHECK(Next(owed) < 0.5 * 20'000);
}

TEST_CASE("Easy pictures do not save up for a burst, hard ones do not starve the next for long") {
  auto easy = Budget();
  for (int i = 0; i < 300; ++i) Spend(easy, 100);
  CHECK(Next(easy) <= 1.5 * 50'000);
  double burst = 0;
  for (int i = 0; i < 15; ++i) {
    burst += Next(easy);
    Spend(easy, Next(easy));
  }
  CHECK(burst < 15 * 50'000 + 0.26 * 1'500'000);

  auto hard = Budget();
  for (int i = 0; i < 300; ++i) Spend(hard, 500'000);
  int starved = 0;
  while (Next(hard) < 0.9 * 50'000 && starved < 1000) {
    Spend(hard, Next(hard));
    ++starved;
  }
  CHECK(starved > 30);
  CHECK(starved < 75);
}

}  // namespace
}  // namespace onair::codec
