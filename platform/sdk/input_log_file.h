// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair {

// Writes the inputs and answers of one session (core/session/publish_log.h) to a file that only
// its owner may read: it holds the stream key and all media. The disk has a thread of its own,
// onair.inputs; nobody waits for it. thread-safe.
class InputLogFile {
 public:
  // Creates the file, or empties it. kFileWrite or kDiskFull with the path.
  static Result<std::unique_ptr<InputLogFile>> Open(const std::string& path);
  // Close(), if it was not called.
  ~InputLogFile();

  // One whole entry. A log without one of its entries cannot be replayed: when the disk is full
  // or does not follow, or kMostBytes are reached, the log ends before it.
  void Append(Bytes entry);

  // Ends the file; waits for the disk for up to 40 ms. Fails with what ended the log early:
  // kDiskFull, kFileWrite, kLimit.
  Status Close();

  // Source: ours; more than half an hour at 8 Mbit/s, in which the media is written twice.
  static constexpr std::int64_t kMostBytes = std::int64_t{4} << 30;

 private:
  class Core;
  explicit InputLogFile(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;  // Shared with the thread, which a disk may hold for long.
};

}  // namespace onair
