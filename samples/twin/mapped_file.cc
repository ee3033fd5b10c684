// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace onair::samples {
namespace {

tl::unexpected<Error> Refuse(const std::string& path, int number) {
  const ErrorCode code = number == ENOENT ? ErrorCode::kFileNotFound : ErrorCode::kFileRead;
  return Fail(code, path + ": " + std::strerror(number), number);
}

}  // namespace

Result<MappedFile> MappedFile::Open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Refuse(path, errno);
  struct stat facts {};
  const bool is_known = ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
  const auto size = static_cast<std::size_t>(is_known ? facts.st_size : 0);
  void* start = size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  const int number = start == MAP_FAILED ? errno : EINVAL;
  ::close(file);
  if (!is_known || start == MAP_FAILED) return Refuse(path, number);
  if (size == 0) return MappedFile(nullptr, {});
  std::shared_ptr<void> mapping(start, [size](void* at) { ::munmap(at, size); });
  return MappedFile(std::move(mapping), ByteView(static_cast<const std::uint8_t*>(start), size));
}

}  // namespace onair::samples
