// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/devices/audio_output.h"
#include "platform/devices/driver_clock.h"

namespace onair::devices {
namespace {

constexpr std::int64_t kPeriodsPerSecond = 100;
constexpr TimeDelta kPeriod = TimeDelta::Micros(1'000'000 / kPeriodsPerSecond);
// What a stalled device makes up for; a sound card's ring is about this long.
constexpr std::int64_t kCatchUpPeriods = 20;

class HeadlessAudioOutput : public AudioOutput {
 public:
  ~HeadlessAudioOutput() override { Stop(); }

  Status Start(const AudioFormat& format, AudioPuller& puller) override {
    if (thread_.joinable()) return Fail(ErrorCode::kInvalidState, "the output runs");
    const bool is_rate = format.sample_rate >= 8000 && format.sample_rate <= 96000;
    if (!is_rate || (format.channels != 1 && format.channels != 2)) {
      return Fail(ErrorCode::kInvalidConfig, "format");
    }
    is_stopping_ = false;
    thread_ = std::thread([this, format, &puller] { Run(format, puller); });
    return {};
  }

  void Stop() override {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    thread_ = std::thread();
  }

 private:
  void Run(const AudioFormat& format, AudioPuller& puller) {
    std::vector<float> samples;
    samples.reserve(static_cast<std::size_t>(format.sample_rate / 50 * format.channels));
    const Timestamp origin = Now();
    for (std::int64_t index = 0; !StopsBefore(origin + kPeriod * index); ++index) {
      const std::int64_t due = (Now() - origin).us() / kPeriod.us();
      if (due - index > kCatchUpPeriods) index = due;
      // Counted from the origin: 22050 Hz alternates between 220 and 221 frames.
      const std::int64_t frames = FramesBefore(index + 1, format) - FramesBefore(index, format);
      samples.assign(static_cast<std::size_t>(frames * format.channels), 0.0F);
      puller.Pull(samples, origin + kPeriod * (index + 1));
    }
  }

  static std::int64_t FramesBefore(std::int64_t period, const AudioFormat& format) {
    return period * format.sample_rate / kPeriodsPerSecond;
  }

  bool StopsBefore(Timestamp at) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, ToSteady(at), [this] { return is_stopping_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<AudioOutput> CreateHeadlessAudioOutput() {
  return std::make_unique<HeadlessAudioOutput>();
}

}  // namespace onair::devices
