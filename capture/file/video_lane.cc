// SPDX-License-Identifier: Apache-2.0
#include "capture/file/video_lane.h"

#include <utility>

namespace onair::capture {
namespace {

constexpr AVRational kMicros{1, 1'000'000};
constexpr double kUsualRate = 25;  // What FFmpeg takes for an elementary stream, too.

double RateOf(const AVStream& stream) {
  const AVRational rate =
      stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
  return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
}

bool IsRate(double rate) {
  return rate >= 0.1 && rate <= 1000;
}

Rotation FrameRotation(const AVFrame& frame, Rotation otherwise) {
  const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
  return data != nullptr && data->size >= 9 * sizeof(std::int32_t) ? RotationOf(data->data)
                                                                   : otherwise;
}

}  // namespace

Result<VideoLane> VideoLane::Open(const Demuxer& demuxer, std::optional<double> untimed_rate) {
  auto decoder = TrackDecoder::Open(*demuxer.stream(TrackKind::kVideo));
  if (!decoder) return Forward(decoder);
  return VideoLane(demuxer, std::move(*decoder), untimed_rate);
}

VideoLane::VideoLane(const Demuxer& demuxer, TrackDecoder decoder,
                     std::optional<double> untimed_rate)
    : decoder_(std::move(decoder)),
      time_base_(demuxer.stream(TrackKind::kVideo)->time_base),
      stream_rate_(RateOf(*demuxer.stream(TrackKind::kVideo))),
      untimed_rate_(untimed_rate),
      is_untimed_(demuxer.is_untimed()) {
  std::size_t bytes = 0;
  const std::uint8_t* matrix =
      av_stream_get_side_data(demuxer.stream(TrackKind::kVideo), AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  rotation_ = bytes >= 9 * sizeof(std::int32_t) ? RotationOf(matrix) : Rotation::k0;
}

Status VideoLane::Fill(Demuxer& demuxer) {
  while (!ready_ && !is_over_) {
    auto frame = decoder_.Next(demuxer, TrackKind::kVideo);
    if (!frame) return Forward(frame);
    if (*frame == nullptr) {
      is_over_ = demuxer.is_at_end();
      return {};
    }
    const MediaTime at = TimeOf(**frame);
    const Rotation rotation = FrameRotation(**frame, rotation_);
    auto picture = maker_.Make(std::move(*frame));
    if (!picture && picture.error().code == ErrorCode::kOutOfMemory) return Forward(picture);
    if (!picture) continue;  // Bounded by the file's end.
    size_ = picture->size();
    ready_ = Ready{std::move(*picture), at, rotation};
  }
  return {};
}

VideoLane::Ready VideoLane::Take() {
  Ready taken = std::move(*ready_);
  ready_.reset();
  return taken;
}

void VideoLane::Restart() {
  decoder_.Reset();
  clock_ = TrackClock();
  frame_ = 0;
  ready_.reset();
  is_over_ = false;
}

VideoFormat VideoLane::format() const {
  return {size_, rate().per_second()};
}

FrameRate VideoLane::rate() const {
  if (is_untimed_ && untimed_rate_) return FrameRate::Nearest(*untimed_rate_);
  const double told =
      is_untimed_ && IsRate(decoder_.frame_rate()) ? decoder_.frame_rate() : stream_rate_;
  return FrameRate::Nearest(IsRate(told) ? told : kUsualRate);
}

MediaTime VideoLane::TimeOf(const AVFrame& frame) {
  const std::int64_t n = frame_++;
  if (is_untimed_) return clock_.Place(rate().TimeOf(n), rate().TimeOf(n + 1) - rate().TimeOf(n));
  TimeDelta duration = rate().interval();
  if (frame.pkt_duration > 0) {
    duration = TimeDelta::Micros(av_rescale_q(frame.pkt_duration, time_base_, kMicros));
  }
  if (duration <= TimeDelta::Zero() || duration > TrackClock::kLongestGap) {
    duration = rate().interval();
  }
  std::optional<MediaTime> pts;
  if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
    pts = MediaTime::Micros(av_rescale_q(frame.best_effort_timestamp, time_base_, kMicros));
  }
  return clock_.Place(pts, duration);
}

}  // namespace onair::capture
