// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/rate_control.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

namespace onair::codec {
namespace {

constexpr PictureSize kSize{1280, 720};

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

  double Encode(RateControl& control) {
    const bool is_key = number++ % gop == 0;
    const double crf = control.NextCrf(fps);
    const double bits = std::exp2(level - crf / 6) * (is_key ? key_cost : 1);
    const auto bytes = static_cast<std::int64_t>(bits / 8);
    control.OnPicture(is_key ? FrameKind::kKey : FrameKind::kReference, DataSize::Bytes(bytes), crf,
                      fps);
    return 8.0 * static_cast<double>(bytes);
  }

  double KbpsOver(RateControl& control, double seconds) {
    double bits = 0;
    for (int i = 0; i < std::lround(seconds * fps); ++i) bits += Encode(control);
    return bits / 1000 / seconds;
  }
};

TEST_CASE("The rate is exact over whole GOPs, key frames and all") {
  RateControl control(Kbps(1500), kSize);
  ModelEncoder encoder;
  encoder.KbpsOver(control, 4);
  CHECK(encoder.KbpsOver(control, 20) == Approx(1500).epsilon(0.005));
}

TEST_CASE("A wrong first guess is corrected within a second, whatever the scene") {
  for (const double level : {17.5, 19.0, 21.0, 23.0}) {
    RateControl control(Kbps(1500), kSize);
    ModelEncoder encoder;
    encoder.level = level;
    encoder.key_cost = 1;
    encoder.KbpsOver(control, 1);
    INFO("level " << level);
    CHECK(encoder.KbpsOver(control, 2) == Approx(1500).epsilon(0.15));
  }
}

TEST_CASE("A new rate holds from the next picture on, down and up") {
  RateControl control(Kbps(1500), kSize);
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

TEST_CASE("Small and frequent changes of the rate do not forgive the key frames") {
  RateControl control(Kbps(1000), kSize);
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
  RateControl control(Kbps(1200), kSize);
  ModelEncoder encoder;
  encoder.KbpsOver(control, 4);
  encoder.fps = 15;
  encoder.gop = 30;
  CHECK(encoder.KbpsOver(control, 8) == Approx(1200).epsilon(0.03));
}

TEST_CASE("One odd picture hardly moves the quality of the next") {
  RateControl control(Kbps(1500), kSize);
  ModelEncoder encoder;
  encoder.gop = 100'000;
  encoder.KbpsOver(control, 4);
  const double before = control.NextCrf(30);

  control.OnPicture(FrameKind::kReference, DataSize::Bytes(20), before, 30);
  CHECK(control.NextCrf(30) > before - 2);
  CHECK(control.NextCrf(30) < before);
}

TEST_CASE("What an easy scene leaves over is not spent in a burst afterwards") {
  RateControl control(Kbps(1500), kSize);
  ModelEncoder encoder;
  encoder.gop = 100'000;
  encoder.level = 8;  // Even at the best quality it takes next to nothing.
  CHECK(encoder.KbpsOver(control, 10) < 150);

  encoder.level = 19;
  encoder.KbpsOver(control, 1);
  CHECK(encoder.KbpsOver(control, 1) < 1.35 * 1500);
}

TEST_CASE("Quality stays inside x264's range for any input") {
  RateControl control(Kbps(50), {16, 16});
  for (const std::int64_t bytes : {0LL, 1LL, 1LL << 40}) {
    for (int i = 0; i < 100; ++i) {
      control.OnPicture(FrameKind::kReference, DataSize::Bytes(bytes), control.NextCrf(30), 30);
    }
    CHECK(control.NextCrf(30) >= 8);
    CHECK(control.NextCrf(120) <= 51);
  }
}

}  // namespace
}  // namespace onair::codec
