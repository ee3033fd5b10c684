// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/reports.h"
#include "platform/android/jni/text.h"

namespace onair::jni {
namespace {

// One call of a method of `events`, whose arguments are of the very types that it has.
class Teller {
 public:
  Teller(JNIEnv* env, jobject events) : env_(env), events_(events) {}

  void operator()(const PublishStateEvent& e) const {
    Call(Java().publisher.state, Index(e.destination), Number(e.state), ErrorObject(env_, e.error),
         jlong{e.retry_in.us()});
  }
  void operator()(const HandOverFailedEvent& e) const {
    Call(Java().publisher.hand_over_failed, Index(e.destination), ErrorObject(env_, e.error));
  }
  void operator()(const FirstFrameSentEvent& e) const {
    Call(Java().publisher.first_frame, Index(e.destination), jlong{e.since_start.us()});
  }
  void operator()(const FramesDroppedEvent& e) const {
    Call(Java().publisher.frames_dropped, Index(e.destination), jlong{e.frames});
  }
  void operator()(const NetworkQualityEvent& e) const {
    Call(Java().publisher.network, Index(e.destination), Number(e.quality), Number(e.trouble));
  }
  void operator()(const RateChangedEvent& e) const {
    Call(Java().publisher.rate, Index(e.destination), jlong{e.video_rate.bps()});
  }
  void operator()(const AudioRefusedEvent& e) const {
    Call(Java().publisher.audio_refused, Index(e.destination));
  }
  void operator()(const FacesFailedEvent& e) const {
    Call(Java().publisher.faces_failed, ErrorObject(env_, e.error));
  }
  void operator()(const QosChosenEvent& e) const {
    Call(Java().publisher.policy_chosen, Index(e.destination), Number(e.network),
         JavaText(env_, e.choice.controller), JavaText(env_, e.choice.arm),
         JavaText(env_, e.choice.experiment), JavaText(env_, e.choice.policy_version));
  }
  // Sources are set in C++ alone.
  void operator()(const SourceEndedEvent&) const {}
  void operator()(const SourceSkippedEvent&) const {}

  void operator()(const PlayStateEvent& e) const {
    Call(Java().player.state, Number(e.state), ErrorObject(env_, e.error), jlong{e.retry_in.us()});
  }
  void operator()(const FirstPictureEvent& e) const {
    Call(Java().player.first_picture, jlong{e.since_start.us()});
  }
  void operator()(const TracksEvent& e) const {
    std::array<jint, 6> numbers{};
    if (const auto& video = e.tracks.video) {
      numbers[0] = Number(video->codec);
      numbers[2] = video->size.width;
      numbers[3] = video->size.height;
    }
    if (const auto& audio = e.tracks.audio) {
      numbers[1] = Number(audio->codec);
      numbers[4] = audio->format.sample_rate;
      numbers[5] = audio->format.channels;
    }
    jintArray array = env_->NewIntArray(static_cast<jsize>(numbers.size()));
    CheckJava(env_);
    env_->SetIntArrayRegion(array, 0, static_cast<jsize>(numbers.size()), numbers.data());
    CheckJava(env_);
    Call(Java().player.tracks, array);
  }
  void operator()(const SoundFailedEvent& e) const {
    Call(Java().player.sound_failed, ErrorObject(env_, e.error));
  }
  void operator()(const SeekedEvent& e) const {
    Call(Java().player.seeked, jlong{e.position.us()}, ErrorObject(env_, e.error));
  }
  void operator()(const SnapshotEvent& e) const {
    Call(Java().player.snapshot, JavaText(env_, e.path), ErrorObject(env_, e.error));
  }
  void operator()(const RecordingEvent& e) const {
    Call(Java().player.recording, JavaText(env_, e.path), Number(e.state),
         ErrorObject(env_, e.error));
  }
  void operator()(const StreamDataEvent& e) const {
    Call(Java().player.stream_data, jlong{e.pts.us()}, jint{e.kind},
         JavaBytes(env_, e.payload.view()));
  }
  void operator()(const SwitchEvent& e) const {
    Call(Java().player.switched, Number(e.phase), Number(e.cause), JavaText(env_, e.url),
         ErrorObject(env_, e.error), jlong{e.took.us()});
  }

 private:
  static jint Index(std::size_t destination) { return static_cast<jint>(destination); }
  template <typename Enum>
  static jint Number(Enum value) {
    return static_cast<jint>(value);
  }
  template <typename... Arguments>
  void Call(jmethodID method, Arguments... arguments) const {
    env_->CallVoidMethod(events_, method, arguments...);
    CheckJava(env_);
  }

  JNIEnv* const env_;
  const jobject events_;
};

}  // namespace

void Tell(JNIEnv* env, jobject events, const PublishEvent& event) {
  std::visit(Teller(env, events), event);
}
void Tell(JNIEnv* env, jobject events, const PlayEvent& event) {
  std::visit(Teller(env, events), event);
}

}  // namespace onair::jni
