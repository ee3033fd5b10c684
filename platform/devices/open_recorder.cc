// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/open_recorder.h"

#include "platform/devices/av_recorder.h"
#include "platform/devices/flv_recorder.h"

namespace onair::devices {

Result<std::unique_ptr<Recorder>> OpenRecorder(const std::string& path) {
  if (path.ends_with(".flv")) return OpenFlvRecorder(path);
  if (path.ends_with(".mp4")) return OpenAvRecorder(path, AvContainer::kMp4);
  if (path.ends_with(".m3u8")) return OpenAvRecorder(path, AvContainer::kHls);
  return Fail(ErrorCode::kUnsupported, path + ": recordings end in .flv, .mp4 or .m3u8");
}

}  // namespace onair::devices
