// SPDX-License-Identifier: Apache-2.0
//
// What a publisher does to pictures, and where quality goes in them.
#include <vector>

#include "onair/publisher.h"
#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"
#include "platform/c/publisher_config.h"
#include "platform/c/publisher_handle.h"
#include "platform/sdk/encoders.h"

using namespace onair;
using namespace onair::c;

namespace {

Status SetRegions(onair_publisher& handle, const onair_region* given, std::size_t count) {
  if (count > RoiMap::kMaxRegions) return Refuse("count");
  std::vector<RoiRegion> regions;
  auto status = ForEachSized(given, count, "regions", [&](const onair_region& region) -> Status {
    if (region.reserved != 0) return Refuse("regions.reserved");
    regions.push_back({region.x, region.y, region.width, region.height, region.quality});
    return {};
  });
  if (!status) return status;
  return handle.publisher->SetRegions(std::move(regions));
}

Status SetWatermark(onair_publisher& handle, const onair_watermark* given) {
  if (given == nullptr) return handle.publisher->SetWatermark(std::nullopt);
  const auto mark = ReadSized(given, "mark");
  if (!mark) return Forward(mark);
  const auto is_side = [](std::int32_t side) { return side >= 1 && side <= kMaxPictureSide; };
  if (!is_side(mark->width)) return Refuse("mark.width");
  if (!is_side(mark->height)) return Refuse("mark.height");
  if (mark->rgba == nullptr) return Refuse("mark.rgba");
  const auto bytes =
      static_cast<std::size_t>(mark->width) * static_cast<std::size_t>(mark->height) * 4;
  return handle.publisher->SetWatermark(beauty::Watermark{
      {mark->width, mark->height}, {mark->rgba, mark->rgba + bytes}, mark->x, mark->y});
}

}  // namespace

onair_code onair_encoder_find(const onair_video_config* config) {
  return Guarded([&]() -> Status {
    const auto in = ReadSized(config, "config");
    if (!in) return Forward(in);
    VideoConfig video;
    if (auto status = ReadEncoder(*in, video); !status) return status;
    return FindVideoEncoder(video);
  });
}

onair_code onair_publisher_set_beauty(onair_publisher* publisher, float smooth, float whiten,
                                      float ruddy, float sharpen) {
  return With(publisher, [&](onair_publisher& p) {
    return p.publisher->SetBeauty(
        {.smooth = smooth, .whiten = whiten, .ruddy = ruddy, .sharpen = sharpen});
  });
}

onair_code onair_publisher_set_regions(onair_publisher* publisher, const onair_region* regions,
                                       size_t count) {
  return With(publisher, [&](onair_publisher& p) { return SetRegions(p, regions, count); });
}

onair_code onair_publisher_set_watermark(onair_publisher* publisher, const onair_watermark* mark) {
  return With(publisher, [&](onair_publisher& p) { return SetWatermark(p, mark); });
}
