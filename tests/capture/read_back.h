// SPDX-License-Identifier: Apache-2.0
//
// Everything in a media file, by the file source.
#pragma once

#include <string>
#include <vector>

#include "capture/file/file_source.h"

namespace onair::testing {

struct Decoded {
  std::vector<Picture> pictures;
  std::vector<AudioBlock> blocks;
};

inline Decoded ReadBack(const std::string& path) {
  Decoded out;
  auto source = capture::OpenFile(path, {});
  if (!source) return out;
  const CaptureTime now{Timestamp::Zero(), UtcTime::Micros(0)};
  for (auto due = (*source)->Next(); due && *due; due = (*source)->Next()) {
    if ((*due)->track == TrackKind::kVideo)
      out.pictures.push_back((*source)->ReadVideo(now)->picture);
    else
      out.blocks.push_back(*(*source)->ReadAudio(now));
  }
  return out;
}

}  // namespace onair::testing
