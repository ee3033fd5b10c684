/* SPDX-License-Identifier: Apache-2.0
 *
 * A picture that moves and a tone go live and come back, through a real edge.
 *
 * usage: onair_c_live_test RTMP-PREFIX HTTP-PREFIX
 */
#define _POSIX_C_SOURCE 200809L
#include "moving_picture.h"

static const char* const kSnapshot = "onair_c_live.png";
static const char* const kRecording = "onair_c_live.flv";

/* Written by callbacks, read by main: each by one thread, plainly ordered by its own flag. */
typedef struct {
  _Atomic int is_live;
  _Atomic int has_ended;
  _Atomic int wrong_destroy_code;
  _Atomic int wrong_stats_code;
  _Atomic int stats_calls;
  _Atomic int pictures_seen; /* By the tap. */
  _Atomic int key_frames_seen;
  _Atomic int sounds_seen;
  _Atomic int configs_missing;
  _Atomic int released;
  onair_publisher* publisher;
} Sender;

typedef struct {
  _Atomic int is_playing;
  _Atomic int tracks_seen;
  _Atomic int first_picture_told;
  _Atomic int stats_calls;
  _Atomic int has_ended;
  _Atomic int pictures_ready;
  _Atomic int snapshots;
  _Atomic int recordings_began;
  _Atomic int recordings_ended;
} Watcher;

static void on_publish_event(void* user, const onair_publish_event* event) {
  Sender* sender = user;
  if (event->type != ONAIR_PUBLISH_EVENT_STATE) return;
  if (event->state == ONAIR_PUBLISH_LIVE && !sender->is_live) {
    onair_publisher_stats stats;
    memset(&stats, 0, sizeof stats);
    stats.size = sizeof stats;
    /* Any call but one is fine from here. */
    sender->wrong_stats_code = onair_publisher_get_stats(sender->publisher, &stats);
    sender->wrong_destroy_code = onair_publisher_destroy(sender->publisher);
    sender->is_live = 1;
  }
  if (event->state == ONAIR_PUBLISH_ENDED)
    sender->has_ended = event->error->code == ONAIR_OK ? 1 : 2;
}

static void on_publisher_stats(void* user, const onair_publisher_stats* stats) {
  Sender* sender = user;
  if (stats->size == sizeof *stats && stats->destination_count == 1) ++sender->stats_calls;
}

static void on_encoded(void* user, const onair_encoded_frame* frame) {
  Sender* sender = user;
  if (frame->config_size == 0 || frame->data_size == 0) sender->configs_missing = 1;
  if (frame->kind == ONAIR_FRAME_AUDIO) {
    if (frame->codec == ONAIR_CODEC_AAC) ++sender->sounds_seen;
    return;
  }
  if (frame->codec != ONAIR_CODEC_H264 || frame->width != kWidth) return;
  ++sender->pictures_seen;
  if (frame->kind == ONAIR_FRAME_KEY) ++sender->key_frames_seen;
}

static void on_play_event(void* user, const onair_play_event* event) {
  Watcher* watcher = user;
  if (event->type == ONAIR_PLAY_EVENT_STATE) {
    if (event->state == ONAIR_PLAY_PLAYING) watcher->is_playing = 1;
    if (event->state == ONAIR_PLAY_ENDED)
      watcher->has_ended = event->error->code == ONAIR_OK ? 1 : 2;
  }
  if (event->type == ONAIR_PLAY_EVENT_SNAPSHOT && event->error->code == ONAIR_OK &&
      strcmp(event->path, kSnapshot) == 0) {
    ++watcher->snapshots;
  }
  if (event->type == ONAIR_PLAY_EVENT_RECORDING && event->error->code == ONAIR_OK) {
    if (event->recording == ONAIR_RECORDING_BEGAN) ++watcher->recordings_began;
    if (event->recording == ONAIR_RECORDING_ENDED) ++watcher->recordings_ended;
  }
  if (event->type == ONAIR_PLAY_EVENT_FIRST_PICTURE) watcher->first_picture_told = 1;
  if (event->type == ONAIR_PLAY_EVENT_TRACKS && event->video_codec == ONAIR_CODEC_H264 &&
      event->width == kWidth && event->audio_codec == ONAIR_CODEC_AAC &&
      event->sample_rate == kRate) {
    watcher->tracks_seen = 1;
  }
}
static void on_player_stats(void* user, const onair_player_stats* stats) {
  (void)stats;
  ++((Watcher*)user)->stats_calls;
}
static void on_picture_ready(void* user) {
  ++((Watcher*)user)->pictures_ready;
}

typedef struct {
  uint8_t* pixels;
  Sender* sender;
} Loan;

static void release_picture(void* user) {
  Loan* loan = user;
  ++loan->sender->released;
  free(loan->pixels);
  free(loan);
}

/* The n-th picture, lent every other time, copied the others. Answers whether it was lent. */
static int push_picture(Sender* sender, int n) {
  const int is_lent = n % 2;
  Loan* loan = malloc(sizeof *loan);
  onair_picture picture;
  loan->pixels = malloc(kPixelBytes);
  loan->sender = sender;
  picture = draw_picture(loan->pixels, n);
  if (is_lent) {
    CHECK(onair_publisher_push_picture(sender->publisher, &picture, release_picture, loan) ==
          ONAIR_OK);
    return 1;
  }
  CHECK(onair_publisher_push_picture(sender->publisher, &picture, NULL, NULL) == ONAIR_OK);
  free(loan->pixels);
  free(loan);
  return 0;
}

typedef struct {
  int pictures;
  int bars;   /* Pictures with a bar. */
  int places; /* Times it stood elsewhere than before. */
  int last_place;
  int stamped; /* With the moment of capture. */
  double loudest;
  int64_t heard_frames;
} Seen;

static void watch(onair_player* player, Seen* seen) {
  onair_frame* frame = NULL;
  onair_picture picture;
  float samples[2 * kRate / 100];
  int32_t rate = 0;
  int32_t channels = 0;
  size_t i;
  memset(&picture, 0, sizeof picture);
  picture.size = sizeof picture;
  CHECK(onair_player_take_picture(player, 0, &frame) == ONAIR_OK);
  if (frame != NULL) {
    CHECK(onair_frame_get_picture(frame, &picture) == ONAIR_OK);
    CHECK(picture.width == kWidth && picture.height == kHeight);
    ++seen->pictures;
    if (picture.captured_utc_us > 0) ++seen->stamped;
    if (find_bar(&picture) >= 0) ++seen->bars;
    if (find_bar(&picture) != seen->last_place) ++seen->places;
    seen->last_place = find_bar(&picture);
    onair_frame_release(frame);
  }
  CHECK(onair_player_pull_sound(player, samples, 2 * kRate / 100, kRate / 100, 0, &rate,
                                &channels) == ONAIR_OK);
  if (rate == 0) return;
  CHECK(rate == kRate && channels == 2);
  rate = channels = 0;
  samples[0] = 1;
  CHECK_ERROR(onair_player_pull_sound(player, samples, 1, kRate / 100, 0, &rate, &channels),
              ONAIR_ERROR_LIMIT, "capacity");
  CHECK(rate == kRate && channels == 2 && samples[0] == 0);
  seen->heard_frames += kRate / 100;
  for (i = 0; i < 2 * kRate / 100; ++i) {
    if (samples[i] > seen->loudest) seen->loudest = samples[i];
  }
}

static onair_publisher* open_publisher(Sender* sender, const char* const* urls) {
  onair_video_config video;
  onair_publisher_config config;
  memset(&video, 0, sizeof video);
  memset(&config, 0, sizeof config);
  video.size = sizeof video;
  video.width = kWidth;
  video.height = kHeight;
  video.frame_rate = 25;
  video.gop_ms = 1000;
  video.rate_bps = 400000;
  config.size = sizeof config;
  config.urls = urls;
  config.url_count = 1;
  config.video = &video;
  config.user = sender;
  config.on_event = on_publish_event;
  config.on_stats = on_publisher_stats;
  config.stats_every_ms = 100;
  config.on_encoded = on_encoded;
  CHECK(onair_publisher_create(&config, &sender->publisher) == ONAIR_OK);
  return sender->publisher;
}

static onair_player* open_player(Watcher* watcher, const char* url) {
  onair_player* player = NULL;
  onair_player_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.url = url;
  config.sound = ONAIR_ON;
  config.user = watcher;
  config.on_event = on_play_event;
  config.on_stats = on_player_stats;
  config.stats_every_ms = 100;
  config.on_picture_ready = on_picture_ready;
  CHECK(onair_player_create(&config, &player) == ONAIR_OK);
  return player;
}

/* The file begins like this and is longer than a head; it is removed. */
static int take_file(const char* path, const char* magic, size_t length) {
  char head[512];
  size_t size = 0;
  FILE* file = fopen(path, "rb");
  if (file == NULL) return 0;
  size = fread(head, 1, sizeof head, file);
  fclose(file);
  remove(path);
  return size == sizeof head && memcmp(head, magic, length) == 0;
}

static int has_seen_enough(const Seen* seen, const Watcher* watcher, const Sender* sender) {
  return seen->pictures >= 40 && seen->places >= 20 && seen->loudest > 0.1 &&
         watcher->recordings_began == 1 && watcher->snapshots == 1 && watcher->stats_calls >= 3 &&
         sender->stats_calls >= 3;
}

static void end(Sender* sender, Watcher* watcher, onair_player* player) {
  int waited;
  CHECK(onair_player_stop_recording(player) == ONAIR_OK);
  CHECK(onair_player_stop(player) == ONAIR_OK);
  CHECK(onair_publisher_stop(sender->publisher) == ONAIR_OK);
  for (waited = 0; waited < kPatienceMs &&
                   !(sender->has_ended && watcher->has_ended && watcher->recordings_ended);
       waited += 10) {
    sleep_ms(10);
  }
  CHECK(sender->has_ended == 1);
  CHECK(watcher->has_ended == 1);
  CHECK(watcher->recordings_ended == 1);
  CHECK(take_file(kRecording, "FLV", 3));
  CHECK(take_file(kSnapshot, "\x89PNG", 4));
  CHECK(onair_player_destroy(player) == ONAIR_OK);
  CHECK(onair_publisher_destroy(sender->publisher) == ONAIR_OK);
}

int main(int argc, char** argv) {
  Sender sender;
  Watcher watcher;
  Seen seen;
  onair_player* player = NULL;
  onair_player_stats stats;
  onair_destination_stats destination;
  char rtmp[256];
  char flv[256];
  const char* urls[1];
  int64_t began;
  int64_t sound_until;
  int n = 0;
  int lent = 0;
  int has_asked = 0;
  memset(&sender, 0, sizeof sender);
  memset(&watcher, 0, sizeof watcher);
  memset(&seen, 0, sizeof seen);
  memset(&stats, 0, sizeof stats);
  memset(&destination, 0, sizeof destination);
  if (argc != 3) return 2;
  snprintf(rtmp, sizeof rtmp, "%s/from-c", argv[1]);
  snprintf(flv, sizeof flv, "%s/from-c.flv", argv[2]);
  urls[0] = rtmp;

  if (open_publisher(&sender, urls) == NULL) return end_of_checks();
  CHECK(onair_publisher_start(sender.publisher) == ONAIR_OK);
  began = sound_until = onair_now_us();
  while (onair_now_us() - began < (int64_t)kPatienceMs * 1000 &&
         !has_seen_enough(&seen, &watcher, &sender)) {
    const int64_t now = onair_now_us();
    if (now - began >= (int64_t)n * 40000) lent += push_picture(&sender, n++);
    if (now - sound_until >= 20000) {
      push_sound(sender.publisher, sound_until, kRate / 50);
      sound_until += 20000;
    }
    if (player == NULL && sender.is_live) {
      player = open_player(&watcher, flv);
      if (player == NULL) break;
      CHECK(onair_player_start(player) == ONAIR_OK);
    }
    if (player != NULL) watch(player, &seen);
    if (seen.pictures == 5 && !has_asked) {
      has_asked = 1;
      CHECK(onair_player_take_snapshot(player, kSnapshot) == ONAIR_OK);
      CHECK(onair_player_start_recording(player, kRecording) == ONAIR_OK);
      CHECK(onair_player_start_recording(player, kRecording) == ONAIR_ERROR_INVALID_STATE);
    }
    sleep_ms(10);
  }

  CHECK(sender.is_live);
  CHECK(sender.wrong_stats_code == ONAIR_OK);
  CHECK(sender.wrong_destroy_code == ONAIR_ERROR_INVALID_STATE);
  CHECK_ERROR(onair_publisher_start(sender.publisher), ONAIR_ERROR_INVALID_STATE,
              "already started");
  CHECK(sender.pictures_seen >= 40);
  CHECK(sender.key_frames_seen >= 1);
  CHECK(sender.sounds_seen >= 40);
  CHECK(!sender.configs_missing);
  CHECK(seen.pictures >= 40);
  CHECK(seen.bars >= seen.pictures - 1);
  CHECK(seen.places >= 20);
  CHECK(seen.stamped >= seen.pictures / 2);
  CHECK(seen.loudest > 0.1 && seen.loudest < 0.6);
  CHECK(watcher.is_playing && watcher.tracks_seen && watcher.first_picture_told);
  CHECK(watcher.pictures_ready > 0);
  if (player == NULL) return end_of_checks();
  stats.size = sizeof stats;
  destination.size = sizeof destination;
  CHECK(onair_player_get_stats(player, &stats) == ONAIR_OK);
  CHECK(stats.frames_presented >= 30 && stats.first_picture_us > 0 && stats.decode_errors == 0);
  CHECK(stats.latency_us > 0);
  CHECK(onair_publisher_get_destination_stats(sender.publisher, 0, &destination) == ONAIR_OK);
  CHECK(destination.state == ONAIR_PUBLISH_LIVE && destination.frames_sent >= 30);

  end(&sender, &watcher, player);
  CHECK(lent > 0 && sender.released == lent); /* All came back, each once. */
  printf("%d pictures shown, bar moved %d times, loudest %.2f, first picture after %.0f ms\n",
         seen.pictures, seen.places, seen.loudest, (double)stats.first_picture_us / 1000);
  return end_of_checks();
}
