// SPDX-License-Identifier: Apache-2.0
//
// Makes small media files for tests with FFmpeg's encoders and muxers, and sends pictures
// through a lossy encoder and back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/media/audio_block.h"
#include "core/media/video_frame.h"

namespace onair::testing {

struct MediaRecipe {
  std::string format = "mp4";         // Muxer.
  std::string video_codec = "mpeg4";  // Encoder; empty for none.
  std::string audio_codec = "aac";
  std::string pixel_format = "yuv420p";
  PictureSize size{64, 48};
  int frame_rate = 25;
  int frames = 25;
  int sample_rate = 48000;
  int channels = 2;
  int audio_ms = 1000;
  int audio_delay_ms = 0;
  int rotate_clockwise = 0;  // Display matrix, degrees.
  std::int64_t rate_bps = 400'000;
  // Picture n; null draws a flat picture of luma 20 + 8 * (n % 25).
  std::function<Picture(int)> picture = nullptr;
  // Sample n of both channels; null is a 440 Hz tone.
  std::function<float(std::int64_t)> sample = nullptr;
};

// Throws std::runtime_error on failure (tests only).
void MakeMedia(const std::string& path, const MediaRecipe& recipe);
void WriteBytes(const std::string& path, const std::string& bytes);
std::string ReadBytes(const std::string& path);

// A picture of 4:2:0 with a function for its luma.
Picture MakePicture(PictureSize size, const std::function<int(int, int)>& luma,
                    PixelFormat format = PixelFormat::kI420);
int LumaAt(const Picture& picture, int x, int y);

// A folder of the build for this test's files.
std::string ScratchPath(const std::string& name);

}  // namespace onair::testing
