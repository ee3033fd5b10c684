// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/app_decoder.h"

#include <array>
#include <optional>
#include <utility>

#include "platform/android/jni/arguments.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"
#include "platform/sdk/decoded_pictures.h"

namespace onair::jni {
namespace {

// Where the app puts its pictures, on whatever thread. thread-safe.
struct Decoded {
  explicit Decoded(const void* of) : owner(of) {}

  const void* const owner;
  DecodedPictures pictures;
};

// single-owner.
class AppDecoder final : public VideoDecoder {
 public:
  AppDecoder(JNIEnv* env, jobject decoder, const void* owner)
      : decoder_(env, decoder),
        made_(std::make_shared<Decoded>(owner)),
        handle_(AllOf<Decoded>().Add(made_)) {
    jobject out = env->NewObject(Java().decoded_pictures, Java().decoded_pictures_new, handle_);
    if (out == nullptr) AllOf<Decoded>().Remove(handle_);
    CheckJava(env);
    out_ = GlobalRef(env, out);
    env->DeleteLocalRef(out);
  }
  ~AppDecoder() override {
    CallOut(made_->owner,
            [this](JNIEnv* env) { env->CallVoidMethod(decoder_.get(), Java().decoder_close); });
    AllOf<Decoded>().Remove(handle_);
    made_->pictures.Forget();
  }

  Status Configure(const VideoTrack& track) override {
    if (track_ && AreSame(*track_, track)) return {};
    // What is inside comes out before the other stream goes in.
    if (std::exchange(track_, std::nullopt)) Call(Java().decoder_flush, out_.get());
    bool is_taken = false;
    CallOut(made_->owner, [&](JNIEnv* env) {
      jbyteArray record = JavaBytes(env, track.config.view());
      jobject codec = env->CallStaticObjectMethod(Java().video_codec, Java().video_codec_of,
                                                  static_cast<jint>(track.codec));
      CheckJava(env);
      is_taken =
          env->CallBooleanMethod(decoder_.get(), Java().decoder_configure, codec, record,
                                 jint{track.size.width}, jint{track.size.height}) == JNI_TRUE &&
          env->ExceptionCheck() == JNI_FALSE;
    });
    if (!is_taken) return Fail(ErrorCode::kCodecOpen, "the app's decoder");
    track_ = track;
    return {};
  }

  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override {
    if (!track_) return Fail(ErrorCode::kDecodeFailed, "not configured");
    made_->pictures.Expect(frame, track_->codec);
    bool is_taken = false;
    CallOut(made_->owner, [&](JNIEnv* env) {
      // Read-only in Java.
      jobject data = env->NewDirectByteBuffer(const_cast<std::uint8_t*>(frame.payload.data()),
                                              static_cast<jlong>(frame.payload.size()));
      CheckJava(env);
      jobject given = env->NewObject(Java().encoded_frame, Java().encoded_frame_new,
                                     static_cast<jint>(frame.kind), data, jlong{frame.pts.us()},
                                     jlong{frame.dts.us()});
      CheckJava(env);
      is_taken = env->CallBooleanMethod(decoder_.get(), Java().decoder_decode, given, out_.get()) ==
                     JNI_TRUE &&
                 env->ExceptionCheck() == JNI_FALSE;
    });
    made_->pictures.TakeAll(out);
    return is_taken ? Status{} : Fail(ErrorCode::kDecodeFailed, "the app's decoder");
  }

  Status Flush(std::vector<VideoFrame>& out) override {
    Call(Java().decoder_flush, out_.get());
    made_->pictures.TakeAll(out);
    return {};
  }
  void Reset() override {
    Call(Java().decoder_reset);
    made_->pictures.Forget();
  }

 private:
  template <typename... Arguments>
  void Call(jmethodID method, Arguments... arguments) {
    CallOut(made_->owner,
            [&](JNIEnv* env) { env->CallVoidMethod(decoder_.get(), method, arguments...); });
  }

  const GlobalRef decoder_;
  const std::shared_ptr<Decoded> made_;
  const jlong handle_;
  GlobalRef out_;
  std::optional<VideoTrack> track_;
};

void Add(JNIEnv* env, jclass, jlong handle, jobject first, jobject second, jobject third,
         jintArray layout, jlong pts, jobject give_back) {
  On<Decoded>(env, handle, [&](Decoded& decoded) -> Status {
    const std::array<jobject, 3> buffers{first, second, third};
    const auto place = decoded.pictures.Begin(MediaTime::Micros(pts));
    if (!place && place.error().detail == "pts") return Refuse("ptsMicros");
    if (!place) return Forward(place);
    // Without a lock: it may give back at once, and the app may do what it likes then.
    auto taken = TakePicture(env, decoded.owner, {buffers, layout, give_back});
    if (!taken) {
      decoded.pictures.GiveUp();
      return Forward(taken);
    }
    decoded.pictures.End(*place, std::move(taken->pixels), taken->rotation);
    return {};
  });
}

}  // namespace

std::unique_ptr<VideoDecoder> MakeAppDecoder(JNIEnv* env, jobject decoder, const void* owner) {
  return std::make_unique<AppDecoder>(env, decoder, owner);
}

void RegisterDecodedPictures(JNIEnv* env) {
#define BUFFER "Ljava/nio/ByteBuffer;"
  Register(env, "live/onair/NativeDecodedPictures",
           {Native("nativeAdd", "(J" BUFFER BUFFER BUFFER "[IJLjava/lang/Runnable;)V", &Add)});
#undef BUFFER
}

}  // namespace onair::jni
