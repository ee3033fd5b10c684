// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "capture/file/file_source.h"
#include "capture/file/image_source.h"

namespace onair::capture {

// What a file turned out to be, by its bytes and never by its name.
enum class InputKind { kMedia = 1, kImage = 2 };

// kFileNotFound, kNotMedia, kFileRead.
Result<InputKind> ProbeInput(const std::string& path);

struct InputConfig {
  FileSourceConfig file;    // Where it is media.
  ImageSourceConfig image;  // Where it is a still image.
};

// OpenFile or OpenImage, whichever the file asks for.
Result<std::unique_ptr<MediaSource>> OpenInput(const std::string& path, const InputConfig& config);

}  // namespace onair::capture
