// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "capture/synthetic/bitmap_font.h"
#include "capture/synthetic/stamp.h"
#include "capture/synthetic/sync_marks.h"
#include "capture/synthetic/test_card.h"

namespace onair::capture {

// "2026-11-21 01:53:41.123", UTC.
std::string UtcText(UtcTime utc);

// Paints the pictures of the test source: the card once, what moves each time.
class TestPicture {
 public:
  // `note` is a line of capitals that stays, such as size and rate.
  static Result<TestPicture> Make(PictureSize size, std::string note);

  // The picture at position `at`. One copy of the card and little more.
  Result<Picture> Draw(const Stamp& stamp, MediaTime at, Flash flash) const;

 private:
  TestPicture(Picture card, std::string note);

  void DrawText(const Stamp& stamp, const PictureBuilder& picture) const;
  void DrawDial(MediaTime at, const PictureBuilder& picture) const;
  void DrawBall(MediaTime at, const PictureBuilder& picture) const;

  Picture card_;
  std::string note_;
  BitmapFont large_;
  BitmapFont small_;
  Ball ball_;
  Texture texture_;
  Area dial_;                             // A square inside the dial's area.
  std::vector<std::uint16_t> dial_turn_;  // Per pixel: 0..1023 clockwise from the top, or more.
};

}  // namespace onair::capture
