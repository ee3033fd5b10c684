/* SPDX-License-Identifier: Apache-2.0
 *
 * One publisher encodes; what its tap sees goes live again by another one, which encodes nothing,
 * and is watched. So a phone's own encoder would feed it.
 *
 * usage: onair_c_encoded_test RTMP-PREFIX HTTP-PREFIX
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "moving_picture.h"

typedef struct {
  uint8_t bytes[256];
  _Atomic size_t size; /* Set when the bytes are there. */
} Config;

typedef struct {
  Config video;
  Config audio;
  onair_publisher* _Atomic publisher; /* That takes coded frames; set once. */
  _Atomic int lent;
  _Atomic int released;
  _Atomic int refused;
} Relay;

typedef struct {
  _Atomic int is_live;
  _Atomic int ended_well;
  _Atomic int targets;
  _Atomic int64_t rate_bps;
} Network;

/* A word beside each key frame: an SEI message of unregistered user data (ITU-T H.264 D.1.7) behind
 * its 4-byte length. */
static const uint8_t kWord[] = {0,   0,   0,   24,  6,   5,   20,  'o', 'n', 'a',
                                'i', 'r', '-', 't', 'e', 's', 't', '-', 'w', 'o',
                                'r', 'd', '!', 'q', 'u', 'i', 'z', 0x80};

typedef struct {
  _Atomic int words;
} Reader;

static void on_play_event(void* user, const onair_play_event* event) {
  if (event->type == ONAIR_PLAY_EVENT_DATA && event->data_kind == 5 && event->data_size == 20 &&
      memcmp(event->data, kWord + 7, 20) == 0) {
    ++((Reader*)user)->words;
  }
}

static void release_copy(void* user) {
  uint8_t* copy = user;
  Relay* relay;
  memcpy(&relay, copy, sizeof(Relay*));
  ++relay->released;
  free(copy);
}

/* Guards what the coder's threads and this program's give each other in a Relay. */
static pthread_mutex_t handed_over = PTHREAD_MUTEX_INITIALIZER;

static int has_configs(const Relay* relay) {
  int both;
  pthread_mutex_lock(&handed_over);
  both = relay->video.size > 0 && relay->audio.size > 0;
  pthread_mutex_unlock(&handed_over);
  return both;
}

/* Pictures are lent, sound is copied. */
static void on_encoded(void* user, const onair_encoded_frame* frame) {
  Relay* relay = user;
  const int is_sound = frame->kind == ONAIR_FRAME_AUDIO;
  Config* config = is_sound ? &relay->audio : &relay->video;
  onair_encoded_frame again = *frame;
  onair_publisher* publisher;
  onair_code code;
  pthread_mutex_lock(&handed_over);
  if (config->size == 0 && frame->config_size <= sizeof config->bytes) {
    memcpy(config->bytes, frame->config, frame->config_size);
    config->size = frame->config_size;
  }
  publisher = relay->publisher;
  pthread_mutex_unlock(&handed_over);
  if (publisher == NULL) return;
  if (is_sound) {
    code = onair_publisher_push_encoded(publisher, frame, NULL, NULL);
  } else {
    const size_t word = frame->kind == ONAIR_FRAME_KEY ? sizeof kWord : 0;
    uint8_t* copy = malloc(sizeof(Relay*) + word + frame->data_size);
    memcpy(copy, &relay, sizeof(Relay*));
    memcpy(copy + sizeof(Relay*), kWord, word);
    memcpy(copy + sizeof(Relay*) + word, frame->data, frame->data_size);
    again.data = copy + sizeof(Relay*);
    again.data_size += word;
    code = onair_publisher_push_encoded(publisher, &again, release_copy, copy);
    if (code == ONAIR_OK) {
      ++relay->lent;
    } else {
      free(copy);
    }
  }
  if (code != ONAIR_OK) ++relay->refused;
}

static void on_event(void* user, const onair_publish_event* event) {
  Network* network = user;
  if (event->type != ONAIR_PUBLISH_EVENT_STATE) return;
  if (event->state == ONAIR_PUBLISH_LIVE) network->is_live = 1;
  if (event->state == ONAIR_PUBLISH_ENDED) network->ended_well = event->error->code == ONAIR_OK;
}
static void on_encoder_target(void* user, const onair_encoder_target* target) {
  Network* network = user;
  network->rate_bps = target->rate_bps;
  ++network->targets;
}
static void on_key_frame_wanted(void* user) {
  (void)user;
}

static onair_video_config video_config(void) {
  onair_video_config video;
  memset(&video, 0, sizeof video);
  video.size = sizeof video;
  video.width = kWidth;
  video.height = kHeight;
  video.frame_rate = 25;
  video.gop_ms = 500;
  video.rate_bps = 400000;
  return video;
}

static onair_publisher* open_encoder(Relay* relay, const char* url) {
  const onair_video_config video = video_config();
  onair_publisher* publisher = NULL;
  onair_publisher_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.urls = &url;
  config.url_count = 1;
  config.video = &video;
  config.user = relay;
  config.on_encoded = on_encoded;
  CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK);
  return publisher;
}

static onair_publisher* open_relay(Relay* relay, Network* network, const char* url) {
  onair_video_config video = video_config();
  onair_audio_config audio;
  onair_publisher* publisher = NULL;
  onair_publisher_config config;
  memset(&audio, 0, sizeof audio);
  memset(&config, 0, sizeof config);
  video.decoder_config = relay->video.bytes;
  video.decoder_config_size = relay->video.size;
  audio.size = sizeof audio;
  audio.decoder_config = relay->audio.bytes;
  audio.decoder_config_size = relay->audio.size;
  config.size = sizeof config;
  config.urls = &url;
  config.url_count = 1;
  config.video = &video;
  config.audio = &audio;
  config.user = network;
  config.on_event = on_event;
  config.on_encoder_target = on_encoder_target;
  config.on_key_frame_wanted = on_key_frame_wanted;
  CHECK(onair_publisher_create(&config, &publisher) == ONAIR_OK);
  return publisher;
}

static void wrong_frames_are_refused(onair_publisher* coding, onair_publisher* relaying) {
  const uint8_t start_code[] = {0, 0, 0, 1, 0x65, 0x88, 0x80, 0x10}; /* Of Annex B. */
  const uint8_t unit[] = {0, 0, 0, 2, 0x65, 0x88};
  onair_encoded_frame frame;
  memset(&frame, 0, sizeof frame);
#define REFUSED(change, detail)                                           \
  change;                                                                 \
  CHECK_ERROR(onair_publisher_push_encoded(relaying, &frame, NULL, NULL), \
              ONAIR_ERROR_INVALID_CONFIG, detail)
  REFUSED(frame.size = 8, "frame.size");
  REFUSED(frame.size = sizeof frame, "frame.kind");
  REFUSED(frame.kind = ONAIR_FRAME_KEY, "frame.codec");
  REFUSED(frame.codec = ONAIR_CODEC_AAC, "frame.codec");
  REFUSED(frame.codec = ONAIR_CODEC_H264, "frame.data");
  frame.data = start_code;
  frame.data_size = 6;
  REFUSED(frame.codec = ONAIR_CODEC_H265, "frame.codec"); /* It said H.264. */
  REFUSED((frame.codec = ONAIR_CODEC_H264, frame.dts_us = 1), "frame.dts");
  REFUSED((frame.dts_us = 0, frame.data_size = sizeof start_code), "frame.data");
  frame.data = &unit[0];
  frame.data_size = sizeof unit;
  REFUSED(frame.config = unit, "frame.config");
  REFUSED((frame.config = start_code, frame.config_size = sizeof start_code), "frame.config");
  REFUSED((frame.config = unit, frame.config_size = sizeof unit, frame.width = -1), "frame.width");
  REFUSED((frame.width = 16, frame.height = 0), "frame.height");
#undef REFUSED
  CHECK_ERROR(onair_publisher_push_encoded(coding, &frame, NULL, NULL), ONAIR_ERROR_INVALID_STATE,
              "config.encoded is empty");
}

typedef struct {
  int pictures;
  int places;
  int last_place;
} Seen;

static void watch(onair_player* player, Seen* seen) {
  onair_frame* frame = NULL;
  onair_picture picture;
  memset(&picture, 0, sizeof picture);
  picture.size = sizeof picture;
  CHECK(onair_player_take_picture(player, 0, &frame) == ONAIR_OK);
  if (frame == NULL) return;
  CHECK(onair_frame_get_picture(frame, &picture) == ONAIR_OK);
  ++seen->pictures;
  if (find_bar(&picture) != seen->last_place) ++seen->places;
  seen->last_place = find_bar(&picture);
  onair_frame_release(frame);
}

static onair_player* open_player(Reader* reader, const char* url) {
  onair_player* player = NULL;
  onair_player_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.url = url;
  config.user = reader;
  config.on_event = on_play_event;
  CHECK(onair_player_create(&config, &player) == ONAIR_OK);
  CHECK(onair_player_start(player) == ONAIR_OK);
  return player;
}

int main(int argc, char** argv) {
  static uint8_t pixels[kPixelBytes];
  Relay relay;
  Network network;
  Seen seen;
  Reader reader;
  char first[256];
  char second[256];
  char flv[256];
  onair_publisher* encoder;
  onair_player* player = NULL;
  onair_player_stats stats;
  onair_publisher_stats relayed;
  int64_t began;
  int64_t sound_until;
  int n = 0;
  int waited;
  memset(&relay, 0, sizeof relay);
  memset(&network, 0, sizeof network);
  memset(&seen, 0, sizeof seen);
  memset(&reader, 0, sizeof reader);
  memset(&stats, 0, sizeof stats);
  memset(&relayed, 0, sizeof relayed);
  if (argc != 3) return 2;
  snprintf(first, sizeof first, "%s/coded", argv[1]);
  snprintf(second, sizeof second, "%s/again", argv[1]);
  snprintf(flv, sizeof flv, "%s/again.flv", argv[2]);

  encoder = open_encoder(&relay, first);
  if (encoder == NULL) return end_of_checks();
  CHECK(onair_publisher_start(encoder) == ONAIR_OK);
  began = sound_until = onair_now_us();
  while (onair_now_us() - began < (int64_t)kPatienceMs * 1000 &&
         (seen.pictures < 40 || seen.places < 20 || reader.words < 2)) {
    const int64_t now = onair_now_us();
    if (now - began >= (int64_t)n * 40000) {
      const onair_picture picture = draw_picture(pixels, n++);
      CHECK(onair_publisher_push_picture(encoder, &picture, NULL, NULL) == ONAIR_OK);
    }
    if (now - sound_until >= 20000) {
      push_sound(encoder, sound_until, kRate / 50);
      sound_until += 20000;
    }
    if (relay.publisher == NULL && has_configs(&relay)) {
      onair_publisher* publisher = open_relay(&relay, &network, second);
      if (publisher == NULL) break;
      wrong_frames_are_refused(encoder, publisher);
      CHECK(onair_publisher_start(publisher) == ONAIR_OK);
      pthread_mutex_lock(&handed_over);
      relay.publisher = publisher;
      pthread_mutex_unlock(&handed_over);
    }
    if (player == NULL && network.is_live) player = open_player(&reader, flv);
    if (player != NULL) watch(player, &seen);
    sleep_ms(10);
  }

  CHECK(network.is_live);
  CHECK(network.targets > 0 && network.rate_bps > 0);
  CHECK(seen.pictures >= 40);
  CHECK(seen.places >= 20);
  CHECK(reader.words >= 2);
  CHECK(relay.refused == 0);
  CHECK(relay.lent >= 40);
  if (player == NULL || relay.publisher == NULL) return end_of_checks();
  stats.size = sizeof stats;
  relayed.size = sizeof relayed;
  CHECK(onair_player_get_stats(player, &stats) == ONAIR_OK);
  CHECK(stats.decode_errors == 0 && stats.audio_frames_received > 20);
  CHECK(onair_publisher_get_stats(relay.publisher, &relayed) == ONAIR_OK);
  CHECK(relayed.frames_encoded >= 40 && relayed.key_frames >= 2 && relayed.frames_captured == 0);
  CHECK(relayed.width == kWidth && relayed.audio_bytes > 0);

  CHECK(onair_player_destroy(player) == ONAIR_OK);
  CHECK(onair_publisher_destroy(encoder) == ONAIR_OK); /* Its tap is silent from here. */
  CHECK(onair_publisher_stop(relay.publisher) == ONAIR_OK);
  for (waited = 0; waited < kPatienceMs && !network.ended_well; waited += 10) sleep_ms(10);
  CHECK(network.ended_well);
  CHECK(onair_publisher_destroy(relay.publisher) == ONAIR_OK);
  CHECK(relay.released == relay.lent);
  printf("%d pictures shown, %d relayed, the network allows %.0f kbit/s\n", seen.pictures,
         relay.lent, (double)network.rate_bps / 1000);
  return end_of_checks();
}
