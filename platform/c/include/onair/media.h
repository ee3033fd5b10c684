/* SPDX-License-Identifier: Apache-2.0
 *
 * Pictures, sound and coded frames as they enter and leave.
 */
#ifndef ONAIR_MEDIA_H
#define ONAIR_MEDIA_H

#include "onair/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Gives memory back to who lent it. Called once, on any thread, maybe before the call that took
 * the memory returns, maybe after the object that it was lent to was destroyed: as long, memory and
 * `user` stay. Must not call back into that object. */
typedef void (*onair_release_fn)(void* user);

/* 8-bit 4:2:0, limited range, BT.709 (BT.601 below 720 lines). */
enum onair_pixel_format {
  ONAIR_PIXELS_I420 = 1, /* Planes Y, U, V. */
  ONAIR_PIXELS_NV12 = 2  /* Planes Y and interleaved UV. */
};

/* How the picture must be turned clockwise to stand upright. */
enum onair_rotation {
  ONAIR_ROTATION_0 = 0,
  ONAIR_ROTATION_90 = 1,
  ONAIR_ROTATION_180 = 2,
  ONAIR_ROTATION_270 = 3
};

/* One raw picture. */
typedef struct onair_picture {
  size_t size;
  int32_t format;           /* enum onair_pixel_format; has no default. */
  int32_t width;            /* Pixels, 1..8192; odd sides round chroma up. */
  int32_t height;           /* As width. */
  int32_t rotation;         /* enum onair_rotation */
  const uint8_t* planes[3]; /* First byte of each; those that the format has not are not read. */
  int32_t strides[3];       /* Bytes from row to row, at least a row's. */
  int32_t reserved;         /* 0 */
  /* Going in: when it was captured, by onair_now_us(); 0 is now. Coming out: place on the media
   * line, from the stream's start. */
  int64_t at_us;
  /* Coming out: when the publisher captured it, microseconds since 1970 by his wall clock; 0
   * where the stream does not say. Going in it is not read. */
  int64_t captured_utc_us;
} onair_picture;

/* How one sample is written. */
enum onair_sample_format {
  ONAIR_SAMPLES_F32 = 1, /* 32-bit float, full scale [-1, 1]. */
  ONAIR_SAMPLES_S16 = 2  /* 16-bit signed, the machine's byte order. */
};

/* A run of sound, channels interleaved. */
typedef struct onair_sound {
  size_t size;
  int32_t format;      /* enum onair_sample_format; has no default. */
  int32_t sample_rate; /* Hz, 8000..96000. */
  int32_t channels;    /* 1 or 2. */
  int32_t frame_count; /* Samples of one channel, 1..960000. */
  const void* samples; /* frame_count * channels of them. */
  int64_t at_us;       /* When the first sample was captured, by onair_now_us(); 0 is now. */
} onair_sound;

/* How media is coded: two for pictures, two for sound. */
enum onair_codec {
  ONAIR_CODEC_H264 = 1,
  ONAIR_CODEC_H265 = 2,
  ONAIR_CODEC_AAC = 3,
  ONAIR_CODEC_OPUS = 4
};

/* What is lost with a frame. */
enum onair_frame_kind {
  ONAIR_FRAME_KEY = 1,       /* Decoding can begin here. */
  ONAIR_FRAME_REFERENCE = 2, /* What follows up to the next key frame. */
  ONAIR_FRAME_DROPPABLE = 3, /* No other frame refers to it. */
  /* Its own sound only. */
  ONAIR_FRAME_AUDIO = 4
};

/* One coded picture, or one coded run of sound. */
typedef struct onair_encoded_frame {
  size_t size;
  int32_t codec; /* enum onair_codec */
  int32_t kind;  /* enum onair_frame_kind */
  /* Video: NAL units, each behind its 4-byte big-endian length. Sound: one raw AAC access unit
   * (no ADTS) or one Opus packet. */
  const uint8_t* data;
  size_t data_size;
  /* Place on the media line; coming out, from the stream's start. Going in, on a line of the
   * caller's, the same for pictures and sound. */
  int64_t pts_us;
  int64_t dts_us; /* <= pts_us; equal without B pictures. Rises within a track. */
  /* How to decode it and what follows: avcC, hvcC, AudioSpecificConfig or OpusHead. Of the tap,
   * with every frame; of what is pushed, read with key frames, NULL where nothing changed. */
  const uint8_t* config;
  size_t config_size;
  int32_t width; /* Of the coded picture; 0 for sound. Going in, both 0: as configured. */
  int32_t height;
  /* Of its picture or first sample, by onair_now_us(). Going in, 0 is now: then the encoder's own
   * delay is hidden from the numbers, and sound coded here is that much late. */
  int64_t captured_at_us;
} onair_encoded_frame;

/* A STUN or TURN server for WebRTC. */
typedef struct onair_ice_server {
  size_t size;
  const char* url;      /* "stun:host[:port]", "turn:host[:port][?transport=tcp]", "turns:..." */
  const char* username; /* Of TURN; both secrets. */
  const char* password; /* Of TURN. */
} onair_ice_server;

#ifdef __cplusplus
}
#endif
#endif
