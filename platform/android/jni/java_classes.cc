// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/java_classes.h"

#include "platform/android/jni/jvm.h"

namespace onair::jni {
namespace {

JavaClasses g_java{};

#define ONAIR_ERROR "Llive/onair/OnairException;"
#define TEXT "Ljava/lang/String;"

// Looks up what one class has.
class Members {
 public:
  Members(JNIEnv* env, const char* name) : env_(env), class_(KeptClass(env, name)) {}

  jclass get() const { return class_; }
  jmethodID Method(const char* name, const char* signature) const {
    jmethodID method = env_->GetMethodID(class_, name, signature);
    CheckJava(env_);
    return method;
  }
  jmethodID StaticMethod(const char* name, const char* signature) const {
    jmethodID method = env_->GetStaticMethodID(class_, name, signature);
    CheckJava(env_);
    return method;
  }

 private:
  JNIEnv* const env_;
  const jclass class_;
};

void LoadPublisher(JNIEnv* env) {
  const Members events(env, "live/onair/PublisherEvents");
  auto& to = g_java.publisher;
  to.state = events.Method("state", "(II" ONAIR_ERROR "J)V");
  to.first_frame = events.Method("firstFrame", "(IJ)V");
  to.frames_dropped = events.Method("framesDropped", "(IJ)V");
  to.network = events.Method("network", "(III)V");
  to.rate = events.Method("rate", "(IJ)V");
  to.audio_refused = events.Method("audioRefused", "(I)V");
  to.hand_over_failed = events.Method("handOverFailed", "(I" ONAIR_ERROR ")V");
  to.policy_chosen = events.Method("policyChosen", "(II" TEXT TEXT TEXT TEXT ")V");
  to.refresh_url = events.Method("refreshUrl", "(IIJ)V");
  to.faces_failed = events.Method("facesFailed", "(" ONAIR_ERROR ")V");
  to.stats = events.Method("stats", "(Llive/onair/PublisherStats;)V");

  const Members target(env, "live/onair/EncoderTarget");
  g_java.encoder_target = target.get();
  g_java.encoder_target_new = target.Method("<init>", "(JDJZ)V");
  const Members control(env, "live/onair/EncoderControl");
  g_java.control_on_target = control.Method("onTarget", "(Llive/onair/EncoderTarget;)V");
  g_java.control_on_key_frame_wanted = control.Method("onKeyFrameWanted", "()V");
  g_java.preview_on_picture =
      Members(env, "live/onair/Preview").Method("onPicture", "(Llive/onair/LentPicture;)V");
}

void LoadPlayer(JNIEnv* env) {
  const Members events(env, "live/onair/PlayerEvents");
  auto& to = g_java.player;
  to.state = events.Method("state", "(I" ONAIR_ERROR "J)V");
  to.first_picture = events.Method("firstPicture", "(J)V");
  to.tracks = events.Method("tracks", "([I)V");
  to.sound_failed = events.Method("soundFailed", "(" ONAIR_ERROR ")V");
  to.seeked = events.Method("seeked", "(J" ONAIR_ERROR ")V");
  to.snapshot = events.Method("snapshot", "(Ljava/lang/String;" ONAIR_ERROR ")V");
  to.recording = events.Method("recording", "(Ljava/lang/String;I" ONAIR_ERROR ")V");
  to.stream_data = events.Method("streamData", "(JI[B)V");
  to.switched = events.Method("switched", "(IILjava/lang/String;" ONAIR_ERROR "J)V");
  to.stats = events.Method("stats", "(Llive/onair/PlayerStats;)V");
}

void LoadPictureCalls(JNIEnv* env) {
#define PICTURE "Llive/onair/LentPicture;"
  const Members calls(env, "live/onair/PictureCalls");
  g_java.picture_calls = calls.get();
  g_java.find_faces = calls.StaticMethod("findFaces", "(Llive/onair/FaceFinder;" PICTURE ")[F");
  g_java.filter = calls.StaticMethod("filter", "(Llive/onair/PictureFilter;" PICTURE "J)V");
#undef PICTURE
}

void LoadDecoder(JNIEnv* env) {
#define OUT "Llive/onair/DecodedPictures;"
  const Members out(env, "live/onair/NativeDecodedPictures");
  g_java.decoded_pictures = out.get();
  g_java.decoded_pictures_new = out.Method("<init>", "(J)V");
  const Members frame(env, "live/onair/EncodedFrame");
  g_java.encoded_frame = frame.get();
  g_java.encoded_frame_new = frame.Method("<init>", "(ILjava/nio/ByteBuffer;JJ)V");
  const Members codec(env, "live/onair/VideoCodec");
  g_java.video_codec = codec.get();
  g_java.video_codec_of = codec.StaticMethod("of", "(I)Llive/onair/VideoCodec;");
  const Members decoder(env, "live/onair/PictureDecoder");
  g_java.decoder_configure = decoder.Method("configure", "(Llive/onair/VideoCodec;[BII)Z");
  g_java.decoder_decode = decoder.Method("decode", "(Llive/onair/EncodedFrame;" OUT ")Z");
  g_java.decoder_flush = decoder.Method("flush", "(" OUT ")V");
  g_java.decoder_reset = decoder.Method("reset", "()V");
  g_java.decoder_close = decoder.Method("close", "()V");
#undef OUT
}

}  // namespace

jclass KeptClass(JNIEnv* env, const char* name) {
  jclass local = env->FindClass(name);
  CheckJava(env);
  auto kept = static_cast<jclass>(env->NewGlobalRef(local));
  env->DeleteLocalRef(local);
  return kept;
}

void LoadJavaClasses(JNIEnv* env) {
  const Members exception(env, "live/onair/OnairException");
  g_java.exception = exception.get();
  g_java.exception_new = exception.Method("<init>", "(ILjava/lang/String;I)V");

  const Members contained(env, "live/onair/Contained");
  g_java.contained = contained.get();
  g_java.contained_report = contained.StaticMethod("report", "(Ljava/lang/Throwable;)V");

  g_java.byte_buffer = KeptClass(env, "java/nio/ByteBuffer");
  g_java.run = Members(env, "java/lang/Runnable").Method("run", "()V");

  const Members lent(env, "live/onair/LentPicture");
  g_java.lent_picture = lent.get();
  g_java.lent_picture_new = lent.Method("<init>", "(J[I[Ljava/nio/ByteBuffer;JJ)V");

  LoadPublisher(env);
  LoadPlayer(env);
  LoadPictureCalls(env);
  LoadDecoder(env);
}

const JavaClasses& Java() {
  return g_java;
}

}  // namespace onair::jni
