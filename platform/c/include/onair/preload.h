/* SPDX-License-Identifier: Apache-2.0
 *
 * Rooms that a viewer will probably watch next, made ready within budgets.
 *
 *   onair_preload_config config = {.size = sizeof config};
 *   onair_preload_pool* pool = NULL;
 *   onair_preload_pool_create(&config, &pool);
 *   onair_preload_pool_set_rooms(pool, rooms, count);   ... whenever the list moves
 *   player_config.preload = pool;                       ... the viewer swiped
 */
#ifndef ONAIR_PRELOAD_H
#define ONAIR_PRELOAD_H

#include "onair/player.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a room is made ready; each includes those before it. */
enum onair_preload_tier {
  ONAIR_PRELOAD_NONE = 1,         /* Nothing. */
  ONAIR_PRELOAD_CONNECTED = 2,    /* Name known, connection up, nothing asked for. */
  ONAIR_PRELOAD_NEWEST_GOP = 3,   /* The stream flows; its newest key frame is kept. */
  ONAIR_PRELOAD_FIRST_PICTURE = 4 /* That is decoded as well. */
};

/* How much is made ready; read by onair_preload_pool_create() only, which judges it. */
typedef struct onair_preload_config {
  size_t size;
  /* How rooms are played: TLS, reconnects, buffer, catching up and seed. Its url and callbacks are
   * not read. NULL: defaults. */
  const onair_player_config* play;
  int64_t memory;        /* Bytes held by all together, at most 1 GiB; 24 MiB by default. */
  int64_t bandwidth_bps; /* For all together, at most 1'000'000'000; 6'000'000 by default. */
  int32_t rooms;         /* That get anything at all, 1..64; 8 by default. */
  int32_t reserved;      /* 0 */
} onair_preload_config;

/* A room that the viewer may go to. */
typedef struct onair_preload_room {
  size_t size;
  const char* url;  /* As onair_player_config.url will be. */
  int32_t distance; /* Swipes away from what is watched, 1..1000. */
  int32_t reserved; /* 0 */
} onair_preload_room;

/* A snapshot. Counters only grow. */
typedef struct onair_preload_stats {
  size_t size;
  int64_t memory;           /* Bytes, now. */
  int64_t rate_bps;         /* Now. */
  int64_t bytes_received;   /* Protocol included. */
  int64_t bytes_used;       /* Of those, of rooms that were taken. */
  int64_t hits;             /* Taken at least connected. */
  int64_t misses;           /* Players that found nothing ready. */
  int64_t pictures_decoded; /* First pictures, shown or not. */
  int64_t evictions;        /* Rooms that lost all they had to nearer ones or to the budgets. */
  int64_t failures;         /* Rooms given up: refused, or over. */
  int32_t room_count;       /* Now. */
  int32_t reserved;
} onair_preload_stats;

/* `*out` is a pool to be given to onair_preload_pool_destroy(), or NULL where the call failed. */
ONAIR_API onair_code onair_preload_pool_create(const onair_preload_config* config,
                                               onair_preload_pool** out);

/* Closes all that was not taken; players that took rooms go on. NULL is fine. */
ONAIR_API void onair_preload_pool_destroy(onair_preload_pool* pool);

/* What is likely now; of more than 64 the first. Rooms of earlier calls that are missing here count
 * as the farthest. An array whose elements have the `size` of the first. */
ONAIR_API onair_code onair_preload_pool_set_rooms(onair_preload_pool* pool,
                                                  const onair_preload_room* rooms, size_t count);

/* Whether using the network costs (ONAIR_ON): little is made ready then. */
ONAIR_API onair_code onair_preload_pool_set_metered(onair_preload_pool* pool, int32_t on_or_off);

/* The device has another way to the network. */
ONAIR_API onair_code onair_preload_pool_network_changed(onair_preload_pool* pool);

/* How far this address is (enum onair_preload_tier). */
ONAIR_API onair_code onair_preload_pool_get_tier(onair_preload_pool* pool, const char* url,
                                                 int32_t* out);

/* A snapshot; `out->size` is set by the caller. */
ONAIR_API onair_code onair_preload_pool_get_stats(onair_preload_pool* pool,
                                                  onair_preload_stats* out);

#ifdef __cplusplus
}
#endif
#endif
