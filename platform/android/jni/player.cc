// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/app_decoder.h"
#include "platform/android/jni/arguments.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/java_classes.h"
#include "platform/android/jni/lent_picture.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"
#include "platform/android/jni/pools.h"
#include "platform/android/jni/reports.h"
#include "platform/android/jni/text.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/pulled_sound.h"

namespace onair::jni {
namespace {

// What stands behind one Player in Java.
struct PlayerPeer : Peer {
  GlobalRef picture_ready;          // Set before the start, if at all.
  std::shared_ptr<SoundTap> sound;  // Null: no sound is asked for.
  std::shared_ptr<OpenPictures> open = std::make_shared<OpenPictures>();
  std::unique_ptr<Player> player;
  std::atomic<bool> is_started{false};
};

template <typename Body>
auto With(JNIEnv* env, jlong handle, Body&& body) noexcept {
  return On<PlayerPeer>(env, handle, std::forward<Body>(body));
}

// Its life.

// Given to the player when it asks, or closed with this.
void UseDecoder(PlayerConfig& config, std::unique_ptr<VideoDecoder> decoder) {
  if (decoder == nullptr) return;
  auto held = std::make_shared<std::unique_ptr<VideoDecoder>>(std::move(decoder));
  config.make_video_decoder = [held] { return std::move(*held); };
}

jlong Create(JNIEnv* env, jclass, jobjectArray pairs, jlong pool, jobject decoder, jobject events) {
  return Guarded(env, [&]() -> Result<jlong> {
    const Pairs given = PairsOf(env, pairs);
    auto peer = std::make_shared<PlayerPeer>();
    std::unique_ptr<VideoDecoder> pictures;
    if (decoder != nullptr) pictures = MakeAppDecoder(env, decoder, peer.get());
    auto settings = ReadPlayer(given);
    if (!settings) return Forward(settings);
    UseDecoder(settings->config, std::move(pictures));
    if (pool != 0) {
      auto found = PoolOf(pool);
      if (!found) return Forward(found);
      settings->config.preload = std::move(*found);
    }
    peer->events = GlobalRef(env, events);
    peer->stats_every = settings->stats_every;
    if (auto status = peer->callbacks.Start(); !status) return Forward(status);
    auto player = Player::Create(settings->config, peer->callbacks.executor(),
                                 [p = peer.get()](const PlayEvent& event) {
                                   CallOut(p, [&](JNIEnv* e) { Tell(e, p->events.get(), event); });
                                 });
    if (!player) return Forward(player);
    peer->player = std::move(*player);
    if (settings->pulls_sound) {
      peer->sound = std::make_shared<SoundTap>();
      peer->player->SetAudioOutput(MakePulledOutput(peer->sound));
    }
    return AllOf<PlayerPeer>().Add(std::move(peer));
  });
}

void SetPictureReady(JNIEnv* env, jclass, jlong handle, jobject ready) {
  With(env, handle, [&](PlayerPeer& peer) -> Status {
    if (peer.is_started || peer.picture_ready) {
      return Fail(ErrorCode::kInvalidState, "set, or started");
    }
    peer.picture_ready = GlobalRef(env, ready);
    peer.player->SetPictureReady([&peer] {
      CallOut(&peer, [&](JNIEnv* e) { e->CallVoidMethod(peer.picture_ready.get(), Java().run); });
    });
    return {};
  });
}

void TellStats(PlayerPeer& peer) {
  CallOut(&peer, [&](JNIEnv* env) {
    jobject stats = StatsObject(env, peer.player->stats());
    env->CallVoidMethod(peer.events.get(), Java().player.stats, stats);
  });
}

void Start(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) -> Status {
    peer.is_started = true;
    if (auto status = peer.player->Start(); !status) return status;
    if (peer.stats_every) peer.callbacks.Repeat(*peer.stats_every, [&peer] { TellStats(peer); });
    return {};
  });
}

void Stop(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) -> Status {
    if (peer.is_stopped.exchange(true)) return Fail(ErrorCode::kInvalidState, "already stopped");
    peer.player->Stop();
    return {};
  });
}

void Close(JNIEnv* env, jclass, jlong handle) {
  CloseOne(env, handle, &PlayerPeer::player);
}

// Media out.

jobject TakePicture(JNIEnv* env, jclass, jlong handle, jlong at_micros) {
  return With(env, handle, [&](PlayerPeer& peer) -> Result<jobject> {
    if (!peer.open->has_room()) {
      return Fail(ErrorCode::kLimit, "pictures that are not closed");  // And none is lost.
    }
    const Timestamp at = Timestamp::Micros(at_micros);
    PictureSource& pictures = peer.player->pictures();
    auto picture = pictures.TakePicture(at);
    if (!picture) return nullptr;
    pictures.OnPresented(*picture, {at, runtime::UtcNow() + (at - runtime::Now())});
    return Lend(env, std::move(*picture), peer.open);
  });
}

jobject ShownPicture(JNIEnv* env, jclass, jlong handle) {
  return With(env, handle, [&](PlayerPeer& peer) -> Result<jobject> {
    auto picture = peer.player->shown_picture();
    if (!picture) return nullptr;
    return Lend(env, std::move(*picture), peer.open);
  });
}

// Both in one number, so that nothing is allocated for it.
jlong Packed(const AudioFormat& format) {
  return jlong{format.sample_rate} << 8U | format.channels;
}

struct SoundRequest {
  jobject out;
  Extent extent;
  jint frame_count;
  Timestamp heard_at;
};

Result<jlong> PullInto(JNIEnv* env, PlayerPeer& peer, const SoundRequest& request) {
  if (peer.sound == nullptr) {
    return Fail(ErrorCode::kInvalidState, "sound is not asked for in its config");
  }
  if (request.frame_count < 1) return Refuse("frameCount");
  const auto bytes = BytesOf(env, request.out, request.extent, "out");
  if (!bytes) return Forward(bytes);
  if (reinterpret_cast<std::uintptr_t>(bytes->data()) % alignof(float) != 0) {
    return Fail(ErrorCode::kInvalidConfig, "out does not begin at a multiple of 4 bytes");
  }
  const std::span samples(reinterpret_cast<float*>(bytes->data()), bytes->size() / sizeof(float));
  AudioFormat format;
  auto status = peer.sound->Pull(samples, static_cast<std::size_t>(request.frame_count),
                                 request.heard_at, format);
  if (!status) return Forward(status);
  return Packed(format);
}

jlong PullSound(JNIEnv* env, jclass, jlong handle, jobject out, jint offset, jint size,
                jint frame_count, jlong heard_at) {
  return With(env, handle, [&](PlayerPeer& peer) {
    return PullInto(env, peer, {out, {offset, size}, frame_count, Timestamp::Micros(heard_at)});
  });
}

// What is set.

void Pause(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) { return peer.player->Pause(); });
}
void Resume(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) { return peer.player->Resume(); });
}
void Seek(JNIEnv* env, jclass, jlong handle, jlong position) {
  With(env, handle,
       [&](PlayerPeer& peer) { return peer.player->Seek(TimeDelta::Micros(position)); });
}
void SetRepeat(JNIEnv* env, jclass, jlong handle, jint repeat) {
  With(env, handle,
       [&](PlayerPeer& peer) { return peer.player->SetRepeat(static_cast<Repeat>(repeat)); });
}

void SetVolume(JNIEnv* env, jclass, jlong handle, jdouble gain) {
  With(env, handle, [&](PlayerPeer& peer) -> Status {
    if (gain != gain) return Refuse("gain");
    peer.player->SetVolume(gain);
    return {};
  });
}

void SetMuted(JNIEnv* env, jclass, jlong handle, jboolean is_muted) {
  With(env, handle, [&](PlayerPeer& peer) -> Status {
    if (is_muted == JNI_TRUE) {
      peer.player->Mute();
    } else {
      peer.player->Unmute();
    }
    return {};
  });
}

void SwitchTo(JNIEnv* env, jclass, jlong handle, jstring url) {
  With(env, handle, [&](PlayerPeer& peer) { return peer.player->SwitchTo(TextOf(env, url)); });
}

void PinQuality(JNIEnv* env, jclass, jlong handle, jint index) {
  With(env, handle, [&](PlayerPeer& peer) {
    return peer.player->PinQuality(static_cast<std::size_t>(index));  // One below 0 is too large.
  });
}

void ChooseQuality(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) { return peer.player->ChooseQuality(); });
}

void TakeSnapshot(JNIEnv* env, jclass, jlong handle, jstring path) {
  With(env, handle, [&](PlayerPeer& peer) -> Status {
    peer.player->TakeSnapshot(TextOf(env, path));
    return {};
  });
}

void StartRecording(JNIEnv* env, jclass, jlong handle, jstring path) {
  With(env, handle,
       [&](PlayerPeer& peer) { return peer.player->StartRecording(TextOf(env, path)); });
}

void StopRecording(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PlayerPeer& peer) -> Status {
    peer.player->StopRecording();
    return {};
  });
}

void NetworkChanged(JNIEnv* env, jclass, jlong handle, jstring local_address) {
  With(env, handle, [&](PlayerPeer& peer) -> Status {
    const auto from = AddressOf(env, local_address);
    if (!from) return Forward(from);
    peer.player->NetworkChanged(*from);
    return {};
  });
}

jobject Stats(JNIEnv* env, jclass, jlong handle) {
  return With(env, handle, [&](PlayerPeer& peer) -> Result<jobject> {
    return StatsObject(env, peer.player->stats());
  });
}

}  // namespace

void RegisterPlayer(JNIEnv* env) {
#define TEXT "Ljava/lang/String;"
  Register(env, "live/onair/Player",
           {
               Native("nativeCreate",
                      "([" TEXT "JLlive/onair/PictureDecoder;Llive/onair/PlayerEvents;)J", &Create),
               Native("nativeSetPictureReady", "(JLjava/lang/Runnable;)V", &SetPictureReady),
               Native("nativeStart", "(J)V", &Start),
               Native("nativeStop", "(J)V", &Stop),
               Native("nativeClose", "(J)V", &Close),
               Native("nativeTakePicture", "(JJ)Llive/onair/LentPicture;", &TakePicture),
               Native("nativeShownPicture", "(J)Llive/onair/LentPicture;", &ShownPicture),
               Native("nativePullSound", "(JLjava/nio/ByteBuffer;IIIJ)J", &PullSound),
               Native("nativePause", "(J)V", &Pause),
               Native("nativeResume", "(J)V", &Resume),
               Native("nativeSeek", "(JJ)V", &Seek),
               Native("nativeSetRepeat", "(JI)V", &SetRepeat),
               Native("nativeSetVolume", "(JD)V", &SetVolume),
               Native("nativeSetMuted", "(JZ)V", &SetMuted),
               Native("nativeSwitchTo", "(J" TEXT ")V", &SwitchTo),
               Native("nativePinQuality", "(JI)V", &PinQuality),
               Native("nativeChooseQuality", "(J)V", &ChooseQuality),
               Native("nativeTakeSnapshot", "(J" TEXT ")V", &TakeSnapshot),
               Native("nativeStartRecording", "(J" TEXT ")V", &StartRecording),
               Native("nativeStopRecording", "(J)V", &StopRecording),
               Native("nativeNetworkChanged", "(J" TEXT ")V", &NetworkChanged),
               Native("nativeStats", "(J)Llive/onair/PlayerStats;", &Stats),
           });
#undef TEXT
}

}  // namespace onair::jni
