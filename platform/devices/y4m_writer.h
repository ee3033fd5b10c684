// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::devices {

class FileWriter;

// Raw pictures into a YUV4MPEG2 file, which ffmpeg, mpv and codecs' own tools read. The first
// picture sets the size. Single-owner, on a thread that may block on the disk.
class Y4mWriter {
 public:
  // `frame_rate` in pictures per second, (0, 1000]: written into the header, nothing more.
  // kInvalidConfig, kFileNotFound, kFileWrite, kDiskFull.
  static Result<std::unique_ptr<Y4mWriter>> Open(const std::string& path, double frame_rate);
  ~Y4mWriter();
  Y4mWriter(const Y4mWriter&) = delete;
  Y4mWriter& operator=(const Y4mWriter&) = delete;

  // Before the first Write(): where the rate became known after the file. Outside (0, 1000] it
  // stays as it was.
  void SetFrameRate(double frame_rate);

  // kUnsupported when the size is not the first picture's; kDiskFull, kFileWrite.
  Status Write(const Picture& picture);

  // Writes what is buffered; once. kDiskFull, kFileWrite.
  Status Close();

 private:
  Y4mWriter(std::unique_ptr<FileWriter> file, double frame_rate);

  std::unique_ptr<FileWriter> file_;
  double frame_rate_;
  PictureSize size_;  // 0x0 before the first picture.
};

}  // namespace onair::devices
