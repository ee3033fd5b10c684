/* SPDX-License-Identifier: Apache-2.0
 *
 * Two qualities of a stream, each of its own size, so that the pictures themselves say which one
 * plays: the player climbs by itself, is pinned, is let choose again, is sent to another address;
 * and goes to HTTP-FLV where a WebRTC address answers nothing.
 *
 * usage: onair_c_switch_test RTMP-PREFIX HTTP-PREFIX
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "moving_picture.h"

enum { kSmall = kWidth / 2, kMostEvents = 64 };

/* What goes live, and the thread that feeds it. */
typedef struct {
  _Atomic int live;
  _Atomic int is_done;
  onair_publisher* publishers[2]; /* The small pictures first. */
  pthread_t thread;
} Studio;

typedef struct {
  int phase;
  int cause;
  int64_t took_us;
  onair_code error;
  char url[256];
} Told;

/* Its events are written by one thread, and read up to `count`. */
typedef struct {
  Told told[kMostEvents];
  _Atomic int count;
  onair_player* player;
  int width; /* Of the picture that was shown last. */
  int pictures;
  int without_bar;
} Watcher;

static void on_publish_event(void* user, const onair_publish_event* event) {
  if (event->type == ONAIR_PUBLISH_EVENT_STATE && event->state == ONAIR_PUBLISH_LIVE) {
    ++((Studio*)user)->live;
  }
}

static void on_play_event(void* user, const onair_play_event* event) {
  Watcher* watcher = user;
  Told* told;
  if (event->type != ONAIR_PLAY_EVENT_SWITCH || watcher->count == kMostEvents) return;
  told = &watcher->told[watcher->count];
  told->phase = event->switch_phase;
  told->cause = event->switch_cause;
  told->took_us = event->wait_us;
  told->error = event->error->code;
  snprintf(told->url, sizeof told->url, "%s", event->url);
  ++watcher->count;
}

static int told(const Watcher* watcher, int phase, int cause, const char* url) {
  const int events = watcher->count;
  int times = 0;
  int i;
  for (i = 0; i < events; ++i) {
    const Told* one = &watcher->told[i];
    if (one->phase == phase && one->cause == cause && strcmp(one->url, url) == 0) ++times;
  }
  return times;
}

static onair_publisher* open_publisher(Studio* studio, const char* url, int width, int64_t rate) {
  onair_publisher* publisher = NULL;
  onair_video_config video;
  onair_publisher_config config;
  memset(&video, 0, sizeof video);
  memset(&config, 0, sizeof config);
  video.size = sizeof video;
  video.width = width;
  video.height = width * kHeight / kWidth;
  video.frame_rate = 25;
  video.gop_ms = 500;
  video.rate_bps = rate;
  video.min_rate_bps = rate;
  video.threads = 1;
  config.size = sizeof config;
  config.urls = &url;
  config.url_count = 1;
  config.video = &video;
  config.user = studio;
  config.on_event = on_publish_event;
  CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK);
  if (publisher != NULL) CHECK(onair_publisher_start(publisher) == ONAIR_OK);
  return publisher;
}

/* Pictures and sound for both at the same moments. Checks are counted by the other thread alone. */
static void* feed(void* user) {
  static uint8_t pixels[kPixelBytes];
  Studio* studio = user;
  int64_t began = onair_now_us();
  int64_t sound_until = began;
  int n = 0;
  while (!studio->is_done) {
    const int64_t now = onair_now_us();
    if (now - began >= (int64_t)n * 40000) {
      const onair_picture picture = draw_picture(pixels, n++);
      onair_publisher_push_picture(studio->publishers[0], &picture, NULL, NULL);
      onair_publisher_push_picture(studio->publishers[1], &picture, NULL, NULL);
    }
    while (now - sound_until >= 20000) {
      const onair_sound sound = make_sound(sound_until, kRate / 50);
      onair_publisher_push_sound(studio->publishers[0], &sound);
      onair_publisher_push_sound(studio->publishers[1], &sound);
      sound_until += 20000;
    }
    sleep_ms(5);
  }
  return NULL;
}

static void look(Watcher* watcher) {
  onair_frame* frame = NULL;
  onair_picture picture;
  memset(&picture, 0, sizeof picture);
  picture.size = sizeof picture;
  if (onair_player_take_picture(watcher->player, 0, &frame) != ONAIR_OK || frame == NULL) return;
  CHECK(onair_frame_get_picture(frame, &picture) == ONAIR_OK);
  watcher->width = picture.width;
  ++watcher->pictures;
  if (find_bar(&picture) < 0) ++watcher->without_bar;
  onair_frame_release(frame);
}

static onair_player_stats stats_of(onair_player* player) {
  onair_player_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.size = sizeof stats;
  CHECK(onair_player_get_stats(player, &stats) == ONAIR_OK);
  return stats;
}

static int plays(onair_player* player, const char* url) {
  char now[256];
  return onair_player_get_url(player, now, sizeof now, NULL) == ONAIR_OK && strcmp(now, url) == 0;
}

#define WATCH_UNTIL(claim)                                              \
  do {                                                                  \
    const int64_t until = onair_now_us() + (int64_t)kPatienceMs * 1000; \
    while (!(claim) && onair_now_us() < until) {                        \
      look(&watcher);                                                   \
      sleep_ms(5);                                                      \
    }                                                                   \
    CHECK(claim);                                                       \
  } while (0)

static onair_player_config config_of(Watcher* watcher, const char* url) {
  onair_player_config config;
  memset(watcher, 0, sizeof *watcher);
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.url = url;
  config.user = watcher;
  config.on_event = on_play_event;
  return config;
}

static void qualities_change(const char* small, const char* large) {
  Watcher watcher;
  onair_quality qualities[2];
  onair_player_config config = config_of(&watcher, small);
  size_t needed = 0;
  char shorter[4] = "abc";
  int told_by_then = 0;
  int climbs = 0;
  int64_t failures = 0;
  memset(qualities, 0, sizeof qualities);
  qualities[0].size = qualities[1].size = sizeof qualities[0];
  qualities[0].url = small;
  qualities[0].rate_bps = 250000;
  qualities[1].url = large;
  qualities[1].rate_bps = 500000;
  config.qualities = qualities;
  config.quality_count = 2;
  config.climb_after_ms = 1000;
  if (!CHECK(onair_player_create(&config, &watcher.player) == ONAIR_OK)) return;
  CHECK(onair_player_pin_quality(watcher.player, 0) == ONAIR_ERROR_INVALID_STATE);
  CHECK(onair_player_choose_quality(watcher.player) == ONAIR_ERROR_INVALID_STATE);
  CHECK(onair_player_switch_to(watcher.player, large) == ONAIR_ERROR_INVALID_STATE);
  CHECK(onair_player_start(watcher.player) == ONAIR_OK);

  /* By itself, because the network carries it. */
  WATCH_UNTIL(watcher.width == kSmall);
  WATCH_UNTIL(plays(watcher.player, small) && stats_of(watcher.player).quality == 0);
  WATCH_UNTIL(watcher.width == kWidth);
  /* On a machine without time to spare it may have to try again. */
  CHECK(told(&watcher, ONAIR_SWITCH_BEGAN, ONAIR_SWITCH_BANDWIDTH, large) >= 1);
  WATCH_UNTIL(told(&watcher, ONAIR_SWITCH_DONE, ONAIR_SWITCH_BANDWIDTH, large) >= 1);
  WATCH_UNTIL(plays(watcher.player, large) && stats_of(watcher.player).quality == 1);
  CHECK(stats_of(watcher.player).quality_mode == ONAIR_QUALITY_AUTOMATIC);
  CHECK(stats_of(watcher.player).bandwidth_bps > 0);

  /* Pinned it stays, however good the network is. */
  CHECK_ERROR(onair_player_pin_quality(watcher.player, 2), ONAIR_ERROR_INVALID_CONFIG, "quality");
  CHECK_ERROR(onair_player_pin_quality(watcher.player, -1), ONAIR_ERROR_INVALID_CONFIG, "quality");
  CHECK(onair_player_pin_quality(watcher.player, 0) == ONAIR_OK);
  WATCH_UNTIL(watcher.width == kSmall);
  WATCH_UNTIL(told(&watcher, ONAIR_SWITCH_DONE, ONAIR_SWITCH_ASKED, small) == 1);
  CHECK(watcher.told[watcher.count - 1].took_us > 0);
  WATCH_UNTIL(stats_of(watcher.player).quality_mode == ONAIR_QUALITY_PINNED);
  watcher.pictures = 0;
  told_by_then = watcher.count;
  WATCH_UNTIL(watcher.pictures >= 50); /* Twice what it climbs after. */
  CHECK(watcher.width == kSmall && watcher.count == told_by_then);

  climbs = told(&watcher, ONAIR_SWITCH_DONE, ONAIR_SWITCH_BANDWIDTH, large);
  CHECK(onair_player_choose_quality(watcher.player) == ONAIR_OK);
  WATCH_UNTIL(watcher.width == kWidth);
  WATCH_UNTIL(told(&watcher, ONAIR_SWITCH_DONE, ONAIR_SWITCH_BANDWIDTH, large) > climbs);

  /* To an address by its name; one of nothing is not had, and the picture goes on. */
  CHECK_ERROR(onair_player_switch_to(watcher.player, NULL), ONAIR_ERROR_INVALID_CONFIG, "url");
  CHECK(onair_player_switch_to(watcher.player, "ftp://x/y") == ONAIR_ERROR_UNSUPPORTED);
  CHECK(onair_player_switch_to(watcher.player, small) == ONAIR_OK);
  WATCH_UNTIL(watcher.width == kSmall);
  failures = stats_of(watcher.player).switches_failed;
  CHECK(onair_player_switch_to(watcher.player, "http://127.0.0.1:1/live/no.flv") == ONAIR_OK);
  WATCH_UNTIL(stats_of(watcher.player).switches_failed > failures);
  WATCH_UNTIL(told(&watcher, ONAIR_SWITCH_FAILED, ONAIR_SWITCH_ASKED,
                   "http://127.0.0.1:1/live/no.flv") == 1);
  CHECK(watcher.told[watcher.count - 1].error == ONAIR_ERROR_CONNECT_REFUSED);
  watcher.pictures = 0;
  WATCH_UNTIL(watcher.pictures >= 10);
  WATCH_UNTIL(plays(watcher.player, small) && stats_of(watcher.player).switches >= 4);

  CHECK_ERROR(onair_player_get_url(watcher.player, shorter, sizeof shorter, &needed),
              ONAIR_ERROR_LIMIT, "capacity");
  CHECK(needed == strlen(small) + 1 && strcmp(shorter, "abc") == 0);
  CHECK(watcher.without_bar == 0);
  CHECK(onair_player_destroy(watcher.player) == ONAIR_OK);
}

/* A port that takes connections and answers nothing. */
static int open_mute_server(uint16_t* port) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(server, (struct sockaddr*)&address, sizeof address) == 0 && listen(server, 8) == 0);
  CHECK(getsockname(server, (struct sockaddr*)&address, &size) == 0);
  *port = ntohs(address.sin_port);
  return server;
}

static void webrtc_falls_back(const char* flv) {
  Watcher watcher;
  char realtime[64];
  uint16_t port = 0;
  const int server = open_mute_server(&port);
  onair_player_config config = config_of(&watcher, realtime);
  snprintf(realtime, sizeof realtime, "rts://127.0.0.1:%d/live/silent", port);
  config.fallback_url = flv;
  config.fallback_after_ms = 300;
  config.first_return_ms = 60000;
  if (!CHECK(onair_player_create(&config, &watcher.player) == ONAIR_OK)) return;
  CHECK(onair_player_start(watcher.player) == ONAIR_OK);
  CHECK(plays(watcher.player, realtime));
  WATCH_UNTIL(watcher.width == kWidth);
  CHECK(told(&watcher, ONAIR_SWITCH_BEGAN, ONAIR_SWITCH_FALLBACK, flv) == 1);
  WATCH_UNTIL(told(&watcher, ONAIR_SWITCH_DONE, ONAIR_SWITCH_FALLBACK, flv) == 1);
  WATCH_UNTIL(plays(watcher.player, flv)); /* Numbers follow each 100 ms. */
  CHECK(stats_of(watcher.player).fallbacks == 1 && stats_of(watcher.player).switches == 1);
  CHECK(stats_of(watcher.player).quality == -1);
  CHECK(stats_of(watcher.player).quality_mode == ONAIR_QUALITY_PINNED);
  CHECK_ERROR(onair_player_choose_quality(watcher.player), ONAIR_ERROR_INVALID_CONFIG, "qualities");
  CHECK(onair_player_destroy(watcher.player) == ONAIR_OK);

  /* Where it may not, it waits for WebRTC. */
  config.fallback = ONAIR_OFF;
  memset(&watcher, 0, sizeof watcher);
  if (!CHECK(onair_player_create(&config, &watcher.player) == ONAIR_OK)) return;
  CHECK(onair_player_start(watcher.player) == ONAIR_OK);
  sleep_ms(1000); /* Three times what it falls back after. */
  look(&watcher);
  CHECK(watcher.count == 0 && watcher.pictures == 0 && plays(watcher.player, realtime));
  CHECK(onair_player_destroy(watcher.player) == ONAIR_OK);
  close(server);
}

int main(int argc, char** argv) {
  Studio studio;
  char urls[4][256];
  int waited;
  memset(&studio, 0, sizeof studio);
  if (argc != 3) return 2;
  snprintf(urls[0], sizeof urls[0], "%s/c-small", argv[1]);
  snprintf(urls[1], sizeof urls[1], "%s/c-large", argv[1]);
  snprintf(urls[2], sizeof urls[2], "%s/c-small.flv", argv[2]);
  snprintf(urls[3], sizeof urls[3], "%s/c-large.flv", argv[2]);
  studio.publishers[0] = open_publisher(&studio, urls[0], kSmall, 180000);
  studio.publishers[1] = open_publisher(&studio, urls[1], kWidth, 400000);
  if (studio.publishers[0] == NULL || studio.publishers[1] == NULL) return end_of_checks();
  if (pthread_create(&studio.thread, NULL, feed, &studio) != 0) return 1;
  for (waited = 0; waited < kPatienceMs && studio.live < 2; waited += 10) sleep_ms(10);
  if (CHECK(studio.live == 2)) {
    qualities_change(urls[2], urls[3]);
    webrtc_falls_back(urls[3]);
  }
  studio.is_done = 1;
  pthread_join(studio.thread, NULL);
  CHECK(onair_publisher_destroy(studio.publishers[0]) == ONAIR_OK);
  CHECK(onair_publisher_destroy(studio.publishers[1]) == ONAIR_OK);
  return end_of_checks();
}
