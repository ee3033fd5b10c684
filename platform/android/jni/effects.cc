// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/effects.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "platform/android/jni/arguments.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/lent_picture.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"

namespace onair::jni {
namespace {

std::vector<float> FloatsOf(JNIEnv* env, jfloatArray array) {
  std::vector<float> numbers(static_cast<std::size_t>(env->GetArrayLength(array)));
  env->GetFloatArrayRegion(array, 0, static_cast<jsize>(numbers.size()), numbers.data());
  CheckJava(env);
  return numbers;
}

jobject LendPixels(JNIEnv* env, const Picture& picture, MediaTime pts) {
  // Closed by PictureCalls when the app is done with it: one at a time.
  auto lent =
      Lend(env, VideoFrame(picture, pts, Timestamp::Zero()), std::make_shared<OpenPictures>());
  return lent ? *lent : nullptr;
}

// Of a face, as PictureCalls numbers them: box, confidence, whether there are landmarks, these.
constexpr std::size_t kFaceNumbers = 16;

DetectedFace FaceOf(std::span<const float> n) {
  DetectedFace face{{n[0], n[1], n[2], n[3]}, std::nullopt, n[4]};
  if (n[5] != 0) {
    face.landmarks =
        FaceLandmarks{{n[6], n[7]}, {n[8], n[9]}, {n[10], n[11]}, {n[12], n[13]}, {n[14], n[15]}};
  }
  return face;
}

// single-owner.
class AppDetector final : public FaceDetector {
 public:
  AppDetector(std::shared_ptr<const GlobalRef> finder, const void* owner)
      : finder_(std::move(finder)), owner_(owner) {}

  Result<std::vector<DetectedFace>> Detect(const Picture& picture) override {
    std::optional<std::vector<float>> numbers;
    CallOut(owner_, [&](JNIEnv* env) {
      jobject lent = LendPixels(env, picture, MediaTime::Zero());
      auto faces = static_cast<jfloatArray>(env->CallStaticObjectMethod(
          Java().picture_calls, Java().find_faces, finder_->get(), lent));
      CheckJava(env);
      numbers = FloatsOf(env, faces);
    });
    if (!numbers) return Fail(ErrorCode::kInternal, "the app's face finder");
    std::vector<DetectedFace> faces;
    for (std::size_t i = 0; i + kFaceNumbers <= numbers->size(); i += kFaceNumbers) {
      faces.push_back(FaceOf(std::span(*numbers).subspan(i, kFaceNumbers)));
    }
    return faces;
  }

 private:
  const std::shared_ptr<const GlobalRef> finder_;
  const void* const owner_;
};

// What a filter answered; lives for its call.
struct Answer {
  const void* owner;
  PictureSize size;
  std::optional<Picture> picture;
};

void Take(JNIEnv* env, jclass, jlong answer, jobject first, jobject second, jobject third,
          jintArray layout) {
  Guarded(env, [&]() -> Status {
    auto& into = *reinterpret_cast<Answer*>(answer);
    const std::array<jobject, 3> buffers{first, second, third};
    auto taken = TakePicture(env, into.owner, {buffers, layout, nullptr});
    if (!taken) return Forward(taken);
    if (taken->pixels.format() != PixelFormat::kI420) return Refuse("picture.format");
    if (taken->pixels.size() != into.size) return Refuse("picture.size");
    into.picture = std::move(taken->pixels);
    return {};
  });
}

// single-owner.
class AppFilter final : public VideoFilter {
 public:
  AppFilter(GlobalRef filter, const void* owner) : filter_(std::move(filter)), owner_(owner) {}

  Result<Picture> Apply(const Picture& picture, const FilterInput& input) override {
    Answer answer{owner_, picture.size(), std::nullopt};
    bool is_done = false;
    CallOut(owner_, [&](JNIEnv* env) {
      jobject lent = LendPixels(env, picture, input.pts);
      env->CallStaticVoidMethod(Java().picture_calls, Java().filter, filter_.get(), lent,
                                reinterpret_cast<jlong>(&answer));
      is_done = env->ExceptionCheck() == JNI_FALSE;
    });
    if (!is_done) return Fail(ErrorCode::kInternal, "the app's filter");
    return answer.picture ? *std::move(answer.picture) : picture;
  }

 private:
  const GlobalRef filter_;
  const void* const owner_;
};

}  // namespace

std::unique_ptr<FaceDetector> MakeAppDetector(std::shared_ptr<const GlobalRef> finder,
                                              const void* owner) {
  return std::make_unique<AppDetector>(std::move(finder), owner);
}

std::unique_ptr<VideoFilter> MakeAppFilter(GlobalRef filter, const void* owner) {
  return std::make_unique<AppFilter>(std::move(filter), owner);
}

std::vector<RoiRegion> RegionsOf(JNIEnv* env, jfloatArray numbers) {
  const std::vector<float> n = FloatsOf(env, numbers);
  std::vector<RoiRegion> regions;
  for (std::size_t i = 0; i + 5 <= n.size(); i += 5) {
    regions.push_back({n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4]});
  }
  return regions;
}

void RegisterPictureCalls(JNIEnv* env) {
#define BUFFER "Ljava/nio/ByteBuffer;"
  Register(env, "live/onair/PictureCalls",
           {Native("nativeTake", "(J" BUFFER BUFFER BUFFER "[I)V", &Take)});
#undef BUFFER
}

}  // namespace onair::jni
