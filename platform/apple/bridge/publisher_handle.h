// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "platform/apple/bridge/media.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// A publisher whose every call is safe from Objective-C. thread-safe.
class PublisherHandle {
 public:
  static Result<std::unique_ptr<PublisherHandle>> Open(const PublisherConfig& config,
                                                       Executor executor,
                                                       Publisher::Listener listener) noexcept;

  Status Start() noexcept;
  void Stop() noexcept;
  void Close() noexcept;

  void PushPicture(const VideoFrame& pixels, double captured_at, Rotation rotation) noexcept;
  Status PushSound(const LentSound& sound) noexcept;

  void SetMuted(Mute mute) noexcept;
  void Pause() noexcept;
  void Resume() noexcept;
  // 0: as configured.
  Status SetLimits(std::int64_t bits_per_second, double frames_per_second) noexcept;
  Status SetBeauty(const BeautyConfig& beauty) noexcept;
  Status NetworkChanged(const std::string& address) noexcept;

  Result<PublisherStats> stats() const noexcept;

  // For sources and encoders of the system, which speak C++ with it.
  Publisher& publisher() { return *publisher_; }

 private:
  PublisherHandle() = default;

  std::unique_ptr<Publisher> publisher_;
  VideoConfig video_;
};

}  // namespace onair::apple
