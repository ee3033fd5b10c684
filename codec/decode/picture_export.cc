// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/picture_export.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace onair::codec {
namespace {

bool IsOurs(const AVFrame& frame) {
  return (frame.format == AV_PIX_FMT_YUV420P || frame.format == AV_PIX_FMT_NV12) &&
         frame.color_range != AVCOL_RANGE_JPEG && frame.linesize[0] > 0;
}

bool IsSize(int side) {
  return side >= 1 && side <= kMaxPictureSide;
}

Picture Wrap(Ffmpeg<AVFrame> frame) {
  const PixelFormat format =
      frame->format == AV_PIX_FMT_NV12 ? PixelFormat::kNv12 : PixelFormat::kI420;
  const PictureSize size{frame->width, frame->height};
  std::array<PlaneView, 3> planes;
  for (std::size_t i = 0; i < planes.size(); ++i) planes[i] = {frame->data[i], frame->linesize[i]};
  std::shared_ptr<AVFrame> owner = std::move(frame);
  return Picture(format, size, planes, std::move(owner));
}

// The "J" formats are the full-range twins of others; swscale warns about them.
AVPixelFormat WithoutRange(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    default:
      return format;
  }
}

bool IsFullRange(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  return frame.color_range == AVCOL_RANGE_JPEG || WithoutRange(format) != format;
}

}  // namespace

Result<Picture> PictureExport::Export(Ffmpeg<AVFrame> frame) {
  if (!IsSize(frame->width) || !IsSize(frame->height)) {
    return Fail(ErrorCode::kDecodeFailed,
                "picture of " + std::to_string(frame->width) + "x" + std::to_string(frame->height));
  }
  if (IsOurs(*frame)) return Wrap(std::move(frame));
  return Convert(*frame);
}

Result<Picture> PictureExport::Convert(const AVFrame& frame) {
  const AVPixelFormat format = WithoutRange(static_cast<AVPixelFormat>(frame.format));
  if (sws_isSupportedInput(format) == 0) {
    const char* name = av_get_pix_fmt_name(format);
    return Fail(ErrorCode::kDecodeFailed, std::string("pixel format ") + (name ? name : "?"));
  }
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, format,
                                     frame.width, frame.height, AV_PIX_FMT_YUV420P,
                                     SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (scaler_ == nullptr) return Fail(ErrorCode::kDecodeFailed, "pixel format conversion");
  // The same matrix on both sides: only range, depth and chroma sampling change.
  const int* matrix = sws_getCoefficients(SWS_CS_DEFAULT);
  constexpr int kUnit = 1 << 16;
  sws_setColorspaceDetails(scaler_.get(), matrix, IsFullRange(frame) ? 1 : 0, matrix, 0, 0, kUnit,
                           kUnit);
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {frame.width, frame.height});
  if (!builder) return Forward(builder);
  std::uint8_t* data[4] = {};
  int strides[4] = {};
  for (std::size_t i = 0; i < 3; ++i) {
    data[i] = builder->plane(i).data;
    strides[i] = builder->plane(i).stride_bytes;
  }
  const int rows =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, data, strides);
  if (rows != frame.height) return Fail(ErrorCode::kDecodeFailed, "pixel format conversion", rows);
  return std::move(*builder).Freeze();
}

}  // namespace onair::codec
