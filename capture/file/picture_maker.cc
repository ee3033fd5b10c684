// SPDX-License-Identifier: Apache-2.0
#include "capture/file/picture_maker.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <cmath>

namespace onair::capture {
namespace {

bool IsUsable(const AVFrame& frame) {
  return frame.width >= 1 && frame.height >= 1 && frame.width <= kMaxPictureSide &&
         frame.height <= kMaxPictureSide && frame.data[0] != nullptr;
}

// Where a frame does not say: colour is limited, and grey (a PNG) is full.
bool IsLimitedRange(const AVFrame& frame) {
  if (frame.color_range != AVCOL_RANGE_UNSPECIFIED) return frame.color_range == AVCOL_RANGE_MPEG;
  const auto* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  return description == nullptr || description->nb_components > 2;
}

int MatrixFor(int height) {
  return height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

// What the frame says of itself, else what is meant at its size.
const int* SourceMatrix(const AVFrame& frame) {
  const bool is_told = frame.colorspace != AVCOL_SPC_UNSPECIFIED;
  return sws_getCoefficients(is_told ? static_cast<int>(frame.colorspace)
                                     : MatrixFor(frame.height));
}

}  // namespace

Result<Picture> PictureMaker::Make(AvPtr<AVFrame> frame) {
  if (!IsUsable(*frame)) return Fail(ErrorCode::kDecodeFailed, "picture without pixels");
  const PictureSize size{frame->width, frame->height};
  const bool is_planar = frame->format == AV_PIX_FMT_YUV420P;
  const bool is_nv12 = frame->format == AV_PIX_FMT_NV12;
  const bool runs_down = frame->linesize[0] > 0;
  if (!(is_planar || is_nv12) || !IsLimitedRange(*frame) || !runs_down) {
    return Convert(*frame, size, SWS_BILINEAR);
  }
  const std::array<PlaneView, 3> planes{PlaneView{frame->data[0], frame->linesize[0]},
                                        PlaneView{frame->data[1], frame->linesize[1]},
                                        PlaneView{frame->data[2], frame->linesize[2]}};
  std::shared_ptr<AVFrame> owner(frame.release(), AvFree{});
  return Picture(is_planar ? PixelFormat::kI420 : PixelFormat::kNv12, size, planes, owner);
}

Result<Picture> PictureMaker::MakeScaled(const AVFrame& frame, PictureSize size) {
  if (!IsUsable(frame)) return Fail(ErrorCode::kDecodeFailed, "picture without pixels");
  return Convert(frame, size, SWS_LANCZOS | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND);
}

Result<Picture> PictureMaker::Convert(const AVFrame& frame, PictureSize size, int filter) {
  auto out = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!out) return Forward(out);
  scaler_.reset(sws_getCachedContext(
      scaler_.release(), frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
      size.width, size.height, AV_PIX_FMT_YUV420P, filter, nullptr, nullptr, nullptr));
  if (!scaler_) return Fail(ErrorCode::kDecodeFailed, "pixel format without a conversion");
  constexpr int kUnity = 1 << 16;
  sws_setColorspaceDetails(scaler_.get(), SourceMatrix(frame), IsLimitedRange(frame) ? 0 : 1,
                           sws_getCoefficients(MatrixFor(size.height)), 0, 0, kUnity, kUnity);
  std::uint8_t* planes[4] = {out->plane(0).data, out->plane(1).data, out->plane(2).data, nullptr};
  const int strides[4] = {out->plane(0).stride_bytes, out->plane(1).stride_bytes,
                          out->plane(2).stride_bytes, 0};
  const int rows =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides);
  if (rows <= 0) return Fail(ErrorCode::kDecodeFailed, "picture conversion", rows);
  return std::move(*out).Freeze();
}

Rotation RotationOf(const std::uint8_t* display_matrix) {
  if (display_matrix == nullptr) return Rotation::k0;
  // Counterclockwise, NaN for a matrix that is none.
  const double degrees =
      -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(display_matrix));
  if (!std::isfinite(degrees)) return Rotation::k0;
  switch (((static_cast<int>(std::lround(degrees / 90)) % 4) + 4) % 4) {
    case 1:
      return Rotation::k90;
    case 2:
      return Rotation::k180;
    case 3:
      return Rotation::k270;
    default:
      return Rotation::k0;
  }
}

}  // namespace onair::capture
