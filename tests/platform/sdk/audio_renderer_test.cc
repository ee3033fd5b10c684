// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/audio_renderer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace onair {
namespace {

constexpr AudioFormat kFormat{48000, 2};
constexpr Timestamp kStart = Timestamp::Micros(50'000'000);
constexpr std::size_t kPullFrames = 480;  // 10 ms.
constexpr TimeDelta kPull = TimeDelta::Millis(10);

// A tone that begins at media time zero, in blocks of 10 ms.
class Tone {
 public:
  AudioBlock Next() {
    AudioBlock block{kFormat, {}, MediaTime::Millis(10 * blocks_), kStart};
    for (std::size_t i = 0; i < kPullFrames; ++i) {
      const double t = static_cast<double>(blocks_ * kPullFrames + i) / 48000;
      const auto sample = static_cast<float>(0.5 * std::sin(2 * M_PI * 440 * t));
      block.samples.insert(block.samples.end(), {sample, sample});
    }
    ++blocks_;
    return block;
  }

 private:
  std::int64_t blocks_ = 0;
};

float Peak(const std::vector<float>& samples) {
  float peak = 0;
  for (const float s : samples) peak = std::max(peak, std::abs(s));
  return peak;
}

class Device {
 public:
  explicit Device(AudioRenderer& renderer) : renderer_(renderer) {}

  // What the speaker plays in its next 10 ms.
  std::vector<float> Pull() {
    std::vector<float> out(kPullFrames * 2, 99.0F);
    renderer_.Pull(out, heard_at_);
    heard_at_ += kPull;
    return out;
  }

 private:
  AudioRenderer& renderer_;
  Timestamp heard_at_ = kStart;
};

void IgnoreLead(TimeDelta) {}

TEST_CASE("Without a line the speaker gets silence") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  renderer.Push(tone.Next());
  Device device(renderer);
  CHECK(Peak(device.Pull()) == 0.0F);
  CHECK_FALSE(renderer.error());
}

TEST_CASE("Sound is heard when the line says, to the sample") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  for (int i = 0; i < 10; ++i) renderer.Push(tone.Next());
  renderer.SetLine(
      {.anchor_at = kStart + TimeDelta::Millis(25), .anchor_media = MediaTime::Zero()});
  Device device(renderer);

  CHECK(Peak(device.Pull()) == 0.0F);
  CHECK(Peak(device.Pull()) == 0.0F);
  const auto third = device.Pull();
  const std::vector<float> before(third.begin(), third.begin() + 2 * 239);
  CHECK(Peak(before) == 0.0F);  // 5 ms of it are still ahead of the sound.
  CHECK(Peak(third) > 0.0F);
  CHECK(renderer.first_heard_at() == kStart + TimeDelta::Millis(25));
  static_cast<void>(device.Pull());
  CHECK(renderer.error()->us() == Approx(0).margin(100));
}

TEST_CASE("The longest silence between sounds is known, and is zero where none was") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  renderer.SetLine(ClockMap{kStart, MediaTime::Zero(), 1.0});
  Tone tone;
  Device device(renderer);
  for (int i = 0; i < 4; ++i) renderer.Push(tone.Next());
  for (int i = 0; i < 4; ++i) device.Pull();
  CHECK(renderer.longest_gap() == TimeDelta::Zero());

  // Five of them never come.
  for (int i = 0; i < 5; ++i) {
    static_cast<void>(tone.Next());
    device.Pull();
  }
  for (int i = 0; i < 3; ++i) renderer.Push(tone.Next());
  for (int i = 0; i < 3; ++i) device.Pull();
  INFO(renderer.longest_gap().ms_f());
  CHECK(renderer.longest_gap() >= TimeDelta::Millis(49));
  CHECK(renderer.longest_gap() <= TimeDelta::Millis(51));
}

TEST_CASE("Sound that ends is counted as a gap, once") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  for (int i = 0; i < 3; ++i) renderer.Push(tone.Next());
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  Device device(renderer);
  for (int i = 0; i < 3; ++i) CHECK(Peak(device.Pull()) > 0.05F);
  CHECK(renderer.gaps() == 0);
  for (int i = 0; i < 5; ++i) CHECK(Peak(device.Pull()) == 0.0F);
  CHECK(renderer.gaps() == 1);
}

TEST_CASE("Sound that begins or comes back rises within 30 ms instead of clicking") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  Device device(renderer);
  const auto expect_rise = [&] {
    const auto first = device.Pull();
    CHECK(Peak({first.begin(), first.begin() + 2 * 10}) < 0.01F);
    CHECK(Peak(first) < 0.2F);
    static_cast<void>(device.Pull());
    CHECK(Peak(device.Pull()) > 0.4F);
    CHECK(Peak(device.Pull()) == Approx(0.5).margin(0.005));
  };
  for (int i = 0; i < 4; ++i) renderer.Push(tone.Next());
  expect_rise();
  CHECK(Peak(device.Pull()) == 0.0F);
  static_cast<void>(tone.Next());  // Was lost.
  for (int i = 0; i < 4; ++i) renderer.Push(tone.Next());
  expect_rise();
}

// A line that is faster than the device by `rate`: after ten seconds sound must be within
// 15 ms of the line, without a gap.
void ExpectFollows(double rate) {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  const ClockMap line{.anchor_at = kStart, .anchor_media = MediaTime::Zero(), .rate = rate};
  renderer.SetLine(line);
  Device device(renderer);
  for (int i = 0; i < 20; ++i) renderer.Push(tone.Next());
  double owed_blocks = 0;
  for (int i = 0; i < 1000; ++i) {
    for (owed_blocks += rate; owed_blocks >= 1; owed_blocks -= 1) renderer.Push(tone.Next());
    const auto out = device.Pull();
    if (i > 20) CHECK(Peak(out) > 0.3F);
  }
  INFO("rate " << rate << " error " << renderer.error().value_or(TimeDelta::Seconds(9)).ms_f());
  REQUIRE(renderer.error());
  CHECK(std::abs(renderer.error()->ms_f()) < 15);
  CHECK(renderer.gaps() == 0);
}

TEST_CASE("Sound follows a line that drifts by a few hundred ppm") {
  ExpectFollows(1.0003);
}
TEST_CASE("Sound follows a line that catches up") {
  ExpectFollows(1.05);
}
TEST_CASE("Sound follows a line that slows down") {
  ExpectFollows(0.97);
}

TEST_CASE("Sound at nearly its usual speed again needs nothing in advance") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  Device device(renderer);
  double owed_blocks = 0;
  const auto play = [&](int pulls, double rate) {
    for (int i = 0; i < pulls; ++i) {
      for (owed_blocks += rate; owed_blocks >= 1; owed_blocks -= 1) renderer.Push(tone.Next());
      CHECK(Peak(device.Pull()) > 0.3F);
    }
  };
  for (int i = 0; i < 30; ++i) renderer.Push(tone.Next());
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero(), .rate = 1.05});
  static_cast<void>(device.Pull());
  play(99, 1.05);
  renderer.SetLine(
      {.anchor_at = kStart + kPull * 100, .anchor_media = MediaTime::Millis(1050), .rate = 1.005});
  play(300, 1.005);
  play(25, 0);  // What was in advance is nearly used up.
  play(300, 1.005);
  CHECK(renderer.gaps() == 0);
}

// Live sound: a block just before its time, whatever the line does.
TEST_CASE("Sound without anything in advance goes on where the line slows down") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  Device device(renderer);
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  for (int i = 0; i < 2; ++i) renderer.Push(tone.Next());
  const auto play = [&](int pulls) {
    for (int i = 0; i < pulls; ++i) {
      renderer.Push(tone.Next());
      CHECK(Peak(device.Pull()) > (i < 3 ? 0.01F : 0.3F));
    }
  };
  play(50);
  renderer.SetLine(
      {.anchor_at = kStart + kPull * 50, .anchor_media = MediaTime::Millis(500), .rate = 0.95});
  play(300);
  CHECK(renderer.gaps() == 0);
  CHECK(std::abs(renderer.error()->ms_f()) < 15);
}

TEST_CASE("What the stretcher holds is heard before sound ends, and no gap where more comes") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  Device device(renderer);
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero(), .rate = 0.95});
  for (int i = 0; i < 12; ++i) renderer.Push(tone.Next());
  for (int i = 0; i < 11; ++i) device.Pull();  // Those of 105 ms of 120.
  CHECK(renderer.gaps() == 0);
  renderer.Push(tone.Next());
  for (int i = 0; i < 2; ++i) CHECK(Peak(device.Pull()) > 0.3F);
  CHECK(renderer.gaps() == 0);
  for (int i = 0; i < 4; ++i) device.Pull();
  CHECK(renderer.gaps() == 1);
  CHECK(renderer.longest_gap() == TimeDelta::Zero());
}

TEST_CASE("Volume moves without a step") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  Tone tone;
  for (int i = 0; i < 20; ++i) renderer.Push(tone.Next());
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  Device device(renderer);
  for (int i = 0; i < 4; ++i) static_cast<void>(device.Pull());  // It rises within 30 ms.

  renderer.SetVolume(0);

  const auto first = device.Pull();
  const auto second = device.Pull();
  CHECK(Peak(first) > 0.2F);  // 20 ms of easing,
  CHECK(Peak(second) > 0.0F);
  CHECK(Peak(device.Pull()) < 1e-3F);  // then nothing.
  float step = 0;
  for (std::size_t i = 2; i < first.size(); ++i)
    step = std::max(step, std::abs(first[i] - first[i - 2]));
  CHECK(step < 0.05F);
}

TEST_CASE("A volume that was set before the first sound holds from its first sample on") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  renderer.SetVolume(0);
  Tone tone;
  for (int i = 0; i < 20; ++i) renderer.Push(tone.Next());
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  Device device(renderer);
  CHECK(Peak(device.Pull()) == 0.0F);
  CHECK(Peak(device.Pull()) == 0.0F);
}

TEST_CASE("The lead is told once and again only when it grows") {
  std::vector<TimeDelta> told;
  AudioRenderer renderer(kFormat, [&](TimeDelta lead) { told.push_back(lead); });
  renderer.SetLine({.anchor_at = kStart, .anchor_media = MediaTime::Zero()});
  std::vector<float> out(kPullFrames * 2);
  renderer.Pull(out, kStart);
  renderer.Pull(out, kStart);
  CHECK(told.size() == 1);
}

TEST_CASE("A block of another format is refused and counted") {
  AudioRenderer renderer(kFormat, IgnoreLead);
  renderer.Push({{44100, 1}, std::vector<float>(441), MediaTime::Zero(), kStart});
  CHECK(renderer.refused() == 1);
}

}  // namespace
}  // namespace onair
