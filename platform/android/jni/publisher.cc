// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/publisher.h"

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "platform/android/jni/annex_b.h"
#include "platform/android/jni/answer.h"
#include "platform/android/jni/arguments.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/effects.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/lent_picture.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"
#include "platform/android/jni/preview_tap.h"
#include "platform/android/jni/reports.h"
#include "platform/android/jni/text.h"
#include "platform/android/jni/url_questions.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/qos_file.h"

namespace onair::jni {
namespace {

// What stands behind one Publisher in Java.
struct PublisherPeer : Peer {
  std::unique_ptr<QosPolicy> policy;
  UrlQuestions questions;
  GlobalRef control;  // Null: nobody hears what the network wants of the app's encoder.
  VideoConfig video;
  std::shared_ptr<PreviewTap> previews;  // Null: no pictures that we code.
  std::unique_ptr<Publisher> publisher;
};

template <typename Body>
auto With(JNIEnv* env, jlong handle, Body&& body) noexcept {
  return On<PublisherPeer>(env, handle, std::forward<Body>(body));
}

// Making one.

struct Records {
  jbyteArray video;
  jbyteArray audio;
};

Status ReadEncoded(JNIEnv* env, const Records& records, PublisherConfig& config) {
  if (records.video == nullptr && records.audio == nullptr) return {};
  EncodedInput encoded;
  if (records.video != nullptr) {
    if (!config.video) return Refuse("encoded.video");
    auto record = RecordOf(BytesOf(env, records.video), config.video->codec, "encoded.video");
    if (!record) return Forward(record);
    encoded.tracks.video = VideoTrack{config.video->codec, config.video->size,
                                      config.video->frame_rate, Buffer::Own(std::move(*record))};
  }
  if (records.audio != nullptr) {
    if (!config.audio) return Refuse("encoded.audio");
    encoded.tracks.audio = AudioTrack{config.audio->codec, config.audio->format,
                                      Buffer::Own(BytesOf(env, records.audio))};
  }
  config.encoded = std::move(encoded);
  return {};
}

void TellTarget(const PublisherPeer& peer, const EncoderTarget& target) {
  CallOut(&peer, [&](JNIEnv* env) {
    const jlong limit = target.frame_limit ? target.frame_limit->bytes() : 0;
    const jboolean is_paused = target.intake == Intake::kPaused ? JNI_TRUE : JNI_FALSE;
    jobject told =
        env->NewObject(Java().encoder_target, Java().encoder_target_new,
                       jlong{target.video_rate.bps()}, target.frame_rate, limit, is_paused);
    CheckJava(env);
    env->CallVoidMethod(peer.control.get(), Java().control_on_target, told);
  });
}

void TellWishes(PublisherPeer& peer, PublisherConfig& config) {
  if (!config.encoded || !peer.control) return;
  config.encoded->on_target = [&peer](const EncoderTarget& target) { TellTarget(peer, target); };
  config.encoded->on_key_frame_wanted = [&peer] {
    CallOut(&peer, [&](JNIEnv* env) {
      env->CallVoidMethod(peer.control.get(), Java().control_on_key_frame_wanted);
    });
  };
}

void TapPictures(PublisherPeer& peer, PublisherConfig& config) {
  if (!config.video || (config.encoded && config.encoded->tracks.video)) return;
  peer.previews = std::make_shared<PreviewTap>(&peer);
  config.make_video_encoder = [tap = peer.previews](const VideoConfig& video) {
    return OpenTappedEncoder(video, tap);
  };
}

void AskForUrls(PublisherPeer& peer, PublisherConfig& config) {
  config.refresh_url = [&peer](const PublisherConfig::UrlRequest& request,
                               const PublisherConfig::AnswerUrl& answer) {
    CallOut(&peer, [&](JNIEnv* env) {
      env->CallVoidMethod(peer.events.get(), Java().publisher.refresh_url,
                          static_cast<jint>(request.destination), static_cast<jint>(request.reason),
                          jlong{peer.questions.Add(answer)});
    });
  };
}

Result<jlong> Make(PublisherSettings settings, std::shared_ptr<PublisherPeer> peer) {
  peer->stats_every = settings.stats_every;
  if (settings.config.video) peer->video = *settings.config.video;
  TellWishes(*peer, settings.config);
  TapPictures(*peer, settings.config);
  if (settings.refreshes_url) AskForUrls(*peer, settings.config);
  if (!settings.policy.empty()) {
    auto policy = MakeQosPolicy(settings.policy);
    if (!policy) return Forward(policy);
    peer->policy = std::move(*policy);
    settings.config.qos = peer->policy.get();
  }
  if (auto status = peer->callbacks.Start(); !status) return Forward(status);
  auto publisher = Publisher::Create(
      settings.config, peer->callbacks.executor(), [p = peer.get()](const PublishEvent& event) {
        CallOut(p, [&](JNIEnv* env) { Tell(env, p->events.get(), event); });
      });
  if (!publisher) return Forward(publisher);
  peer->publisher = std::move(*publisher);
  return AllOf<PublisherPeer>().Add(std::move(peer));
}

void FindFaces(JNIEnv* env, const PublisherPeer& peer, jobject finder, PublisherConfig& config) {
  if (finder == nullptr) return;
  auto kept = std::make_shared<const GlobalRef>(env, finder);
  config.effects.make_face_detector = [kept, owner = &peer] {
    return MakeAppDetector(kept, owner);
  };
}

jlong Create(JNIEnv* env, jclass, jobjectArray pairs, jbyteArray video, jbyteArray audio,
             jobject control, jobject faces, jobject events) {
  return Guarded(env, [&]() -> Result<jlong> {
    auto settings = ReadPublisher(PairsOf(env, pairs));
    if (!settings) return Forward(settings);
    if (auto status = ReadEncoded(env, {video, audio}, settings->config); !status) {
      return Forward(status);
    }
    auto peer = std::make_shared<PublisherPeer>();
    peer->events = GlobalRef(env, events);
    peer->control = GlobalRef(env, control);
    FindFaces(env, *peer, faces, settings->config);
    return Make(std::move(*settings), std::move(peer));
  });
}

// Its life.

jobject StatsOf(JNIEnv* env, const PublisherPeer& peer) {
  return StatsObject(env, peer.publisher->stats(),
                     peer.previews == nullptr ? 0 : peer.previews->dropped());
}

void TellStats(PublisherPeer& peer) {
  CallOut(&peer, [&](JNIEnv* env) {
    jobject stats = StatsOf(env, peer);
    env->CallVoidMethod(peer.events.get(), Java().publisher.stats, stats);
  });
}

void Start(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PublisherPeer& peer) -> Status {
    if (auto status = peer.publisher->Start(); !status) return status;
    if (peer.stats_every) peer.callbacks.Repeat(*peer.stats_every, [&peer] { TellStats(peer); });
    return {};
  });
}

void Stop(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PublisherPeer& peer) -> Status {
    if (peer.is_stopped.exchange(true)) return Fail(ErrorCode::kInvalidState, "already stopped");
    peer.publisher->Stop();
    return {};
  });
}

void Close(JNIEnv* env, jclass, jlong handle) {
  CloseOne(env, handle, &PublisherPeer::publisher);
}

// Media in.

VideoFrame FrameOf(TakenPicture taken, jlong captured_at) {
  const Timestamp now = runtime::Now();
  const Timestamp at = MomentOf(captured_at, now);
  VideoFrame frame(std::move(taken.pixels), MediaTime::Zero(), at, runtime::UtcNow() + (at - now));
  frame.rotation = taken.rotation;
  return frame;
}

void PushVideo(JNIEnv* env, jclass, jlong handle, jobject first, jobject second, jobject third,
               jintArray layout, jlong captured_at, jobject give_back) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    const std::array<jobject, 3> buffers{first, second, third};
    auto taken = TakePicture(env, &peer, {buffers, layout, give_back});
    if (!taken) return Forward(taken);
    try {
      peer.publisher->PushVideo(FrameOf(std::move(*taken), captured_at));
    } catch (const std::bad_alloc&) {  // Taken and let go, like one that came too late.
    }
    return {};
  });
}

void PushAudio(JNIEnv* env, jclass, jlong handle, jobject samples, jintArray layout,
               jlong captured_at) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    auto block = SoundOf(env, {samples, layout, MomentOf(captured_at, runtime::Now())});
    if (!block) return Forward(block);
    peer.publisher->PushAudio(std::move(*block));
    return {};
  });
}

// As EncodedFrame.layout() and times() have it.
struct GivenFrame {
  FrameKind kind;
  Extent extent;
  bool is_annex_b;
  PictureSize size;
  std::array<jlong, 3> times;
};

GivenFrame GivenFrameOf(JNIEnv* env, jintArray layout, jlongArray times) {
  const auto ints = IntsOf<6>(env, layout);
  GivenFrame frame{
      static_cast<FrameKind>(ints[0]), {ints[1], ints[2]}, ints[3] != 0, {ints[4], ints[5]}, {}};
  env->GetLongArrayRegion(times, 0, static_cast<jsize>(frame.times.size()), frame.times.data());
  CheckJava(env);
  return frame;
}

Result<std::optional<VideoTrack>> NewTrack(JNIEnv* env, const PublisherPeer& peer,
                                           const GivenFrame& frame, jbyteArray config) {
  if (config == nullptr) return std::optional<VideoTrack>();
  auto record = RecordOf(BytesOf(env, config), peer.video.codec, "frame.config");
  if (!record) return Forward(record);
  return std::optional(VideoTrack{peer.video.codec, frame.size, peer.video.frame_rate,
                                  Buffer::Own(std::move(*record))});
}

// The frame's bytes: its own where they are lent and as we want them, otherwise a copy.
Result<Buffer> PayloadOf(std::span<const std::uint8_t> bytes, const GivenFrame& frame,
                         const std::shared_ptr<Loan>& loan) {
  if (frame.is_annex_b && frame.kind != FrameKind::kAudio) {
    auto lengths = LengthsOf(bytes);
    if (!lengths) return Forward(lengths);
    return Buffer::Own(std::move(*lengths));
  }
  if (loan == nullptr) return Buffer::Own(Bytes(bytes.begin(), bytes.end()));
  return Buffer::Wrap(bytes, [loan] {});
}

// Errors name fields of C++; these are what a caller of Java knows them by.
Status ByNameInJava(Status status) {
  if (status) return status;
  const std::string& name = status.error().detail;
  if (name == "frame.payload") return Refuse("frame.data");
  if (name == "new_track.config") return Refuse("frame.config");
  if (name == "new_track.size.width") return Refuse("frame.width");
  if (name == "new_track.size.height") return Refuse("frame.height");
  return status;
}

Status PushFrame(JNIEnv* env, PublisherPeer& peer, const GivenFrame& given,
                 std::span<const std::uint8_t> bytes, jbyteArray config,
                 const std::shared_ptr<Loan>& loan) {
  const auto new_track = NewTrack(env, peer, given, config);
  if (!new_track) return Forward(new_track);
  auto payload = PayloadOf(bytes, given, loan);
  if (!payload) return Forward(payload);
  EncodedFrame frame{std::move(*payload), given.kind, MediaTime::Micros(given.times[0]),
                     MediaTime::Micros(given.times[1]), MomentOf(given.times[2], runtime::Now())};
  // Ours before it is pushed, because it may be gone by the end of that; theirs where it is
  // refused.
  if (loan != nullptr) loan->Take();
  auto status = ByNameInJava(peer.publisher->PushEncoded(std::move(frame), *new_track));
  if (!status && loan != nullptr) loan->Return();
  return status;
}

void PushEncoded(JNIEnv* env, jclass, jlong handle, jobject data, jintArray layout,
                 jlongArray times, jbyteArray config, jobject give_back) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    const GivenFrame given = GivenFrameOf(env, layout, times);
    const auto bytes = BytesOf(env, data, given.extent, "frame.data");
    if (!bytes) return Forward(bytes);
    std::shared_ptr<Loan> loan;
    if (give_back != nullptr) {
      loan = std::make_shared<Loan>(env, &peer, std::span<const jobject>(&data, 1), give_back);
    }
    return PushFrame(env, peer, given, *bytes, config, loan);
  });
}

// What is set.

void SetMuted(JNIEnv* env, jclass, jlong handle, jboolean is_muted) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    peer.publisher->SetMuted(is_muted == JNI_TRUE ? Mute::kOn : Mute::kOff);
    return {};
  });
}

void SetPaused(JNIEnv* env, jclass, jlong handle, jboolean is_paused) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    if (is_paused == JNI_TRUE) {
      peer.publisher->Pause(std::nullopt);
    } else {
      peer.publisher->Resume();
    }
    return {};
  });
}

void SetLimits(JNIEnv* env, jclass, jlong handle, jlong rate, jdouble frame_rate) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    if (rate < 0) return Refuse("bitsPerSecond");
    if (!(frame_rate >= 0)) return Refuse("picturesPerSecond");
    return peer.publisher->SetTarget(
        {.video_rate = rate == 0 ? peer.video.rate : DataRate::BitsPerSec(rate),
         .frame_rate = frame_rate == 0 ? peer.video.frame_rate : frame_rate});
  });
}

void SetBeauty(JNIEnv* env, jclass, jlong handle, jfloat smooth, jfloat whiten, jfloat ruddy,
               jfloat sharpen, jfloat slim, jfloat eyes) {
  With(env, handle, [&](PublisherPeer& peer) {
    return peer.publisher->SetBeauty({.smooth = smooth,
                                      .whiten = whiten,
                                      .ruddy = ruddy,
                                      .sharpen = sharpen,
                                      .slim = slim,
                                      .eyes = eyes});
  });
}

void SetColourTable(JNIEnv* env, jclass, jlong handle, jstring cube, jfloat strength) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    ColourTable table{nullptr, strength};
    if (cube != nullptr) {
      auto lut = beauty::CubeLut::Parse(TextOf(env, cube));
      if (!lut) return Forward(lut);
      table.lut = std::make_shared<const beauty::CubeLut>(std::move(*lut));
    }
    return peer.publisher->SetColourTable(std::move(table));
  });
}

void SetWatermark(JNIEnv* env, jclass, jlong handle, jbyteArray rgba, jint width, jint height,
                  jint x, jint y) {
  With(env, handle, [&](PublisherPeer& peer) {
    std::optional<beauty::Watermark> mark;
    if (rgba != nullptr) mark = beauty::Watermark{{width, height}, BytesOf(env, rgba), x, y};
    return peer.publisher->SetWatermark(std::move(mark));
  });
}

void SetMirrored(JNIEnv* env, jclass, jlong handle, jboolean is_mirrored) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    peer.publisher->SetMirror(is_mirrored == JNI_TRUE ? beauty::Mirror::kLeftRight
                                                      : beauty::Mirror::kOff);
    return {};
  });
}

void SetRegions(JNIEnv* env, jclass, jlong handle, jfloatArray numbers) {
  With(env, handle,
       [&](PublisherPeer& peer) { return peer.publisher->SetRegions(RegionsOf(env, numbers)); });
}

jint AddFilter(JNIEnv* env, jclass, jlong handle, jobject filter) {
  return With(env, handle, [&](PublisherPeer& peer) -> Result<jint> {
    auto id = peer.publisher->AddFilter(MakeAppFilter(GlobalRef(env, filter), &peer));
    if (!id) return Forward(id);
    return static_cast<jint>(*id);
  });
}

void RemoveFilter(JNIEnv* env, jclass, jlong handle, jint id) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    peer.publisher->RemoveFilter(static_cast<FilterId>(id));
    return {};
  });
}

void SetPreview(JNIEnv* env, jclass, jlong handle, jobject preview) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    if (peer.previews == nullptr) return Fail(ErrorCode::kInvalidState, "no pictures to see");
    peer.previews->Set(preview == nullptr ? nullptr
                                          : std::make_shared<const GlobalRef>(env, preview));
    return {};
  });
}

void NetworkChanged(JNIEnv* env, jclass, jlong handle, jint kind, jstring local_address) {
  With(env, handle, [&](PublisherPeer& peer) -> Status {
    const auto from = AddressOf(env, local_address);
    if (!from) return Forward(from);
    peer.publisher->NetworkChanged(*from, static_cast<NetworkKind>(kind));
    return {};
  });
}

jobject Stats(JNIEnv* env, jclass, jlong handle) {
  return With(env, handle,
              [&](PublisherPeer& peer) -> Result<jobject> { return StatsOf(env, peer); });
}

}  // namespace

void RegisterPublisher(JNIEnv* env) {
#define BUFFER "Ljava/nio/ByteBuffer;"
#define RUNNABLE "Ljava/lang/Runnable;"
  Register(env, "live/onair/Publisher",
           {
               Native("nativeCreate",
                      "([Ljava/lang/String;[B[BLlive/onair/EncoderControl;"
                      "Llive/onair/FaceFinder;Llive/onair/PublisherEvents;)J",
                      &Create),
               Native("nativeStart", "(J)V", &Start),
               Native("nativeStop", "(J)V", &Stop),
               Native("nativeClose", "(J)V", &Close),
               Native("nativePushVideo", "(J" BUFFER BUFFER BUFFER "[IJ" RUNNABLE ")V", &PushVideo),
               Native("nativePushAudio", "(J" BUFFER "[IJ)V", &PushAudio),
               Native("nativePushEncoded", "(J" BUFFER "[I[J[B" RUNNABLE ")V", &PushEncoded),
               Native("nativeSetMuted", "(JZ)V", &SetMuted),
               Native("nativeSetPaused", "(JZ)V", &SetPaused),
               Native("nativeSetLimits", "(JJD)V", &SetLimits),
               Native("nativeSetBeauty", "(JFFFFFF)V", &SetBeauty),
               Native("nativeSetColourTable", "(JLjava/lang/String;F)V", &SetColourTable),
               Native("nativeSetWatermark", "(J[BIIII)V", &SetWatermark),
               Native("nativeSetMirrored", "(JZ)V", &SetMirrored),
               Native("nativeSetRegions", "(J[F)V", &SetRegions),
               Native("nativeAddFilter", "(JLlive/onair/PictureFilter;)I", &AddFilter),
               Native("nativeRemoveFilter", "(JI)V", &RemoveFilter),
               Native("nativeSetPreview", "(JLlive/onair/Preview;)V", &SetPreview),
               Native("nativeNetworkChanged", "(JILjava/lang/String;)V", &NetworkChanged),
               Native("nativeStats", "(J)Llive/onair/PublisherStats;", &Stats),
           });
#undef RUNNABLE
#undef BUFFER
}

}  // namespace onair::jni
