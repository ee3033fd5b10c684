// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "platform/android/jni/numbers.h"
#include "platform/android/jni/reports.h"
#include "platform/android/jni/text.h"

namespace onair::jni {
namespace {

std::int64_t MicrosOf(const std::optional<TimeDelta>& span) {
  return span ? span->us() : -1;
}

// What the bridge adds.
struct PublisherNumbers {
  const PublisherStats& sdk;
  std::int64_t previews_dropped;
};

FaceStats FacesOf(const PublisherNumbers& numbers) {
  return numbers.sdk.faces.value_or(FaceStats{});
}

using P = PublisherNumbers;
const NumberField<P> kPublisher[] = {
    {"framesCaptured", +[](const P& s) { return s.sdk.frames_captured; }},
    {"framesEncoded", +[](const P& s) { return s.sdk.frames_encoded; }},
    {"framesDropped", +[](const P& s) { return s.sdk.frames_dropped; }},
    {"framesSkipped", +[](const P& s) { return s.sdk.frames_skipped; }},
    {"framesRepeated", +[](const P& s) { return s.sdk.frames_repeated; }},
    {"framesWithheld", +[](const P& s) { return s.sdk.frames_withheld; }},
    {"audioFramesWithheld", +[](const P& s) { return s.sdk.audio_frames_withheld; }},
    {"audioGlitches", +[](const P& s) { return s.sdk.audio_glitches; }},
    {"previewsDropped", +[](const P& s) { return s.previews_dropped; }},
    {"encodeErrors", +[](const P& s) { return s.sdk.encode_errors; }},
    {"keyFrames", +[](const P& s) { return s.sdk.key_frames; }},
    {"videoBytes", +[](const P& s) { return s.sdk.video_bytes.bytes(); }},
    {"audioBytes", +[](const P& s) { return s.sdk.audio_bytes.bytes(); }},
    {"width", +[](const P& s) { return std::int64_t{s.sdk.picture_size.width}; }},
    {"height", +[](const P& s) { return std::int64_t{s.sdk.picture_size.height}; }},
    {"targetBitRate", +[](const P& s) { return s.sdk.target_rate.bps(); }},
    {"picturesWithFaces", +[](const P& s) { return FacesOf(s).pictures_with_faces; }},
    {"faceDetections", +[](const P& s) { return FacesOf(s).detections; }},
    {"failedFaceDetections", +[](const P& s) { return FacesOf(s).failures; }},
    {"followsRegions", +[](const P& s) { return std::int64_t{s.sdk.roi != RoiSupport::kNone}; }},
    {"frameRate", +[](const P& s) { return s.sdk.frame_rate; }},
};

using D = DestinationStats;
const NumberField<D> kDestination[] = {
    {"stateNumber", +[](const D& s) { return static_cast<std::int64_t>(s.session.state); }},
    {"networkNumber", +[](const D& s) { return static_cast<std::int64_t>(s.network); }},
    {"framesSent", +[](const D& s) { return s.session.frames_sent; }},
    {"framesDropped", +[](const D& s) { return s.session.frames_dropped; }},
    {"keyFramesSent", +[](const D& s) { return s.session.key_frames_sent; }},
    {"audioFramesSent", +[](const D& s) { return s.session.audio_frames_sent; }},
    {"bytesSent", +[](const D& s) { return s.session.bytes_sent.bytes(); }},
    {"queueMicros", +[](const D& s) { return s.session.queue_span.us(); }},
    {"rttMicros", +[](const D& s) { return MicrosOf(s.rtt_now); }},
    {"sendDelayMicros", +[](const D& s) { return MicrosOf(s.send_delay.Quantile(0.5)); }},
    {"networkBitRate", +[](const D& s) { return s.network_rate ? s.network_rate->bps() : -1; }},
    {"reconnects", +[](const D& s) { return s.session.reconnects; }},
    {"handOvers", +[](const D& s) { return s.session.hand_overs; }},
};

std::int64_t FirstPicture(const PlayerStats& s) {
  if (!s.first_presented_at || !s.started_at) return -1;
  return (*s.first_presented_at - *s.started_at).us();
}

using L = PlayerStats;
const NumberField<L> kPlayer[] = {
    {"stateNumber", +[](const L& s) { return static_cast<std::int64_t>(s.session.state); }},
    {"preloadedNumber", +[](const L& s) { return static_cast<std::int64_t>(s.preloaded); }},
    {"width", +[](const L& s) { return std::int64_t{s.picture_size.width}; }},
    {"height", +[](const L& s) { return std::int64_t{s.picture_size.height}; }},
    {"videoFramesReceived", +[](const L& s) { return s.session.video_frames_received; }},
    {"audioFramesReceived", +[](const L& s) { return s.session.audio_frames_received; }},
    {"framesDecoded", +[](const L& s) { return s.frames_decoded; }},
    {"framesPresented", +[](const L& s) { return s.frames_presented; }},
    {"framesDropped", +[](const L& s) { return s.frames_dropped; }},
    {"decodeErrors", +[](const L& s) { return s.decode_errors; }},
    {"audioGaps", +[](const L& s) { return s.audio_gaps; }},
    {"stalls", +[](const L& s) { return s.session.stalls; }},
    {"stalledMicros", +[](const L& s) { return s.session.stalled_for.us(); }},
    {"reconnects", +[](const L& s) { return s.session.reconnects; }},
    {"bytesReceived", +[](const L& s) { return s.session.bytes_received.bytes(); }},
    {"bufferedMicros", +[](const L& s) { return s.session.buffered.us(); }},
    {"firstPictureMicros", FirstPicture},
    {"latencyMicros", +[](const L& s) { return MicrosOf(s.latency_now); }},
    {"positionMicros", +[](const L& s) { return MicrosOf(s.place.position); }},
    {"durationMicros", +[](const L& s) { return MicrosOf(s.place.duration); }},
    {"switches", +[](const L& s) { return s.switches; }},
    {"fallbacks", +[](const L& s) { return s.fallbacks; }},
    {"switchesFailed", +[](const L& s) { return s.switches_failed; }},
    {"bandwidth", +[](const L& s) { return s.bandwidth.bps(); }},
    {"quality", +[](const L& s) { return s.quality ? static_cast<std::int64_t>(*s.quality) : -1; }},
    {"qualityModeNumber", +[](const L& s) { return static_cast<std::int64_t>(s.quality_mode); }},
    {"picturesRecorded", +[](const L& s) { return s.pictures_recorded; }},
    {"frameRate", +[](const L& s) { return s.frame_rate; }},
    {"freezePercent", +[](const L& s) { return s.freeze_percent; }},
};

std::int64_t ReadyRooms(const PreloadStats& s) {
  return std::count_if(s.rooms.begin(), s.rooms.end(), [](const PreloadRoomStats& room) {
    return room.ready != PreloadTier::kNone;
  });
}

using R = PreloadStats;
const NumberField<R> kPreload[] = {
    {"rooms", +[](const R& s) { return static_cast<std::int64_t>(s.rooms.size()); }},
    {"readyRooms", ReadyRooms},
    {"memoryBytes", +[](const R& s) { return s.memory.bytes(); }},
    {"bitRate", +[](const R& s) { return s.rate.bps(); }},
    {"bytesReceived", +[](const R& s) { return s.bytes_received.bytes(); }},
    {"bytesUsed", +[](const R& s) { return s.bytes_used.bytes(); }},
    {"hits", +[](const R& s) { return s.hits; }},
    {"misses", +[](const R& s) { return s.misses; }},
    {"picturesDecoded", +[](const R& s) { return s.pictures_decoded; }},
    {"evictions", +[](const R& s) { return s.evictions; }},
    {"failures", +[](const R& s) { return s.failures; }},
    {"unsupported", +[](const R& s) { return s.unsupported; }},
};

Numbers<PublisherNumbers> g_publisher;
Numbers<DestinationStats> g_destination;
Numbers<PlayerStats> g_player;
Numbers<PreloadStats> g_preload;
jfieldID g_destinations = nullptr;
jfieldID g_url = nullptr;

}  // namespace

void LoadReports(JNIEnv* env) {
  g_publisher.Load(env, "live/onair/PublisherStats", kPublisher);
  g_destination.Load(env, "live/onair/PublisherStats$DestinationStats", kDestination);
  g_player.Load(env, "live/onair/PlayerStats", kPlayer);
  g_preload.Load(env, "live/onair/PreloadStats", kPreload);
  g_destinations = env->GetFieldID(g_publisher.java_class(), "destinations",
                                   "[Llive/onair/PublisherStats$DestinationStats;");
  CheckJava(env);
  g_url = env->GetFieldID(g_player.java_class(), "url", "Ljava/lang/String;");
  CheckJava(env);
}

jobject StatsObject(JNIEnv* env, const PublisherStats& stats, std::int64_t previews_dropped) {
  jobject object = g_publisher.Make(env, {stats, previews_dropped});
  const auto count = static_cast<jsize>(stats.destinations.size());
  jobjectArray all = env->NewObjectArray(count, g_destination.java_class(), nullptr);
  CheckJava(env);
  for (jsize i = 0; i < count; ++i) {
    jobject one = g_destination.Make(env, stats.destinations[static_cast<std::size_t>(i)]);
    env->SetObjectArrayElement(all, i, one);
    CheckJava(env);
    env->DeleteLocalRef(one);
  }
  env->SetObjectField(object, g_destinations, all);
  return object;
}

jobject StatsObject(JNIEnv* env, const PlayerStats& stats) {
  jobject object = g_player.Make(env, stats);
  jstring url = JavaText(env, stats.url);
  env->SetObjectField(object, g_url, url);
  env->DeleteLocalRef(url);
  return object;
}
jobject StatsObject(JNIEnv* env, const PreloadStats& stats) {
  return g_preload.Make(env, stats);
}

}  // namespace onair::jni
