// SPDX-License-Identifier: Apache-2.0
#include "capture/file/input.h"

#include <string_view>

#include "capture/file/demuxer.h"

namespace onair::capture {

Result<InputKind> ProbeInput(const std::string& path) {
  auto demuxer = Demuxer::Open(path);
  if (!demuxer) return Forward(demuxer);
  // FFmpeg's readers of single pictures end in this: png_pipe, jpeg_pipe, webp_pipe, ...
  constexpr std::string_view kStill = "_pipe";
  return std::string_view(demuxer->format().name).ends_with(kStill) ? InputKind::kImage
                                                                    : InputKind::kMedia;
}

Result<std::unique_ptr<MediaSource>> OpenInput(const std::string& path, const InputConfig& config) {
  const auto kind = ProbeInput(path);
  if (!kind) return Forward(kind);
  return *kind == InputKind::kImage ? OpenImage(path, config.image) : OpenFile(path, config.file);
}

}  // namespace onair::capture
