// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/picture_effects.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "beauty/face/face_regions.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/before_after.h"
#include "platform/sdk/scaled_watermark.h"

namespace onair {
namespace {

// Between two pictures. Source: ours; every filter there may be, put in and taken out again.
constexpr std::size_t kMaxFilterChanges = 2 * beauty::BeautyGraph::kMaxFilters;

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

bool IsShare(float value) {
  return value >= 0 && value <= 1;  // Not-a-number is neither.
}

Status CheckColourTable(const ColourTable& table) {
  return IsShare(table.strength) ? Status{} : Refuse("colour_table.strength");
}

}  // namespace

Status CheckRegions(const std::vector<RoiRegion>& regions) {
  if (regions.size() > RoiMap::kMaxRegions) return Refuse("regions");
  for (const RoiRegion& region : regions) {
    const bool lies_inside =
        IsShare(region.x) && IsShare(region.y) && IsShare(region.width) && IsShare(region.height);
    if (!lies_inside || !(std::abs(region.quality) <= 1)) return Refuse("regions");
  }
  return {};
}

Status EffectsConfig::Validate() const {
  if (auto status = beauty.Validate(); !status) return status;
  if (auto status = CheckColourTable(colour_table); !status) return status;
  if (watermark) {
    if (auto status = watermark->Validate(); !status) return status;
  }
  return CheckRegions(regions);
}

PictureEffects::PictureEffects(Setup setup)
    : full_size_(setup.full_size),
      encoder_roi_(setup.encoder_roi),
      roi_strength_(setup.roi_strength),
      view_(setup.config.view),
      trace_(*setup.trace),
      beauty_(setup.config.beauty),
      colour_table_(setup.config.colour_table),
      watermark_(setup.config.watermark),
      mirror_(setup.config.mirror),
      regions_(setup.config.regions),
      filter_changes_({.items = kMaxFilterChanges}, runtime::WhenFull::kRefuse),
      watermark_for_(setup.full_size) {
  // What cannot fail here was validated; all settings are told once, before the first picture.
  (void)graph_.SetBeauty(setup.config.beauty);
  (void)graph_.SetLut(setup.config.colour_table.lut, setup.config.colour_table.strength);
  (void)graph_.SetWatermark(setup.config.watermark);
  graph_.SetMirror(setup.config.mirror);
  if (encoder_roi_ == RoiSupport::kNone) {
    (void)graph_.SetBackground(static_cast<float>(roi_strength_));
  }
  if (setup.config.make_face_detector) {
    faces_ = std::make_unique<FaceLine>(setup.config.make_face_detector,
                                        std::move(setup.on_face_failure), trace_);
  }
}

VideoFrame PictureEffects::Apply(VideoFrame frame) {
  TakeSettings(frame.picture.size());
  Faces faces;
  if (faces_) faces = faces_->Follow(frame.picture, frame.pts);
  MarkRegions(frame, faces);
  const Timestamp begin = runtime::Now();
  const Picture before = frame.picture;
  VideoFrame shown = graph_.Apply(std::move(frame), faces);
  if (view_ == EffectsView::kBeforeAfter && mirror_.Get() == beauty::Mirror::kOff) {
    MoveSplit(faces);
    if (auto both = BeforeAfter(before, shown.picture, split_)) shown.picture = std::move(*both);
  }
  const Timestamp end = runtime::Now();
  trace_.Span(begin, end, "beauty");
  const runtime::MutexLock lock(mutex_);
  beauty_time_.Add(end - begin);
  graph_stats_ = graph_.stats();
  return shown;
}

void PictureEffects::MoveSplit(const Faces& faces) {
  constexpr float kShare = 0.1F;  // Of the way, per picture: calm, and there within a second.
  const float wanted = faces.empty() ? 0.5F : faces[0].box.x + faces[0].box.width / 2;
  split_ += kShare * (wanted - split_);
}

// The setters refused what the graph would; what it still refuses leaves it as it was.
void PictureEffects::TakeSettings(PictureSize size) {
  if (const auto beauty = beauty_.GetIfNewer(seen_.beauty)) (void)graph_.SetBeauty(*beauty);
  if (auto table = colour_table_.GetIfNewer(seen_.colour_table)) {
    (void)graph_.SetLut(std::move(table->lut), table->strength);
  }
  const auto mark = watermark_.GetIfNewer(seen_.watermark);
  if (mark || watermark_for_ != size) {
    watermark_for_ = size;
    auto wanted = mark ? *mark : watermark_.Get();
    if (wanted) wanted = ScaledWatermark(*wanted, full_size_, size);
    (void)graph_.SetWatermark(std::move(wanted));
  }
  if (const auto mirror = mirror_.GetIfNewer(seen_.mirror)) graph_.SetMirror(*mirror);
  while (auto change = filter_changes_.TryPop()) TakeFilter(std::move(*change));
}

void PictureEffects::TakeFilter(FilterChange change) {
  if (change.filter) {
    if (const auto number = graph_.AddFilter(std::move(change.filter))) {
      filters_[change.id] = *number;
    }
    return;
  }
  const auto known = filters_.find(change.id);
  if (known == filters_.end()) return;
  graph_.RemoveFilter(known->second);
  filters_.erase(known);
  --live_filters_;
}

// The source's regions come first, then the app's, then the faces.
void PictureEffects::MarkRegions(VideoFrame& frame, const Faces& faces) const {
  if (roi_strength_ <= 0) {
    frame.roi.reset();
    return;
  }
  std::vector<RoiRegion> regions;
  if (frame.roi) regions = std::move(frame.roi->regions);
  const std::vector<RoiRegion> of_app = regions_.Get();
  regions.insert(regions.end(), of_app.begin(), of_app.end());
  RoiMap map = beauty::FacesToRoi(faces, regions);
  frame.roi.reset();
  if (!map.regions.empty()) frame.roi = std::move(map);
}

Status PictureEffects::SetBeauty(const BeautyConfig& beauty) {
  if (auto status = beauty.Validate(); !status) return status;
  beauty_.Set(beauty);
  return {};
}

Status PictureEffects::SetColourTable(ColourTable table) {
  if (auto status = CheckColourTable(table); !status) return status;
  colour_table_.Set(std::move(table));
  return {};
}

Status PictureEffects::SetWatermark(std::optional<beauty::Watermark> mark) {
  if (mark) {
    if (auto status = mark->Validate(); !status) return status;
  }
  watermark_.Set(std::move(mark));
  return {};
}

void PictureEffects::SetMirror(beauty::Mirror mirror) {
  mirror_.Set(mirror);
}

Status PictureEffects::SetRegions(std::vector<RoiRegion> regions) {
  if (auto status = CheckRegions(regions); !status) return status;
  regions_.Set(std::move(regions));
  return {};
}

Result<FilterId> PictureEffects::AddFilter(std::unique_ptr<VideoFilter> filter) {
  if (filter == nullptr) return Fail(ErrorCode::kInvalidConfig, "filter");
  if (live_filters_.fetch_add(1) >= static_cast<int>(beauty::BeautyGraph::kMaxFilters)) {
    --live_filters_;
    return Fail(ErrorCode::kLimit, "filters");
  }
  const auto id = static_cast<FilterId>(++last_filter_);
  if (!filter_changes_.Push({id, std::move(filter)})) {
    --live_filters_;
    return Fail(ErrorCode::kLimit, "filters");
  }
  return id;
}

void PictureEffects::RemoveFilter(FilterId id) {
  filter_changes_.Push({id, nullptr});
}

void PictureEffects::AddTo(PublisherStats& stats) const {
  if (faces_) stats.faces = faces_->stats();
  const runtime::MutexLock lock(mutex_);
  stats.beauty = beauty_time_;
  stats.filter_errors = static_cast<std::int64_t>(graph_stats_.filter_errors);
}

}  // namespace onair
