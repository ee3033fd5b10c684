/* SPDX-License-Identifier: Apache-2.0
 *
 * The publisher: pictures and sound in, live streams out.
 *
 *   onair_publisher_config config = {.size = sizeof config, .urls = urls, .url_count = 1};
 *   onair_publisher* publisher = NULL;
 *   if (onair_publisher_create(&config, &publisher) != ONAIR_OK) puts(onair_last_error()->text);
 *   onair_publisher_start(publisher);
 *   ... onair_publisher_push_picture(publisher, &picture) from the camera's thread ...
 *   onair_publisher_destroy(publisher);
 *
 * Callbacks `on_event` and `on_stats` come on a thread of the publisher's, one after another,
 * until onair_publisher_destroy() returns. They may call any function but that one.
 */
#ifndef ONAIR_PUBLISHER_H
#define ONAIR_PUBLISHER_H

#include "onair/media.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A publisher; between onair_publisher_create() and onair_publisher_destroy(). */
typedef struct onair_publisher onair_publisher;

/* Of H.264. */
enum onair_profile { ONAIR_PROFILE_HIGH = 1, ONAIR_PROFILE_BASELINE = 2 };

/* What gives way first when bits are short: frame rate, size, or both in turns (the default). */
enum onair_control_mode {
  ONAIR_CONTROL_QUALITY = 1,
  ONAIR_CONTROL_FLUENCY = 2,
  ONAIR_CONTROL_BALANCED = 3
};

/* Which of our encoders codes the pictures. */
enum onair_encoder {
  ONAIR_ENCODER_AUTO = 1,    /* The first that is here: x264, then OpenH264; x265 for H.265. */
  ONAIR_ENCODER_X264 = 2,    /* GPL; H.264 only. */
  ONAIR_ENCODER_X265 = 3,    /* GPL; H.265 only. */
  ONAIR_ENCODER_OPENH264 = 4 /* Loaded at run time; follows no regions. */
};

/* What the device is connected by, for a policy. */
enum onair_network_kind {
  ONAIR_NETWORK_KIND_UNKNOWN = 1,
  ONAIR_NETWORK_KIND_WIFI = 2,
  ONAIR_NETWORK_KIND_CELLULAR = 3,
  ONAIR_NETWORK_KIND_ETHERNET = 4
};

/* What is wanted of the pictures. */
typedef struct onair_video_config {
  size_t size;
  int32_t enabled;   /* enum onair_switch; on by default. */
  int32_t codec;     /* ONAIR_CODEC_H264 (default) or _H265. */
  int32_t profile;   /* enum onair_profile; high by default, baseline beside WebRTC in any case. */
  int32_t width;     /* Even, 16..4096; both 0: 1280x720. */
  int32_t height;    /* As width. */
  int32_t gop_ms;    /* Between key frames, 200..20000; 2000 by default. */
  double frame_rate; /* Pictures per second, 1..120; 30 by default. */
  int64_t rate_bps;  /* The most, 50'000..50'000'000; 1'500'000 by default. */
  int64_t min_rate_bps;  /* The least on a poor network, same range; 200'000 by default. */
  int32_t control;       /* enum onair_control_mode */
  int32_t look_ahead_ms; /* The encoder may hold a picture so long, 0..1000. */
  const char* preset;    /* Of x264 and x265; NULL: one that is live on one core. */
  int32_t threads;       /* Of the encoder, 1..16; 2 by default. */
  int32_t reserved;      /* 0 */
  /* Not NULL: the caller encodes, and this is how to decode what he will give to
   * onair_publisher_push_encoded(): avcC or hvcC. Size, codec and rates above are then what his
   * encoder was asked for; profile, preset, threads and look-ahead are not read. */
  const uint8_t* decoder_config;
  size_t decoder_config_size; /* Bytes of it. */
  int32_t encoder;            /* enum onair_encoder; auto by default. */
  int32_t regions; /* enum onair_switch: whether quality goes where faces and regions are; on. */
  const char* openh264_library; /* File of OpenH264's library; NULL: the system's. */
} onair_video_config;

/* A rectangle in fractions of the picture, [0, 1], and where quality should go: +1 into it, -1 away
 * from it, 0 changes nothing. */
typedef struct onair_region {
  size_t size;
  float x;          /* Of its left edge. */
  float y;          /* Of its upper edge. */
  float width;      /* x + width <= 1. */
  float height;     /* y + height <= 1. */
  float quality;    /* -1..1. */
  int32_t reserved; /* 0 */
} onair_region;

/* A picture with alpha that is laid over all others, such as a logo. */
typedef struct onair_watermark {
  size_t size;
  const uint8_t* rgba; /* width * height * 4 bytes, straight alpha, top row first; copied. */
  int32_t width;       /* Pixels of the full-size picture, 1..8192. */
  int32_t height;      /* As width. */
  int32_t x; /* From the left of the picture, may be negative; as the next from its top. */
  int32_t y; /* From the top of the picture, may be negative. */
} onair_watermark;

/* Where a face is: from forehead to chin and ear to ear, in fractions of the picture. */
typedef struct onair_face {
  float x;          /* Of its left edge; may be negative. */
  float y;          /* Of its upper edge; may be negative. */
  float width;      /* > 0 */
  float height;     /* > 0 */
  float confidence; /* 0..1 */
} onair_face;

/* What is wanted of the sound. */
typedef struct onair_audio_config {
  size_t size;
  int32_t enabled;     /* enum onair_switch; on by default. */
  int32_t codec;       /* ONAIR_CODEC_AAC (default) or _OPUS; Opus to WebRTC in any case. */
  int32_t sample_rate; /* Hz, 48000 by default; Opus knows no other, AAC 16000..48000. */
  int32_t channels;    /* 1 or 2 (default). */
  int64_t rate_bps;    /* 16'000..320'000; 64'000 by default. */
  /* As of video: AudioSpecificConfig or OpusHead. */
  const uint8_t* decoder_config;
  size_t decoder_config_size; /* Bytes of it. */
} onair_audio_config;

/* Where the session of one destination stands. */
enum onair_publish_state {
  ONAIR_PUBLISH_CONNECTING = 1,   /* First connection under way. */
  ONAIR_PUBLISH_LIVE = 2,         /* The peer accepted the stream. */
  ONAIR_PUBLISH_RECONNECTING = 3, /* Lost it; trying again by itself. */
  ONAIR_PUBLISH_ENDED = 4         /* Stopped, or given up: see the error. */
};

/* What happened, and which fields of the event tell of it. */
enum onair_publish_event_type {
  ONAIR_PUBLISH_EVENT_STATE = 1,            /* state, error, wait_us until the next attempt */
  ONAIR_PUBLISH_EVENT_HAND_OVER_FAILED = 2, /* error; the present connection goes on */
  ONAIR_PUBLISH_EVENT_FIRST_FRAME = 3,      /* wait_us: since the start */
  ONAIR_PUBLISH_EVENT_DROPPED = 4,          /* frame_count: dropped since the last event */
  ONAIR_PUBLISH_EVENT_NETWORK = 5,          /* network, trouble */
  ONAIR_PUBLISH_EVENT_RATE = 6,             /* rate_bps: that the network takes of video */
  ONAIR_PUBLISH_EVENT_AUDIO_REFUSED = 7,    /* the peer takes no sound; pictures go on */
  ONAIR_PUBLISH_EVENT_SOURCE_ENDED = 8,     /* error; the last picture and silence go on */
  ONAIR_PUBLISH_EVENT_SOURCE_SKIPPED = 9,   /* error; the other sources go on */
  ONAIR_PUBLISH_EVENT_FACES_FAILED = 10,    /* error; the stream goes on without faces */
  ONAIR_PUBLISH_EVENT_POLICY = 11           /* controller, arm: what the policy chose */
};

/* Whether the network carries the stream at its lowest rate, and what is the matter. */
enum onair_network { ONAIR_NETWORK_GOOD = 1, ONAIR_NETWORK_POOR = 2 };
/* Of a poor network: none any more; it takes less than the lowest rate needs; nothing has got
 * through for a second or more. */
enum onair_trouble { ONAIR_TROUBLE_NONE = 1, ONAIR_TROUBLE_SLOW = 2, ONAIR_TROUBLE_SILENT = 3 };

/* What happened. Fields that the type does not name are 0. Programs ignore types that they do
 * not know. */
typedef struct onair_publish_event {
  size_t size;
  int32_t type;        /* enum onair_publish_event_type */
  int32_t destination; /* Index into `urls`; 0 where none is meant. */
  int32_t state;       /* enum onair_publish_state */
  int32_t network;     /* enum onair_network */
  int32_t trouble;     /* enum onair_trouble */
  int32_t reserved;
  int64_t wait_us;     /* Microseconds, of what the type says. */
  int64_t frame_count; /* Pictures. */
  int64_t rate_bps;    /* Bits per second. */
  /* Never NULL; its code is ONAIR_OK where nothing is wrong. Lives for the call. */
  const onair_error* error;
  const char* controller; /* "" where none is meant, as the next; both live for the call. */
  const char* arm;        /* What the policy dealt this session into. */
} onair_publish_event;

/* A snapshot of all destinations' common part. Counters only grow. */
typedef struct onair_publisher_stats {
  size_t size;
  int64_t frames_captured;   /* Pictures that came in. */
  int64_t frames_encoded;    /* Pictures that left the encoder, or were pushed coded. */
  int64_t frames_dropped;    /* Before the encoder: it was late, or they were too many. */
  int64_t frames_skipped;    /* Before the encoder, because the network asked for it. */
  int64_t frames_repeated;   /* The last picture again, for want of a new one. */
  int64_t audio_glitches;    /* Sound lost, or gaps filled with silence. */
  int64_t encode_errors;     /* Pictures and sound that an encoder refused. */
  int64_t key_frames;        /* Of frames_encoded. */
  int64_t video_bytes;       /* Encoded. */
  int64_t audio_bytes;       /* Encoded. */
  int64_t target_rate_bps;   /* Of the encoder, now. */
  double frame_rate;         /* Encoded pictures over the last second. */
  int32_t width;             /* As encoded now. */
  int32_t height;            /* As width. */
  int32_t destination_count; /* That onair_publisher_get_destination_stats() knows. */
  int32_t reserved;
  /* Of the caller's coded ones: let go while paused or muted, and pictures then until a key frame.
   */
  int64_t frames_withheld;
  int64_t audio_frames_withheld; /* The same of sound. */
  const char* encoder;     /* Who codes: "x264", "openh264", ..; "" without; lives for ever. */
  int32_t follows_regions; /* 1: the encoder does; 0: the background is softened instead. */
  int32_t reserved_2;
} onair_publisher_stats;

/* A snapshot of one destination. Counters only grow. */
typedef struct onair_destination_stats {
  size_t size;
  int32_t state;             /* enum onair_publish_state */
  int32_t network;           /* enum onair_network */
  int64_t frames_sent;       /* Of video, as the next. */
  int64_t frames_dropped;    /* Of video, before the socket: it was too slow. */
  int64_t key_frames_sent;   /* Of frames_sent. */
  int64_t audio_frames_sent; /* Written to the transport. */
  int64_t bytes_sent;        /* Protocol included. */
  int64_t queue_us;          /* Media that waits, now. */
  int64_t rtt_us;            /* -1 while unknown, as the next. */
  int64_t send_delay_us;     /* Capture to socket, middle value. */
  int64_t network_rate_bps;  /* That the network takes of video; -1 while unknown. */
  int64_t reconnects;        /* Connections that carried media again after one was lost. */
  int64_t hand_overs;        /* Moves to a second connection while live. */
} onair_destination_stats;

/* What the network allows an encoder of the caller's. */
typedef struct onair_encoder_target {
  size_t size;
  int64_t rate_bps;  /* Bits per second, of pictures. */
  double frame_rate; /* Pictures per second, at most. */
  int64_t
      frame_limit;   /* Most bytes of each picture until the next target; 0: as the rate lets it. */
  int32_t is_paused; /* 1: no pictures at all until the next target. */
  int32_t reserved;
} onair_encoder_target;

/* `event` and all in it live for the call. */
typedef void (*onair_publish_event_fn)(void* user, const onair_publish_event* event);
/* `stats` lives for the call. */
typedef void (*onair_publisher_stats_fn)(void* user, const onair_publisher_stats* stats);
/* `frame` and all in it live for the call. */
typedef void (*onair_encoded_fn)(void* user, const onair_encoded_frame* frame);
/* `target` lives for the call. */
typedef void (*onair_encoder_target_fn)(void* user, const onair_encoder_target* target);
/* See onair_publisher_config.on_key_frame_wanted. */
typedef void (*onair_key_frame_wanted_fn)(void* user);
/* Writes the faces of an upright picture, at most `capacity`, and answers how many, or a negative
 * number where it failed. On a thread of its own, on every few pictures: it may take tens of
 * milliseconds. `picture` lives for the call. It may call any function but
 * onair_publisher_destroy() of its publisher, which is refused. */
typedef int32_t (*onair_find_faces_fn)(void* user, const onair_picture* picture, onair_face* faces,
                                       int32_t capacity);

/* Where a publisher sends, what, and how; read by onair_publisher_create() only, which judges
 * it. */
typedef struct onair_publisher_config {
  size_t size;
  /* rtmp(s)://host/app/key, rts:// and whip+http(s):// for WebRTC, file:PATH (.flv .mp4 .m3u8);
   * all at once, each with its own connection. 1..8. */
  const char* const* urls;
  size_t url_count;                    /* Elements of it. */
  const onair_video_config* video;     /* NULL: defaults, as the next. */
  const onair_audio_config* audio;     /* NULL: defaults. */
  const char* bearer_token;            /* Of WHIP; a secret. */
  const onair_ice_server* ice_servers; /* An array; at most 4 of STUN and 4 of TURN are asked. */
  size_t ice_server_count;             /* Elements of it. */
  const char* ca_file;    /* PEM, trusted issuers of rtmps and https; NULL: the system's. */
  int32_t tls_verify;     /* enum onair_switch; on by default, off for a test bench only. */
  int32_t max_reconnects; /* In a row; 0: 20, -1: none, at most 1000. */
  uint64_t seed;          /* Of random waits; 0: 1. */
  void* user;             /* Given to the callbacks; outlives the publisher. */
  onair_publish_event_fn on_event;   /* NULL: nobody is told, as the next. */
  onair_publisher_stats_fn on_stats; /* Each `stats_every_ms` from the start on. */
  int32_t stats_every_ms;            /* 100..60000; 1000 by default. */
  int32_t reserved;                  /* 0 */
  /* Sees every coded frame on its way to the destinations, on the encoders' threads: pictures on
   * one, sound on another. Must return at once, and calls only functions of other objects. */
  onair_encoded_fn on_encoded;
  /* Of a caller who encodes, on threads of the publisher's; must return at once. The second wants
   * a key frame as soon as possible. */
  onair_encoder_target_fn on_encoder_target;
  onair_key_frame_wanted_fn on_key_frame_wanted;
  /* A policy in JSON, which chooses who controls the rate by network and transport; NULL: none. */
  const char* policy;
  const char* session_id; /* What a policy deals sessions into arms by; 1..256 bytes beside one. */
  int32_t network;        /* enum onair_network_kind, as the publisher goes live. */
  int32_t reserved_2;     /* 0 */
  onair_find_faces_fn find_faces; /* For shape, and for quality where faces are; NULL: none. */
} onair_publisher_config;

/* Whether the encoder that `config` asks for is in this library and on this machine; ONAIR_OK, or
 * ONAIR_ERROR_CODEC_UNAVAILABLE with what is missing. */
ONAIR_API onair_code onair_encoder_find(const onair_video_config* config);

/* Opens encoders and the files of file: addresses, connects to nothing. `*out` is a publisher to
 * be given to onair_publisher_destroy(), or NULL where the call failed. */
ONAIR_API onair_code onair_publisher_create(const onair_publisher_config* config,
                                            onair_publisher** out);

/* Stops and frees; takes 500 ms at most, whatever network and disk do. NULL is fine. From a
 * callback of this publisher: ONAIR_ERROR_INVALID_STATE, and it stays. */
ONAIR_API onair_code onair_publisher_destroy(onair_publisher* publisher);

/* Goes live to every destination. Once; ONAIR_ERROR_INVALID_STATE after that and after the stop. */
ONAIR_API onair_code onair_publisher_start(onair_publisher* publisher);

/* Ends every session and file; an event with ONAIR_PUBLISH_ENDED follows for each within 500 ms.
 * Once; ONAIR_ERROR_INVALID_STATE after that. */
ONAIR_API onair_code onair_publisher_stop(onair_publisher* publisher);

/* One picture, from any thread. With `release`, its pixels are lent and must not change until
 * release(user); without, they are copied before the call returns. A call that fails leaves them
 * the caller's and does not release. Before the start and after the stop pictures are let go.
 * `user` outlives the release, which may come after the publisher's end. */
ONAIR_API onair_code onair_publisher_push_picture(onair_publisher* publisher,
                                                  const onair_picture* picture,
                                                  onair_release_fn release, void* user);

/* A run of sound, from any thread; copied. */
ONAIR_API onair_code onair_publisher_push_sound(onair_publisher* publisher,
                                                const onair_sound* sound);

/* A coded frame of a track whose config says how to decode it, from any thread. With `release`, its
 * bytes are lent; ownership as above: a file whose disk hangs gives them back when it comes back,
 * which may be long after the publisher's end. ONAIR_ERROR_INVALID_STATE where the tracks are coded
 * here. */
ONAIR_API onair_code onair_publisher_push_encoded(onair_publisher* publisher,
                                                  const onair_encoded_frame* frame,
                                                  onair_release_fn release, void* user);

/* Silence instead of sound (ONAIR_ON), or sound again (ONAIR_OFF). Sound that the caller codes is
 * not sent meanwhile. */
ONAIR_API onair_code onair_publisher_set_muted(onair_publisher* publisher, int32_t on_or_off);

/* Shows the last picture and silence instead of what comes in (ONAIR_ON), until ONAIR_OFF. Of
 * tracks that the caller codes nothing is sent meanwhile; then a key frame is asked for, and is the
 * first to go. */
ONAIR_API onair_code onair_publisher_set_paused(onair_publisher* publisher, int32_t on_or_off);

/* The most that the encoder may do, as in a hot phone; 0: as configured. What the network asks
 * for stays below it. */
ONAIR_API onair_code onair_publisher_set_limits(onair_publisher* publisher, int64_t rate_bps,
                                                double frame_rate);

/* Strengths, each 0..1 and eased: skin, tone, warmth, details. */
ONAIR_API onair_code onair_publisher_set_beauty(onair_publisher* publisher, float smooth,
                                                float whiten, float ruddy, float sharpen);

/* Where quality should go beside faces; replaces those of the last call. At most 16, in an array
 * whose elements have the `size` of the first. */
ONAIR_API onair_code onair_publisher_set_regions(onair_publisher* publisher,
                                                 const onair_region* regions, size_t count);

/* Lays `mark` over all pictures from the next one on; NULL: none. */
ONAIR_API onair_code onair_publisher_set_watermark(onair_publisher* publisher,
                                                   const onair_watermark* mark);

/* The device has another way to the network; live sessions move to it. `from`: this device's
 * address there, as text, or NULL to leave it to the system. */
ONAIR_API onair_code onair_publisher_network_changed(onair_publisher* publisher, const char* from);
/* The same, and by what the device is connected now (enum onair_network_kind): a policy chooses
 * anew. */
ONAIR_API onair_code onair_publisher_network_changed_to(onair_publisher* publisher,
                                                        const char* from, int32_t kind);

/* Snapshots; `out->size` is set by the caller. */
ONAIR_API onair_code onair_publisher_get_stats(onair_publisher* publisher,
                                               onair_publisher_stats* out);
/* Of one destination, by its index into `urls`; ONAIR_ERROR_INVALID_CONFIG where there is none. */
ONAIR_API onair_code onair_publisher_get_destination_stats(onair_publisher* publisher,
                                                           int32_t destination,
                                                           onair_destination_stats* out);

#ifdef __cplusplus
}
#endif
#endif
