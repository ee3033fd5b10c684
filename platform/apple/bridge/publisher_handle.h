// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/apple/bridge/encoded.h"
#include "platform/apple/bridge/media.h"
#include "platform/sdk/publisher.h"

namespace onair::apple {

// A publisher whose every call is safe from Objective-C. thread-safe.
class PublisherHandle {
 public:
  // `policy`: the text of one; empty: none.
  static Result<std::unique_ptr<PublisherHandle>> Open(PublisherConfig config,
                                                       const std::string& policy, Executor executor,
                                                       Publisher::Listener listener) noexcept;

  Status Start() noexcept;
  void Stop() noexcept;
  void Close() noexcept;

  void PushPicture(const VideoFrame& pixels, double captured_at, Rotation rotation) noexcept;
  Status PushSound(const LentSound& sound) noexcept;
  Status PushEncoded(const GivenFrame& given) noexcept;

  void SetMuted(Mute mute) noexcept;
  // Null: the last picture stays.
  void Pause(const VideoFrame* shown) noexcept;
  void Resume() noexcept;
  // 0: as configured.
  Status SetLimits(std::int64_t bits_per_second, double frames_per_second) noexcept;
  Status SetBeauty(const BeautyConfig& beauty) noexcept;
  Status SetColourTable(const ColourTable& table) noexcept;
  Status SetWatermark(std::optional<beauty::Watermark> mark) noexcept;
  Status SetRegions(std::vector<RoiRegion> regions) noexcept;
  void SetMirror(beauty::Mirror mirror) noexcept;
  Result<FilterId> AddFilter(std::unique_ptr<VideoFilter> filter) noexcept;
  void RemoveFilter(FilterId id) noexcept;
  // Empty: of the kind that it was.
  Status NetworkChanged(const std::string& address, std::optional<NetworkKind> kind) noexcept;

  Result<PublisherStats> stats() const noexcept;

  // For sources and encoders of the system, which speak C++ with it.
  Publisher& publisher() { return *publisher_; }

 private:
  PublisherHandle() = default;

  std::unique_ptr<QosPolicy> policy_;  // Null: none.
  std::unique_ptr<Publisher> publisher_;
  VideoConfig video_;
};

}  // namespace onair::apple
