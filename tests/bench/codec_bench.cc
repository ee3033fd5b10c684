// SPDX-License-Identifier: Apache-2.0
//
// codec_bench [FILE.yuv WIDTHxHEIGHT [h264|h265]]: what the codecs cost and how well the rate
// follows. Without a file (raw I420, 30 fps) it draws its own pictures; without a codec, both.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/roi_planner.h"
#include "codec/encode/video_encoder.h"
#include "tests/codec/support/moving_picture.h"

namespace {

using namespace onair;
using Pictures = std::vector<Picture>;

constexpr std::size_t kPictures = 120;  // 4 s; longer runs go back and forth through them.

Pictures DrawPictures() {
  codec::testing::Scene scene;
  scene.size = {1280, 720};
  scene.noise = 3;
  Pictures pictures;
  for (int i = 0; i < static_cast<int>(kPictures); ++i) {
    pictures.push_back(codec::testing::DrawPicture(scene, i));
  }
  return pictures;
}

Pictures ReadPictures(const char* path, PictureSize size) {
  std::ifstream file(path, std::ios::binary);
  Pictures pictures;
  while (file && pictures.size() < kPictures) {
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
    if (!builder) break;
    for (std::size_t p = 0; p < 3; ++p) {
      const int width = p == 0 ? size.width : ChromaSide(size.width);
      const int height = p == 0 ? size.height : ChromaSide(size.height);
      for (int y = 0; y < height; ++y) {
        const Plane plane = builder->plane(p);
        file.read(reinterpret_cast<char*>(plane.data + y * plane.stride_bytes), width);
      }
    }
    if (file) pictures.push_back(std::move(*builder).Freeze());
  }
  return pictures;
}

const Picture& At(const Pictures& pictures, int i) {
  const int count = static_cast<int>(pictures.size());
  const int k = i % (2 * count);
  return pictures[static_cast<std::size_t>(k < count ? k : 2 * count - 1 - k)];
}

double MeasureMs(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void PrintRow(const char* name, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  std::printf("%-34s %8.2f %8.2f %8.2f\n", name, ms[ms.size() / 2], ms[ms.size() * 95 / 100],
              ms.back());
}

struct Run {
  VideoTrack track{VideoCodec::kH264, {}, 0, {}};
  std::vector<EncodedFrame> frames;
  std::vector<double> ms;
};

using Before = std::function<void(VideoEncoder&, int)>;

Run Encode(const Pictures& pictures, const VideoConfig& config, int count,
           const Before& before = {}) {
  Run run;
  auto encoder = codec::OpenVideoEncoder(config);
  if (!encoder) {
    std::fprintf(stderr, "%s\n", ToString(encoder.error()).c_str());
    std::exit(1);
  }
  run.track = (*encoder)->track();
  for (int i = 0; i < count; ++i) {
    if (before) before(**encoder, i);
    const VideoFrame frame(At(pictures, i), MediaTime::Micros(i * 1'000'000LL / 30),
                           Timestamp::Zero());
    run.ms.push_back(MeasureMs([&] { static_cast<void>((*encoder)->Encode(frame, run.frames)); }));
  }
  return run;
}

// What regions add to a picture of any codec.
std::vector<double> PlanMs(const Pictures& pictures, PictureSize size) {
  codec::RoiPlanner planner(size, 1, codec::LookAhead::kNone);
  const std::optional<RoiMap> face = RoiMap{{{0.4F, 0.3F, 0.2F, 0.4F, 1}}};
  std::vector<double> ms;
  for (int i = 0; i < 240; ++i) {
    ms.push_back(MeasureMs([&] {
      static_cast<void>(planner.Plan({At(pictures, i), face, i % 60 == 0, 60 - i % 60}));
    }));
  }
  return ms;
}

void BenchSpeed(const Pictures& pictures, PictureSize size, VideoCodec codec) {
  std::printf("\nms per picture, %dx%d, 1500 kbit/s, 2 threads%14s %8s %8s\n", size.width,
              size.height, "p50", "p95", "max");
  Run last;
  for (const char* preset : {"ultrafast", "superfast", "veryfast"}) {
    VideoConfig config;
    config.codec = codec;
    config.size = size;
    config.preset = preset;
    last = Encode(pictures, config, 120);
    PrintRow((std::string("encode ") + preset).c_str(), last.ms);
  }
  PrintRow("plan a region's offsets", PlanMs(pictures, size));
  std::unique_ptr<VideoDecoder> decoder;
  PrintRow("open decoder (warm-up)",
           {MeasureMs([&] { decoder = *codec::OpenFfmpegVideoDecoder(); })});
  PrintRow("configure decoder",
           {MeasureMs([&] { static_cast<void>(decoder->Configure(last.track)); })});
  std::vector<double> ms;
  for (const EncodedFrame& frame : last.frames) {
    std::vector<VideoFrame> out;
    ms.push_back(MeasureMs([&] { static_cast<void>(decoder->Decode(frame, out)); }));
  }
  PrintRow("decode, first picture", {ms.front()});
  PrintRow("decode", std::move(ms));
}

double KbpsIn(const Run& run, int from, int count) {
  double bits = 0;
  for (int i = from; i < from + count; ++i) {
    bits += 8.0 * static_cast<double>(run.frames[static_cast<std::size_t>(i)].payload.size());
  }
  return bits / 1000 / (count / 30.0);
}

// Mean luma PSNR of what a viewer sees against what went in.
double MeanPsnr(const Pictures& pictures, const Run& run) {
  auto decoder = *codec::OpenFfmpegVideoDecoder();
  static_cast<void>(decoder->Configure(run.track));
  double sum = 0;
  int shown = 0;
  for (const EncodedFrame& frame : run.frames) {
    std::vector<VideoFrame> out;
    static_cast<void>(decoder->Decode(frame, out));
    for (const VideoFrame& picture : out) {
      sum += codec::testing::LumaPsnr(picture.picture, At(pictures, shown++));
    }
  }
  return sum / std::max(shown, 1);
}

void BenchSteadyRate(const Pictures& pictures, PictureSize size, VideoCodec codec) {
  std::printf("\nsteady rate, 30 s%29s %8s %8s\n", "error %", "PSNR dB", "max kB");
  for (const int kbps : {400, 800, 1500, 3000}) {
    VideoConfig config;
    config.codec = codec;
    config.size = size;
    config.rate = DataRate::KilobitsPerSec(kbps);
    const Run run = Encode(pictures, config, 900);
    std::size_t largest = 0;
    for (const EncodedFrame& frame : run.frames) largest = std::max(largest, frame.payload.size());
    std::printf("%4d kbit/s %35.1f %8.2f %8.1f\n", kbps, 100 * (KbpsIn(run, 0, 900) / kbps - 1),
                MeanPsnr(pictures, run), static_cast<double>(largest) / 1000);
  }
}

// Rate error after steps high -> low at 4.5 s and back at 8.5 s, key frames on even seconds.
void BenchRateSteps(const Pictures& pictures, PictureSize size, VideoCodec codec) {
  std::printf("\nrate steps, error in %%%19s %8s %8s %8s %8s %8s %8s\n", "2 s", "dn 0.5s", "dn 1s",
              "dn 2nd", "up 1s", "up 1.5s", "up 2nd");
  struct Row {
    int high, low, vbv_ms;
  };
  for (const Row row :
       {Row{1500, 600, 250}, Row{2500, 400, 250}, Row{1500, 600, 1000}, Row{1500, 600, 100}}) {
    VideoConfig config;
    config.codec = codec;
    config.size = size;
    config.rate = DataRate::KilobitsPerSec(row.high);
    config.vbv = TimeDelta::Millis(row.vbv_ms);
    const Run run = Encode(pictures, config, 360, [&](VideoEncoder& encoder, int i) {
      if (i == 135) static_cast<void>(encoder.Apply({DataRate::KilobitsPerSec(row.low), 30}));
      if (i == 255) static_cast<void>(encoder.Apply({DataRate::KilobitsPerSec(row.high), 30}));
    });
    const auto error = [&](int from, int count, int target) {
      return 100 * (KbpsIn(run, from, count) / target - 1);
    };
    std::printf(
        "%4d -> %4d kbit/s, vbv %4d ms   %+8.1f %+8.1f %+8.1f %+8.1f %+8.1f %+8.1f %+8.1f\n",
        row.high, row.low, row.vbv_ms, error(60, 60, row.high), error(135, 15, row.low),
        error(135, 30, row.low), error(165, 30, row.low), error(255, 30, row.high),
        error(255, 45, row.high), error(285, 30, row.high));
  }
}

void BenchCodec(const Pictures& pictures, PictureSize size, VideoCodec codec) {
  std::printf("\n== %s\n", codec == VideoCodec::kH264 ? "H.264" : "H.265");
  BenchSpeed(pictures, size, codec);
  BenchSteadyRate(pictures, size, codec);
  BenchRateSteps(pictures, size, codec);
}

}  // namespace

int main(int argc, char** argv) {
  PictureSize size{1280, 720};
  if (argc >= 3 && std::sscanf(argv[2], "%dx%d", &size.width, &size.height) != 2) return 2;
  const std::string_view only = argc >= 4 ? argv[3] : "";
  const Pictures pictures = argc >= 3 ? ReadPictures(argv[1], size) : DrawPictures();
  if (pictures.empty()) {
    std::fprintf(stderr, "codec_bench: no pictures in %s\n", argc > 1 ? argv[1] : "");
    return 1;
  }
  if (only != "h265") BenchCodec(pictures, size, VideoCodec::kH264);
  if (only != "h264") BenchCodec(pictures, size, VideoCodec::kH265);
  return 0;
}
