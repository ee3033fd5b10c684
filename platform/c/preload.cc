// SPDX-License-Identifier: Apache-2.0
#include "onair/preload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"
#include "platform/c/player_config.h"
#include "platform/c/preload_handle.h"

using namespace onair;
using namespace onair::c;

namespace {

constexpr std::size_t kMostRooms = 1024;  // Given at once; the pool itself takes 64.

Result<PreloadPoolConfig> ReadPool(const onair_preload_config& in) {
  PreloadPoolConfig config;
  if (in.reserved != 0) return Refuse("reserved");
  if (in.play != nullptr) {
    const auto playing = ReadSized(in.play, "play");
    if (!playing) return Forward(playing);
    auto play = ReadPlaying(*playing);
    if (!play) return Forward(play);
    config.play = std::move(*play);
  }
  if (in.memory != 0) config.budget.memory = DataSize::Bytes(in.memory);
  if (in.bandwidth_bps != 0) config.budget.bandwidth = DataRate::BitsPerSec(in.bandwidth_bps);
  if (in.rooms != 0) config.budget.rooms = in.rooms;
  return config;
}

Status Create(const onair_preload_config* given, onair_preload_pool** out) {
  if (out == nullptr) return Refuse("out");
  *out = nullptr;
  const auto in = ReadSized(given, "config");
  if (!in) return Forward(in);
  const auto config = ReadPool(*in);
  if (!config) return Forward(config);
  auto pool = PreloadPool::Create(*config);
  if (!pool) return Forward(pool);
  *out = std::make_unique<onair_preload_pool>(onair_preload_pool{std::move(*pool)}).release();
  return {};
}

Result<std::vector<PreloadRoom>> ReadRooms(const onair_preload_room* rooms, std::size_t count) {
  if (count > kMostRooms) return Refuse("count");
  std::vector<PreloadRoom> all;
  auto status = ForEachSized(rooms, count, "rooms", [&](const onair_preload_room& room) -> Status {
    if (room.url == nullptr) return Refuse("rooms.url");
    if (room.distance < 1 || room.distance > 1000) return Refuse("rooms.distance");
    if (room.reserved != 0) return Refuse("rooms.reserved");
    all.push_back({room.url, room.distance});
    return {};
  });
  if (!status) return Forward(status);
  return all;
}

onair_preload_stats NumbersOf(const PreloadStats& stats) {
  onair_preload_stats out{};
  out.size = sizeof(out);
  out.memory = stats.memory.bytes();
  out.rate_bps = stats.rate.bps();
  out.bytes_received = stats.bytes_received.bytes();
  out.bytes_used = stats.bytes_used.bytes();
  out.hits = stats.hits;
  out.misses = stats.misses;
  out.pictures_decoded = stats.pictures_decoded;
  out.evictions = stats.evictions;
  out.failures = stats.failures;
  out.room_count = static_cast<std::int32_t>(stats.rooms.size());
  return out;
}

template <typename Body>
onair_code With(onair_preload_pool* handle, Body&& body) noexcept {
  return Guarded([&]() -> Status {
    if (handle == nullptr) return Refuse("pool");
    return body(*handle->pool);
  });
}

}  // namespace

onair_code onair_preload_pool_create(const onair_preload_config* config, onair_preload_pool** out) {
  return Guarded([&] { return Create(config, out); });
}

void onair_preload_pool_destroy(onair_preload_pool* pool) {
  if (pool == nullptr) return;
  // A player that was given it may live on: what nobody took goes now.
  (void)With(pool, [](PreloadPool& p) -> Status { return p.Cancel(), Status(); });
  delete pool;
}

onair_code onair_preload_pool_set_rooms(onair_preload_pool* pool, const onair_preload_room* rooms,
                                        size_t count) {
  return With(pool, [&](PreloadPool& p) -> Status {
    auto all = ReadRooms(rooms, count);
    if (!all) return Forward(all);
    p.SetRooms(std::move(*all));
    return {};
  });
}

onair_code onair_preload_pool_set_metered(onair_preload_pool* pool, int32_t on_or_off) {
  return With(pool, [&](PreloadPool& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    p.SetNetworkCost(on_or_off == ONAIR_ON ? NetworkCost::kMetered : NetworkCost::kFree);
    return {};
  });
}

onair_code onair_preload_pool_network_changed(onair_preload_pool* pool) {
  return With(pool, [](PreloadPool& p) -> Status { return p.NetworkChanged(), Status(); });
}

onair_code onair_preload_pool_get_tier(onair_preload_pool* pool, const char* url, int32_t* out) {
  return With(pool, [&](PreloadPool& p) -> Status {
    if (url == nullptr) return Refuse("url");
    if (out == nullptr) return Refuse("out");
    const PreloadStats stats = p.stats();
    const auto room = std::find_if(stats.rooms.begin(), stats.rooms.end(),
                                   [&](const PreloadRoomStats& r) { return r.url == url; });
    *out = static_cast<std::int32_t>(room == stats.rooms.end() ? PreloadTier::kNone : room->ready);
    return {};
  });
}

onair_code onair_preload_pool_get_stats(onair_preload_pool* pool, onair_preload_stats* out) {
  return With(pool, [&](PreloadPool& p) { return WriteSized(NumbersOf(p.stats()), out, "out"); });
}
