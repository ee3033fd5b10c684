// SPDX-License-Identifier: Apache-2.0
#include <SDL.h>

#include <bit>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/devices/audio_output.h"
#include "platform/devices/capture_clock.h"
#include "platform/devices/driver_clock.h"

namespace onair::devices {
namespace {

// Stop() promises 200 ms, and the sound server may hang.
constexpr std::chrono::milliseconds kCloseLimit(150);

// How long Start() waits for a device that Stop() left behind: SDL's list of devices has no lock.
constexpr std::chrono::seconds kReopenLimit(2);

// Frames in one device buffer: the power of two nearest above 10 ms (SDL asks for powers of
// two). Smaller glitches under load, larger adds delay.
std::uint16_t BufferFrames(int sample_rate) {
  return static_cast<std::uint16_t>(std::bit_ceil(static_cast<unsigned>(sample_rate) / 100));
}

// Shared with SDL's thread, which may outlive the output when the sound server hangs.
struct Playing {
  std::mutex gate;                // Held during each pull.
  AudioPuller* puller = nullptr;  // Null: silence.
  AudioFormat format;
  SoundClock clock;
};

// The devices that are being closed now, in the whole process.
class Closings {
 public:
  void Begin() {
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    --open_;
    changed_.notify_all();
  }
  bool AwaitNone(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return open_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int open_ = 0;
};
// Never destroyed: a thread that was left behind may end after main().
Closings& TheClosings() {
  static auto* const closings = new Closings;
  return *closings;
}

void SDLCALL OnSdlPull(void* user, Uint8* bytes, int length) {
  auto& playing = *static_cast<Playing*>(user);
  const auto count = static_cast<std::size_t>(length) / sizeof(float);
  const std::span<float> samples(reinterpret_cast<float*>(bytes), count);
  const std::lock_guard lock(playing.gate);
  if (playing.puller == nullptr) {
    std::fill(samples.begin(), samples.end(), 0.0F);
    return;
  }
  // While SDL fills this buffer, the device plays the one before.
  const auto frames = static_cast<std::int64_t>(count) / playing.format.channels;
  const TimeDelta length_time = TimeDelta::Micros(frames * 1'000'000 / playing.format.sample_rate);
  const Timestamp measured = Now() + length_time;
  playing.puller->Pull(samples, playing.clock.OnBlock(measured, length_time));
}

Error OpenError() {
  const std::string text = SDL_GetError();
  const bool is_busy = text.find("busy") != std::string::npos;
  return {is_busy ? ErrorCode::kDeviceBusy : ErrorCode::kDeviceAbsent, "speaker: " + text};
}

class SdlAudioOutput : public AudioOutput {
 public:
  ~SdlAudioOutput() override { Stop(); }

  Status Start(const AudioFormat& format, AudioPuller& puller) override {
    if (playing_) return Fail(ErrorCode::kInvalidState, "the output runs");
    if (!TheClosings().AwaitNone(kReopenLimit)) {
      return Fail(ErrorCode::kDeviceBusy, "speaker: the one before still hangs while closing");
    }
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) return Fail(OpenError());
    auto playing = std::make_shared<Playing>();
    playing->puller = &puller;
    playing->format = format;
    SDL_AudioSpec wanted{};
    wanted.freq = format.sample_rate;
    wanted.format = AUDIO_F32SYS;  // SDL converts to what the device has, 16-bit for most.
    wanted.channels = static_cast<Uint8>(format.channels);
    wanted.samples = BufferFrames(format.sample_rate);
    wanted.callback = OnSdlPull;
    wanted.userdata = playing.get();
    device_ = SDL_OpenAudioDevice(nullptr, 0, &wanted, nullptr, 0);
    if (device_ == 0) {
      Error error = OpenError();
      SDL_QuitSubSystem(SDL_INIT_AUDIO);
      return Fail(std::move(error));
    }
    playing_ = std::move(playing);
    SDL_PauseAudioDevice(device_, 0);
    return {};
  }

  void Stop() override {
    if (!playing_) return;
    const std::shared_ptr<Playing> playing = std::exchange(playing_, nullptr);
    {
      const std::lock_guard lock(playing->gate);
      playing->puller = nullptr;
    }
    TheClosings().Begin();
    std::thread closing([playing, device = device_] {
      SDL_CloseAudioDevice(device);
      TheClosings().End();
    });
    if (TheClosings().AwaitNone(kCloseLimit)) {
      closing.join();
      SDL_QuitSubSystem(SDL_INIT_AUDIO);
    } else {
      closing.detach();  // SDL's audio stays up for it.
    }
  }

 private:
  std::shared_ptr<Playing> playing_;
  SDL_AudioDeviceID device_ = 0;
};

}  // namespace

std::unique_ptr<AudioOutput> CreateSdlAudioOutput() {
  return std::make_unique<SdlAudioOutput>();
}

}  // namespace onair::devices
