// SPDX-License-Identifier: Apache-2.0
#include "beauty/graph/beauty_graph.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "beauty/filters/background_pass.h"
#include "beauty/filters/isa.h"
#include "beauty/filters/lut_pass.h"
#include "beauty/filters/reshape_pass.h"
#include "beauty/filters/skin_pass.h"

namespace onair::beauty {
namespace {

enum Slider : std::size_t { kSmooth, kWhiten, kRuddy, kSharpen, kSlim, kEyes };

bool IsFinite(FacePoint p) {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

bool IsUsable(const Face& face) {
  const FaceBox& box = face.box;
  if (!IsFinite({box.x, box.y}) || !std::isfinite(box.width) || !std::isfinite(box.height)) {
    return false;
  }
  if (!std::isfinite(face.presence)) return false;
  // Larger or farther than this is no face, and more than the arithmetic is made for.
  constexpr float kMostSides = 4;
  return box.width > 1e-3F && box.height > 1e-3F && box.width < kMostSides &&
         box.height < kMostSides && std::abs(box.x) < kMostSides && std::abs(box.y) < kMostSides &&
         face.presence > 0;
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
  SkinPass skin{BestKernels()};
  ReshapePass reshape{BestKernels()};
  LutPass grade;
  BackgroundPass background{BestKernels()};
  std::optional<SkinTone> tone;  // As measured lately.
  float face_trust = 0;
  const CubeLut* graded = nullptr;  // What `grade` was made of, and for which pictures.
  PictureSize graded_for;
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
      s.graded = nullptr;
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
  return orientation_.mirror == Mirror::kOff && stages_->lut_strength.value() == 0 &&
         filters_.empty() && !watermark_ && !Softens(frame);
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
  if (auto drawn = DrawSkin(frame.picture, orientation, sheet->planes()); !drawn) return drawn;
  frame.rotation = Rotation::k0;
  if (frame.roi) frame.roi = Oriented(*frame.roi, orientation);
  DrawShapeAndColour(sheet->planes());

  if (filters_.empty()) {
    DrawOver(frame, sheet->planes());
    frame.picture = std::move(*sheet).Freeze();
    return {};
  }
  frame.picture = std::move(*sheet).Freeze();
  RunFilters(frame);
  if (!watermark_ && !Softens(frame)) return {};
  // What a filter gave is shared: what lies over it goes on a copy.
  auto over = pool_.Take(size);
  if (!over) return Forward(over);
  CopyPlanes(ViewOf(frame.picture), over->planes());
  DrawOver(frame, over->planes());
  frame.picture = std::move(*over).Freeze();
  return {};
}

// From the camera's picture to `to`: upright, with the skin as the sliders say.
Status BeautyGraph::DrawSkin(const Picture& from, Orientation orientation, const I420Planes& to) {
  Stages& s = *stages_;
  SkinLook look{sliders_[kSmooth].value(),
                sliders_[kWhiten].value(),
                sliders_[kRuddy].value(),
                sliders_[kSharpen].value(),
                kUsualSkin,
                0};
  const bool is_ready = from.format() == PixelFormat::kI420 && orientation.IsIdentity();
  if (look.IsOff()) {
    is_ready ? CopyPlanes(ViewOf(from), to) : Orient(from, orientation, to);
    return {};
  }
  if (is_ready) {
    EaseTone(ViewOf(from), look);
    s.skin.Apply(ViewOf(from), look, faces_, to);
    return {};
  }
  auto upright = pool_.Take(to.size);
  if (!upright) return Forward(upright);
  Orient(from, orientation, upright->planes());
  EaseTone(upright->planes().View(), look);
  s.skin.Apply(upright->planes().View(), look, faces_, to);
  return {};
}

// Skin is measured where a face is sure, and remembered when it leaves: the look of a hand held
// into the picture must not hang on the detector.
void BeautyGraph::EaseTone(const I420View& picture, SkinLook& look) {
  Stages& s = *stages_;
  const float presence = faces_.empty() ? 0 : faces_.front().presence;
  const float goal = presence > 0.5F ? 1 : 0;
  s.face_trust += std::clamp(goal - s.face_trust, -Eased::kStep, Eased::kStep);
  if (presence > 0.5F) {
    if (const auto measured = MeasureSkinTone(picture, faces_)) {
      // A tenth each picture: light changes, a hand passes over the face.
      s.tone = s.tone ? Mix(*s.tone, *measured, 0.1F) : Mix(kUsualSkin, *measured, 0.5F);
    }
  }
  look.tone = s.tone.value_or(kUsualSkin);
  look.face_trust = s.face_trust;
}

void BeautyGraph::DrawShapeAndColour(const I420Planes& planes) {
  Stages& s = *stages_;
  const FaceShape shape{sliders_[kSlim].value(), sliders_[kEyes].value()};
  if (!shape.IsOff()) s.reshape.Apply(shape, faces_, planes);
  if (s.lut == nullptr || s.lut_strength.value() == 0) return;
  if (s.graded != s.lut.get() || s.graded_for != planes.size) {
    s.grade.SetLut(*s.lut, planes.size);
    s.graded = s.lut.get();
    s.graded_for = planes.size;
  }
  s.grade.Apply(s.lut_strength.value(), planes);
}

bool BeautyGraph::Softens(const VideoFrame& frame) const {
  return background_.value() > 0 && frame.roi && !frame.roi->regions.empty();
}

void BeautyGraph::DrawOver(const VideoFrame& frame, const I420Planes& planes) {
  if (Softens(frame)) stages_->background.Apply(background_.value(), *frame.roi, planes);
  DrawWatermark(planes);
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
