// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/pulled_sound.h"

#include <algorithm>
#include <utility>

namespace onair {
namespace {

class PulledOutput final : public AudioOutput {
 public:
  explicit PulledOutput(std::shared_ptr<SoundTap> tap) : tap_(std::move(tap)) {}
  ~PulledOutput() override { tap_->Close(); }

  Status Start(const AudioFormat& format, AudioPuller& puller) override {
    tap_->Open(format, puller);
    return {};
  }
  void Stop() override { tap_->Close(); }

 private:
  const std::shared_ptr<SoundTap> tap_;
};

}  // namespace

Status SoundTap::Pull(std::span<float> out, std::size_t frame_count, Timestamp heard_at,
                      AudioFormat& format) {
  const runtime::MutexLock lock(mutex_);
  format = puller_ == nullptr ? AudioFormat{} : format_;
  if (puller_ == nullptr) {
    std::fill(out.begin(), out.end(), 0.0F);
    return {};
  }
  const std::size_t wanted = frame_count * static_cast<std::size_t>(format_.channels);
  if (wanted > out.size()) {
    std::fill(out.begin(), out.end(), 0.0F);
    return Fail(ErrorCode::kLimit, "capacity");
  }
  puller_->Pull(out.first(wanted), heard_at);
  return {};
}

std::unique_ptr<AudioOutput> MakePulledOutput(std::shared_ptr<SoundTap> tap) {
  return std::make_unique<PulledOutput>(std::move(tap));
}

}  // namespace onair
