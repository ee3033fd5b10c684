// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/picture_converter.h"

#include <string>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace onair::devices {
namespace {

// core/media/video_frame.h: BT.709, and BT.601 below 720 lines.
int OurMatrix(int height) {
  return height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

int MatrixOf(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    default:
      return SWS_CS_ITU601;
  }
}

// The "J" formats are the plain ones with full range said in the name.
AVPixelFormat PlainFormat(AVPixelFormat format, int& full_range) {
  AVPixelFormat plain = format;
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      plain = AV_PIX_FMT_YUV420P;
      break;
    case AV_PIX_FMT_YUVJ422P:
      plain = AV_PIX_FMT_YUV422P;
      break;
    case AV_PIX_FMT_YUVJ444P:
      plain = AV_PIX_FMT_YUV444P;
      break;
    case AV_PIX_FMT_YUVJ440P:
      plain = AV_PIX_FMT_YUV440P;
      break;
    default:
      return plain;
  }
  full_range = 1;
  return plain;
}

bool IsRgb(AVPixelFormat format) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  return description != nullptr && (description->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

}  // namespace

PictureConverter::~PictureConverter() {
  sws_freeContext(context_);
}

Status PictureConverter::Prepare(const Job& job) {
  if (job == job_ && context_ != nullptr) return {};
  sws_freeContext(context_);
  const auto source = static_cast<AVPixelFormat>(job.from.format);
  context_ = sws_getContext(job.size.width, job.size.height, source, job.size.width,
                            job.size.height, static_cast<AVPixelFormat>(job.to.format), job.flags,
                            nullptr, nullptr, nullptr);
  if (context_ == nullptr) {
    const char* name = av_get_pix_fmt_name(source);
    return Fail(ErrorCode::kUnsupported,
                std::string("pixel format ") + (name != nullptr ? name : "unknown"));
  }
  constexpr int kNeutral = 1 << 16;
  sws_setColorspaceDetails(context_, sws_getCoefficients(job.from.matrix), job.from.full_range,
                           sws_getCoefficients(job.to.matrix), job.to.full_range, 0, kNeutral,
                           kNeutral);
  job_ = job;
  return {};
}

Result<Picture> PictureConverter::ToI420(const AVFrame& frame) {
  const int width = frame.width & ~1;
  const int height = frame.height & ~1;
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {width, height});
  if (!builder) return Forward(builder);

  int full_range = frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0;
  const AVPixelFormat from = PlainFormat(static_cast<AVPixelFormat>(frame.format), full_range);
  const int matrix = OurMatrix(height);
  const Job job{
      .size = {width, height},
      .from = IsRgb(from) ? Side{from, matrix, 1} : Side{from, MatrixOf(frame), full_range},
      .to = {AV_PIX_FMT_YUV420P, matrix, 0},
      .flags = SWS_BILINEAR};
  if (auto status = Prepare(job); !status) return Forward(status);
  std::uint8_t* const planes[4] = {builder->plane(0).data, builder->plane(1).data,
                                   builder->plane(2).data, nullptr};
  const int strides[4] = {builder->plane(0).stride_bytes, builder->plane(1).stride_bytes,
                          builder->plane(2).stride_bytes, 0};
  if (sws_scale(context_, frame.data, frame.linesize, 0, height, planes, strides) < 0) {
    return Fail(ErrorCode::kUnsupported, "picture conversion");
  }
  return std::move(*builder).Freeze();
}

Status PictureConverter::ToRgb(const Picture& picture, AVFrame& rgb) {
  const int height = picture.size().height;
  const bool is_planar = picture.format() == PixelFormat::kI420;
  const Job job{.size = picture.size(),
                .from = {is_planar ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_NV12, OurMatrix(height), 0},
                .to = {AV_PIX_FMT_RGB24, OurMatrix(height), 1},
                .flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT};
  if (auto status = Prepare(job); !status) return status;
  const std::uint8_t* const planes[4] = {picture.plane(0).data, picture.plane(1).data,
                                         is_planar ? picture.plane(2).data : nullptr, nullptr};
  const int strides[4] = {picture.plane(0).stride_bytes, picture.plane(1).stride_bytes,
                          is_planar ? picture.plane(2).stride_bytes : 0, 0};
  if (sws_scale(context_, planes, strides, 0, height, rgb.data, rgb.linesize) < 0) {
    return Fail(ErrorCode::kUnsupported, "picture conversion");
  }
  return {};
}

}  // namespace onair::devices
