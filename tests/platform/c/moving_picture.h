/* SPDX-License-Identifier: Apache-2.0
 *
 * What the C programs send and look for: a dark picture with a bright bar that moves, and a tone.
 */
#ifndef ONAIR_TESTS_MOVING_PICTURE_H
#define ONAIR_TESTS_MOVING_PICTURE_H

#include <stdlib.h>
#include <time.h>

#include "check.h"

enum { kWidth = 320, kHeight = 180, kBar = 40, kRate = 48000, kPatienceMs = 30000 };
enum { kPixelBytes = kWidth * kHeight * 3 / 2 };

static void sleep_ms(long ms) {
  struct timespec span = {0, 0};
  span.tv_sec = ms / 1000;
  span.tv_nsec = ms % 1000 * 1000000L;
  nanosleep(&span, NULL);
}

/* Where the bright bar stands in the n-th picture. */
static int bar_left(int n) {
  return n * 8 % (kWidth - kBar);
}

/* The n-th picture on `pixels`, which hold kPixelBytes. */
static onair_picture draw_picture(uint8_t* pixels, int n) {
  int row;
  onair_picture picture;
  memset(&picture, 0, sizeof picture);
  memset(pixels, 40, kWidth * kHeight);
  memset(pixels + kWidth * kHeight, 128, kPixelBytes - kWidth * kHeight);
  for (row = 0; row < kHeight; ++row) {
    memset(pixels + row * kWidth + bar_left(n), 220, kBar);
  }
  picture.size = sizeof picture;
  picture.format = ONAIR_PIXELS_I420;
  picture.width = kWidth;
  picture.height = kHeight;
  picture.planes[0] = pixels;
  picture.planes[1] = pixels + kWidth * kHeight;
  picture.planes[2] = picture.planes[1] + kWidth * kHeight / 4;
  picture.strides[0] = kWidth;
  picture.strides[1] = kWidth / 2;
  picture.strides[2] = kWidth / 2;
  picture.at_us = onair_now_us();
  return picture;
}

/* A square wave, loud enough to be heard after AAC; valid until the next call. */
static onair_sound make_sound(int64_t at_us, int frames) {
  static int16_t samples[2 * kRate / 10];
  int i;
  onair_sound sound;
  memset(&sound, 0, sizeof sound);
  for (i = 0; i < frames; ++i) {
    samples[2 * i] = samples[2 * i + 1] = (int16_t)(i / 54 % 2 == 0 ? 8000 : -8000);
  }
  sound.size = sizeof sound;
  sound.format = ONAIR_SAMPLES_S16;
  sound.sample_rate = kRate;
  sound.channels = 2;
  sound.frame_count = frames;
  sound.samples = samples;
  sound.at_us = at_us;
  return sound;
}
static inline void push_sound(onair_publisher* publisher, int64_t at_us, int frames) {
  const onair_sound sound = make_sound(at_us, frames);
  CHECK(onair_publisher_push_sound(publisher, &sound) == ONAIR_OK);
}

/* The bar's left edge in the middle row of what is shown; -1 without a bar. */
static int find_bar(const onair_picture* picture) {
  const uint8_t* row = picture->planes[0] + picture->height / 2 * picture->strides[0];
  int x;
  for (x = 0; x < picture->width; ++x) {
    if (row[x] > 140) return x;
  }
  return -1;
}

#endif
