// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/api/recorder.h"

namespace onair::devices {

// A recorder for the container that the path's ending names:
//   .flv   our own muxer. Duration and file size are written into onMetaData by Close().
//   .mp4   fragmented, one fragment per GOP, its index with the first: what is on disk is playable
//          after a crash, a full disk or a lost battery, with no repair; a plain MP4 keeps its
//          index for the end and is lost with it. Browsers, FFmpeg, VLC, QuickTime and Android play
//          it.
//   .m3u8  HLS, MPEG-TS segments NAME-00000.ts beside the playlist; an EVENT playlist while it
//          is written, closed by Close().
// Timestamps start at zero with the first key frame (the first frame without a video track).
// Codecs: H.264, H.265, AAC; Opus in .mp4 only. kUnsupported for others and for an unknown
// ending; kFileNotFound when the folder is missing; kFileWrite, kDiskFull.
//
// After a failed Write() the file is cut back to the last whole unit of its container, every
// later call answers the same error, and Close() closes the file.
Result<std::unique_ptr<Recorder>> OpenRecorder(const std::string& path);

}  // namespace onair::devices
