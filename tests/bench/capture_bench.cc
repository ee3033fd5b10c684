// SPDX-License-Identifier: Apache-2.0
//
// Milliseconds of one core per 720p picture: test picture, pan and zoom, conforming.
//   capture_bench [FOLDER [IMAGE [FILE]]]
// With a folder it also writes the pictures there as PPM, for looking at; with a file it
// measures reading its pictures.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "capture/file/file_source.h"
#include "capture/file/image_source.h"
#include "capture/sync/conform.h"
#include "capture/synthetic/test_source.h"

using namespace onair;
using namespace onair::capture;

namespace {

void WritePpm(const Picture& p, const std::string& path) {
  FILE* f = std::fopen(path.c_str(), "wb");
  if (f == nullptr) return;
  const auto [w, h] = p.size();
  std::fprintf(f, "P6\n%d %d\n255\n", w, h);
  const auto at = [&](std::size_t i, int x, int y) {
    return static_cast<double>(
        p.plane(i).data[static_cast<std::ptrdiff_t>(y) * p.plane(i).stride_bytes + x]);
  };
  const bool hd = h >= 720;
  const double kr = hd ? 0.2126 : 0.299, kb = hd ? 0.0722 : 0.114;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const double luma = (at(0, x, y) - 16) / 219, u = (at(1, x / 2, y / 2) - 128) / 224,
                   v = (at(2, x / 2, y / 2) - 128) / 224;
      const double r = luma + 2 * (1 - kr) * v, b = luma + 2 * (1 - kb) * u,
                   g = (luma - kr * r - kb * b) / (1 - kr - kb);
      for (double c : {r, g, b})
        std::fputc(static_cast<int>(std::min(255.0, std::max(0.0, c * 255 + 0.5))), f);
    }
  }
  std::fclose(f);
}

template <typename Work>
void Measure(const char* name, int count, Work work) {
  work();
  const std::clock_t begin = std::clock();  // CPU time: other programs do not count.
  for (int i = 0; i < count; ++i) work();
  const double took_ms = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%-28s %8.3f ms\n", name, took_ms / count);
}

}  // namespace

namespace {

// A canvas of the usual size out of a picture of our own.
std::string MakeStill(const Picture& picture) {
  const std::string path = "/tmp/onair_capture_bench.ppm";
  WritePpm(picture, path);
  return path;
}

void MeasureConform(const char* name, PixelFormat format, PictureSize size, Rotation rotation,
                    FitMode mode) {
  auto builder = PictureBuilder::Allocate(format, size);
  if (!builder) return;
  const Picture picture = std::move(*builder).Freeze();
  Conform conform({1280, 720}, mode);
  Measure(name, 200, [&] {
    VideoFrame frame(picture, MediaTime::Zero(), Timestamp::Zero());
    frame.rotation = rotation;
    (void)conform.Apply(std::move(frame));
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "";
  const CaptureTime now{Timestamp::Zero(), UtcTime::Micros(1'795'226'021'123'456)};
  TestSourceConfig config;
  config.audio.reset();
  auto test = OpenTestSource(config);
  Measure("test picture", 300, [&] { (void)(*test)->ReadVideo(now); });
  auto shown = (*test)->ReadVideo(now);
  if (!folder.empty()) WritePpm(shown->picture, folder + "/test.ppm");

  const std::string still = argc > 2 ? argv[2] : MakeStill(shown->picture);
  auto image = OpenImage(still, {});
  if (!image) {
    std::printf("%s\n", ToString(image.error()).c_str());
    return 1;
  }
  Measure("pan and zoom", 300, [&] { (void)(*image)->ReadVideo(now); });
  shown = (*image)->ReadVideo(now);
  if (!folder.empty()) WritePpm(shown->picture, folder + "/image.ppm");
  if (argc > 3) {
    FileSourceConfig file_config;
    file_config.loop = Loop::kForever;
    file_config.tracks = FileTracks::kVideoOnly;
    auto file = OpenFile(argv[3], file_config);
    if (file)
      Measure("file picture", 300, [&] {
        (void)(*file)->Next();
        (void)(*file)->ReadVideo(now);
      });
  }

  using enum Rotation;
  constexpr auto kI420 = PixelFormat::kI420;
  constexpr auto kNv12 = PixelFormat::kNv12;
  MeasureConform("conform: fits already", kI420, {1280, 720}, k0, FitMode::kFill);
  MeasureConform("conform: NV12 720p", kNv12, {1280, 720}, k0, FitMode::kFill);
  MeasureConform("conform: I420 1080p", kI420, {1920, 1080}, k0, FitMode::kFill);
  MeasureConform("conform: NV12 1080p", kNv12, {1920, 1080}, k0, FitMode::kFill);
  MeasureConform("conform: NV12 1080p turned", kNv12, {1080, 1920}, k90, FitMode::kFill);
  MeasureConform("conform: I420 4:3 boxed", kI420, {640, 480}, k0, FitMode::kFit);
  return 0;
}
