// SPDX-License-Identifier: Apache-2.0
//
// Statistics and events as Java knows them.
#pragma once

#include <jni.h>

#include "core/api/events.h"
#include "platform/sdk/player_stats.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/publisher_stats.h"

namespace onair::jni {

// Once, from JNI_OnLoad. Throws JavaThrew.
void LoadReports(JNIEnv* env);

// All throw JavaThrew. `previews_dropped`: the bridge's own.
jobject StatsObject(JNIEnv* env, const PublisherStats& stats, std::int64_t previews_dropped);
jobject StatsObject(JNIEnv* env, const PlayerStats& stats);
jobject StatsObject(JNIEnv* env, const PreloadStats& stats);

// Calls the method of `events`, a PublisherEvents or PlayerEvents, that the event belongs to.
// Events that Java does not know are not told.
void Tell(JNIEnv* env, jobject events, const PublishEvent& event);
void Tell(JNIEnv* env, jobject events, const PlayEvent& event);

}  // namespace onair::jni
