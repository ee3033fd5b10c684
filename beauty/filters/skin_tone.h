// SPDX-License-Identifier: Apache-2.0
//
// The colour of the skin in a picture, measured on its faces: lamps, cameras and people differ
// more than a fixed range of colours allows.
#pragma once

#include <optional>
#include <span>

#include "beauty/filters/i420.h"
#include "core/media/face.h"

namespace onair::beauty {

struct SkinTone {
  float u = 0;     // Cb - 128
  float v = 0;     // Cr - 128
  float luma = 0;  // Where u and v were measured.

  bool operator==(const SkinTone&) const = default;
};

// Skin of people in white light, for pictures without faces.
// Source: ours; mean over the faces of eight clips and a portrait, 2026-11.
inline constexpr SkinTone kUsualSkin{-15, 21, 140};

// Of the largest face; nullopt where there is none to measure, or what is in its box has no
// colour of skin (a black and white picture, a drawing).
std::optional<SkinTone> MeasureSkinTone(const I420View& picture, std::span<const Face> faces);

// From one tone to the other, for easing.
SkinTone Mix(const SkinTone& from, const SkinTone& to, float part);

}  // namespace onair::beauty
