// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of the filters, one row at a time, once per instruction set. All versions
// give the same bytes: integers only, or floats without contraction. No loop reads or writes
// outside the samples its row is said to have.
#pragma once

#include <cstdint>

namespace onair::beauty {

// "Cells" are blocks of 4x4 luma (2x2 chroma) pixels; statistics and masks live on them.
inline constexpr int kCell = 4;
// Rows of cells have this much room on both sides, so that boxes need no border case.
inline constexpr int kCellPad = 16;

// One face's share of a row: 1 within it, falling to 0 around it.
inline constexpr int kMaxZones = 4;
struct ZoneRow {
  const float* across = nullptr;  // Squared distance along x, one per cell.
  float inside = 0;               // What remains of the reach after the distance along y.
};

// What a row of cells is made of, and what becomes of it.
struct ClassifyRow {
  const std::int32_t* box_sum;      // Luma over the box around the cell.
  const std::int32_t* box_squares;  // Its squares.
  const std::int32_t* luma;         // Luma over the cell.
  const std::int32_t* u;            // Chroma over the cell (4 samples).
  const std::int32_t* v;
  ZoneRow zones[kMaxZones];
  int zone_count;
  std::int32_t* smooth;       // 2^16 = all of the detail may go.
  std::int32_t* smooth_mean;  // The same times the mean, in 2^10.
  std::int32_t* skin;         // 2^16 = surely skin.
  std::int32_t* edge;         // 2^16 = surely detail worth sharpening.
};

// See skin_pass.cc, which knows the reasons.
struct ClassifyParams {
  float inverse_box_pixels;
  float smooth_below;  // Squared variance (codes^4) at which half the detail goes.
  float edge_above;    // The same for sharpening.
  float skin_calm;     // How much skin holds sharpening back, [0, 1].
  float inverse_luma;  // 1 / luma at which the tone was measured.
  float dimmest;       // Range of the chroma scale that follows luma.
  float brightest;
  float along_u, along_v;    // Unit vector from grey to the tone.
  float across_u, across_v;  // Perpendicular.
  float saturation;          // Of the tone, along.
  float inverse_saturation;
  float inverse_along;  // 1 / squared half axes of the ellipse.
  float inverse_across;
  float zone_floor;  // Skin weight far from every face.
  float zone_wide;   // How much of the colour's distance a face forgives, [0, 1].
};

// Four maps as int16 rows of pixels: `from` above the picture row, `to` below it.
struct MapRows {
  const std::int16_t* smooth;
  const std::int16_t* smooth_mean;
  const std::int16_t* edge;
  const std::int16_t* skin;
};

struct RetouchLumaRow {
  const std::uint8_t* in;
  const std::int16_t* column_blur;  // blur_column(); one sample of room on both sides.
  MapRows from;
  MapRows to;
  std::uint8_t* out;
};
struct RetouchLumaParams {
  std::int16_t part;    // Of `to`, Q15.
  std::int16_t pores;   // Share of fine detail that smoothing gives back, Q15.
  std::int16_t whiten;  // Q15.
};
struct RetouchChromaRow {
  const std::uint8_t* u;
  const std::uint8_t* v;
  const std::int16_t* skin_from;
  const std::int16_t* skin_to;
  std::uint8_t* u_out;
  std::uint8_t* v_out;
};
struct RetouchChromaParams {
  std::int16_t part;   // Of `skin_to`, Q15.
  std::int16_t u_add;  // At full skin, in 1/64 code.
  std::int16_t v_add;
  std::int16_t v_rosy;  // The same, where V has room to the red of lips.
};

// Pulls a row towards the mean of its surroundings.
struct SoftenRow {
  const std::int16_t* weight_from;  // Q15
  const std::int16_t* weight_to;
  const std::int16_t* mean_from;  // Weight times mean, Q7.
  const std::int16_t* mean_to;
  std::uint8_t* pixels;
};

// A row out of a region of pixels that was moved.
struct WarpRow {
  const std::uint8_t* from;  // The region.
  int stride_bytes;
  int from_width;  // Samples outside the region count as its border.
  int from_height;
  int x;  // Where the row begins in the region.
  int y;
  int grid;                  // Samples between nodes: 4 or 8.
  const std::int32_t* by_x;  // At the nodes: where the sample comes from, 1/65536 sample.
  const std::int32_t* by_y;  // width / grid + 1 nodes, rounded up.
  std::uint8_t* out;
};

struct Kernels {
  // Sums and sums of squares of `cells` cells; four rows of `width` pixels. A cell cut by the
  // border counts the last pixel again.
  void (*reduce_luma)(const std::uint8_t* const* rows, int width, std::int32_t* sum,
                      std::int32_t* squares);
  // The same for two rows of `width` chroma samples, two to a cell.
  void (*reduce_chroma)(const std::uint8_t* const* rows, int width, std::int32_t* sum);
  // acc += enter - leave.
  void (*slide)(std::int32_t* acc, const std::int32_t* enter, const std::int32_t* leave, int cells);
  // out[i] = in[i - radius] + ... + in[i + radius]; radius <= kCellPad.
  void (*box)(const std::int32_t* in, int radius, std::int32_t* out, int cells);
  // The same, times `scale`, as int16.
  void (*box_to_map)(const std::int32_t* in, int radius, float scale, std::int16_t* out, int cells);
  void (*classify)(const ClassifyRow& row, const ClassifyParams& params, int cells);
  // A row of cells as 4 * cells luma or 2 * cells chroma samples, linear between the cells'
  // centres. `in` has one sample of room on both sides.
  void (*expand4)(const std::int16_t* in, std::int16_t* out, int cells);
  void (*expand2)(const std::int16_t* in, std::int16_t* out, int cells);
  // out = above + 2 * row + below.
  void (*blur_column)(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::int16_t* out, int width);
  void (*retouch_luma)(const RetouchLumaRow& row, const RetouchLumaParams& params, int width);
  void (*retouch_chroma)(const RetouchChromaRow& row, const RetouchChromaParams& params, int width);
  // `part` of the `to` maps, Q15.
  void (*soften)(const SoftenRow& row, std::int16_t part, int width);
  // pixels = value + pixels * keep / 255, rounded.
  void (*blend_row)(std::uint8_t* pixels, const std::uint8_t* value, const std::uint8_t* keep,
                    int width);
  void (*warp_row)(const WarpRow& row, int width);
};

}  // namespace onair::beauty
