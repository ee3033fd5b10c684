// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_viewer.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/twin/fake_camera.h"
#include "core/twin/fake_encoder.h"
#include "tests/core/twin/link_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

TEST_CASE("A lost reference breaks the chain up to the next key frame") {
  FakeEncoder encoder({.gop = TimeDelta::Seconds(1)}, Rng(1));
  FakeDecoder decoder;
  for (int i = 0; i < 60; ++i) {
    const EncodedFrame frame = encoder.Next(At(0));
    if (i != 10) decoder.Take(frame);
  }
  CHECK(decoder.missing() == 1);
  CHECK(decoder.broken() == 19);
  CHECK(decoder.decoded() == 40);
}

TEST_CASE("A lost droppable frame harms nobody") {
  FakeEncoder encoder({.droppable = 0.5}, Rng(1));
  FakeDecoder decoder;
  int lost = 0;
  for (int i = 0; i < 200; ++i) {
    const EncodedFrame frame = encoder.Next(At(0));
    if (frame.kind == FrameKind::kDroppable) {
      ++lost;
    } else {
      CHECK(decoder.Take(frame));
    }
  }
  CHECK(lost > 60);
  CHECK(decoder.broken() == 0);
}

TEST_CASE("A decoder that joins late begins with a key frame") {
  FakeEncoder encoder({.gop = TimeDelta::Seconds(1)}, Rng(1));
  FakeDecoder decoder;
  int decoded = 0;
  for (int i = 0; i < 40; ++i) {
    const EncodedFrame frame = encoder.Next(At(0));
    if (i >= 5) decoded += decoder.Take(frame) ? 1 : 0;
  }
  CHECK(decoded == 10);
}

TEST_CASE("A freeze is a gap of more than 150 ms on the screen") {
  FakeRenderer renderer({.playout_delay = TimeDelta::Millis(100)});
  for (int i = 0; i < 10; ++i) renderer.Take(At(40 * i), At(40 * i + 50));
  CHECK(renderer.stats().freezes == 0);
  CHECK(renderer.stats().late == 0);
  renderer.Take(At(400), At(900));  // Due at 500; the one before was shown at 460.
  renderer.Take(At(440), At(901));
  CHECK(renderer.stats().freezes == 1);
  CHECK(renderer.stats().frozen == TimeDelta::Millis(290));
  CHECK(renderer.stats().longest_gap == TimeDelta::Millis(440));
  CHECK(renderer.stats().late == 2);
  CHECK(renderer.stats().watched == TimeDelta::Millis(801));
  CHECK(renderer.DelayQuantile(0.5) == TimeDelta::Millis(50));
  CHECK(renderer.DelayQuantile(1) == TimeDelta::Millis(500));
  CHECK(std::fabs(renderer.freeze_share() - 290.0 / 801) < 1e-9);
}

TEST_CASE("A playout delay hides what is late by less") {
  FakeRenderer renderer({.playout_delay = TimeDelta::Millis(500)});
  for (int i = 0; i < 100; ++i) renderer.Take(At(40 * i), At(40 * i + (i % 10 == 9 ? 480 : 30)));
  CHECK(renderer.stats().freezes == 0);
  CHECK(renderer.stats().longest_gap == TimeDelta::Millis(40));
}

TEST_CASE("An encoder follows its target after its reaction") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(3000),
                       .key_factor = 1,
                       .noise = 0,
                       .reaction = TimeDelta::Millis(100)},
                      Rng(1));
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 10; ++i) {
    if (i == 3)
      encoder.Apply({.video_rate = DataRate::KilobitsPerSec(1500), .frame_rate = 30}, At(99));
    sizes.push_back(encoder.Next(At(33 * i)).payload.size());
  }
  CHECK(sizes[6] == 12'500);  // At 198 ms.
  CHECK(sizes[7] == 6250);
}

TEST_CASE("A limit, a pause and a wish for a key frame pass through the encoder as its rate does") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(3000),
                       .key_factor = 1,
                       .noise = 0,
                       .reaction = TimeDelta::Millis(33)},
                      Rng(1));
  EncoderTarget target{.video_rate = DataRate::KilobitsPerSec(3000), .frame_rate = 30};
  target.frame_limit = DataSize::Bytes(4000);
  encoder.Apply(target, At(60));
  encoder.RequestKeyFrame(At(60));
  encoder.Next(At(0));
  CHECK(encoder.Next(At(92)).payload.size() == 12'500);
  const EncodedFrame limited = encoder.Next(At(93));
  CHECK(limited.payload.size() == 4000);
  CHECK(limited.is_key());
  target.intake = Intake::kPaused;
  encoder.Apply(target, At(100));
  CHECK(encoder.IntakeAt(At(132)) == Intake::kOpen);
  CHECK(encoder.IntakeAt(At(133)) == Intake::kPaused);
}

TEST_CASE("Wandering content moves the rate by its share over seconds and keeps the mean") {
  FakeEncoder encoder({.rate = DataRate::KilobitsPerSec(3000), .noise = 0, .wander = 0.05}, Rng(3));
  double sum = 0;
  double squares = 0;
  constexpr int kSeconds = 2000;
  for (int s = 0; s < kSeconds; ++s) {
    double second = 0;
    for (int i = 0; i < 60; ++i) {
      second += static_cast<double>(encoder.Next(At(0)).payload.size()) * 8 / 2 / 3e6;
    }
    sum += second;
    squares += second * second;
  }
  const double mean = sum / kSeconds;
  const double deviation = std::sqrt(squares / kSeconds - mean * mean);
  CHECK(std::fabs(mean - 1) < 0.01);
  CHECK(deviation > 0.025);
  CHECK(deviation < 0.055);
}

TEST_CASE("A camera keeps its cadence, delays a little and drops its share") {
  FakeCamera camera({.frame_rate = 25, .drop_share = 0.1}, At(1000), Rng(2));
  std::int64_t last = -1;
  Timestamp delivered = At(0);
  int count = 0;
  for (; last < 9999; ++count) {
    const auto picture = camera.Next();
    REQUIRE(picture.number > last);
    REQUIRE(picture.exposed_at == At(1000 + picture.number * 40));
    REQUIRE(picture.delivered_at >= std::max(picture.exposed_at, delivered));
    REQUIRE(picture.delivered_at <= picture.exposed_at + TimeDelta::Millis(2));
    last = picture.number;
    delivered = picture.delivered_at;
  }
  CHECK(count > 8850);
  CHECK(count < 9150);
}

}  // namespace
}  // namespace onair::twin
