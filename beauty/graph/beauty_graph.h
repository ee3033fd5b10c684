// SPDX-License-Identifier: Apache-2.0
//
// What happens to a picture between the camera and the encoder, in this order: turned upright
// and mirrored; skin smoothed, lit and sharpened; face and eyes reshaped; colour table; the
// app's own filters; background softened; watermark.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "beauty/filters/cube_lut.h"
#include "beauty/filters/geometry.h"
#include "beauty/filters/watermark.h"
#include "beauty/graph/eased.h"
#include "beauty/graph/picture_pool.h"
#include "core/api/beauty_config.h"
#include "core/api/beauty_ports.h"
#include "core/media/video_frame.h"

namespace onair::beauty {

struct SkinLook;

// Counts since the graph was made.
struct BeautyGraphStats {
  std::uint64_t pictures = 0;       // Given to Apply().
  std::uint64_t untouched = 0;      // Of these: nothing was on, the same pixels went on.
  std::uint64_t filter_errors = 0;  // An app's filter failed or gave a picture of another form.
  std::uint64_t failures = 0;       // No memory or no valid size: the picture went on untouched.
  std::uint64_t allocations = 0;    // Stands still in a steady stream.
};

// Single-owner: all calls on one thread, that of the pictures. Every setting may change
// between two pictures; strengths are eased, a setting before the first picture holds at once.
class BeautyGraph {
 public:
  // More filters of the app are refused. Source: ours; a bound, not a measure.
  static constexpr std::size_t kMaxFilters = 16;

  BeautyGraph();
  ~BeautyGraph();
  BeautyGraph(const BeautyGraph&) = delete;
  BeautyGraph& operator=(const BeautyGraph&) = delete;

  // kInvalidConfig naming the field (NaN too); then nothing changed.
  Status SetBeauty(const BeautyConfig& config);

  // Null: no table. `strength` in [0, 1], else kInvalidConfig. An old table fades out before
  // the new one fades in.
  Status SetLut(std::shared_ptr<const CubeLut> lut, float strength);

  // nullopt: none. kInvalidConfig as Watermark::Validate().
  Status SetWatermark(std::optional<Watermark> mark);

  void SetMirror(Mirror mirror) { orientation_.mirror = mirror; }

  // Low-pass outside the regions of interest, for encoders that have no ROI: [0, 1], else
  // kInvalidConfig. Without a RoiMap on the frame nothing is softened.
  Status SetBackground(float strength);

  // kLimit beyond kMaxFilters, kInvalidConfig for null. Filters run in the order they came.
  // The number names it for RemoveFilter().
  Result<int> AddFilter(std::unique_ptr<VideoFilter> filter);
  // Whether there was one.
  bool RemoveFilter(int number);

  // `faces` are on the upright picture, not mirrored, largest first; those beyond kMaxFaces
  // and those with a number that is not finite are ignored. Gives back the frame with its times;
  // where anything is on, upright (rotation k0), I420, regions and faces() moved along. Where
  // all is off the very same Picture, rotation and format.
  VideoFrame Apply(VideoFrame frame, std::span<const Face> faces);

  // Of the last picture, as it was given on: mirrored where it was. Until the next Apply().
  std::span<const Face> faces() const { return faces_; }

  const BeautyGraphStats& stats() const { return stats_; }

 private:
  struct Stages;
  struct AppFilter {
    int number;
    std::unique_ptr<VideoFilter> filter;
  };

  void Ease();
  bool IsOff(const VideoFrame& frame) const;
  void TakeFaces(std::span<const Face> faces);
  void RunFilters(VideoFrame& frame);
  bool Softens(const VideoFrame& frame) const;
  Status DrawSkin(const Picture& from, Orientation orientation, const I420Planes& to);
  void EaseTone(const I420View& picture, SkinLook& look);
  void DrawShapeAndColour(const I420Planes& planes);
  void DrawOver(const VideoFrame& frame, const I420Planes& planes);
  void DrawWatermark(const I420Planes& planes);
  Status Process(VideoFrame& frame);

  Orientation orientation_;
  BeautyConfig goal_;
  std::array<Eased, 6> sliders_;  // As the fields of BeautyConfig.
  Eased background_;
  std::optional<Watermark> watermark_;
  std::vector<AppFilter> filters_;
  int last_number_ = 0;
  bool has_begun_ = false;
  std::vector<Face> faces_;
  PicturePool pool_;
  std::unique_ptr<Stages> stages_;
  BeautyGraphStats stats_;
};

}  // namespace onair::beauty
