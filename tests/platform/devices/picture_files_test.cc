// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

#include "platform/devices/picture_converter.h"
#include "platform/devices/png_writer.h"
#include "platform/devices/y4m_writer.h"
#include "tests/platform/devices/pictures.h"

namespace onair::devices {
namespace {

namespace fs = std::filesystem;

class TestFolder {
 public:
  TestFolder() : path_(fs::temp_directory_path() / "onair-pictures-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~TestFolder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Rgb {
  int r = 0;
  int g = 0;
  int b = 0;
};
bool IsNearRgb(Rgb a, Rgb b, int tolerance = 4) {
  return std::abs(a.r - b.r) <= tolerance && std::abs(a.g - b.g) <= tolerance &&
         std::abs(a.b - b.b) <= tolerance;
}

// The first picture of a file, by FFmpeg.
AVFrame* ReadPicture(const std::string& path) {
  AVFormatContext* input = nullptr;
  REQUIRE(avformat_open_input(&input, path.c_str(), nullptr, nullptr) >= 0);
  const AVCodecParameters& parameters = *input->streams[0]->codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  AVCodecContext* decoder = avcodec_alloc_context3(codec);
  avcodec_parameters_to_context(decoder, &parameters);
  decoder->thread_count = 1;
  REQUIRE(avcodec_open2(decoder, codec, nullptr) >= 0);
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  REQUIRE(av_read_frame(input, packet) >= 0);
  REQUIRE(avcodec_send_packet(decoder, packet) >= 0);
  avcodec_send_packet(decoder, nullptr);
  REQUIRE(avcodec_receive_frame(decoder, frame) >= 0);
  av_packet_free(&packet);
  avcodec_free_context(&decoder);
  avformat_close_input(&input);
  return frame;
}

Rgb RgbAt(const AVFrame& frame, int x, int y) {
  const std::uint8_t* at = frame.data[0] + y * frame.linesize[0] + 3 * x;
  return {at[0], at[1], at[2]};
}

// BT.709 red, of which BT.601 would make an orange one.
constexpr Colour kRed709{63, 102, 240};

TEST_CASE("A snapshot has the colours of its picture, by BT.601 below 720 lines") {
  const PixelFormat format = GENERATE(PixelFormat::kI420, PixelFormat::kNv12);
  const TestFolder folder;
  REQUIRE(WritePng(folder / "small.png", Quarters({321, 181}, format)));
  AVFrame* frame = ReadPicture(folder / "small.png");
  CHECK(frame->width == 321);
  CHECK(frame->height == 181);
  REQUIRE(frame->format == AV_PIX_FMT_RGB24);
  CHECK(IsNearRgb(RgbAt(*frame, 40, 40), {255, 0, 0}));
  CHECK(IsNearRgb(RgbAt(*frame, 280, 40), {0, 255, 0}));
  CHECK(IsNearRgb(RgbAt(*frame, 40, 140), {0, 0, 255}));
  CHECK(IsNearRgb(RgbAt(*frame, 280, 140), {255, 255, 255}));
  av_frame_free(&frame);
}

TEST_CASE("A snapshot has the colours of its picture, by BT.709 from 720 lines on") {
  const TestFolder folder;
  const Picture picture = Painted({64, 720}, PixelFormat::kI420, [](int, int) { return kRed709; });
  REQUIRE(WritePng(folder / "tall.png", picture));
  AVFrame* frame = ReadPicture(folder / "tall.png");
  CHECK(IsNearRgb(RgbAt(*frame, 30, 300), {255, 0, 0}));
  av_frame_free(&frame);
}

TEST_CASE("A snapshot that cannot be written says why") {
  const TestFolder folder;
  const Picture picture = Quarters({320, 180}, PixelFormat::kI420);
  CHECK(WritePng(folder / "none/x.png", picture).error().code == ErrorCode::kFileNotFound);
  fs::create_symlink("/dev/full", folder / "full.png");
  CHECK(WritePng(folder / "full.png", picture).error().code == ErrorCode::kDiskFull);
  CHECK(WritePng(folder / "", picture).error().code == ErrorCode::kFileWrite);
}

AVFrame* MakeFrame(AVPixelFormat format, int width, int height) {
  AVFrame* frame = av_frame_alloc();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  REQUIRE(av_frame_get_buffer(frame, 0) >= 0);
  return frame;
}

void FillPlane(AVFrame& frame, int plane, int height, int value) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < frame.linesize[plane]; ++x) {
      frame.data[plane][y * frame.linesize[plane] + x] = static_cast<std::uint8_t>(value);
    }
  }
}

TEST_CASE("A screen's red is our red, small and large") {
  const int height = GENERATE(180, 720);
  AVFrame* frame = MakeFrame(AV_PIX_FMT_BGR0, 320, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 320; ++x) {
      std::uint8_t* at = frame->data[0] + y * frame->linesize[0] + 4 * x;
      at[0] = at[1] = at[3] = 0;
      at[2] = 255;
    }
  }
  PictureConverter converter;
  auto picture = converter.ToI420(*frame);
  av_frame_free(&frame);
  REQUIRE(picture);
  CHECK(IsNear(ColourAt(*picture, 100, 100), height == 720 ? kRed709 : kQuarters[0], 2));
}

TEST_CASE("A camera's JPEG red (BT.601, full range) is our red, small and large") {
  const int height = GENERATE(180, 720);
  AVFrame* frame = MakeFrame(AV_PIX_FMT_YUVJ422P, 320, height);
  FillPlane(*frame, 0, height, 76);
  FillPlane(*frame, 1, height, 85);
  FillPlane(*frame, 2, height, 255);
  PictureConverter converter;
  auto picture = converter.ToI420(*frame);
  av_frame_free(&frame);
  REQUIRE(picture);
  CHECK(IsNear(ColourAt(*picture, 100, 100), height == 720 ? kRed709 : kQuarters[0], 3));
}

TEST_CASE("A camera's raw red (YUYV, BT.601, limited range) is our red, small and large") {
  const int height = GENERATE(180, 720);
  AVFrame* frame = MakeFrame(AV_PIX_FMT_YUYV422, 320, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 160; ++x) {
      std::uint8_t* at = frame->data[0] + y * frame->linesize[0] + 4 * x;
      at[0] = at[2] = 81;
      at[1] = 90;
      at[3] = 240;
    }
  }
  PictureConverter converter;
  auto picture = converter.ToI420(*frame);
  av_frame_free(&frame);
  REQUIRE(picture);
  CHECK(IsNear(ColourAt(*picture, 100, 100), height == 720 ? kRed709 : kQuarters[0], 3));
}

TEST_CASE("A picture with odd sides loses its last row and column") {
  AVFrame* frame = MakeFrame(AV_PIX_FMT_BGR0, 321, 181);
  FillPlane(*frame, 0, 181, 255);
  PictureConverter converter;
  auto picture = converter.ToI420(*frame);
  av_frame_free(&frame);
  REQUIRE(picture);
  CHECK(picture->size() == PictureSize{320, 180});
  CHECK(IsNear(ColourAt(*picture, 319, 179), {235, 128, 128}, 1));
}

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("A Y4M file holds a header and each picture's planes without padding") {
  const PixelFormat format = GENERATE(PixelFormat::kI420, PixelFormat::kNv12);
  const TestFolder folder;
  const Picture picture = Quarters({6, 5}, format);
  auto writer = Y4mWriter::Open(folder / "dump.y4m", 30);
  REQUIRE(writer);
  REQUIRE((*writer)->Write(picture));
  REQUIRE((*writer)->Write(picture));
  CHECK((*writer)->Write(Quarters({8, 4}, format)).error().code == ErrorCode::kUnsupported);
  REQUIRE((*writer)->Close());

  const std::string text = FileText(folder / "dump.y4m");
  const std::string header = text.substr(0, text.find('\n') + 1);
  CHECK(header.substr(0, 26) == "YUV4MPEG2 W6 H5 F30000:100");
  const std::size_t frame_bytes = 6 + 30 + 9 + 9;
  REQUIRE(text.size() == header.size() + 2 * frame_bytes);
  const std::string frame = text.substr(header.size() + frame_bytes);
  CHECK(frame.substr(0, 6) == "FRAME\n");
  CHECK(static_cast<unsigned char>(frame[6]) == kQuarters[0].y);
  CHECK(static_cast<unsigned char>(frame[6 + 30]) == kQuarters[0].u);
  CHECK(static_cast<unsigned char>(frame[6 + 30 + 9]) == kQuarters[0].v);

  AVFrame* read = ReadPicture(folder / "dump.y4m");
  CHECK(read->width == 6);
  CHECK(read->height == 5);
  av_frame_free(&read);
}

TEST_CASE("A Y4M file's rate may become known after the file, and nonsense does not count") {
  const TestFolder folder;
  auto writer = Y4mWriter::Open(folder / "dump.y4m", 30);
  REQUIRE(writer);
  (*writer)->SetFrameRate(12.5);
  (*writer)->SetFrameRate(0);
  REQUIRE((*writer)->Write(Quarters({6, 4}, PixelFormat::kI420)));
  REQUIRE((*writer)->Close());

  CHECK(FileText(folder / "dump.y4m").starts_with("YUV4MPEG2 W6 H4 F12500:1000 "));
}

TEST_CASE("A Y4M file that cannot be written says why") {
  const TestFolder folder;
  CHECK(Y4mWriter::Open(folder / "none/x.y4m", 30).error().code == ErrorCode::kFileNotFound);
  CHECK(Y4mWriter::Open(folder / "x.y4m", 0).error().code == ErrorCode::kInvalidConfig);
  fs::create_symlink("/dev/full", folder / "full.y4m");
  auto writer = Y4mWriter::Open(folder / "full.y4m", 25);
  REQUIRE(writer);
  CHECK((*writer)->Write(Quarters({16, 16}, PixelFormat::kI420)).error().code ==
        ErrorCode::kDiskFull);
}

}  // namespace
}  // namespace onair::devices
