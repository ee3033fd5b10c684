// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/publisher_handle.h"

#include <utility>

#include "platform/apple/bridge/guarded.h"
#include "platform/apple/bridge/property_names.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/qos_file.h"

namespace onair::apple {

Result<std::unique_ptr<PublisherHandle>> PublisherHandle::Open(
    PublisherConfig config, const std::string& policy, Executor executor,
    Publisher::Listener listener) noexcept {
  return Guarded([&]() -> Result<std::unique_ptr<PublisherHandle>> {
    std::unique_ptr<PublisherHandle> handle(new PublisherHandle);
    if (!policy.empty()) {
      auto read = MakeQosPolicy(policy);
      if (!read) return Forward(read);
      handle->policy_ = std::move(*read);
      config.qos = handle->policy_.get();
    }
    auto publisher = Publisher::Create(config, std::move(executor), std::move(listener));
    if (!publisher) return ForwardByProperty(publisher);
    handle->publisher_ = std::move(*publisher);
    if (config.video) handle->video_ = *config.video;
    return handle;
  });
}

Status PublisherHandle::Start() noexcept {
  return Guarded([&] { return publisher_->Start(); });
}
void PublisherHandle::Stop() noexcept {
  Try([&] { publisher_->Stop(); });
}
void PublisherHandle::Close() noexcept {
  Try([&] { publisher_->Close(); });
}

void PublisherHandle::PushPicture(const VideoFrame& pixels, double captured_at,
                                  Rotation rotation) noexcept {
  Try([&] {
    const Timestamp at = CapturedAt(captured_at);
    VideoFrame frame(pixels.picture, MediaTime::Zero(), at,
                     runtime::UtcNow() + (at - runtime::Now()));
    frame.rotation = rotation;
    publisher_->PushVideo(std::move(frame));
  });
}

Status PublisherHandle::PushSound(const LentSound& sound) noexcept {
  auto block = CopySound(sound);
  if (!block) return Forward(block);
  return Guarded([&]() -> Status {
    publisher_->PushAudio(std::move(*block));
    return {};
  });
}

Status PublisherHandle::PushEncoded(const GivenFrame& given) noexcept {
  return Guarded([&]() -> Status {
    auto frame = EncodedOf(given);
    if (!frame) return Forward(frame);
    const VideoTrack present{video_.codec, video_.size, video_.frame_rate, {}};
    const auto status = publisher_->PushEncoded(std::move(*frame), NewTrackOf(given, present));
    if (!status) return ForwardByProperty(status);
    return {};
  });
}

void PublisherHandle::SetMuted(Mute mute) noexcept {
  Try([&] { publisher_->SetMuted(mute); });
}
void PublisherHandle::Pause(const VideoFrame* shown) noexcept {
  Try([&] {
    publisher_->Pause(shown != nullptr ? std::optional<Picture>(shown->picture) : std::nullopt);
  });
}
void PublisherHandle::Resume() noexcept {
  Try([&] { publisher_->Resume(); });
}

Status PublisherHandle::SetLimits(std::int64_t bits_per_second, double frames_per_second) noexcept {
  if (bits_per_second < 0) return Refuse("bitsPerSecond");
  if (!(frames_per_second >= 0)) return Refuse("framesPerSecond");
  return Guarded([&]() -> Status {
    const auto status = publisher_->SetTarget(
        {.video_rate = bits_per_second == 0 ? video_.rate : DataRate::BitsPerSec(bits_per_second),
         .frame_rate = frames_per_second == 0 ? video_.frame_rate : frames_per_second});
    if (!status) return ForwardByProperty(status);
    return {};
  });
}

Status PublisherHandle::SetBeauty(const BeautyConfig& beauty) noexcept {
  return Guarded([&]() -> Status {
    const auto status = publisher_->SetBeauty(beauty);
    if (!status) return ForwardByProperty(status);
    return {};
  });
}
Status PublisherHandle::SetColourTable(const ColourTable& table) noexcept {
  return Guarded([&]() -> Status {
    const auto status = publisher_->SetColourTable(table);
    if (!status) return ForwardByProperty(status);
    return {};
  });
}
Status PublisherHandle::SetWatermark(std::optional<beauty::Watermark> mark) noexcept {
  return Guarded([&] { return publisher_->SetWatermark(std::move(mark)); });
}
Status PublisherHandle::SetRegions(std::vector<RoiRegion> regions) noexcept {
  return Guarded([&] { return publisher_->SetRegions(std::move(regions)); });
}
void PublisherHandle::SetMirror(beauty::Mirror mirror) noexcept {
  Try([&] { publisher_->SetMirror(mirror); });
}
Result<FilterId> PublisherHandle::AddFilter(std::unique_ptr<VideoFilter> filter) noexcept {
  return Guarded([&] { return publisher_->AddFilter(std::move(filter)); });
}
void PublisherHandle::RemoveFilter(FilterId id) noexcept {
  Try([&] { publisher_->RemoveFilter(id); });
}

Status PublisherHandle::NetworkChanged(const std::string& address,
                                       std::optional<NetworkKind> kind) noexcept {
  const auto from = ReadAddress(address);
  if (!from) return Forward(from);
  return Guarded([&]() -> Status {
    publisher_->NetworkChanged(*from, kind);
    return {};
  });
}

Result<PublisherStats> PublisherHandle::stats() const noexcept {
  return Guarded([&]() -> Result<PublisherStats> { return publisher_->stats(); });
}

}  // namespace onair::apple
