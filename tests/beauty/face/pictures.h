// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "capture/file/file_source.h"
#include "tests/beauty/face/stage.h"

namespace onair::beauty::testing {

// ONAIR_CLIPS: a folder of clips with faces, their boxes and the YuNet model, laid out as
// face_bench says. Tests that need it say that they were skipped.
inline std::string ClipFolder() {
  const char* given = std::getenv("ONAIR_CLIPS");
  return given != nullptr ? given : "(ONAIR_CLIPS is not set)";
}
inline std::string ModelPath() {
  return ClipFolder() + "/models/face_detection_yunet_2022mar.onnx";
}
inline bool IsThere(const std::string& path) {
  return std::filesystem::exists(path);
}

inline std::optional<Picture> FirstPicture(const std::string& clip) {
  capture::FileSourceConfig config;
  config.tracks = capture::FileTracks::kVideoOnly;
  auto source = capture::OpenFile(ClipFolder() + "/" + clip, config);
  if (!source) return std::nullopt;
  const auto next = (*source)->Next();
  if (!next || !*next) return std::nullopt;
  auto frame = (*source)->ReadVideo({Timestamp::Zero(), UtcTime::Micros(0)});
  if (!frame) return std::nullopt;
  return frame->picture;
}

// The first box of a reference, in fractions.
inline FaceBox FirstBox(const std::string& name, PictureSize size) {
  std::ifstream file(ClipFolder() + "/boxes/" + name + ".txt");
  float x = 0, y = 0, w = 0, h = 0;
  file >> x >> y >> w >> h;
  const auto across = static_cast<float>(size.width);
  const auto down = static_cast<float>(size.height);
  return {x / across, y / down, w / across, h / down};
}

// The pixels of `picture` as NV12.
inline Picture AsNv12(const Picture& picture) {
  const PictureSize size = picture.size();
  auto builder = *PictureBuilder::Allocate(PixelFormat::kNv12, size);
  for (int y = 0; y < size.height; ++y) {
    std::copy_n(picture.plane(0).data + y * picture.plane(0).stride_bytes, size.width,
                builder.plane(0).data + y * builder.plane(0).stride_bytes);
  }
  for (int y = 0; y < ChromaSide(size.height); ++y) {
    for (int x = 0; x < ChromaSide(size.width); ++x) {
      auto* pair = builder.plane(1).data + y * builder.plane(1).stride_bytes + 2 * x;
      pair[0] = picture.plane(1).data[y * picture.plane(1).stride_bytes + x];
      pair[1] = picture.plane(2).data[y * picture.plane(2).stride_bytes + x];
    }
  }
  return std::move(builder).Freeze();
}

// Pictures of every awkward size, without a face in them.
inline std::vector<Picture> AwkwardPictures() {
  std::vector<Picture> pictures;
  for (const PictureSize size : {PictureSize{1, 1},
                                 {2, 2},
                                 {1, 4096},
                                 {4096, 1},
                                 {17, 31},
                                 {33, 33},
                                 {853, 480},
                                 {479, 853},
                                 {4096, 2160}}) {
    for (const PixelFormat format : {PixelFormat::kI420, PixelFormat::kNv12}) {
      Scene scene;
      scene.size = size;
      scene.format = format;
      pictures.push_back(Draw(scene, 0));
    }
  }
  return pictures;
}

// A file of its own, gone with the object. Its name ends as `name` does: OpenCV goes by that.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& bytes)
      : path_((std::filesystem::temp_directory_path() /
               (std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "." + name))
                  .string()) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace onair::beauty::testing
