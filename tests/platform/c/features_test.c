/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy, an encoder that is loaded, faces, regions and a watermark while live; a room made ready
 * ahead; and the file of all that paused, searched and repeated.
 *
 * usage: onair_c_features_test RTMP-PREFIX HTTP-PREFIX
 */
#define _POSIX_C_SOURCE 200809L
#include "moving_picture.h"

static const char* const kClip = "clip.mp4";
static const char* const kPolicy =
    "{\"format\": 1, \"version\": \"test\", \"experiment\": \"c\", \"arms\": [{\"name\": \"all\","
    " \"per_mille\": 1000, \"rules\": [{\"network\": \"wifi\", \"transport\": \"rtmp\", "
    "\"controller\": \"obs\"}]}]}";

typedef struct {
  _Atomic int is_live;
  _Atomic int ended;
  _Atomic int chosen;                 /* Times the policy's choice was told. */
  _Atomic int looked;                 /* Times faces were asked for. */
  onair_publisher* _Atomic publisher; /* Whose faces they are, once it is there. */
} Sender;

typedef struct {
  _Atomic int is_playing;
  _Atomic int is_paused;
  _Atomic int seeks;
  _Atomic int64_t seeked_to;
} Watcher;

static void on_publish_event(void* user, const onair_publish_event* event) {
  Sender* sender = user;
  if (event->type == ONAIR_PUBLISH_EVENT_POLICY && strcmp(event->arm, "all") == 0 &&
      strcmp(event->controller, "obs") == 0) {
    ++sender->chosen;
  }
  if (event->type != ONAIR_PUBLISH_EVENT_STATE) return;
  if (event->state == ONAIR_PUBLISH_LIVE && event->destination == 0) sender->is_live = 1;
  if (event->state == ONAIR_PUBLISH_ENDED) ++sender->ended;
}

static int32_t find_faces(void* user, const onair_picture* picture, onair_face* faces,
                          int32_t capacity) {
  Sender* sender = user;
  if (capacity < 1 || picture->width < 1) return -1;
  faces[0].x = faces[0].y = 0.3f;
  faces[0].width = faces[0].height = 0.3f;
  faces[0].confidence = 0.9f;
  if (sender->publisher != NULL && sender->looked++ == 0) {
    onair_publisher_stats stats;
    memset(&stats, 0, sizeof stats);
    stats.size = sizeof stats;
    CHECK(onair_publisher_get_stats(sender->publisher, &stats) == ONAIR_OK);
    /* Its thread would wait for itself. */
    CHECK(onair_publisher_destroy(sender->publisher) == ONAIR_ERROR_INVALID_STATE);
  }
  return 1;
}

static void on_play_event(void* user, const onair_play_event* event) {
  Watcher* watcher = user;
  if (event->type == ONAIR_PLAY_EVENT_STATE) {
    if (event->state == ONAIR_PLAY_PLAYING) watcher->is_playing = 1;
    watcher->is_paused = event->state == ONAIR_PLAY_PAUSED;
  }
  if (event->type == ONAIR_PLAY_EVENT_SEEKED && event->error->code == ONAIR_OK) {
    watcher->seeked_to = event->position_us;
    ++watcher->seeks;
  }
}

static onair_publisher* open_publisher(Sender* sender, const char* const* urls) {
  onair_publisher* publisher = NULL;
  onair_video_config video;
  onair_publisher_config config;
  memset(&video, 0, sizeof video);
  memset(&config, 0, sizeof config);
  video.size = sizeof video;
  video.width = kWidth;
  video.height = kHeight;
  video.frame_rate = 25;
  video.gop_ms = 500;
  video.rate_bps = 400000;
  video.encoder = ONAIR_ENCODER_OPENH264;
  config.size = sizeof config;
  config.urls = urls;
  config.url_count = 2;
  config.video = &video;
  config.user = sender;
  config.on_event = on_publish_event;
  config.policy = kPolicy;
  config.session_id = "features";
  config.network = ONAIR_NETWORK_KIND_WIFI;
  config.find_faces = find_faces;
  CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK);
  return publisher;
}

static void mark(onair_publisher* publisher) {
  static uint8_t white[16 * 16 * 4];
  onair_watermark logo;
  onair_region score;
  memset(white, 255, sizeof white);
  memset(&logo, 0, sizeof logo);
  memset(&score, 0, sizeof score);
  logo.size = sizeof logo;
  logo.rgba = white;
  logo.width = logo.height = 16;
  logo.x = logo.y = 8;
  score.size = sizeof score;
  score.width = score.height = 0.2f;
  score.quality = 1;
  CHECK(onair_publisher_set_watermark(publisher, &logo) == ONAIR_OK);
  CHECK(onair_publisher_set_regions(publisher, &score, 1) == ONAIR_OK);
}

static onair_player* open_player(Watcher* watcher, const char* url, onair_preload_pool* pool) {
  onair_player* player = NULL;
  onair_player_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.url = url;
  config.user = watcher;
  config.on_event = on_play_event;
  config.preload = pool;
  config.catch_up = ONAIR_CATCH_UP_SPEED;
  CHECK(onair_player_create(&config, &player) == ONAIR_OK);
  if (player != NULL) CHECK(onair_player_start(player) == ONAIR_OK);
  return player;
}

static onair_preload_pool* open_pool(const char* url) {
  onair_preload_config config;
  onair_preload_room room;
  onair_preload_pool* pool = NULL;
  memset(&config, 0, sizeof config);
  memset(&room, 0, sizeof room);
  config.size = sizeof config;
  CHECK(onair_preload_pool_create(&config, &pool) == ONAIR_OK);
  room.size = sizeof room;
  room.url = url;
  room.distance = 1;
  if (pool != NULL) CHECK(onair_preload_pool_set_rooms(pool, &room, 1) == ONAIR_OK);
  return pool;
}

/* The luma in the middle of the watermark where the bar is far from it, or -1. */
static int marked_luma(onair_player* player) {
  onair_frame* frame = NULL;
  onair_picture picture;
  int luma = -1;
  memset(&picture, 0, sizeof picture);
  picture.size = sizeof picture;
  CHECK(onair_player_take_picture(player, 0, &frame) == ONAIR_OK);
  if (frame == NULL) return -1;
  if (onair_frame_get_picture(frame, &picture) == ONAIR_OK && find_bar(&picture) > 2 * kBar) {
    luma = picture.planes[0][16 * picture.strides[0] + 16];
  }
  onair_frame_release(frame);
  return luma;
}

static onair_player_stats stats_of(onair_player* player) {
  onair_player_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.size = sizeof stats;
  CHECK(onair_player_get_stats(player, &stats) == ONAIR_OK);
  return stats;
}

/* Live until the room was ready, taken and its watermark seen, and four seconds are in the file. */
static void go_live(Sender* sender, const char* rtmp, const char* flv) {
  static uint8_t pixels[kPixelBytes];
  const char* urls[2] = {NULL, "file:clip.mp4"};
  Watcher watcher;
  onair_preload_pool* pool = NULL;
  onair_player* player = NULL;
  onair_publisher* publisher;
  onair_publisher_stats stats;
  const int64_t began = onair_now_us();
  int64_t sound_until = began;
  int32_t tier = 0;
  int n = 0;
  int bright = 0;
  memset(&watcher, 0, sizeof watcher);
  memset(&stats, 0, sizeof stats);
  urls[0] = rtmp;
  publisher = open_publisher(sender, urls);
  if (publisher == NULL) return;
  sender->publisher = publisher;
  mark(publisher);
  CHECK(onair_publisher_start(publisher) == ONAIR_OK);
  while (onair_now_us() - began < (int64_t)kPatienceMs * 1000 && (bright < 20 || n < 100)) {
    const int64_t now = onair_now_us();
    if (now - began >= (int64_t)n * 40000) {
      const onair_picture picture = draw_picture(pixels, n++);
      CHECK(onair_publisher_push_picture(publisher, &picture, NULL, NULL) == ONAIR_OK);
    }
    if (now - sound_until >= 20000) {
      push_sound(publisher, sound_until, kRate / 50);
      sound_until += 20000;
    }
    if (pool == NULL && sender->is_live) pool = open_pool(flv);
    if (player == NULL && pool != NULL) {
      CHECK(onair_preload_pool_get_tier(pool, flv, &tier) == ONAIR_OK);
      if (tier == ONAIR_PRELOAD_FIRST_PICTURE) player = open_player(&watcher, flv, pool);
    }
    if (player != NULL && marked_luma(player) > 200) ++bright;
    sleep_ms(10);
  }
  CHECK(bright >= 20);
  stats.size = sizeof stats;
  CHECK(onair_publisher_get_stats(publisher, &stats) == ONAIR_OK);
  CHECK(strcmp(stats.encoder, "openh264") == 0 && !stats.follows_regions);
  CHECK(sender->chosen >= 1 && sender->looked >= 1);
  if (player != NULL) {
    CHECK(stats_of(player).preloaded == ONAIR_PRELOAD_FIRST_PICTURE);
    CHECK(onair_player_set_paused(player, ONAIR_ON) == ONAIR_ERROR_UNSUPPORTED); /* Live. */
    CHECK_ERROR(onair_player_set_repeated(player, 7), ONAIR_ERROR_INVALID_CONFIG, "on_or_off");
    CHECK(onair_player_destroy(player) == ONAIR_OK);
  }
  onair_preload_pool_destroy(pool);
  CHECK(onair_publisher_stop(publisher) == ONAIR_OK);
  for (n = 0; n < kPatienceMs && sender->ended < 2; n += 10) sleep_ms(10);
  CHECK(sender->ended == 2);
  CHECK(onair_publisher_destroy(publisher) == ONAIR_OK);
}

#define WAIT(claim)                                                     \
  do {                                                                  \
    const int64_t until = onair_now_us() + (int64_t)kPatienceMs * 1000; \
    while (!(claim) && onair_now_us() < until) {                        \
      marked_luma(player);                                              \
      sleep_ms(10);                                                     \
    }                                                                   \
    CHECK(claim);                                                       \
  } while (0)

static void play_file(void) {
  Watcher watcher;
  onair_player* player;
  int64_t stood;
  memset(&watcher, 0, sizeof watcher);
  player = open_player(&watcher, kClip, NULL);
  if (player == NULL) return;
  CHECK(onair_player_set_repeated(player, ONAIR_ON) == ONAIR_OK);
  WAIT(watcher.is_playing && stats_of(player).position_us > 0);
  CHECK(stats_of(player).is_seekable == 1);
  CHECK(stats_of(player).duration_us > 3000000);
  CHECK(onair_player_set_paused(player, ONAIR_ON) == ONAIR_OK);
  WAIT(watcher.is_paused);
  sleep_ms(300); /* Positions are sampled each 100 ms. */
  stood = stats_of(player).position_us;
  sleep_ms(300);
  CHECK(stats_of(player).position_us == stood);
  CHECK(onair_player_seek(player, 2000000) == ONAIR_OK);
  WAIT(watcher.seeks == 1);
  CHECK(watcher.seeked_to > 1900000 && watcher.seeked_to < 2100000);
  CHECK(onair_player_set_paused(player, ONAIR_OFF) == ONAIR_OK);
  WAIT(stats_of(player).position_us > 2500000);
  WAIT(stats_of(player).position_us < 2000000); /* From the beginning again. */
  CHECK(onair_player_destroy(player) == ONAIR_OK);
}

int main(int argc, char** argv) {
  Sender sender;
  char rtmp[256];
  char flv[256];
  memset(&sender, 0, sizeof sender);
  if (argc != 3) return 2;
  snprintf(rtmp, sizeof rtmp, "%s/features", argv[1]);
  snprintf(flv, sizeof flv, "%s/features.flv", argv[2]);
  go_live(&sender, rtmp, flv);
  if (sender.ended == 2) play_file(); /* Of its file. */
  return end_of_checks();
}
