// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/snapshot_writer.h"

#include <pthread.h>

#include <system_error>
#include <thread>
#include <utility>

#include "platform/devices/png_writer.h"

namespace onair {

void SnapshotWriter::Write(const std::string& path, std::optional<VideoFrame> shown) {
  if (!shown) return report_({path, Error{ErrorCode::kInvalidState, "no picture was shown yet"}});
  if (++*under_way_ > kMostAtOnce) {
    --*under_way_;
    return report_({path, Error{ErrorCode::kLimit, "too many snapshots wait for the disk"}});
  }
  try {
    std::thread([report = report_, under_way = under_way_, path, picture = shown->picture] {
      pthread_setname_np(pthread_self(), "onair.snapshot");
      const Status status = devices::WritePng(path, picture);
      --*under_way;
      report({path, status ? std::nullopt : std::optional(status.error())});
    }).detach();
  } catch (const std::system_error& error) {
    --*under_way_;
    report_({path, Error{ErrorCode::kOutOfMemory, error.what()}});
  }
}

}  // namespace onair
