// SPDX-License-Identifier: Apache-2.0
#include "tests/capture/media_maker.h"
#include "tests/support/paths.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numbers>
#include <stdexcept>

namespace onair::testing {
namespace {

int Check(int result, const std::string& what) {
  if (result < 0) throw std::runtime_error(what + " failed: " + std::to_string(result));
  return result;
}

using Codec = std::unique_ptr<AVCodecContext, void (*)(AVCodecContext*)>;
using Frame = std::unique_ptr<AVFrame, void (*)(AVFrame*)>;
Frame NewFrame() {
  return {av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); }};
}

Codec NewCodec(const std::string& name) {
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec == nullptr) throw std::runtime_error("no encoder " + name);
  return {avcodec_alloc_context3(codec), [](AVCodecContext* c) { avcodec_free_context(&c); }};
}

AVStream* AddStream(AVFormatContext* out, AVCodecContext* codec) {
  if ((out->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Check(avcodec_open2(codec, nullptr, nullptr), "opening an encoder");
  AVStream* stream = avformat_new_stream(out, nullptr);
  stream->time_base = codec->time_base;
  if (codec->codec_type == AVMEDIA_TYPE_VIDEO) stream->avg_frame_rate = codec->framerate;
  Check(avcodec_parameters_from_context(stream->codecpar, codec), "parameters");
  return stream;
}

void Encode(AVFormatContext* out, AVStream* stream, AVCodecContext* codec, const AVFrame* frame) {
  Check(avcodec_send_frame(codec, frame), std::string("encoding by ") + codec->codec->name);
  AVPacket* packet = av_packet_alloc();
  while (avcodec_receive_packet(codec, packet) >= 0) {
    av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
    packet->stream_index = stream->index;
    Check(av_interleaved_write_frame(out, packet), "writing");
  }
  av_packet_free(&packet);
}

Frame VideoFrameOf(const MediaRecipe& recipe, int n, AVPixelFormat format) {
  const int level = 20 + 8 * (n % 25);
  const Picture picture = recipe.picture
                              ? recipe.picture(n)
                              : MakePicture(recipe.size, [&](int, int) { return level; });
  Frame frame = NewFrame();
  frame->format = format;
  frame->width = recipe.size.width;
  frame->height = recipe.size.height;
  frame->pts = n;
  Check(av_frame_get_buffer(frame.get(), 0), "frame");
  const std::uint8_t* from[4] = {picture.plane(0).data, picture.plane(1).data,
                                 picture.plane(2).data};
  const int strides[4] = {picture.plane(0).stride_bytes, picture.plane(1).stride_bytes,
                          picture.plane(2).stride_bytes};
  SwsContext* sws =
      sws_getContext(frame->width, frame->height, AV_PIX_FMT_YUV420P, frame->width, frame->height,
                     format, SWS_POINT | SWS_ACCURATE_RND, nullptr, nullptr, nullptr);
  sws_scale(sws, from, strides, 0, frame->height, frame->data, frame->linesize);
  sws_freeContext(sws);
  return frame;
}

Frame AudioFrameOf(const MediaRecipe& recipe, std::int64_t first, int count,
                   AVSampleFormat format) {
  Frame frame = NewFrame();
  frame->format = format;
  frame->sample_rate = recipe.sample_rate;
  frame->nb_samples = count;
  frame->pts = first + static_cast<std::int64_t>(recipe.audio_delay_ms) * recipe.sample_rate / 1000;
  av_channel_layout_default(&frame->ch_layout, recipe.channels);
  Check(av_frame_get_buffer(frame.get(), 0), "frame");
  for (int i = 0; i < count; ++i) {
    const double tone = 0.3 * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(first + i) /
                                       recipe.sample_rate);
    const float value = recipe.sample ? recipe.sample(first + i) : static_cast<float>(tone);
    for (int c = 0; c < recipe.channels; ++c) {
      if (format == AV_SAMPLE_FMT_FLTP) reinterpret_cast<float*>(frame->data[c])[i] = value;
      if (format == AV_SAMPLE_FMT_S16) {
        reinterpret_cast<std::int16_t*>(frame->data[0])[i * recipe.channels + c] =
            static_cast<std::int16_t>(std::lround(value * 32767));
      }
    }
  }
  return frame;
}

}  // namespace

void MakeMedia(const std::string& path, const MediaRecipe& recipe) {
  av_log_set_level(AV_LOG_QUIET);  // Damage is on purpose here.
  AVFormatContext* out = nullptr;
  Check(avformat_alloc_output_context2(&out, nullptr, recipe.format.c_str(), path.c_str()),
        "muxer");
  Codec video(nullptr, nullptr);
  Codec audio(nullptr, nullptr);
  AVStream* video_stream = nullptr;
  AVStream* audio_stream = nullptr;
  const AVPixelFormat pixels = av_get_pix_fmt(recipe.pixel_format.c_str());
  if (!recipe.video_codec.empty()) {
    video = NewCodec(recipe.video_codec);
    video->width = recipe.size.width;
    video->height = recipe.size.height;
    video->pix_fmt = pixels;
    video->time_base = {1, recipe.frame_rate};
    video->framerate = {recipe.frame_rate, 1};
    video->bit_rate = recipe.rate_bps;
    video->thread_count = 1;
    if (recipe.video_codec == "libx264") {
      av_opt_set(video->priv_data, "preset", "veryfast", 0);
      av_opt_set(video->priv_data, "tune", "zerolatency", 0);
      video->rc_max_rate = recipe.rate_bps;
      video->rc_buffer_size = static_cast<int>(recipe.rate_bps / 2);
      video->gop_size = recipe.frame_rate * 2;
    }
    video_stream = AddStream(out, video.get());
    if (recipe.rotate_clockwise != 0) {
      auto* matrix = av_stream_new_side_data(video_stream, AV_PKT_DATA_DISPLAYMATRIX,
                                             9 * sizeof(std::int32_t));
      av_display_rotation_set(reinterpret_cast<std::int32_t*>(matrix), recipe.rotate_clockwise);
    }
  }
  if (!recipe.audio_codec.empty()) {
    audio = NewCodec(recipe.audio_codec);
    audio->sample_rate = recipe.sample_rate;
    audio->sample_fmt = audio->codec->sample_fmts[0];
    audio->time_base = {1, recipe.sample_rate};
    audio->bit_rate = 128'000;
    av_channel_layout_default(&audio->ch_layout, recipe.channels);
    audio_stream = AddStream(out, audio.get());
  }
  if ((out->oformat->flags & AVFMT_NOFILE) == 0)
    Check(avio_open(&out->pb, path.c_str(), AVIO_FLAG_WRITE), path);
  Check(avformat_write_header(out, nullptr), "header");

  const std::int64_t samples =
      audio ? static_cast<std::int64_t>(recipe.audio_ms) * recipe.sample_rate / 1000 : 0;
  const int frames = video ? recipe.frames : 0;
  std::int64_t sample = 0;
  for (int n = 0; n < frames || sample < samples;) {
    const bool is_video =
        n < frames && (sample >= samples || static_cast<double>(n) / recipe.frame_rate <=
                                                static_cast<double>(sample) / recipe.sample_rate);
    if (is_video) {
      Encode(out, video_stream, video.get(), VideoFrameOf(recipe, n++, pixels).get());
    } else {
      const int whole = audio->frame_size > 0 ? audio->frame_size : 1024;
      const int count = static_cast<int>(std::min<std::int64_t>(whole, samples - sample));
      Encode(out, audio_stream, audio.get(),
             AudioFrameOf(recipe, sample, count, audio->sample_fmt).get());
      sample += count;
    }
  }
  if (video) Encode(out, video_stream, video.get(), nullptr);
  if (audio) Encode(out, audio_stream, audio.get(), nullptr);
  Check(av_write_trailer(out), "trailer");
  if ((out->oformat->flags & AVFMT_NOFILE) == 0) avio_closep(&out->pb);
  avformat_free_context(out);
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string ReadBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Picture MakePicture(PictureSize size, const std::function<int(int, int)>& luma,
                    PixelFormat format) {
  auto picture = PictureBuilder::Allocate(format, size);
  if (!picture) throw std::runtime_error("no picture");
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      picture->plane(0).data[y * picture->plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(luma(x, y));
    }
  }
  const bool is_planar = format == PixelFormat::kI420;
  for (std::size_t i = 1; i < (is_planar ? 3U : 2U); ++i) {
    for (int y = 0; y < ChromaSide(size.height); ++y) {
      for (int x = 0; x < ChromaSide(size.width) * (is_planar ? 1 : 2); ++x) {
        const bool is_red = is_planar ? i == 2 : x % 2 == 1;
        picture->plane(i).data[y * picture->plane(i).stride_bytes + x] = is_red ? 150 : 110;
      }
    }
  }
  return std::move(*picture).Freeze();
}

int LumaAt(const Picture& picture, int x, int y) {
  return picture.plane(0).data[static_cast<std::ptrdiff_t>(y) * picture.plane(0).stride_bytes + x];
}

std::string ScratchPath(const std::string& name) {
  const std::string folder = testing::BinaryDir() + "/capture_media";
  std::filesystem::create_directories(folder);
  return folder + "/" + name;
}

}  // namespace onair::testing
