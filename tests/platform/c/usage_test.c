/* SPDX-License-Identifier: Apache-2.0
 *
 * Wrong use of the C interface gives typed errors that name what was wrong, and changes nothing.
 * Without a network.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <time.h>

#include "check.h"

static const char* const kNobody[] = {"rtmp://127.0.0.1:1/live/nobody"};

static onair_publisher_config publisher_config(void) {
  onair_publisher_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.urls = kNobody;
  config.url_count = 1;
  config.max_reconnects = -1;
  return config;
}

static onair_player_config player_config(void) {
  onair_player_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.url = "http://127.0.0.1:1/live/nobody.flv";
  config.max_reconnects = -1;
  return config;
}

static void codes_have_words(void) {
  CHECK(strcmp(onair_code_name(ONAIR_OK), "ok") == 0);
  CHECK(strcmp(onair_code_name(ONAIR_ERROR_CONNECT_REFUSED), "net.connect_refused") == 0);
  CHECK(onair_code_is_retryable(ONAIR_ERROR_CONNECT_REFUSED) == 1);
  CHECK(onair_code_is_retryable(ONAIR_ERROR_INVALID_CONFIG) == 0);
  CHECK(strcmp(onair_code_name(-7), "internal") == 0);
  CHECK(onair_code_is_retryable(-7) == 0);
  CHECK(strlen(onair_code_meaning(ONAIR_ERROR_DISK_FULL)) > 0);
  CHECK(strlen(onair_code_action(ONAIR_ERROR_DISK_FULL)) > 0);
  CHECK(onair_version() == ONAIR_VERSION);
  CHECK(strcmp(onair_version_string(), ONAIR_VERSION_STRING) == 0);
}

static void last_error_is_kept(void) {
  onair_publisher* publisher = NULL;
  onair_publisher_config config = publisher_config();
  CHECK(onair_last_error()->code == ONAIR_OK);
  CHECK_ERROR(onair_publisher_start(NULL), ONAIR_ERROR_INVALID_CONFIG, "publisher");
  CHECK(strcmp(onair_last_error()->text, "publisher: a setting is out of range [config.invalid]") ==
        0);
  CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK);
  CHECK(onair_last_error()->code == ONAIR_ERROR_INVALID_CONFIG); /* Success leaves it. */
  CHECK(onair_publisher_destroy(publisher) == ONAIR_OK);
}

static void wrong_publisher_configs_are_refused(void) {
  const char* const ftp[] = {"ftp://host/x"};
  const char* const missing[] = {NULL};
  onair_video_config video;
  onair_audio_config audio;
  onair_ice_server ice;
  onair_publisher_config config = publisher_config();
  onair_publisher* publisher = (onair_publisher*)&config; /* Anything but NULL. */
  memset(&video, 0, sizeof video);
  memset(&audio, 0, sizeof audio);
  memset(&ice, 0, sizeof ice);

  CHECK_ERROR(onair_publisher_create(&config, NULL), ONAIR_ERROR_INVALID_CONFIG, "out");
  CHECK_ERROR(onair_publisher_create(NULL, &publisher), ONAIR_ERROR_INVALID_CONFIG, "config");
  CHECK(publisher == NULL);
#define REFUSED(change, code, detail)                                         \
  config = publisher_config();                                                \
  change;                                                                     \
  CHECK_ERROR(onair_publisher_create(&config, &publisher), (code), (detail)); \
  CHECK(publisher == NULL)
  REFUSED(config.size = 0, ONAIR_ERROR_INVALID_CONFIG, "config.size");
  REFUSED(config.size = 8, ONAIR_ERROR_INVALID_CONFIG, "config.size");
  REFUSED(config.size = 1u << 20, ONAIR_ERROR_INVALID_CONFIG, "config.size");
  REFUSED(config.urls = NULL, ONAIR_ERROR_INVALID_CONFIG, "urls");
  REFUSED(config.urls = missing, ONAIR_ERROR_INVALID_CONFIG, "urls");
  REFUSED(config.url_count = 9, ONAIR_ERROR_INVALID_CONFIG, "urls");
  REFUSED(config.urls = ftp, ONAIR_ERROR_UNSUPPORTED, "publishing to ftp://");
  REFUSED(config.tls_verify = 3, ONAIR_ERROR_INVALID_CONFIG, "tls_verify");
  REFUSED(config.stats_every_ms = 99, ONAIR_ERROR_INVALID_CONFIG, "stats_every_ms");
  REFUSED(config.reserved = 1, ONAIR_ERROR_INVALID_CONFIG, "reserved");
  REFUSED(config.reserved_2 = 1, ONAIR_ERROR_INVALID_CONFIG, "reserved");
  REFUSED(config.network = 5, ONAIR_ERROR_INVALID_CONFIG, "network");
  REFUSED(config.policy = "{}", ONAIR_ERROR_INVALID_CONFIG, NULL);
  REFUSED(config.ice_server_count = 1, ONAIR_ERROR_INVALID_CONFIG, "ice_servers");
  REFUSED(config.video = &video, ONAIR_ERROR_INVALID_CONFIG, "video.size");
  REFUSED(config.audio = &audio, ONAIR_ERROR_INVALID_CONFIG, "audio.size");
  video.size = sizeof video;
  audio.size = sizeof audio;
  ice.size = sizeof ice;
  REFUSED((config.ice_servers = &ice, config.ice_server_count = 1), ONAIR_ERROR_INVALID_CONFIG,
          "ice_servers.url");
  REFUSED((config.video = &video, video.codec = ONAIR_CODEC_AAC), ONAIR_ERROR_INVALID_CONFIG,
          "video.codec");
  video.codec = 0;
  REFUSED((config.video = &video, video.reserved = 1), ONAIR_ERROR_INVALID_CONFIG,
          "video.reserved");
  video.reserved = 0;
  REFUSED((config.video = &video, video.frame_rate = 500), ONAIR_ERROR_INVALID_CONFIG,
          "video.frame_rate");
  video.frame_rate = 0;
  REFUSED((config.video = &video, video.encoder = 5), ONAIR_ERROR_INVALID_CONFIG, "video.encoder");
  video.encoder = ONAIR_ENCODER_OPENH264;
  video.openh264_library = "libno-such-codec.so.9";
  REFUSED(config.video = &video, ONAIR_ERROR_CODEC_UNAVAILABLE, NULL);
  CHECK(strstr(onair_last_error()->detail, "libno-such-codec.so.9") != NULL);
  video.encoder = 0;
  video.openh264_library = NULL;
  REFUSED((config.video = &video, video.regions = 7), ONAIR_ERROR_INVALID_CONFIG, "video.regions");
  video.regions = 0;
  REFUSED((config.audio = &audio, audio.codec = ONAIR_CODEC_H264), ONAIR_ERROR_INVALID_CONFIG,
          "audio.codec");
  video.frame_rate = 0;
  audio.codec = 0;
  video.enabled = ONAIR_OFF;
  audio.enabled = ONAIR_OFF;
  REFUSED((config.video = &video, config.audio = &audio), ONAIR_ERROR_INVALID_CONFIG, "video");
#undef REFUSED
}

/* A program that was built against a later version: longer structs. */
static void newer_programs_are_understood_or_refused(void) {
  struct {
    onair_player_config config;
    int64_t later;
  } newer;
  onair_player* player = NULL;
  struct {
    onair_player_stats stats;
    int64_t later;
  } stats;
  memset(&newer, 0, sizeof newer);
  newer.config = player_config();
  newer.config.size = sizeof newer;
  CHECK(onair_player_create(&newer.config, &player) == ONAIR_OK); /* Not set: no matter. */
  memset(&stats, 0xff, sizeof stats);
  stats.stats.size = sizeof stats;
  CHECK(onair_player_get_stats(player, &stats.stats) == ONAIR_OK);
  CHECK(stats.stats.size == sizeof stats);
  CHECK(stats.stats.first_picture_us == -1);
  CHECK(stats.later == 0);
  CHECK(onair_player_destroy(player) == ONAIR_OK);

  newer.later = 1;
  CHECK_ERROR(onair_player_create(&newer.config, &player), ONAIR_ERROR_UNSUPPORTED,
              "config: a field of a newer version");
}

static void encoders_are_found_or_named(void) {
  onair_video_config video;
  memset(&video, 0, sizeof video);
  CHECK_ERROR(onair_encoder_find(NULL), ONAIR_ERROR_INVALID_CONFIG, "config");
  video.size = sizeof video;
  CHECK(onair_encoder_find(&video) == ONAIR_OK);
  video.encoder = ONAIR_ENCODER_OPENH264;
  CHECK(onair_encoder_find(&video) == ONAIR_OK);
  video.openh264_library = "/nowhere/libopenh264.so";
  CHECK(onair_encoder_find(&video) == ONAIR_ERROR_CODEC_UNAVAILABLE);
  CHECK(strstr(onair_last_error()->detail, "/nowhere/libopenh264.so") != NULL);
  video.openh264_library = NULL;
  video.codec = ONAIR_CODEC_H265;
  CHECK(onair_encoder_find(&video) == ONAIR_ERROR_CODEC_UNAVAILABLE);
}

static void pools_are_used_in_order(void) {
  onair_preload_config config;
  onair_preload_room rooms[2];
  onair_preload_stats stats;
  onair_player_config playing = player_config();
  onair_preload_pool* pool = (onair_preload_pool*)&config; /* Anything but NULL. */
  onair_player* player = NULL;
  int32_t tier = 0;
  memset(&config, 0, sizeof config);
  memset(rooms, 0, sizeof rooms);
  memset(&stats, 0, sizeof stats);
  CHECK_ERROR(onair_preload_pool_create(&config, &pool), ONAIR_ERROR_INVALID_CONFIG, "config.size");
  CHECK(pool == NULL);
  config.size = sizeof config;
  config.rooms = 65;
  CHECK(onair_preload_pool_create(&config, &pool) == ONAIR_ERROR_INVALID_CONFIG);
  config.rooms = 0;
  playing.buffer = 9;
  config.play = &playing;
  CHECK_ERROR(onair_preload_pool_create(&config, &pool), ONAIR_ERROR_INVALID_CONFIG, "buffer");
  playing = player_config();
  if (!CHECK(onair_preload_pool_create(&config, &pool) == ONAIR_OK)) return;
  rooms[0].size = sizeof rooms[0];
  rooms[1].size = sizeof rooms[1];
  rooms[0].url = "http://127.0.0.1:1/live/next.flv";
  rooms[1].url = "http://127.0.0.1:1/live/after.flv";
  rooms[0].distance = 1;
  CHECK_ERROR(onair_preload_pool_set_rooms(pool, rooms, 2), ONAIR_ERROR_INVALID_CONFIG,
              "rooms.distance");
  rooms[1].distance = 2;
  CHECK(onair_preload_pool_set_rooms(pool, rooms, 2) == ONAIR_OK);
  CHECK(onair_preload_pool_get_tier(pool, rooms[0].url, &tier) == ONAIR_OK);
  CHECK(tier == ONAIR_PRELOAD_NONE);
  stats.size = sizeof stats;
  CHECK(onair_preload_pool_get_stats(pool, &stats) == ONAIR_OK);
  CHECK(stats.hits == 0);
  CHECK_ERROR(onair_preload_pool_set_metered(pool, 5), ONAIR_ERROR_INVALID_CONFIG, "on_or_off");
  CHECK(onair_preload_pool_set_metered(pool, ONAIR_ON) == ONAIR_OK);
  CHECK(onair_preload_pool_network_changed(pool) == ONAIR_OK);
  /* The pool may go before its player. */
  playing.preload = pool;
  CHECK(onair_player_create(&playing, &player) == ONAIR_OK);
  onair_preload_pool_destroy(pool);
  onair_preload_pool_destroy(NULL);
  CHECK(onair_player_destroy(player) == ONAIR_OK);
}

static void regions_and_watermarks_are_checked(onair_publisher* publisher) {
  const uint8_t white[4] = {255, 255, 255, 255};
  onair_region regions[17];
  onair_watermark mark;
  memset(regions, 0, sizeof regions);
  memset(&mark, 0, sizeof mark);
  regions[0].size = sizeof regions[0];
  regions[0].width = regions[0].height = 0.5f;
  regions[0].quality = 1;
  CHECK(onair_publisher_set_regions(publisher, regions, 1) == ONAIR_OK);
  CHECK(onair_publisher_set_regions(publisher, NULL, 0) == ONAIR_OK);
  CHECK_ERROR(onair_publisher_set_regions(publisher, NULL, 1), ONAIR_ERROR_INVALID_CONFIG,
              "regions");
  CHECK_ERROR(onair_publisher_set_regions(publisher, regions, 17), ONAIR_ERROR_INVALID_CONFIG,
              "count");
  regions[0].quality = 2;
  CHECK(onair_publisher_set_regions(publisher, regions, 1) == ONAIR_ERROR_INVALID_CONFIG);
  mark.size = sizeof mark;
  mark.rgba = white;
  CHECK_ERROR(onair_publisher_set_watermark(publisher, &mark), ONAIR_ERROR_INVALID_CONFIG,
              "mark.width");
  mark.width = mark.height = 1;
  CHECK(onair_publisher_set_watermark(publisher, &mark) == ONAIR_OK);
  CHECK(onair_publisher_set_watermark(publisher, NULL) == ONAIR_OK);
  CHECK_ERROR(onair_publisher_network_changed_to(publisher, NULL, 9), ONAIR_ERROR_INVALID_CONFIG,
              "kind");
  CHECK(onair_publisher_network_changed_to(publisher, NULL, ONAIR_NETWORK_KIND_WIFI) == ONAIR_OK);
}

static void count_release(void* user) {
  ++*(int*)user;
}

static onair_picture grey_picture(uint8_t* pixels) {
  onair_picture picture;
  memset(&picture, 0, sizeof picture);
  memset(pixels, 128, 64 * 48 * 3 / 2);
  picture.size = sizeof picture;
  picture.format = ONAIR_PIXELS_NV12;
  picture.width = 64;
  picture.height = 48;
  picture.planes[0] = pixels;
  picture.planes[1] = pixels + 64 * 48;
  picture.strides[0] = 64;
  picture.strides[1] = 64;
  return picture;
}

static void wrong_media_stays_the_callers(onair_publisher* publisher) {
  uint8_t pixels[64 * 48 * 3 / 2];
  float samples[960] = {0};
  int released = 0;
  onair_sound sound;
  onair_picture picture = grey_picture(pixels);
#define REFUSED(change, code, detail)                                                            \
  picture = grey_picture(pixels);                                                                \
  change;                                                                                        \
  CHECK_ERROR(onair_publisher_push_picture(publisher, &picture, count_release, &released), code, \
              detail)
  REFUSED(picture.size = 4, ONAIR_ERROR_INVALID_CONFIG, "picture.size");
  REFUSED(picture.format = 7, ONAIR_ERROR_INVALID_CONFIG, "picture.format");
  REFUSED(picture.width = 0, ONAIR_ERROR_INVALID_CONFIG, "picture.width");
  REFUSED(picture.height = 8193, ONAIR_ERROR_INVALID_CONFIG, "picture.height");
  REFUSED(picture.reserved = 1, ONAIR_ERROR_INVALID_CONFIG, "picture.reserved");
  REFUSED(picture.rotation = 90, ONAIR_ERROR_INVALID_CONFIG, "picture.rotation");
  REFUSED(picture.planes[1] = NULL, ONAIR_ERROR_INVALID_CONFIG, "picture.planes");
  REFUSED(picture.strides[1] = 63, ONAIR_ERROR_INVALID_CONFIG, "picture.strides");
#undef REFUSED
  CHECK_ERROR(onair_publisher_push_picture(publisher, NULL, count_release, &released),
              ONAIR_ERROR_INVALID_CONFIG, "picture");
  CHECK(released == 0);

  memset(&sound, 0, sizeof sound);
  sound.size = sizeof sound;
  sound.format = ONAIR_SAMPLES_F32;
  sound.sample_rate = 48000;
  sound.channels = 2;
  sound.frame_count = 480;
  CHECK_ERROR(onair_publisher_push_sound(publisher, &sound), ONAIR_ERROR_INVALID_CONFIG,
              "sound.samples");
  sound.samples = samples;
  sound.channels = 6;
  CHECK_ERROR(onair_publisher_push_sound(publisher, &sound), ONAIR_ERROR_INVALID_CONFIG,
              "sound.channels");
}

static void lent_pixels_come_back_once(onair_publisher* publisher) {
  uint8_t pixels[64 * 48 * 3 / 2];
  int released = 0;
  onair_picture picture = grey_picture(pixels);
  /* Not live yet: taken, and let go at once. */
  CHECK(onair_publisher_push_picture(publisher, &picture, count_release, &released) == ONAIR_OK);
  CHECK(released == 1);
}

static void publishers_are_used_in_order(void) {
  onair_publisher_stats stats;
  onair_destination_stats destination;
  onair_publisher_config config = publisher_config();
  onair_publisher* publisher = NULL;
  if (!CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK)) return;
  wrong_media_stays_the_callers(publisher);
  lent_pixels_come_back_once(publisher);
  regions_and_watermarks_are_checked(publisher);
  memset(&stats, 0, sizeof stats);
  memset(&destination, 0, sizeof destination);
  CHECK_ERROR(onair_publisher_get_stats(publisher, &stats), ONAIR_ERROR_INVALID_CONFIG, "out.size");
  stats.size = sizeof stats;
  destination.size = sizeof destination;
  CHECK(onair_publisher_get_stats(publisher, &stats) == ONAIR_OK);
  CHECK(stats.destination_count == 1);
  CHECK(strcmp(stats.encoder, "x264") == 0 || strcmp(stats.encoder, "openh264") == 0);
  CHECK(stats.follows_regions == (strcmp(stats.encoder, "x264") == 0));
  CHECK_ERROR(onair_publisher_get_destination_stats(publisher, 1, &destination),
              ONAIR_ERROR_INVALID_CONFIG, "destination");
  CHECK_ERROR(onair_publisher_get_destination_stats(publisher, -1, &destination),
              ONAIR_ERROR_INVALID_CONFIG, "destination");
  CHECK_ERROR(onair_publisher_set_muted(publisher, 7), ONAIR_ERROR_INVALID_CONFIG, "on_or_off");
  CHECK_ERROR(onair_publisher_set_limits(publisher, -1, 0), ONAIR_ERROR_INVALID_CONFIG, "rate_bps");
  CHECK_ERROR(onair_publisher_set_beauty(publisher, 2, 0, 0, 0), ONAIR_ERROR_INVALID_CONFIG,
              "beauty.smooth");
  CHECK_ERROR(onair_publisher_network_changed(publisher, "not an address"),
              ONAIR_ERROR_INVALID_CONFIG, "from");
  CHECK(onair_publisher_start(publisher) == ONAIR_OK);
  CHECK_ERROR(onair_publisher_start(publisher), ONAIR_ERROR_INVALID_STATE, "already started");
  CHECK(onair_publisher_stop(publisher) == ONAIR_OK);
  CHECK_ERROR(onair_publisher_stop(publisher), ONAIR_ERROR_INVALID_STATE, "already stopped");
  CHECK_ERROR(onair_publisher_start(publisher), ONAIR_ERROR_INVALID_STATE, "already stopped");
  CHECK(onair_publisher_destroy(publisher) == ONAIR_OK);
  CHECK(onair_publisher_destroy(NULL) == ONAIR_OK);
}

static void wrong_qualities_and_fallbacks_are_refused(void) {
  onair_player* player = NULL;
  onair_quality qualities[2];
  onair_player_config config;
#define REFUSED(change, code, detail)                                   \
  config = player_config();                                             \
  memset(qualities, 0, sizeof qualities);                               \
  qualities[0].size = qualities[1].size = sizeof qualities[0];          \
  qualities[0].url = config.url;                                        \
  qualities[1].url = "http://127.0.0.1:1/live/more.flv";                \
  qualities[0].rate_bps = 100000;                                       \
  qualities[1].rate_bps = 200000;                                       \
  config.qualities = qualities;                                         \
  config.quality_count = 2;                                             \
  change;                                                               \
  CHECK_ERROR(onair_player_create(&config, &player), (code), (detail)); \
  CHECK(player == NULL)
  REFUSED(config.qualities = NULL, ONAIR_ERROR_INVALID_CONFIG, "qualities");
  REFUSED(qualities[0].size = 8, ONAIR_ERROR_INVALID_CONFIG, "qualities.size");
  REFUSED(qualities[1].url = NULL, ONAIR_ERROR_INVALID_CONFIG, "qualities.url");
  REFUSED(qualities[1].url = "ftp://x/y", ONAIR_ERROR_UNSUPPORTED, NULL);
  REFUSED(qualities[0].url = qualities[1].url, ONAIR_ERROR_INVALID_CONFIG,
          "qualities: url is not among them");
  REFUSED(qualities[0].rate_bps = 0, ONAIR_ERROR_INVALID_CONFIG, "qualities: rates not ascending");
  REFUSED(config.quality_mode = 3, ONAIR_ERROR_INVALID_CONFIG, "quality_mode");
  REFUSED(config.climb_after_ms = 999, ONAIR_ERROR_INVALID_CONFIG, "quality.climb_after");
  REFUSED(config.most_climb_after_ms = 7999, ONAIR_ERROR_INVALID_CONFIG,
          "quality.most_climb_after");
  REFUSED(config.proof_ms = 999, ONAIR_ERROR_INVALID_CONFIG, "quality.proof");
  REFUSED(config.quality_share = 1.1, ONAIR_ERROR_INVALID_CONFIG, "quality.share");
  REFUSED(config.fallback = 3, ONAIR_ERROR_INVALID_CONFIG, "fallback");
  REFUSED(config.fallback_url = "ftp://x/y", ONAIR_ERROR_UNSUPPORTED, NULL);
  REFUSED(config.fallback_after_ms = 199, ONAIR_ERROR_INVALID_CONFIG, "fallback.after");
  REFUSED(config.first_return_ms = 999, ONAIR_ERROR_INVALID_CONFIG, "fallback.first_return");
  REFUSED(config.most_return_ms = 9999, ONAIR_ERROR_INVALID_CONFIG, "fallback.most_return");
#undef REFUSED
  CHECK(onair_player_create(&config, NULL) != ONAIR_OK);
  /* A first wait above the usual longest one is the longest. */
  config = player_config();
  config.climb_after_ms = 200000;
  config.first_return_ms = 400000;
  CHECK(onair_player_create(&config, &player) == ONAIR_OK);
  CHECK(onair_player_destroy(player) == ONAIR_OK);
  player = NULL;
}

static void players_are_used_in_order(void) {
  float samples[64];
  int32_t rate = -1;
  int32_t channels = -1;
  onair_frame* frame = (onair_frame*)samples; /* Anything but NULL. */
  onair_player_config config = player_config();
  onair_player* player = NULL;
  config.url = NULL;
  CHECK_ERROR(onair_player_create(&config, &player), ONAIR_ERROR_INVALID_CONFIG, "url");
  config = player_config();
  config.buffer = 6;
  CHECK_ERROR(onair_player_create(&config, &player), ONAIR_ERROR_INVALID_CONFIG, "buffer");
  config = player_config();
  config.reserved = 1;
  CHECK_ERROR(onair_player_create(&config, &player), ONAIR_ERROR_INVALID_CONFIG, "reserved");
  config = player_config();
  config.catch_up = 3;
  CHECK_ERROR(onair_player_create(&config, &player), ONAIR_ERROR_INVALID_CONFIG, "catch_up");
  config = player_config();
  config.catch_up = ONAIR_CATCH_UP_SPEED;
  if (!CHECK(onair_player_create(&config, &player) == ONAIR_OK)) return;
  CHECK_ERROR(onair_player_switch_to(NULL, "x"), ONAIR_ERROR_INVALID_CONFIG, "player");
  CHECK_ERROR(onair_player_take_picture(player, 0, NULL), ONAIR_ERROR_INVALID_CONFIG, "out");
  CHECK(onair_player_take_picture(player, 0, &frame) == ONAIR_OK);
  CHECK(frame == NULL);
  CHECK_ERROR(onair_player_pull_sound(player, samples, 64, 32, 0, &rate, &channels),
              ONAIR_ERROR_INVALID_STATE, "sound is off in its config");
  CHECK_ERROR(onair_frame_get_picture(NULL, NULL), ONAIR_ERROR_INVALID_CONFIG, "frame");
  CHECK_ERROR(onair_player_take_snapshot(player, NULL), ONAIR_ERROR_INVALID_CONFIG, "path");
  CHECK_ERROR(onair_player_start_recording(player, NULL), ONAIR_ERROR_INVALID_CONFIG, "path");
  CHECK_ERROR(onair_player_set_muted(player, 0), ONAIR_ERROR_INVALID_CONFIG, "on_or_off");
  CHECK_ERROR(onair_player_set_paused(player, 0), ONAIR_ERROR_INVALID_CONFIG, "on_or_off");
  CHECK(onair_player_set_paused(player, ONAIR_ON) == ONAIR_ERROR_UNSUPPORTED); /* Live. */
  CHECK(onair_player_seek(player, 0) == ONAIR_ERROR_UNSUPPORTED);
  CHECK(onair_player_set_repeated(player, ONAIR_ON) == ONAIR_ERROR_UNSUPPORTED);
  CHECK(onair_player_start_recording(player, "clip.avi") == ONAIR_ERROR_UNSUPPORTED);
  onair_frame_release(NULL);
  CHECK(onair_player_stop(player) == ONAIR_OK);
  CHECK_ERROR(onair_player_stop(player), ONAIR_ERROR_INVALID_STATE, "already stopped");
  CHECK_ERROR(onair_player_start(player), ONAIR_ERROR_INVALID_STATE, "already stopped");
  CHECK(onair_player_destroy(player) == ONAIR_OK);

  config.sound = ONAIR_ON;
  if (!CHECK(onair_player_create(&config, &player) == ONAIR_OK)) return;
  memset(samples, 0xff, sizeof samples);
  CHECK(onair_player_pull_sound(player, samples, 64, 32, 0, &rate, &channels) == ONAIR_OK);
  CHECK(rate == 0);
  CHECK(channels == 0);
  CHECK(samples[0] == 0 && samples[63] == 0);
  CHECK_ERROR(onair_player_pull_sound(player, NULL, 64, 32, 0, &rate, &channels),
              ONAIR_ERROR_INVALID_CONFIG, "out");
  CHECK(onair_player_destroy(player) == ONAIR_OK);
}

/* Reconnecting until they are destroyed: their last event comes from in there. */
typedef struct {
  onair_publisher* publisher;
  onair_player* player;
  int is_waiting;
  int ended; /* While it was destroyed; all that may be called could be. */
} Last;

static void on_last_publish_event(void* user, const onair_publish_event* event) {
  Last* last = user;
  onair_publisher_stats stats;
  onair_destination_stats destination;
  if (event->state == ONAIR_PUBLISH_RECONNECTING)
    __atomic_store_n(&last->is_waiting, 1, __ATOMIC_RELEASE);
  if (event->state != ONAIR_PUBLISH_ENDED) return;
  memset(&stats, 0, sizeof stats);
  memset(&destination, 0, sizeof destination);
  stats.size = sizeof stats;
  destination.size = sizeof destination;
  CHECK(onair_publisher_get_stats(last->publisher, &stats) == ONAIR_OK);
  CHECK(stats.destination_count == 1);
  CHECK(onair_publisher_get_destination_stats(last->publisher, 0, &destination) == ONAIR_OK);
  CHECK(onair_publisher_set_muted(last->publisher, ONAIR_ON) == ONAIR_OK);
  CHECK_ERROR(onair_publisher_destroy(last->publisher), ONAIR_ERROR_INVALID_STATE,
              "destroyed from its own callback");
  ++last->ended;
}

static void on_last_play_event(void* user, const onair_play_event* event) {
  Last* last = user;
  onair_player_stats stats;
  onair_frame* frame = NULL;
  if (event->state == ONAIR_PLAY_RECONNECTING)
    __atomic_store_n(&last->is_waiting, 1, __ATOMIC_RELEASE);
  if (event->state != ONAIR_PLAY_ENDED) return;
  memset(&stats, 0, sizeof stats);
  stats.size = sizeof stats;
  CHECK(onair_player_get_stats(last->player, &stats) == ONAIR_OK);
  CHECK(onair_player_take_picture(last->player, 0, &frame) == ONAIR_OK);
  CHECK(onair_player_set_muted(last->player, ONAIR_ON) == ONAIR_OK);
  CHECK_ERROR(onair_player_destroy(last->player), ONAIR_ERROR_INVALID_STATE,
              "destroyed from its own callback");
  ++last->ended;
}

static void wait_for(const int* flag) {
  const struct timespec pause = {0, 5000000};
  const int64_t until = onair_now_us() + 30 * 1000000LL;
  while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE) && onair_now_us() < until) {
    nanosleep(&pause, NULL);
  }
  CHECK(__atomic_load_n(flag, __ATOMIC_ACQUIRE));
}

static void last_callbacks_still_find_their_object(void) {
  onair_publisher_config publishing = publisher_config();
  onair_player_config playing = player_config();
  Last last;
  memset(&last, 0, sizeof last);
  publishing.max_reconnects = playing.max_reconnects = 1000;
  publishing.user = playing.user = &last;
  publishing.on_event = on_last_publish_event;
  playing.on_event = on_last_play_event;
  if (!CHECK(onair_publisher_create(&publishing, &last.publisher) == ONAIR_OK)) return;
  CHECK(onair_publisher_start(last.publisher) == ONAIR_OK);
  wait_for(&last.is_waiting);
  CHECK(onair_publisher_destroy(last.publisher) == ONAIR_OK);
  CHECK(last.ended == 1);

  last.is_waiting = 0;
  if (!CHECK(onair_player_create(&playing, &last.player) == ONAIR_OK)) return;
  CHECK(onair_player_start(last.player) == ONAIR_OK);
  wait_for(&last.is_waiting);
  CHECK(onair_player_destroy(last.player) == ONAIR_OK);
  CHECK(last.ended == 2);
}

int main(void) {
  last_error_is_kept();
  codes_have_words();
  wrong_publisher_configs_are_refused();
  newer_programs_are_understood_or_refused();
  encoders_are_found_or_named();
  pools_are_used_in_order();
  publishers_are_used_in_order();
  wrong_qualities_and_fallbacks_are_refused();
  players_are_used_in_order();
  last_callbacks_still_find_their_object();
  return end_of_checks();
}
