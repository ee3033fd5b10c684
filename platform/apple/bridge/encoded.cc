// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/encoded.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/apple/bridge/guarded.h"
#include "platform/apple/bridge/media.h"
#include "platform/apple/bridge/property_names.h"

namespace onair::apple {

std::optional<MediaTime> MediaTimeOf(double seconds) {
  if (!(std::fabs(seconds) < 1e9)) return std::nullopt;
  return MediaTime::Micros(std::llround(seconds * 1e6));
}

double SecondsOf(MediaTime at) {
  return static_cast<double>(at.us()) / 1e6;
}

Result<EncodedFrame> EncodedOf(const GivenFrame& given) noexcept {
  const auto pts = MediaTimeOf(given.presented_at);
  const auto dts = MediaTimeOf(given.decoded_at);
  const bool is_kind = given.kind >= static_cast<std::int64_t>(FrameKind::kKey) &&
                       given.kind <= static_cast<std::int64_t>(FrameKind::kAudio);
  if (!is_kind) return Refuse("kind");
  if (!pts) return Refuse("presentationTime");
  if (!dts) return Refuse("decodeTime");
  return EncodedFrame{given.payload, static_cast<FrameKind>(given.kind), *pts, *dts,
                      CapturedAt(given.captured_at)};
}

std::optional<VideoTrack> NewTrackOf(const GivenFrame& given, const VideoTrack& present) {
  if (given.record.empty()) return std::nullopt;
  // What is no side stays none.
  const auto side = [](std::int64_t pixels) {
    return static_cast<int>(std::clamp<std::int64_t>(pixels, 0, kMaxPictureSide + 1));
  };
  return VideoTrack{
      present.codec, {side(given.width), side(given.height)}, present.frame_rate, given.record};
}

Status Add(DecodedPictures& to, MediaTime pts, const Picture& pixels, Rotation rotation) noexcept {
  return Guarded([&]() -> Status {
    const auto place = to.Begin(pts);
    if (!place) return ForwardByProperty(place);
    to.End(*place, pixels, rotation);
    return {};
  });
}

GivenFrame GivenOf(const EncodedFrame& frame) {
  return {.kind = static_cast<std::int64_t>(frame.kind),
          .payload = frame.payload,
          .presented_at = SecondsOf(frame.pts),
          .decoded_at = SecondsOf(frame.dts),
          .captured_at = SecondsOf(frame.captured_at)};
}

}  // namespace onair::apple
