// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "beauty/graph/beauty_graph.h"
#include "core/api/codec_ports.h"
#include "core/machine/trace.h"
#include "platform/runtime/latest_value.h"
#include "platform/sdk/effects_config.h"
#include "platform/sdk/face_line.h"
#include "platform/sdk/publisher_stats.h"

namespace onair {

// What happens to a picture between its source and the encoder: faces are followed, beauty and
// colours applied, regions of interest marked. Settings may come from any thread; they hold
// from the next picture.
class PictureEffects {
 public:
  struct Setup {
    EffectsConfig config;
    PictureSize full_size;   // Of the encoder at its largest; watermarks are placed on it.
    RoiSupport encoder_roi;  // kNone: the rest of the picture is softened instead.
    double roi_strength;     // VideoConfig's.
    FaceLine::OnFailure on_face_failure;
    TraceSink* trace;
  };
  explicit PictureEffects(Setup setup);

  // On onair.video only. The frame is upright and of the encoder's size, which may change from
  // one to the next.
  VideoFrame Apply(VideoFrame frame);

  // As the publisher's methods of these names.
  Status SetBeauty(const BeautyConfig& beauty);
  Status SetColourTable(ColourTable table);
  Status SetWatermark(std::optional<beauty::Watermark> mark);
  void SetMirror(beauty::Mirror mirror);
  Status SetRegions(std::vector<RoiRegion> regions);
  Result<FilterId> AddFilter(std::unique_ptr<VideoFilter> filter);
  void RemoveFilter(FilterId id);

  // Fills the part of effects and faces.
  void AddTo(PublisherStats& stats) const;

 private:
  // One change of the app's filters; without a filter: it is removed.
  struct FilterChange {
    FilterId id;
    std::unique_ptr<VideoFilter> filter;
  };
  void TakeSettings(PictureSize size);
  void TakeFilter(FilterChange change);
  // The line between before and after goes through the largest face.
  void MoveSplit(const Faces& faces);
  void MarkRegions(VideoFrame& frame, const Faces& faces) const;

  const PictureSize full_size_;
  const RoiSupport encoder_roi_;
  const double roi_strength_;
  const EffectsView view_;
  TraceSink& trace_;

  runtime::LatestValue<BeautyConfig> beauty_;
  runtime::LatestValue<ColourTable> colour_table_;
  runtime::LatestValue<std::optional<beauty::Watermark>> watermark_;
  runtime::LatestValue<beauty::Mirror> mirror_;
  runtime::LatestValue<std::vector<RoiRegion>> regions_;
  runtime::BoundedQueue<FilterChange> filter_changes_;
  std::atomic<int> last_filter_{0};
  std::atomic<int> live_filters_{0};  // In use or on their way in.

  // Of onair.video only.
  struct Seen {
    std::uint64_t beauty = 0;
    std::uint64_t colour_table = 0;
    std::uint64_t watermark = 0;
    std::uint64_t mirror = 0;
  };
  Seen seen_;
  PictureSize watermark_for_;  // The picture size that the graph's watermark fits.
  beauty::BeautyGraph graph_;
  float split_ = 0.5F;
  std::map<FilterId, int> filters_;  // The graph's numbers.

  mutable runtime::Mutex mutex_;
  Percentiles beauty_time_ ONAIR_GUARDED_BY(mutex_);
  beauty::BeautyGraphStats graph_stats_ ONAIR_GUARDED_BY(mutex_);

  std::unique_ptr<FaceLine> faces_;  // Last: its thread ends first.
};

}  // namespace onair
