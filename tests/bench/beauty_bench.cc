// SPDX-License-Identifier: Apache-2.0
//
// Milliseconds of one core per 720p picture: each filter, each instruction set, the whole
// chain, and beside them OpenCV's bilateral filter and a fast guided filter made of OpenCV's
// operations.
//   beauty_bench [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "beauty/filters/background_pass.h"
#include "beauty/filters/isa.h"
#include "beauty/filters/lut_pass.h"
#include "beauty/filters/reshape_pass.h"
#include "beauty/filters/skin_pass.h"
#include "beauty/filters/watermark.h"
#include "beauty/graph/beauty_graph.h"
#include "core/base/rng.h"

using namespace onair;
using namespace onair::beauty;

namespace {

constexpr PictureSize kSize{1280, 720};

// Skin with grain, an edge every 90 pixels: what the filters' branches see in a face.
PictureBuilder MakePicture() {
  auto out = *PictureBuilder::Allocate(PixelFormat::kI420, kSize);
  Rng rng(1);
  for (std::size_t p = 0; p < 3; ++p) {
    const int width = p == 0 ? kSize.width : kSize.width / 2;
    const int height = p == 0 ? kSize.height : kSize.height / 2;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int base = p == 0 ? ((x / 90 + y / 90) % 3 == 0 ? 60 : 150) : p == 1 ? 112 : 150;
        RowOf(out.plane(p), y)[x] =
            static_cast<std::uint8_t>(base + static_cast<int>(rng.Below(9)) - 4);
      }
    }
  }
  return out;
}

// As large as in a stream of one person: 280 x 340 pixels.
Face MakeFace() {
  const FaceLandmarks marks{
      {0.455F, 0.36F}, {0.545F, 0.36F}, {0.5F, 0.45F}, {0.465F, 0.55F}, {0.535F, 0.55F}};
  return {1, {0.39F, 0.2F, 0.22F, 0.47F}, marks, 1};
}

int rounds = 200;

// The median of CPU times: other programs on the machine count little.
template <typename Work>
double Measure(const std::string& name, double beside, Work work) {
  work();
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();
    work();
    took.push_back(1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  std::nth_element(took.begin(), took.begin() + rounds / 2, took.end());
  const double median = took[static_cast<std::size_t>(rounds / 2)];
  if (beside > 0) {
    std::printf("%-44s %8.3f ms  %6.1f x\n", name.c_str(), median, beside / median);
  } else {
    std::printf("%-44s %8.3f ms\n", name.c_str(), median);
  }
  return median;
}

// He and Sun, Fast Guided Filter, self-guided, statistics at a quarter of the side.
void FastGuided(const cv::Mat& luma, cv::Mat& out) {
  cv::Mat source, small, mean, square, a, b;
  luma.convertTo(source, CV_32F);
  cv::resize(source, small, {}, 0.25, 0.25, cv::INTER_AREA);
  const cv::Size box(5, 5);
  cv::blur(small, mean, box);
  cv::blur(small.mul(small), square, box);
  const cv::Mat variance = square - mean.mul(mean);
  cv::divide(variance, variance + 100, a);
  b = mean - a.mul(mean);
  cv::blur(a, a, box);
  cv::blur(b, b, box);
  cv::resize(a, a, luma.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(b, b, luma.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat result = a.mul(source) + b;
  result.convertTo(out, CV_8U);
}

CubeLut WarmLut() {
  std::string text = "LUT_3D_SIZE 17\n";
  for (int i = 0; i < 17 * 17 * 17; ++i) {
    const double r = i % 17 / 16.0, g = i / 17 % 17 / 16.0, b = i / 289 / 16.0;
    text += std::to_string(r + 0.1 * r * (1 - r)) + " " + std::to_string(g) + " " +
            std::to_string(b * 0.92) + "\n";
  }
  return *CubeLut::Parse(text);
}

struct Stage {
  PictureBuilder from = MakePicture();
  PictureBuilder to = MakePicture();
  Face face = MakeFace();
  I420Planes in = PlanesOf(from);
  I420Planes out = PlanesOf(to);
};

void MeasureIsa(Isa isa, Stage& s, double bilateral) {
  const Kernels& kernels = KernelsOf(isa);
  const std::string with = std::string(", ") + std::string(NameOf(isa));
  const std::span<const Face> faces(&s.face, 1);
  SkinPass skin(kernels);
  ReshapePass reshape(kernels);
  BackgroundPass background(kernels);
  const RoiMap roi{{{0.39F, 0.2F, 0.22F, 0.47F, 1}}};
  const SkinLook smooth{.smooth = 0.6F, .face_trust = 1};
  const SkinLook all{0.6F, 0.6F, 0.6F, 0.6F, kUsualSkin, 1};
  Measure("smooth" + with, bilateral, [&] { skin.Apply(s.in.View(), smooth, faces, s.out); });
  Measure("smooth+whiten+ruddy+sharpen" + with, bilateral,
          [&] { skin.Apply(s.in.View(), all, faces, s.out); });
  Measure("slim+eyes, face of 280x340" + with, 0, [&] {
    reshape.Apply({0.6F, 0.6F}, faces, s.out);
  });
  Measure("all six" + with, bilateral, [&] {
    skin.Apply(s.in.View(), all, faces, s.out);
    reshape.Apply({0.6F, 0.6F}, faces, s.out);
  });
  Measure("background low-pass" + with, 0, [&] { background.Apply(1, roi, s.out); });
}

// Grain on a sweep through nearly all chroma: more colours than a scene has.
PictureBuilder MakeRainbow() {
  PictureBuilder out = MakePicture();
  for (int y = 0; y < kSize.height / 2; ++y) {
    for (int x = 0; x < kSize.width / 2; ++x) {
      RowOf(out.plane(1), y)[x] = static_cast<std::uint8_t>(RowOf(out.plane(1), y)[x] - 72 + x / 4);
      RowOf(out.plane(2), y)[x] =
          static_cast<std::uint8_t>(RowOf(out.plane(2), y)[x] - 110 + y / 2);
    }
  }
  return out;
}

// It has no instruction sets of its own.
void MeasureLut(const Stage& s) {
  const CubeLut warm = WarmLut();
  LutPass lut;
  lut.SetLut(warm, kSize);
  // So little that a picture stays what it was.
  constexpr float kTrace = 0.001F;
  const PictureBuilder rainbow = MakeRainbow();
  Measure("colour table, grainy picture", 0, [&] { lut.Apply(kTrace, s.out); });
  Measure("colour table, a rainbow", 0, [&] { lut.Apply(kTrace, PlanesOf(rainbow)); });
  float strength = kTrace;
  Measure("colour table, grainy, each time a new strength", 0,
          [&] { lut.Apply(strength = 2 * kTrace - strength + 1e-6F, s.out); });
  Measure("setting a colour table", 0, [&] { lut.SetLut(warm, kSize); });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) rounds = std::max(1, std::atoi(argv[1]));
  cv::setNumThreads(1);
  Stage s;
  const cv::Mat luma(kSize.height, kSize.width, CV_8UC1, s.from.plane(0).data,
                     static_cast<std::size_t>(s.from.plane(0).stride_bytes));
  cv::Mat filtered;
  std::printf(
      "1280x720, one thread, median CPU time; x: how many times faster than bilateral d=9\n");
  const double bilateral = Measure("OpenCV bilateralFilter, luma, d=9", 0,
                                   [&] { cv::bilateralFilter(luma, filtered, 9, 30, 9); });
  Measure("fast guided filter of OpenCV ops, luma, s=4", bilateral,
          [&] { FastGuided(luma, filtered); });
  for (const Isa isa : SupportedIsas()) MeasureIsa(isa, s, bilateral);
  MeasureLut(s);

  const auto run = [&](const char* name, BeautyGraph& graph) {
    const Picture picture = MakePicture().Freeze();
    Measure(name, bilateral, [&] {
      (void)graph.Apply(VideoFrame(picture, MediaTime::Zero(), Timestamp::Zero()),
                        std::span(&s.face, 1));
    });
  };
  BeautyGraph off, on;
  if (!on.SetBeauty({0.6F, 0.6F, 0.6F, 0.6F, 0.6F, 0.6F})) return 1;
  run("graph, off", off);
  run("graph, all six", on);
  if (!on.SetWatermark(
          Watermark{{256, 128}, std::vector<std::uint8_t>(256 * 128 * 4, 128), 31, 31}))
    return 1;
  run("graph, all six and a watermark of 256x128", on);
  on.SetMirror(Mirror::kLeftRight);
  run("the same, mirrored", on);
  return 0;
}
