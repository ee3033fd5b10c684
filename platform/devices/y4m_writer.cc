// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/y4m_writer.h"

#include <cmath>
#include <string_view>

#include "platform/devices/file_writer.h"

namespace onair::devices {
namespace {

void AppendText(std::string_view text, Bytes& out) {
  out.insert(out.end(), text.begin(), text.end());
}

void AppendRows(PlaneView plane, int width, int height, Bytes& out) {
  for (int row = 0; row < height; ++row) {
    const std::uint8_t* begin = plane.data + static_cast<std::ptrdiff_t>(row) * plane.stride_bytes;
    out.insert(out.end(), begin, begin + width);
  }
}

// Each second byte of NV12's chroma plane, beginning at `first`.
void AppendEverySecond(PlaneView plane, PictureSize chroma, int first, Bytes& out) {
  for (int row = 0; row < chroma.height; ++row) {
    const std::uint8_t* line = plane.data + static_cast<std::ptrdiff_t>(row) * plane.stride_bytes;
    for (int x = 0; x < chroma.width; ++x) out.push_back(line[2 * x + first]);
  }
}

}  // namespace

Y4mWriter::Y4mWriter(std::unique_ptr<FileWriter> file, double frame_rate)
    : file_(std::move(file)), frame_rate_(frame_rate) {}
Y4mWriter::~Y4mWriter() = default;

Result<std::unique_ptr<Y4mWriter>> Y4mWriter::Open(const std::string& path, double frame_rate) {
  if (!(frame_rate > 0 && frame_rate <= 1000)) return Fail(ErrorCode::kInvalidConfig, "frame_rate");
  auto file = FileWriter::Create(path);
  if (!file) return Forward(file);
  return std::unique_ptr<Y4mWriter>(new Y4mWriter(std::move(*file), frame_rate));
}

void Y4mWriter::SetFrameRate(double frame_rate) {
  if (frame_rate > 0 && frame_rate <= 1000) frame_rate_ = frame_rate;
}

Status Y4mWriter::Write(const Picture& picture) {
  const PictureSize size = picture.size();
  Bytes out;
  if (size_.width == 0) {
    size_ = size;
    const long per_1000_s = std::lround(frame_rate_ * 1000);
    AppendText("YUV4MPEG2 W" + std::to_string(size.width) + " H" + std::to_string(size.height) +
                   " F" + std::to_string(per_1000_s) +
                   ":1000 Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n",
               out);
  }
  if (size != size_) return Fail(ErrorCode::kUnsupported, "the pictures changed their size");
  const PictureSize chroma{ChromaSide(size.width), ChromaSide(size.height)};
  AppendText("FRAME\n", out);
  AppendRows(picture.plane(0), size.width, size.height, out);
  if (picture.format() == PixelFormat::kI420) {
    AppendRows(picture.plane(1), chroma.width, chroma.height, out);
    AppendRows(picture.plane(2), chroma.width, chroma.height, out);
  } else {
    AppendEverySecond(picture.plane(1), chroma, 0, out);
    AppendEverySecond(picture.plane(1), chroma, 1, out);
  }
  return file_->Write(out);
}

Status Y4mWriter::Close() {
  return file_->Close();
}

}  // namespace onair::devices
