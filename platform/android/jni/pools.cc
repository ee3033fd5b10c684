// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/pools.h"

#include <string>
#include <utility>
#include <vector>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/arguments.h"
#include "platform/android/jni/handle_table.h"
#include "platform/android/jni/natives.h"
#include "platform/android/jni/reports.h"

namespace onair::jni {
namespace {

HandleTable<PreloadPool>& Pools() {
  static auto& all = *new HandleTable<PreloadPool>();  // Java may outlive our static objects.
  return all;
}

// Runs `body` on a pool that is open.
template <typename Body>
auto With(JNIEnv* env, jlong handle, Body&& body) noexcept {
  return Guarded(env, [&]() -> std::invoke_result_t<Body, PreloadPool&> {
    const auto pool = Pools().Find(handle);
    if (!pool) return Forward(pool);
    return body(**pool);
  });
}

jlong Create(JNIEnv* env, jclass, jobjectArray budget, jobjectArray play) {
  return Guarded(env, [&]() -> Result<jlong> {
    auto budgets = ReadPreload(PairsOf(env, budget));
    if (!budgets) return Forward(budgets);
    auto player = ReadPlayer(PairsOf(env, play));
    if (!player) return Forward(player);
    auto pool = PreloadPool::Create({.budget = *budgets, .play = std::move(player->config)});
    if (!pool) return Forward(pool);
    return Pools().Add(std::move(*pool));
  });
}

void SetRooms(JNIEnv* env, jclass, jlong handle, jobjectArray urls, jintArray distances) {
  With(env, handle, [&](PreloadPool& pool) -> Status {
    const std::vector<std::string> names = PairsOf(env, urls);
    std::vector<jint> numbers(names.size());
    env->GetIntArrayRegion(distances, 0, static_cast<jsize>(numbers.size()), numbers.data());
    CheckJava(env);
    std::vector<PreloadRoom> rooms;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (numbers[i] < 1 || numbers[i] > 1000) return Refuse("room.distance");
      rooms.push_back({names[i], numbers[i]});
    }
    pool.SetRooms(std::move(rooms));
    return {};
  });
}

void SetNetworkCost(JNIEnv* env, jclass, jlong handle, jint cost) {
  With(env, handle, [&](PreloadPool& pool) -> Status {
    pool.SetNetworkCost(static_cast<NetworkCost>(cost));
    return {};
  });
}

void NetworkChanged(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PreloadPool& pool) -> Status {
    pool.NetworkChanged();
    return {};
  });
}

void Cancel(JNIEnv* env, jclass, jlong handle) {
  With(env, handle, [](PreloadPool& pool) -> Status {
    pool.Cancel();
    return {};
  });
}

jobject Stats(JNIEnv* env, jclass, jlong handle) {
  return With(env, handle,
              [&](PreloadPool& pool) -> Result<jobject> { return StatsObject(env, pool.stats()); });
}

void Close(JNIEnv* env, jclass, jlong handle) {
  Guarded(env, [&]() -> Status {
    // A player of it may keep it, with nothing in it.
    if (const auto pool = Pools().Remove(handle)) pool->Cancel();
    return {};
  });
}

}  // namespace

Result<std::shared_ptr<PreloadPool>> PoolOf(jlong handle) {
  return Pools().Find(handle);
}

void RegisterPreloadPool(JNIEnv* env) {
  Register(env, "live/onair/PreloadPool",
           {
               Native("nativeCreate", "([Ljava/lang/String;[Ljava/lang/String;)J", &Create),
               Native("nativeSetRooms", "(J[Ljava/lang/String;[I)V", &SetRooms),
               Native("nativeSetNetworkCost", "(JI)V", &SetNetworkCost),
               Native("nativeNetworkChanged", "(J)V", &NetworkChanged),
               Native("nativeCancel", "(J)V", &Cancel),
               Native("nativeStats", "(J)Llive/onair/PreloadStats;", &Stats),
               Native("nativeClose", "(J)V", &Close),
           });
}

}  // namespace onair::jni
