// SPDX-License-Identifier: Apache-2.0
#include "capture/file/image_source.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "capture/file/pan_zoom.h"
#include "capture/file/picture_maker.h"
#include "capture/file/still_frame.h"
#include "core/media/frame_rate.h"
#include "core/media/turn.h"

namespace onair::capture {
namespace {

// Of a panorama or a scroll only the middle is shown: no wider or taller than this many
// times the output's shape.
constexpr double kWidest = 2.0;

struct Still {
  AvPtr<AVFrame> frame;
  Rotation rotation;
};

Result<Still> Decode(const std::string& path) {
  auto frame = DecodeStill(path);
  if (!frame) return Forward(frame);
  // JPEG: made of the camera's orientation mark (Exif 2.3 section 4.6.4, Orientation).
  const AVFrameSideData* data = av_frame_get_side_data(frame->get(), AV_FRAME_DATA_DISPLAYMATRIX);
  const Rotation rotation = RotationOf(data != nullptr ? data->data : nullptr);
  return Still{std::move(*frame), rotation};
}

// Cuts extreme shapes around the middle. `output` as the frame lies, not upright.
Status CropToShape(AVFrame& frame, PictureSize output) {
  const double shape = static_cast<double>(output.width) / output.height;
  const double widest = frame.height * shape * kWidest;
  const double tallest = frame.width / shape * kWidest;
  if (frame.width > widest) {
    const auto extra = static_cast<std::size_t>(frame.width - std::lround(widest));
    frame.crop_left = frame.crop_right = extra / 2;
  }
  if (frame.height > tallest) {
    const auto extra = static_cast<std::size_t>(frame.height - std::lround(tallest));
    frame.crop_top = frame.crop_bottom = extra / 2;
  }
  const int error = av_frame_apply_cropping(&frame, AV_FRAME_CROP_UNALIGNED);
  if (error < 0) return AvFail(ErrorCode::kNotMedia, "picture cropping", error);
  return {};
}

Result<Picture> Turn(const Picture& from, Rotation rotation) {
  if (rotation == Rotation::k0) return from;
  const auto [width, height] = from.size();
  auto out = PictureBuilder::Allocate(PixelFormat::kI420, Turned(from.size(), rotation));
  if (!out) return Forward(out);
  const auto mode = static_cast<libyuv::RotationMode>(DegreesOf(rotation));
  const auto in = [&](std::size_t i) { return from.plane(i); };
  const auto to = [&](std::size_t i) { return out->plane(i); };
  libyuv::I420Rotate(in(0).data, in(0).stride_bytes, in(1).data, in(1).stride_bytes, in(2).data,
                     in(2).stride_bytes, to(0).data, to(0).stride_bytes, to(1).data,
                     to(1).stride_bytes, to(2).data, to(2).stride_bytes, width, height, mode);
  return std::move(*out).Freeze();
}

// The whole picture upright, scaled once so that the closest window needs no enlarging.
Result<Picture> MakeCanvas(Still still, const ImageSourceConfig& config) {
  const PictureSize output = Turned(config.output.size, still.rotation);
  if (auto cropped = CropToShape(*still.frame, output); !cropped) return Forward(cropped);
  const double across = output.width * config.zoom / still.frame->width;
  const double down = output.height * config.zoom / still.frame->height;
  // A canvas beyond the largest picture loses zoom's sharpness, nothing else.
  const double largest =
      static_cast<double>(kMaxPictureSide) / std::max(still.frame->width, still.frame->height);
  const double scale = std::fmin(std::fmax(across, down), largest);
  const auto side = [&](int length) {
    const auto even = static_cast<int>(std::ceil(length * scale / 2)) * 2;
    return std::clamp(even, 2, kMaxPictureSide);
  };
  const PictureSize size{side(still.frame->width), side(still.frame->height)};
  PictureMaker maker;
  auto canvas = maker.MakeScaled(*still.frame, size);
  if (!canvas) return Fail(ErrorCode::kNotMedia, canvas.error().detail);
  return Turn(*canvas, still.rotation);
}

class ImageSource final : public MediaSource {
 public:
  ImageSource(Picture canvas, const ImageSourceConfig& config)
      : config_(config),
        rate_(FrameRate::Nearest(config.output.frame_rate)),
        path_(canvas.size(), config.output.size, config.zoom),
        sampler_(std::move(canvas)),
        info_{config.output, std::nullopt} {}

  Result<std::optional<Due>> Next() override {
    return Due{TrackKind::kVideo, rate_.TimeOf(frame_)};
  }

  Result<VideoFrame> ReadVideo(const CaptureTime& captured) override {
    const MediaTime at = rate_.TimeOf(frame_);
    const double phase =
        static_cast<double>(at.us() % config_.cycle.us()) / static_cast<double>(config_.cycle.us());
    auto picture = sampler_.Draw(path_.At(phase), config_.output.size);
    if (!picture) return Forward(picture);
    ++frame_;
    return VideoFrame(std::move(*picture), at, captured.at, captured.utc);
  }

  Result<AudioBlock> ReadAudio(const CaptureTime&) override {
    return Fail(ErrorCode::kInvalidState, "an image has no sound");
  }

  const SourceInfo& info() const override { return info_; }

 private:
  ImageSourceConfig config_;
  FrameRate rate_;
  PanZoomPath path_;
  WindowSampler sampler_;
  SourceInfo info_;
  std::int64_t frame_ = 0;
};

}  // namespace

Status ImageSourceConfig::Validate() const {
  const auto refuse = [](const char* field) { return Fail(ErrorCode::kInvalidConfig, field); };
  const auto is_side = [](int side) { return side >= 64 && side <= 4096 && side % 2 == 0; };
  if (!is_side(output.size.width)) return refuse("output.size.width");
  if (!is_side(output.size.height)) return refuse("output.size.height");
  if (!(output.frame_rate >= 1 && output.frame_rate <= 120)) return refuse("output.frame_rate");
  if (cycle < TimeDelta::Seconds(2) || cycle > TimeDelta::Seconds(600)) return refuse("cycle");
  if (!(zoom >= 1 && zoom <= 2)) return refuse("zoom");
  return {};
}

Result<std::unique_ptr<MediaSource>> OpenImage(const std::string& path,
                                               const ImageSourceConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  auto still = Decode(path);
  if (!still) return Forward(still);
  auto canvas = MakeCanvas(std::move(*still), config);
  if (!canvas) return Forward(canvas);
  return std::make_unique<ImageSource>(std::move(*canvas), config);
}

}  // namespace onair::capture
