// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/api/capture_ports.h"

namespace onair::capture {

// Whether the beginning follows the end.
enum class Loop { kOnce = 1, kForever = 2 };
// Which of the file's tracks are read.
enum class FileTracks { kBoth = 1, kVideoOnly = 2, kAudioOnly = 3 };

// How a file is read. Read once, by OpenFile(), which validates it.
struct FileSourceConfig {
  Loop loop = Loop::kOnce;                // Once: the source ends with the file.
  FileTracks tracks = FileTracks::kBoth;  // A track that is not read costs no decoding.

  // Sound is converted to this; empty keeps the file's rate (mono or stereo). A file
  // without sound stays without.
  std::optional<AudioFormat> audio_format;

  // Rate of an elementary stream without timestamps; empty takes the stream's own word,
  // else 25. Range [1, 240].
  std::optional<double> untimed_frame_rate;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Any media file that FFmpeg reads, decoded and in the order of time, from zero. A loop goes
// on where the longer track ended, the shorter one padded with silence, so both stay
// together. I420 and NV12 pictures are the decoder's own memory, others are converted.
// Sound comes in 10 ms blocks. What does not decode is skipped.
//   Open: kFileNotFound; kNotMedia (text, empty file, folder, nothing in it that decodes);
//   kFileRead; kInvalidConfig.
//   Next: kDecodeFailed after 500 damaged packets in a row or a pass without one picture or
//   sound; kFileRead.
// Local files only: a path is never taken for a URL. Decodes on the caller's thread.
// single-owner.
Result<std::unique_ptr<MediaSource>> OpenFile(const std::string& path,
                                              const FileSourceConfig& config);

}  // namespace onair::capture
