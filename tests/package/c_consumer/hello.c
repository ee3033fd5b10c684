/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest program on the installed library: a publisher that records grey pictures.
 *
 * usage: hello FILE.flv
 */
#include <onair/onair.h>
#include <stdio.h>
#include <string.h>

static volatile int has_ended = 0;

static void on_event(void* user, const onair_publish_event* event) {
  (void)user;
  if (event->type == ONAIR_PUBLISH_EVENT_STATE && event->state == ONAIR_PUBLISH_ENDED) {
    has_ended = event->error->code == ONAIR_OK ? 1 : 2;
    if (has_ended == 2) puts(event->error->text);
  }
}

static int fail(void) {
  puts(onair_last_error()->text);
  return 1;
}

/* As long as a program without threads of its own can wait. */
static void wait_us(int64_t span) {
  const int64_t until = onair_now_us() + span;
  while (onair_now_us() < until) {
  }
}

int main(int argc, char** argv) {
  static uint8_t grey[320 * 180 * 3 / 2];
  char url[512];
  const char* urls[1];
  onair_publisher_config config;
  onair_picture picture;
  onair_publisher* publisher = NULL;
  int i;
  if (argc != 2) return 2;
  snprintf(url, sizeof url, "file:%s", argv[1]);
  urls[0] = url;
  memset(grey, 128, sizeof grey);
  memset(&config, 0, sizeof config);
  memset(&picture, 0, sizeof picture);
  config.size = sizeof config;
  config.urls = urls;
  config.url_count = 1;
  config.on_event = on_event;
  picture.size = sizeof picture;
  picture.format = ONAIR_PIXELS_I420;
  picture.width = 320;
  picture.height = 180;
  picture.planes[0] = grey;
  picture.planes[1] = grey + 320 * 180;
  picture.planes[2] = grey + 320 * 180 * 5 / 4;
  picture.strides[0] = 320;
  picture.strides[1] = picture.strides[2] = 160;
  if (onair_publisher_create(&config, &publisher) != ONAIR_OK) return fail();
  if (onair_publisher_start(publisher) != ONAIR_OK) return fail();
  for (i = 0; i < 15; ++i) {
    if (onair_publisher_push_picture(publisher, &picture, NULL, NULL) != ONAIR_OK) return fail();
    wait_us(40000);
  }
  if (onair_publisher_stop(publisher) != ONAIR_OK) return fail();
  for (i = 0; i < 100 && !has_ended; ++i) wait_us(20000);
  if (onair_publisher_destroy(publisher) != ONAIR_OK) return fail();
  printf("onair %s, %s\n", onair_version_string(), has_ended == 1 ? "recorded" : "not recorded");
  return has_ended == 1 ? 0 : 1;
}
