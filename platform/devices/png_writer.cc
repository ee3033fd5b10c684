// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/png_writer.h"

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
}

#include "platform/devices/file_writer.h"
#include "platform/devices/picture_converter.h"

namespace onair::devices {
namespace {

struct FreeEncoder {
  void operator()(AVCodecContext* encoder) const { avcodec_free_context(&encoder); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;

Result<FramePtr> ToRgbFrame(const Picture& picture) {
  FramePtr rgb(av_frame_alloc());
  if (!rgb) return Fail(ErrorCode::kOutOfMemory, "PNG");
  rgb->format = AV_PIX_FMT_RGB24;
  rgb->width = picture.size().width;
  rgb->height = picture.size().height;
  if (av_frame_get_buffer(rgb.get(), 0) < 0) return Fail(ErrorCode::kOutOfMemory, "PNG");
  PictureConverter converter;
  if (auto status = converter.ToRgb(picture, *rgb); !status) return Forward(status);
  return rgb;
}

Result<PacketPtr> EncodePng(const AVFrame& rgb) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
  if (codec == nullptr) return Fail(ErrorCode::kCodecUnavailable, "PNG");
  const std::unique_ptr<AVCodecContext, FreeEncoder> encoder(avcodec_alloc_context3(codec));
  PacketPtr packet(av_packet_alloc());
  if (!encoder || !packet) return Fail(ErrorCode::kOutOfMemory, "PNG");
  encoder->width = rgb.width;
  encoder->height = rgb.height;
  encoder->pix_fmt = AV_PIX_FMT_RGB24;
  encoder->time_base = {1, 1};
  encoder->thread_count = 1;  // With frame threads the one picture would stay inside.
  if (avcodec_open2(encoder.get(), codec, nullptr) < 0) return Fail(ErrorCode::kCodecOpen, "PNG");
  if (avcodec_send_frame(encoder.get(), &rgb) < 0 ||
      avcodec_receive_packet(encoder.get(), packet.get()) < 0) {
    return Fail(ErrorCode::kEncodeFailed, "PNG");
  }
  return packet;
}

}  // namespace

Status WritePng(const std::string& path, const Picture& picture) {
  auto rgb = ToRgbFrame(picture);
  if (!rgb) return Forward(rgb);
  auto packet = EncodePng(**rgb);
  if (!packet) return Forward(packet);
  auto file = FileWriter::Create(path);
  if (!file) return Forward(file);
  const auto size = static_cast<std::size_t>((*packet)->size);
  if (auto status = (*file)->Write({(*packet)->data, size}); !status) return status;
  return (*file)->Close();
}

}  // namespace onair::devices
