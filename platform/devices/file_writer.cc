// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/file_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace onair::devices {
namespace {

ErrorCode CodeOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::kDiskFull;
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kFileNotFound;
    default:
      return ErrorCode::kFileWrite;
  }
}

}  // namespace

Result<std::unique_ptr<FileWriter>> FileWriter::Create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return Fail(CodeOf(errno), path + ": " + std::strerror(errno), errno);
  }
  return std::unique_ptr<FileWriter>(new FileWriter(descriptor, path));
}

FileWriter::~FileWriter() {
  static_cast<void>(Close());
}

Status FileWriter::Failed(int error) const {
  return Fail(CodeOf(error), path_ + ": " + std::strerror(error), error);
}

Status FileWriter::Write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed(errno);
    position_ += written;
    size_ = std::max(size_, position_);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status FileWriter::Seek(std::int64_t position) {
  if (lseek(descriptor_, position, SEEK_SET) < 0) return Failed(errno);
  position_ = position;
  return {};
}

Status FileWriter::Truncate(std::int64_t size) {
  if (ftruncate(descriptor_, size) != 0) return Failed(errno);
  size_ = size;
  return Seek(size);
}

Status FileWriter::Close() {
  if (descriptor_ < 0) return {};
  // Network disks tell of a full disk only here. Linux: the descriptor is gone in any case.
  if (close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) return Failed(errno);
  return {};
}

}  // namespace onair::devices
