// SPDX-License-Identifier: Apache-2.0
//
// A file under construction, with errors in our words. Private to this room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair::devices {

// Unbuffered: a Write() that returned is with the system, not lost with the process.
// Single-owner, on a thread that may block on the disk.
class FileWriter {
 public:
  // Creates or empties the file. kFileNotFound when the folder is missing, kFileWrite,
  // kDiskFull.
  static Result<std::unique_ptr<FileWriter>> Create(const std::string& path);
  ~FileWriter();  // Closes; a failure then is lost.
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // At the position, which moves on. On failure the position stands behind what was written.
  Status Write(ByteView bytes);

  Status Seek(std::int64_t position);
  std::int64_t position() const { return position_; }
  std::int64_t size() const { return size_; }

  // Cuts off everything behind `size`.
  Status Truncate(std::int64_t size);

  Status Close();

 private:
  FileWriter(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Status Failed(int error) const;

  int descriptor_;
  const std::string path_;
  std::int64_t position_ = 0;
  std::int64_t size_ = 0;
};

}  // namespace onair::devices
