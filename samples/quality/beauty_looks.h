// SPDX-License-Identifier: Apache-2.0
//
// The settings that `onair-quality beauty` measures, and the graph that runs them.
#pragma once

#include <string>
#include <vector>

#include "beauty/graph/beauty_graph.h"
#include "core/base/result.h"
#include "core/units/time.h"
#include "samples/quality/clip.h"
#include "samples/quality/found_faces.h"

namespace onair::samples {

// One setting of the graph.
struct BeautyLook {
  std::string name;
  BeautyConfig sliders;
  bool has_lut = false;
  bool has_watermark = false;
};

// Each filter alone, those that live streams use together, and all; sliders at `strength`.
std::vector<BeautyLook> BeautyLooks(float strength);
// All six sliders.
BeautyConfig AllSliders(float strength);

// A warm grade of 33 nodes a side as a .cube file, the size that grading programs write.
std::string WarmCube();
// A logo a sixth of the picture wide, half transparent, in the upper left.
beauty::Watermark SampleMark(PictureSize picture);

// A graph that has the look from its first picture on.
Status Dress(beauty::BeautyGraph& graph, const BeautyLook& look, PictureSize picture);

// Time per picture of a clip, one thread, wall time, after a few pictures that warm up.
// `faces`: one entry a picture.
Result<std::vector<TimeDelta>> TimeLook(const BeautyLook& look, const Clip& clip,
                                        const std::vector<Faces>& faces);

// Picture `at` as the look leaves it when it has run for half a second.
Result<Picture> PictureIn(const BeautyLook& look, const Clip& clip, const std::vector<Faces>& faces,
                          std::size_t at);

}  // namespace onair::samples
