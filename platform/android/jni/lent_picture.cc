// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/lent_picture.h"

#include <array>
#include <utility>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/handle_table.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/plane_layout.h"

namespace onair::jni {

class LentPicture {
 public:
  LentPicture(VideoFrame frame, std::shared_ptr<OpenPictures> open)
      : frame_(std::move(frame)), open_(std::move(open)) {
    ++open_->count_;
  }
  ~LentPicture() { --open_->count_; }
  LentPicture(const LentPicture&) = delete;
  LentPicture& operator=(const LentPicture&) = delete;

  const VideoFrame& frame() const { return frame_; }

 private:
  const VideoFrame frame_;
  const std::shared_ptr<OpenPictures> open_;
};

namespace {

HandleTable<LentPicture>& Pictures() {
  static auto& all = *new HandleTable<LentPicture>();  // Java may outlive our static objects.
  return all;
}

jsize PlanesOf(const Picture& picture) {
  return picture.format() == PixelFormat::kNv12 ? 2 : 3;
}

jintArray LayoutOf(JNIEnv* env, const VideoFrame& frame) {
  const Picture& picture = frame.picture;
  std::array<jint, 6> numbers{picture.size().width, picture.size().height,
                              static_cast<jint>(frame.rotation) - 1};
  for (std::size_t i = 0; i < 3; ++i) numbers[3 + i] = picture.plane(i).stride_bytes;
  jintArray array = env->NewIntArray(static_cast<jsize>(numbers.size()));
  CheckJava(env);
  env->SetIntArrayRegion(array, 0, static_cast<jsize>(numbers.size()), numbers.data());
  CheckJava(env);
  return array;
}

// Java makes them read-only before anybody sees them.
jobjectArray BuffersOf(JNIEnv* env, const Picture& picture) {
  jobjectArray array = env->NewObjectArray(PlanesOf(picture), Java().byte_buffer, nullptr);
  CheckJava(env);
  for (jsize i = 0; i < PlanesOf(picture); ++i) {
    const auto index = static_cast<std::size_t>(i);
    const PlaneView plane = picture.plane(index);
    const PlaneExtent extent = ExtentOf(picture.format(), picture.size(), index);
    const std::size_t bytes =
        (extent.rows - 1) * static_cast<std::size_t>(plane.stride_bytes) + extent.row_bytes;
    jobject buffer =
        env->NewDirectByteBuffer(const_cast<std::uint8_t*>(plane.data), static_cast<jlong>(bytes));
    CheckJava(env);
    env->SetObjectArrayElement(array, i, buffer);
    CheckJava(env);
    env->DeleteLocalRef(buffer);
  }
  return array;
}

void Release(JNIEnv*, jclass, jlong handle) {
  Pictures().Remove(handle);
}

}  // namespace

Result<jobject> Lend(JNIEnv* env, VideoFrame frame, std::shared_ptr<OpenPictures> open) {
  if (!open->has_room()) return Fail(ErrorCode::kLimit, "pictures that are not closed");
  jintArray layout = LayoutOf(env, frame);
  jobjectArray buffers = BuffersOf(env, frame.picture);
  const jlong pts = frame.pts.us();
  const jlong captured = frame.captured_utc ? frame.captured_utc->us() : 0;
  const std::int64_t handle =
      Pictures().Add(std::make_shared<LentPicture>(std::move(frame), std::move(open)));
  jobject picture = env->NewObject(Java().lent_picture, Java().lent_picture_new, jlong{handle},
                                   layout, buffers, pts, captured);
  if (picture == nullptr) Pictures().Remove(handle);
  CheckJava(env);
  return picture;
}

void RegisterLentPicture(JNIEnv* env) {
  Register(env, "live/onair/LentPicture", {Native("nativeRelease", "(J)V", &Release)});
}

}  // namespace onair::jni
