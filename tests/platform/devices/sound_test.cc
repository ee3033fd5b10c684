// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "platform/devices/audio_output.h"
#include "platform/devices/capture_devices.h"
#include "platform/devices/driver_clock.h"
#include "tests/platform/devices/recording_sink.h"
#include "tests/platform/devices/stop_times.h"
#include "tests/platform/devices/test_servers.h"

namespace onair::devices {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience(10'000);
constexpr double kPi = 3.14159265358979;
constexpr double kToneHz = 1000;
constexpr float kAmplitude = 0.25F;

// Plays a sine without end.
class TonePuller : public AudioPuller {
 public:
  void Pull(std::span<float> interleaved, Timestamp heard_at) override {
    const TimeDelta lead = heard_at - Now();
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < interleaved.size(); i += 2, ++frame_) {
      const double at = static_cast<double>(frame_) / 48000;
      interleaved[i] = interleaved[i + 1] =
          kAmplitude * static_cast<float>(std::sin(2 * kPi * kToneHz * at));
    }
    lead_ = std::max(lead_, lead);
    ++pulls_;
  }
  int pulls() {
    const std::lock_guard lock(mutex_);
    return pulls_;
  }
  // The longest: a machine under load calls late.
  TimeDelta lead() {
    const std::lock_guard lock(mutex_);
    return lead_;
  }

 private:
  std::mutex mutex_;
  std::int64_t frame_ = 0;
  int pulls_ = 0;
  TimeDelta lead_ = TimeDelta::Zero();
};

// Strength of one frequency in a mono signal at 48 kHz, as the amplitude of that sine.
double AmplitudeAt(double frequency, const std::vector<float>& samples) {
  double re = 0;
  double im = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double angle = 2 * kPi * frequency * static_cast<double>(i) / 48000;
    re += samples[i] * std::cos(angle);
    im += samples[i] * std::sin(angle);
  }
  return 2 * std::sqrt(re * re + im * im) / static_cast<double>(samples.size());
}

// The newest half second of the left channel.
std::vector<float> LatestLeft(const std::vector<AudioBlock>& blocks) {
  std::vector<float> left;
  for (const auto& block : blocks) {
    for (std::size_t i = 0; i < block.samples.size(); i += 2) left.push_back(block.samples[i]);
  }
  constexpr std::size_t kHalfSecond = 24'000;
  if (left.size() > kHalfSecond) left.erase(left.begin(), left.end() - kHalfSecond);
  return left;
}

MicrophoneConfig Monitor() {
  MicrophoneConfig config;
  config.id = "pulse:cam.monitor";
  return config;
}

std::size_t FramesOf(const std::vector<AudioBlock>& blocks) {
  std::size_t frames = 0;
  for (const auto& block : blocks) frames += block.frames();
  return frames;
}

TEST_CASE("A tone that the speaker plays is what the microphone records") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  setenv("SDL_AUDIODRIVER", "pulseaudio", 1);
  auto speaker = CreateSdlAudioOutput();
  TonePuller tone;
  REQUIRE(speaker->Start({48000, 2}, tone));
  auto microphone = OpenMicrophone(Monitor());
  REQUIRE(microphone);
  RecordingSink sink;
  const Timestamp origin = Now();
  REQUIRE((*microphone)->Start(origin, sink));
  CHECK((*microphone)->info().audio == AudioFormat{48000, 2});
  REQUIRE(sink.Await(kPatience, [](auto& s) { return FramesOf(s.audio_) >= 60'000; }));
  (*microphone)->Stop();
  speaker->Stop();

  const auto blocks = sink.TakeAudio();
  const auto left = LatestLeft(blocks);
  CHECK(AmplitudeAt(kToneHz, left) == Approx(kAmplitude).margin(0.05));
  CHECK(AmplitudeAt(1500, left) < 0.02);
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    INFO("block " << i);
    CHECK(blocks[i].pts >= blocks[i - 1].pts);
    CHECK(blocks[i].pts == MediaTime::Zero() + (blocks[i].captured_at - origin));
    CHECK(blocks[i].duration() <= TimeDelta::Millis(50));  // Small parts, not the server's 2 s.
  }
  CHECK(blocks.back().captured_at <= Now());
  CHECK(tone.lead() > TimeDelta::Zero());
  CHECK(tone.lead() < TimeDelta::Millis(100));
}

TEST_CASE("Nothing is pulled after the speaker stopped") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  setenv("SDL_AUDIODRIVER", "pulseaudio", 1);
  auto speaker = CreateSdlAudioOutput();
  StopTimes times;
  for (int i = 0; i < 10; ++i) {
    TonePuller tone;
    REQUIRE(speaker->Start({48000, 2}, tone));
    CHECK(speaker->Start({48000, 2}, tone).error().code == ErrorCode::kInvalidState);
    times.Take([&] { speaker->Stop(); });
    const int pulls = tone.pulls();
    std::this_thread::sleep_for(milliseconds(20));
    CHECK(tone.pulls() == pulls);
  }
  CHECK(times.NineOfTen() <= TimeDelta::Millis(200));
}

TEST_CASE("A microphone starts and stops fifty times within the bound") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  auto microphone = OpenMicrophone(Monitor());
  REQUIRE(microphone);
  StopTimes times;
  for (int i = 0; i < 50; ++i) {
    RecordingSink sink;
    REQUIRE((*microphone)->Start(Now(), sink));
    times.Take([&] { (*microphone)->Stop(); });
  }
  CHECK(times.NineOfTen() <= TimeDelta::Millis(200));
}

TEST_CASE("A microphone whose server vanishes is lost") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  auto microphone = OpenMicrophone(Monitor());
  REQUIRE(microphone);
  RecordingSink sink;
  REQUIRE((*microphone)->Start(Now(), sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return !s.audio_.empty(); }));
  server->process().Kill();
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.ends_ > 0; }));
  INFO(ToString(*sink.error()));
  CHECK(sink.error()->code == ErrorCode::kDeviceLost);
}

TEST_CASE("Stop is bounded while the sound server hangs") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  setenv("SDL_AUDIODRIVER", "pulseaudio", 1);
  auto speaker = CreateSdlAudioOutput();
  TonePuller tone;
  REQUIRE(speaker->Start({48000, 2}, tone));
  auto microphone = OpenMicrophone(Monitor());
  REQUIRE(microphone);
  RecordingSink sink;
  REQUIRE((*microphone)->Start(Now(), sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return !s.audio_.empty(); }));

  server->process().Signal(SIGSTOP);
  std::this_thread::sleep_for(milliseconds(50));
  Timestamp before = Now();
  (*microphone)->Stop();
  CHECK(Now() - before <= TimeDelta::Millis(200));
  before = Now();
  speaker->Stop();
  CHECK(Now() - before <= TimeDelta::Millis(200));
  server->process().Signal(SIGCONT);
  for (int i = 0; i < 500 && AbandonedDeviceThreads() > 0; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(AbandonedDeviceThreads() == 0);
  std::this_thread::sleep_for(milliseconds(300));  // Lets SDL close, too.
}

TEST_CASE("A microphone that is not there is absent") {
  setenv("PULSE_SERVER", "unix:/nowhere/native", 1);
  MicrophoneConfig config;
  config.id = "nothing-of-this-name";
  auto microphone = OpenMicrophone(config);
  REQUIRE(microphone);
  RecordingSink sink;
  const Status status = (*microphone)->Start(Now(), sink);
  unsetenv("PULSE_SERVER");
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDeviceAbsent);
}

TEST_CASE("Microphones of the sound server are listed by their ids") {
  auto server = TestSoundServer::StartOrSkip();
  if (!server) return;
  const DeviceList list = ListDevices();
  const auto& all = list.microphones;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [](const auto& name) { return name.id == "pulse:cam.monitor"; });
  REQUIRE(found != all.end());
  CHECK_FALSE(found->label.empty());
}

TEST_CASE("Microphone settings out of range are refused by name") {
  MicrophoneConfig config;
  config.format = {7000, 2};
  CHECK(OpenMicrophone(config).error().detail == "format.sample_rate");
  config.format = {48000, 6};
  CHECK(OpenMicrophone(config).error().detail == "format.channels");
}

}  // namespace
}  // namespace onair::devices
