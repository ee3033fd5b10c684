// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_budget.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace onair::codec {
namespace {

using Wish = PictureBudget::Wish;

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}
constexpr TimeDelta kGop = TimeDelta::Seconds(2);
constexpr TimeDelta kVbv = TimeDelta::Millis(250);

PictureBudget Budget() {
  return {Kbps(1500), kVbv, {1280, 720}};
}

Wish NextKey(const PictureBudget& budget) {
  return budget.Next(FrameKind::kKey, 30, kGop);
}

// An encoder whose pictures take 2^(level - quantizer / 6) bits, key frames `key_cost` times that.
struct ModelEncoder {
  double level = 19;
  double key_cost = 4;
  int number = 0;

  Wish Encode(PictureBudget& budget) {
    const int in_gop = number++ % 60;
    const auto kind = in_gop == 0 ? FrameKind::kKey : FrameKind::kReference;
    const Wish wish = budget.Next(kind, 30, TimeDelta::SecondsF((60 - in_gop) / 30.0));
    const double own = level + (in_gop == 0 ? std::log2(key_cost) : 0);
    const double quantizer = wish.quantizer.value_or(6 * (own - std::log2(wish.bits)));
    bits = std::exp2(own - quantizer / 6);
    budget.OnPicture(kind, DataSize::Bytes(static_cast<std::int64_t>(bits / 8)), quantizer, 30);
    return wish;
  }

  double KbpsOver(PictureBudget& budget, int seconds) {
    double sum = 0;
    for (int i = 0; i < seconds * 30; ++i) {
      Encode(budget);
      sum += bits;
    }
    return sum / 1000 / seconds;
  }

  double bits = 0;  // Of the last picture.
};

TEST_CASE("Pictures get a steady quantiser, however hard they are") {
  auto budget = Budget();
  ModelEncoder encoder;
  encoder.KbpsOver(budget, 6);
  const int steady = *budget.Next(FrameKind::kReference, 30, kGop).quantizer;
  encoder.number = 1;
  encoder.level -= 4;  // A picture in which nothing moves.
  CHECK(encoder.Encode(budget).quantizer == Approx(steady).margin(1));
  CHECK(*budget.Next(FrameKind::kReference, 30, kGop).quantizer > steady - 4);
}

TEST_CASE("Whole quantiser steps keep the rate, key frames and all") {
  auto budget = Budget();
  ModelEncoder encoder;
  encoder.KbpsOver(budget, 4);
  CHECK(encoder.KbpsOver(budget, 20) == Approx(1500).epsilon(0.01));
}

TEST_CASE("The first key frame is told its size, the larger part of the VBV") {
  const Wish wish = NextKey(Budget());
  CHECK_FALSE(wish.quantizer);
  CHECK(wish.bits == Approx(0.8 * 375'000));
}

TEST_CASE("A key frame is finer than the pictures that refer to it") {
  auto budget = Budget();
  ModelEncoder encoder;
  encoder.KbpsOver(budget, 6);
  const Wish key = NextKey(budget);
  REQUIRE(key.quantizer);
  CHECK(*budget.Next(FrameKind::kReference, 30, kGop).quantizer - *key.quantizer == 3);
}

TEST_CASE("A key frame that would not fit the VBV at its quantiser is told its size") {
  auto budget = Budget();
  ModelEncoder encoder;
  encoder.key_cost = 30;
  encoder.KbpsOver(budget, 6);
  const Wish key = NextKey(budget);
  CHECK_FALSE(key.quantizer);
  CHECK(key.bits == Approx(0.8 * 375'000));
}

TEST_CASE("A key frame never gets less than any picture") {
  const PictureBudget budget(Kbps(1500), TimeDelta::Millis(100), {1280, 720});
  CHECK(budget.Next(FrameKind::kKey, 1, kGop).bits == Approx(1'500'000));
}

TEST_CASE("A new rate moves the quantiser with the next picture") {
  auto budget = Budget();
  ModelEncoder encoder;
  encoder.KbpsOver(budget, 6);
  const int before = *budget.Next(FrameKind::kReference, 30, kGop).quantizer;
  budget.SetRate(Kbps(750));
  CHECK(*budget.Next(FrameKind::kReference, 30, kGop).quantizer - before == Approx(6).margin(1));
}

}  // namespace
}  // namespace onair::codec
