// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/noise_meter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"

namespace onair::codec {
namespace {

// A gradient that moves `pan` pixels per picture under Gaussian noise.
Picture Draw(PictureSize size, int number, double sigma, int pan) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  Rng rng(static_cast<std::uint64_t>(number) + 1);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double noise = sigma * std::sqrt(-2 * std::log(1 - rng.Fraction())) *
                           std::cos(2 * std::numbers::pi * rng.Fraction());
      const double shade = 120 + 40 * std::sin((x + pan * number) * 0.02) + noise;
      builder.plane(0).data[y * builder.plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(std::lround(shade));
    }
  }
  return std::move(builder).Freeze();
}

double SigmaOf(PictureSize size, double sigma, int pan) {
  NoiseMeter meter(size);
  for (int i = 0; i < 4; ++i) meter.Add(Draw(size, i, sigma, pan));
  return meter.sigma();
}

TEST_CASE("The noise of a source is measured to a tenth, still or moving") {
  for (const double sigma : {1.0, 2.0, 3.6, 8.0}) {
    for (const int pan : {0, 3}) {
      CAPTURE(sigma, pan);
      CHECK(SigmaOf({640, 368}, sigma, pan) == Approx(sigma).epsilon(0.1).margin(0.1));
    }
  }
}

TEST_CASE("A clean source has no noise, even when it moves") {
  CHECK(SigmaOf({640, 368}, 0, 0) == 0);
  CHECK(SigmaOf({640, 368}, 0, 3) < 0.6);
}

TEST_CASE("One picture alone gives a guess from its flattest parts") {
  for (const double sigma : {0.0, 3.6}) {
    NoiseMeter meter({640, 368});
    meter.Add(Draw({640, 368}, 0, sigma, 0));
    CHECK(meter.sigma() == Approx(sigma).epsilon(0.1).margin(0.5));
  }
}

TEST_CASE("Pictures smaller than a block have no noise that could be seen") {
  CHECK(SigmaOf({8, 8}, 5, 0) == 0);
}

}  // namespace
}  // namespace onair::codec
