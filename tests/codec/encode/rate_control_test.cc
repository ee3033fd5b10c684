// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/rate_control.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

namespace onair::codec {
namespace {

constexpr PictureSize kSize{1280, 720};
constexpr TimeDelta kVbv = TimeDelta::Millis(250);
constexpr TimeDelta kGop = TimeDelta::Seconds(2);

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

// An encoder whose pictures take 2^(level - crf / 6) bits, key frames `key_cost` times that.
struct ModelEncoder {
  double level = 19;
  double key_cost = 5;
  int gop = 60;
  double fps = 30;
  int number = 0;
  int droppable = 0;           // After each picture that others refer to,
  double droppable_cost = 1;   // and what they take in comparison.
  double cut_before_keys = 0;  // Quantiser steps, in the last 10 pictures before a key frame.

  FrameKind KindOf(int in_gop) const {
    if (in_gop == 0) return FrameKind::kKey;
    return (in_gop - 1) % (droppable + 1) == 0 ? FrameKind::kReference : FrameKind::kDroppable;
  }

  double Encode(RateControl& control) {
    const int in_gop = number++ % gop;
    const FrameKind kind = KindOf(in_gop);
    double crf = control.NextCrf(fps, TimeDelta::SecondsF((gop - in_gop) / fps));
    if (in_gop >= gop - 10) crf += cut_before_keys;
    double bits = std::exp2(level - crf / 6);
    if (kind == FrameKind::kKey) bits *= key_cost;
    if (kind == FrameKind::kDroppable) bits *= droppable_cost;
    const auto bytes = static_cast<std::int64_t>(bits / 8);
    control.OnPicture(kind, DataSize::Bytes(bytes), crf, fps);
    return 8.0 * static_cast<double>(bytes);
  }

  double KbpsOver(RateControl& control, double seconds) {
    double bits = 0;
    for (int i = 0; i < std::lround(seconds * fps); ++i) bits += Encode(control);
    return bits / 1000 / seconds;
  }
};

TEST_CASE("The rate is exact over whole GOPs, key frames and all") {
  RateControl control(Kbps(1500), kSize, kVbv);
  ModelEncoder encoder;
  encoder.KbpsOver(control, 4);
  CHECK(encoder.KbpsOver(control, 20) == Approx(1500).epsilon(0.005));
}

TEST_CASE("A wrong first guess is corrected within a second, whatever the scene") {
  for (const double level : {17.5, 19.0, 21.0, 23.0}) {
    RateControl control(Kbps(1500), kSize, kVbv);
    ModelEncoder encoder;
    encoder.level = level;
    encoder.key_cost = 1;
    encoder.KbpsOver(control, 1);
    INFO("level " << level);
    CHECK(encoder.KbpsOver(control, 2) == Approx(1500).epsilon(0.15));
  }
}

TEST_CASE("A new rate holds from the next picture on, down and up") {
  RateControl control(Kbps(1500), kSize, kVbv);
  ModelEncoder encoder;
  encoder.gop = 100'000;
  encoder.KbpsOver(control, 4);

  control.SetRate(Kbps(600));
  CHECK(encoder.Encode(control) == Approx(20'000).epsilon(0.05));
  CHECK(encoder.KbpsOver(control, 1) == Approx(600).epsilon(0.05));

  control.SetRate(Kbps(1500));
  CHECK(encoder.Encode(control) == Approx(50'000).epsilon(0.05));
  CHECK(encoder.KbpsOver(control, 1) == Approx(1500).epsilon(0.05));
}

TEST_CASE("Few large and many small pictures take the rate together, from the first second on") {
  for (const double cost : {0.5, 0.15, 0.03}) {
    RateControl control(Kbps(1500), kSize, kVbv);
    ModelEncoder encoder;
    encoder.droppable = 2;
    encoder.droppable_cost = cost;
    INFO("droppable pictures take " << cost);
    CHECK(encoder.KbpsOver(control, 6) == Approx(1500).epsilon(0.02));
  }
}

TEST_CASE("What an encoder never takes before key frames is given to other pictures") {
  RateControl control(Kbps(1500), kSize, kVbv);
  ModelEncoder encoder;
  encoder.cut_before_keys = 6;  // Half the bits for a third of a second of each two: -8 %.
  CHECK(encoder.KbpsOver(control, 6) == Approx(1500).epsilon(0.02));
  CHECK(encoder.KbpsOver(control, 20) == Approx(1500).epsilon(0.01));
}

TEST_CASE("A debt is paid when the next key frame comes") {
  for (const double key_cost : {3.0, 6.0, 9.0}) {
    RateControl control(Kbps(1500), kSize, kVbv);
    ModelEncoder encoder;
    encoder.key_cost = key_cost;
    INFO("a key frame takes " << key_cost);
    CHECK(encoder.KbpsOver(control, 6) == Approx(1500).epsilon(0.015));
  }
}

TEST_CASE("Small and frequent changes of the rate do not forgive the key frames") {
  RateControl control(Kbps(1000), kSize, kVbv);
  ModelEncoder encoder;
  double sum = 0;
  for (int i = 0; i < 60; ++i) {
    control.SetRate(Kbps(i % 2 == 0 ? 950 : 1050));
    const double kbps = encoder.KbpsOver(control, 0.5);
    if (i >= 12) sum += kbps;
  }
  CHECK(sum / 48 == Approx(1000).epsilon(0.02));
}

TEST_CASE("Fewer pictures get more bits each, so the rate stays") {
  RateControl control(Kbps(1200), kSize, kVbv);
  ModelEncoder encoder;
  encoder.KbpsOver(control, 4);
  encoder.fps = 15;
  encoder.gop = 30;
  CHECK(encoder.KbpsOver(control, 8) == Approx(1200).epsilon(0.03));
}

TEST_CASE("One odd picture hardly moves the quality of the next") {
  RateControl control(Kbps(1500), kSize, kVbv);
  ModelEncoder encoder;
  encoder.gop = 100'000;
  encoder.KbpsOver(control, 4);
  const double before = control.NextCrf(30, kGop);

  control.OnPicture(FrameKind::kReference, DataSize::Bytes(20), before, 30);
  CHECK(control.NextCrf(30, kGop) > before - 2);
  CHECK(control.NextCrf(30, kGop) < before);
}

TEST_CASE("What an easy scene leaves over is not spent in a burst afterwards") {
  RateControl control(Kbps(1500), kSize, kVbv);
  ModelEncoder encoder;
  encoder.gop = 100'000;
  encoder.level = 8;  // Even at the best quality it takes next to nothing.
  CHECK(encoder.KbpsOver(control, 10) < 150);

  encoder.level = 19;
  encoder.KbpsOver(control, 1);
  CHECK(encoder.KbpsOver(control, 1) < 1.35 * 1500);
}

TEST_CASE("Quality stays inside x264's range for any input") {
  RateControl control(Kbps(50), {16, 16}, kVbv);
  for (const std::int64_t bytes : {0LL, 1LL, 1LL << 40}) {
    for (int i = 0; i < 100; ++i) {
      control.OnPicture(FrameKind::kReference, DataSize::Bytes(bytes), control.NextCrf(30, kGop),
                        30);
    }
    CHECK(control.NextCrf(30, kGop) >= 8);
    CHECK(control.NextCrf(120, kGop) <= 51);
  }
}

}  // namespace
}  // namespace onair::codec
