// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair::samples {

// A file's bytes without reading them into memory first. Whoever cuts the file short meanwhile
// ends the program: it is for files that nobody writes any more.
class MappedFile {
 public:
  // kFileNotFound, kFileRead with the path.
  static Result<MappedFile> Open(const std::string& path);
  ByteView view() const { return view_; }

 private:
  MappedFile(std::shared_ptr<void> mapping, ByteView view)
      : mapping_(std::move(mapping)), view_(view) {}
  std::shared_ptr<void> mapping_;
  ByteView view_;
};

}  // namespace onair::samples
