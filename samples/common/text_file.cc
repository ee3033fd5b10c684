// SPDX-License-Identifier: Apache-2.0
#include "samples/common/text_file.h"

#include <array>
#include <cerrno>
#include <fstream>

namespace onair::samples {

Result<std::string> ReadText(const std::string& path, std::size_t most_bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::kFileNotFound, path, errno);
  std::string text;
  std::array<char, 16384> part;
  while (file) {
    file.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes) {
      return Fail(ErrorCode::kLimit,
                  path + ": longer than " + std::to_string(most_bytes) + " bytes");
    }
  }
  // A folder opens like a file; it only cannot be read.
  if (file.bad()) return Fail(ErrorCode::kFileRead, path, errno);
  return text;
}

}  // namespace onair::samples
