// SPDX-License-Identifier: Apache-2.0
#include "capture/file/still_frame.h"

#include <utility>

#include "capture/file/demuxer.h"
#include "capture/file/track_decoder.h"

namespace onair::capture {

Result<AvPtr<AVFrame>> DecodeStill(const std::string& path) {
  auto demuxer = Demuxer::Open(path);
  if (!demuxer) return Forward(demuxer);
  const AVStream* stream = demuxer->stream(TrackKind::kVideo);
  if (stream == nullptr) return Fail(ErrorCode::kNotMedia, path + ": no picture");
  auto decoder = TrackDecoder::Open(*stream);
  if (!decoder) return Fail(ErrorCode::kNotMedia, path + ": " + decoder.error().detail);
  demuxer->SwitchOff(TrackKind::kAudio);
  auto frame = decoder->Next(*demuxer, TrackKind::kVideo);
  if (!frame && frame.error().code == ErrorCode::kFileRead) return Forward(frame);
  if (!frame || *frame == nullptr) {
    return Fail(ErrorCode::kNotMedia, path + ": no picture in it can be decoded");
  }
  return std::move(*frame);
}

}  // namespace onair::capture
