// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/circuit_breaker.h"

#include <algorithm>

namespace onair::cc {
namespace {

// RFC 8083 section 4.3: a sender stops that sends "more than ten times" TCP's rate.
constexpr double kTimes = 10;
constexpr double kLeastLoss = 0.05;
constexpr double kPacketBits = 1200 * 8;
constexpr TimeDelta kLeastTrip = TimeDelta::Millis(10);

// Newton's steps; the same bits on every machine.
double Root(double square) {
  double root = std::max(square, 1.0);
  for (int i = 0; i < 40; ++i) root = (root + square / root) / 2;
  return root;
}

}  // namespace

// RFC 8083 section 4.3: "X = s / (Tr * sqrt(2 * p / 3))".
std::optional<double> SafeMostBps(double loss_share, TimeDelta round_trip) {
  if (!(loss_share >= kLeastLoss)) return std::nullopt;
  const double trip = std::max(round_trip, kLeastTrip).seconds_f();
  return kTimes * kPacketBits / trip * Root(3 / (2 * loss_share));
}

}  // namespace onair::cc
