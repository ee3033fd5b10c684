// SPDX-License-Identifier: Apache-2.0
#include "beauty/graph/beauty_graph.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace onair::beauty {
namespace {

bool IsFinite(FacePoint p) {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

bool IsUsable(const Face& face) {
  const FaceBox& box = face.box;
  if (!IsFinite({box.x, box.y}) || !std::isfinite(box.width) || !std::isfinite(box.height)) {
    return false;
  }
  if (!std::isfinite(face.presence)) return false;
  return box.width > 0 && box.height > 0 && face.presence > 0;
}

bool IsFinite(const FaceLandmarks& l) {
  return IsFinite(l.right_eye) && IsFinite(l.left_eye) && IsFinite(l.nose_tip) &&
         IsFinite(l.right_mouth_corner) && IsFinite(l.left_mouth_corner);
}

bool IsFraction(float value) {
  return value >= 0 && value <= 1;  // NaN is not.
}

void CopyPlanes(const I420View& from, const I420Planes& to) {
  for (std::size_t i = 0; i < 3; ++i) {
    const int width = i == 0 ? from.size.width : ChromaSide(from.size.width);
    const int height = i == 0 ? from.size.height : ChromaSide(from.size.height);
    for (int y = 0; y < height; ++y) {
      std::memcpy(RowOf(to.planes[i], y), RowOf(from.planes[i], y),
                  static_cast<std::size_t>(width));
    }
  }
}

}  // namespace

// The passes with what they keep between pictures.
struct BeautyGraph::Stages {
  std::shared_ptr<const CubeLut> lut;
  std::shared_ptr<const CubeLut> next_lut;
  float next_strength = 0;
  Eased lut_strength;
  std::optional<WatermarkLayer> watermark;
};

BeautyGraph::BeautyGraph() : stages_(std::make_unique<Stages>()) {
  faces_.reserve(kMaxFaces);
}

BeautyGraph::~BeautyGraph() = default;

Status BeautyGraph::SetBeauty(const BeautyConfig& config) {
  if (auto valid = config.Validate(); !valid) return valid;
  goal_ = config;
  const std::array goals{config.smooth,  config.whiten, config.ruddy,
                         config.sharpen, config.slim,   config.eyes};
  for (std::size_t i = 0; i < goals.size(); ++i) sliders_[i].SetGoal(goals[i]);
  return {};
}

Status BeautyGraph::SetLut(std::shared_ptr<const CubeLut> lut, float strength) {
  if (!IsFraction(strength)) return Fail(ErrorCode::kInvalidConfig, "lut.strength");
  stages_->next_strength = lut == nullptr ? 0 : strength;
  stages_->next_lut = std::move(lut);
  return {};
}

Status BeautyGraph::SetWatermark(std::optional<Watermark> mark) {
  if (mark) {
    if (auto valid = mark->Validate(); !valid) return valid;
  }
  watermark_ = std::move(mark);
  stages_->watermark.reset();
  return {};
}

Status BeautyGraph::SetBackground(float strength) {
  if (!IsFraction(strength)) return Fail(ErrorCode::kInvalidConfig, "background");
  background_.SetGoal(strength);
  return {};
}

Result<int> BeautyGraph::AddFilter(std::unique_ptr<VideoFilter> filter) {
  if (filter == nullptr) return Fail(ErrorCode::kInvalidConfig, "filter");
  if (filters_.size() == kMaxFilters) return Fail(ErrorCode::kLimit, "16 filters");
  filters_.push_back({++last_number_, std::move(filter)});
  return last_number_;
}

bool BeautyGraph::RemoveFilter(int number) {
  return std::erase_if(filters_, [&](const AppFilter& f) { return f.number == number; }) > 0;
}

VideoFrame BeautyGraph::Apply(VideoFrame frame, std::span<const Face> faces) {
  ++stats_.pictures;
  Ease();
  TakeFaces(faces);
  if (IsOff(frame)) {
    ++stats_.untouched;
    return frame;
  }
  if (auto done = Process(frame); !done) ++stats_.failures;
  stats_.allocations = pool_.allocations();
  return frame;
}

void BeautyGraph::Ease() {
  Stages& s = *stages_;
  if (s.lut != s.next_lut) {
    if (s.lut == nullptr || s.lut_strength.value() == 0) {
      s.lut = s.next_lut;
    } else {
      s.lut_strength.SetGoal(0);
    }
  }
  if (s.lut == s.next_lut) s.lut_strength.SetGoal(s.next_strength);
  for (Eased& slider : sliders_) has_begun_ ? slider.Step() : slider.Arrive();
  has_begun_ ? background_.Step() : background_.Arrive();
  has_begun_ ? s.lut_strength.Step() : s.lut_strength.Arrive();
  has_begun_ = true;
}

bool BeautyGraph::IsOff(const VideoFrame& frame) const {
  for (const Eased& slider : sliders_) {
    if (slider.value() > 0) return false;
  }
  const bool softens = background_.value() > 0 && frame.roi && !frame.roi->regions.empty();
  return orientation_.mirror == Mirror::kOff && stages_->lut_strength.value() == 0 &&
         filters_.empty() && !watermark_ && !softens;
}

void BeautyGraph::TakeFaces(std::span<const Face> faces) {
  faces_.clear();
  for (const Face& face : faces) {
    if (faces_.size() == kMaxFaces) break;
    if (!IsUsable(face)) continue;
    faces_.push_back(orientation_.mirror == Mirror::kLeftRight ? Mirrored(face) : face);
    Face& taken = faces_.back();
    taken.presence = std::min(taken.presence, 1.0F);
    if (taken.landmarks && !IsFinite(*taken.landmarks)) taken.landmarks.reset();
  }
}

Status BeautyGraph::Process(VideoFrame& frame) {
  const Orientation orientation{frame.rotation, orientation_.mirror};
  const PictureSize size = OrientedSize(frame.picture.size(), orientation);
  auto sheet = pool_.Take(size);
  if (!sheet) return Forward(sheet);
  if (frame.picture.format() == PixelFormat::kNv12 || !orientation.IsIdentity()) {
    Orient(frame.picture, orientation, sheet->planes());
  } else {
    CopyPlanes(ViewOf(frame.picture), sheet->planes());
  }
  frame.rotation = Rotation::k0;
  if (frame.roi) frame.roi = Oriented(*frame.roi, orientation);

  if (filters_.empty()) {
    DrawWatermark(sheet->planes());
    frame.picture = std::move(*sheet).Freeze();
    return {};
  }
  frame.picture = std::move(*sheet).Freeze();
  RunFilters(frame);
  if (!watermark_) return {};
  // What a filter gave is shared: the mark goes on a copy.
  auto marked = pool_.Take(size);
  if (!marked) return Forward(marked);
  CopyPlanes(ViewOf(frame.picture), marked->planes());
  DrawWatermark(marked->planes());
  frame.picture = std::move(*marked).Freeze();
  return {};
}

void BeautyGraph::DrawWatermark(const I420Planes& planes) {
  if (!watermark_) return;
  auto& layer = stages_->watermark;
  if (!layer || layer->picture() != planes.size) layer.emplace(*watermark_, planes.size);
  layer->Draw(planes);
}

void BeautyGraph::RunFilters(VideoFrame& frame) {
  for (const AppFilter& app : filters_) {
    auto filtered = app.filter->Apply(frame.picture, {faces_, frame.pts});
    if (!filtered || filtered->size() != frame.picture.size() ||
        filtered->format() != PixelFormat::kI420) {
      ++stats_.filter_errors;
      continue;
    }
    frame.picture = std::move(*filtered);
  }
}

}  // namespace onair::beauty
