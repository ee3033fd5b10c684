// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/app_decoder.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "codec/bitstream/capture_stamp.h"
#include "platform/android/jni/arguments.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"
#include "platform/runtime/mutex.h"

namespace onair::jni {
namespace {

// More than decoders hold (a DPB has 16), so that each picture still finds its frame's stamps.
constexpr std::size_t kMostInside = 64;
// Made and not yet taken by the player; who passes it made pictures that nobody asked for.
constexpr std::size_t kMostReady = 32;

struct Stamps {
  MediaTime pts;
  Timestamp captured_at;
  std::optional<UtcTime> captured_utc;
};

// Where the app puts its pictures, on whatever thread. thread-safe.
class Decoded {
 public:
  explicit Decoded(const void* owner) : owner_(owner) { ready_.reserve(kMostReady); }

  const void* owner() const { return owner_; }

  void Expect(Stamps stamps) {
    const runtime::MutexLock lock(mutex_);
    inside_.push_back(stamps);
    if (inside_.size() > kMostInside) inside_.pop_front();
  }

  // A place for the picture of a frame. kInvalidConfig for a moment that no frame had; kLimit.
  struct Place {
    Stamps stamps;
    std::int64_t jump;
  };
  Result<Place> Begin(MediaTime pts) {
    const runtime::MutexLock lock(mutex_);
    const auto frame = std::ranges::find(inside_, pts, &Stamps::pts);
    if (frame == inside_.end()) return Refuse("ptsMicros");
    if (ready_.size() + begun_ >= kMostReady) return Fail(ErrorCode::kLimit, "decoded pictures");
    ++begun_;
    return Place{*frame, jumps_};
  }
  void GiveUp() {
    const runtime::MutexLock lock(mutex_);
    --begun_;
  }
  // Let go where a jump was meanwhile.
  void End(const Place& place, TakenPicture taken) {
    VideoFrame frame(std::move(taken.pixels), place.stamps.pts, place.stamps.captured_at,
                     place.stamps.captured_utc);
    frame.rotation = taken.rotation;
    const runtime::MutexLock lock(mutex_);
    --begun_;
    if (place.jump == jumps_) ready_.push_back(std::move(frame));
  }

  void TakeAll(std::vector<VideoFrame>& out) {
    const runtime::MutexLock lock(mutex_);
    for (VideoFrame& frame : ready_) out.push_back(std::move(frame));
    ready_.clear();
  }

  void Forget() {
    std::vector<VideoFrame> forgotten;  // Given back without the lock.
    forgotten.reserve(kMostReady);
    const runtime::MutexLock lock(mutex_);
    ready_.swap(forgotten);
    inside_.clear();
    ++jumps_;
  }

 private:
  const void* const owner_;
  runtime::Mutex mutex_;
  std::deque<Stamps> inside_ ONAIR_GUARDED_BY(mutex_);
  std::vector<VideoFrame> ready_ ONAIR_GUARDED_BY(mutex_);
  std::size_t begun_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::int64_t jumps_ ONAIR_GUARDED_BY(mutex_) = 0;
};

bool IsSame(const VideoTrack& a, const VideoTrack& b) {
  return a.codec == b.codec && a.size == b.size &&
         std::ranges::equal(a.config.view(), b.config.view());
}

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
    CallOut(made_->owner(),
            [this](JNIEnv* env) { env->CallVoidMethod(decoder_.get(), Java().decoder_close); });
    AllOf<Decoded>().Remove(handle_);
    made_->Forget();
  }

  Status Configure(const VideoTrack& track) override {
    if (track_ && IsSame(*track_, track)) return {};
    // What is inside comes out before the other stream goes in.
    if (std::exchange(track_, std::nullopt)) Call(Java().decoder_flush, out_.get());
    bool is_taken = false;
    CallOut(made_->owner(), [&](JNIEnv* env) {
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
    made_->Expect({frame.pts, frame.captured_at,
                   codec::FindCaptureStamp(frame.payload.view(), track_->codec)});
    bool is_taken = false;
    CallOut(made_->owner(), [&](JNIEnv* env) {
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
    made_->TakeAll(out);
    return is_taken ? Status{} : Fail(ErrorCode::kDecodeFailed, "the app's decoder");
  }

  Status Flush(std::vector<VideoFrame>& out) override {
    Call(Java().decoder_flush, out_.get());
    made_->TakeAll(out);
    return {};
  }
  void Reset() override {
    Call(Java().decoder_reset);
    made_->Forget();
  }

 private:
  template <typename... Arguments>
  void Call(jmethodID method, Arguments... arguments) {
    CallOut(made_->owner(),
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
    const auto place = decoded.Begin(MediaTime::Micros(pts));
    if (!place) return Forward(place);
    // Without a lock: it may give back at once, and the app may do what it likes then.
    auto taken = TakePicture(env, decoded.owner(), {buffers, layout, give_back});
    if (!taken) {
      decoded.GiveUp();
      return Forward(taken);
    }
    decoded.End(*place, std::move(*taken));
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
