// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/beauty_looks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair::samples {
namespace {

// Memory of the graph, caches and the first eased steps are not what a stream costs.
constexpr std::size_t kWarmUp = 5;
constexpr std::size_t kSettled = 15;

VideoFrame FrameOf(const Clip& clip, std::size_t i) {
  // Times do not matter to the graph: it eases by picture.
  const auto us = static_cast<std::int64_t>(i) * 33'333;
  return {clip.pictures[i], MediaTime::Micros(us), Timestamp::Micros(us)};
}

}  // namespace

BeautyConfig AllSliders(float strength) {
  return {strength, strength, strength, strength, strength, strength};
}

std::vector<BeautyLook> BeautyLooks(float strength) {
  const float s = strength;
  return {{"smooth", {.smooth = s}},
          {"whiten", {.whiten = s}},
          {"ruddy", {.ruddy = s}},
          {"sharpen", {.sharpen = s}},
          {"slim", {.slim = s}},
          {"eyes", {.eyes = s}},
          {"lut", {}, true, false},
          {"watermark", {}, false, true},
          {"skin", {.smooth = s, .whiten = s, .ruddy = s, .sharpen = s}},
          {"skin+shape", AllSliders(s)},
          {"all", AllSliders(s), true, true}};
}

std::string WarmCube() {
  constexpr int kNodes = 33;
  std::string text = "LUT_3D_SIZE " + std::to_string(kNodes) + "\n";
  const auto share = [](int node) { return static_cast<double>(node) / (kNodes - 1); };
  for (int blue = 0; blue < kNodes; ++blue) {
    for (int green = 0; green < kNodes; ++green) {
      for (int red = 0; red < kNodes; ++red) {
        std::array<char, 64> line{};
        std::snprintf(line.data(), line.size(), "%.5f %.5f %.5f\n",
                      std::min(1.0, share(red) * 1.06), share(green), share(blue) * 0.92);
        text += line.data();
      }
    }
  }
  return text;
}

beauty::Watermark SampleMark(PictureSize picture) {
  const PictureSize size{std::max(picture.width / 6, 1), std::max(picture.height / 12, 1)};
  beauty::Watermark mark{size, {}, picture.width / 32, picture.height / 32};
  for (int i = 0; i < size.width * size.height; ++i) {
    mark.rgba.insert(mark.rgba.end(), {255, 255, 255, 128});
  }
  return mark;
}

Status Dress(beauty::BeautyGraph& graph, const BeautyLook& look, PictureSize picture) {
  if (auto set = graph.SetBeauty(look.sliders); !set) return set;
  if (look.has_lut) {
    auto lut = beauty::CubeLut::Parse(WarmCube());
    if (!lut) return Forward(lut);
    auto shared = std::make_shared<const beauty::CubeLut>(std::move(*lut));
    if (auto set = graph.SetLut(std::move(shared), 1); !set) return set;
  }
  if (!look.has_watermark) return {};
  return graph.SetWatermark(SampleMark(picture));
}

Result<std::vector<TimeDelta>> TimeLook(const BeautyLook& look, const Clip& clip,
                                        const std::vector<Faces>& faces) {
  beauty::BeautyGraph graph;
  if (auto dressed = Dress(graph, look, clip.size); !dressed) return Forward(dressed);
  for (std::size_t i = 0; i < kWarmUp; ++i) {
    const std::size_t at = i % clip.pictures.size();
    (void)graph.Apply(FrameOf(clip, at), faces[at]);
  }
  std::vector<TimeDelta> spans;
  for (std::size_t i = 0; i < clip.pictures.size(); ++i) {
    VideoFrame frame = FrameOf(clip, i);
    const Timestamp before = runtime::Now();
    const VideoFrame out = graph.Apply(std::move(frame), faces[i]);
    spans.push_back(runtime::Now() - before);
  }
  if (graph.stats().failures > 0) return Fail(ErrorCode::kOutOfMemory, "beauty: " + look.name);
  return spans;
}

Result<Picture> PictureIn(const BeautyLook& look, const Clip& clip, const std::vector<Faces>& faces,
                          std::size_t at) {
  beauty::BeautyGraph graph;
  if (auto dressed = Dress(graph, look, clip.size); !dressed) return Forward(dressed);
  for (std::size_t i = at - std::min(at, kSettled); i < at; ++i) {
    (void)graph.Apply(FrameOf(clip, i), faces[i]);
  }
  return graph.Apply(FrameOf(clip, at), faces[at]).picture;
}

}  // namespace onair::samples
