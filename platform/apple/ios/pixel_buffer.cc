// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/ios/pixel_buffer.h"

#include <cstring>
#include <memory>

#include "platform/apple/bridge/media.h"

namespace onair::apple {
namespace {

const OSType kNv12 = kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange;
const OSType kI420 = kCVPixelFormatType_420YpCbCr8Planar;

constexpr auto kForWriting = static_cast<CVPixelBufferLockFlags>(0);

void LetGo(void* context) {
  const auto buffer = static_cast<CVPixelBufferRef>(context);
  CVPixelBufferUnlockBaseAddress(buffer, kCVPixelBufferLock_ReadOnly);
  CFRelease(buffer);
}

void LetGoOfPicture(void* context, const void*, size_t, size_t, const void*[]) {
  delete static_cast<Picture*>(context);
}

PlaneView PlaneOf(CVPixelBufferRef buffer, std::size_t plane) {
  return {static_cast<const std::uint8_t*>(CVPixelBufferGetBaseAddressOfPlane(buffer, plane)),
          static_cast<int>(CVPixelBufferGetBytesPerRowOfPlane(buffer, plane))};
}

struct Target {
  std::uint8_t* data;
  std::size_t stride;
};
Target TargetOf(CVPixelBufferRef buffer, std::size_t plane) {
  return {static_cast<std::uint8_t*>(CVPixelBufferGetBaseAddressOfPlane(buffer, plane)),
          CVPixelBufferGetBytesPerRowOfPlane(buffer, plane)};
}

void CopyRows(PlaneView from, Target to, std::size_t bytes, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(to.data + row * to.stride,
                from.data + row * static_cast<std::size_t>(from.stride_bytes), bytes);
  }
}

void WeaveRows(PlaneView u, PlaneView v, Target to, std::size_t pairs, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint8_t* from_u = u.data + row * static_cast<std::size_t>(u.stride_bytes);
    const std::uint8_t* from_v = v.data + row * static_cast<std::size_t>(v.stride_bytes);
    std::uint8_t* out = to.data + row * to.stride;
    for (std::size_t i = 0; i < pairs; ++i) {
      out[2 * i] = from_u[i];
      out[2 * i + 1] = from_v[i];
    }
  }
}

}  // namespace

Result<VideoFrame> FrameOn(CVPixelBufferRef buffer) {
  if (CVPixelBufferGetPixelFormatType(buffer) != kNv12) {
    return Fail(ErrorCode::kUnsupported, "pixel format");
  }
  const CVReturn locked = CVPixelBufferLockBaseAddress(buffer, kCVPixelBufferLock_ReadOnly);
  if (locked != kCVReturnSuccess) return Fail(ErrorCode::kUnsupported, "pixels", locked);
  CFRetain(buffer);
  const PictureSize size{static_cast<int>(CVPixelBufferGetWidth(buffer)),
                         static_cast<int>(CVPixelBufferGetHeight(buffer))};
  auto frame = ShareFrame(PixelFormat::kNv12, size, {PlaneOf(buffer, 0), PlaneOf(buffer, 1), {}},
                          LetGo, buffer);
  if (!frame) LetGo(buffer);
  return frame;
}

CfRef<CVPixelBufferRef> BufferOn(const Picture& picture) {
  const bool is_nv12 = picture.format() == PixelFormat::kNv12;
  const std::size_t count = is_nv12 ? 2 : 3;
  const PictureSize size = picture.size();
  void* addresses[3];
  std::size_t widths[3];
  std::size_t heights[3];
  std::size_t strides[3];
  for (std::size_t i = 0; i < count; ++i) {
    addresses[i] = const_cast<std::uint8_t*>(picture.plane(i).data);  // Encoders read.
    widths[i] = static_cast<std::size_t>(i == 0 ? size.width : ChromaSide(size.width));
    heights[i] = static_cast<std::size_t>(i == 0 ? size.height : ChromaSide(size.height));
    strides[i] = static_cast<std::size_t>(picture.plane(i).stride_bytes);
  }
  auto owner = std::make_unique<Picture>(picture);
  CfRef<CVPixelBufferRef> buffer;
  const CVReturn made = CVPixelBufferCreateWithPlanarBytes(
      kCFAllocatorDefault, widths[0], heights[0], is_nv12 ? kNv12 : kI420, nullptr, 0, count,
      addresses, widths, heights, strides, LetGoOfPicture, owner.get(), nullptr, buffer.out());
  if (made != kCVReturnSuccess) return {};
  (void)owner.release();  // The buffer's now.
  return buffer;
}

Status CopyInto(const Picture& picture, CVPixelBufferRef buffer) {
  const PictureSize size = picture.size();
  const bool fits = CVPixelBufferGetPixelFormatType(buffer) == kNv12 &&
                    CVPixelBufferGetWidth(buffer) == static_cast<std::size_t>(size.width) &&
                    CVPixelBufferGetHeight(buffer) == static_cast<std::size_t>(size.height);
  if (!fits) return Fail(ErrorCode::kUnsupported, "pixel buffer");
  if (CVPixelBufferLockBaseAddress(buffer, kForWriting) != kCVReturnSuccess) {
    return Fail(ErrorCode::kUnsupported, "pixels");
  }
  const auto pairs = static_cast<std::size_t>(ChromaSide(size.width));
  const auto rows = static_cast<std::size_t>(ChromaSide(size.height));
  CopyRows(picture.plane(0), TargetOf(buffer, 0), static_cast<std::size_t>(size.width),
           static_cast<std::size_t>(size.height));
  if (picture.format() == PixelFormat::kNv12) {
    CopyRows(picture.plane(1), TargetOf(buffer, 1), 2 * pairs, rows);
  } else {
    WeaveRows(picture.plane(1), picture.plane(2), TargetOf(buffer, 1), pairs, rows);
  }
  CVPixelBufferUnlockBaseAddress(buffer, kForWriting);
  return {};
}

}  // namespace onair::apple
