/* SPDX-License-Identifier: Apache-2.0
 *
 * The player: an address in, pictures and sound out, each at its time.
 *
 *   onair_player_config config = {.size = sizeof config, .url = url};
 *   onair_player* player = NULL;
 *   if (onair_player_create(&config, &player) != ONAIR_OK) puts(onair_last_error()->text);
 *   onair_player_start(player);
 *   ... at each refresh of the display: onair_player_take_picture(player, when, &shown) ...
 *   onair_player_destroy(player);
 *
 * Callbacks `on_event` and `on_stats` come on a thread of the player's, one after another, until
 * onair_player_destroy() returns. They may call any function but that one.
 */
#ifndef ONAIR_PLAYER_H
#define ONAIR_PLAYER_H

#include "onair/media.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A player; between onair_player_create() and onair_player_destroy(). */
typedef struct onair_player onair_player;
/* A decoded picture, its pixels shared with the player. */
typedef struct onair_frame onair_frame;
/* Rooms made ready ahead: preload.h. */
typedef struct onair_preload_pool onair_preload_pool;

/* Which way delay and stalls are traded. */
enum onair_buffer_mode {
  ONAIR_BUFFER_AUTO = 1,    /* By measured jitter; the default. */
  ONAIR_BUFFER_FAST = 2,    /* Lowest delay, more stalls. */
  ONAIR_BUFFER_SMOOTH = 3,  /* Fewest stalls. */
  ONAIR_BUFFER_FIXED = 4,   /* Always `fixed_delay_ms`. */
  ONAIR_BUFFER_REALTIME = 5 /* For WebRTC: what it measures of jitter and no more. */
};

/* How a viewer gets to the live edge from what is older than the delay. */
enum onair_catch_up {
  ONAIR_CATCH_UP_JUMP = 1, /* At once; what lies between is not shown. The default. */
  ONAIR_CATCH_UP_SPEED = 2 /* Played up to 1.2 times as fast, until it is there. */
};

/* Where a player stands. */
enum onair_play_state {
  ONAIR_PLAY_CONNECTING = 1,         /* First connection under way. */
  ONAIR_PLAY_PLAYING = 2,            /* Pictures or sound are coming out. */
  ONAIR_PLAY_STALLED = 3,            /* Nothing left to show; refilling. */
  ONAIR_PLAY_RECONNECTING = 4,       /* Lost it; trying again by itself. */
  ONAIR_PLAY_ENDED = 5,              /* Stopped, over, or given up: see the error. */
  ONAIR_PLAY_AWAITING_PUBLISHER = 6, /* The publisher left and may come back. */
  ONAIR_PLAY_PAUSED = 7              /* By onair_player_set_paused(); the picture stands. */
};

/* Who chooses among the qualities. */
enum onair_quality_mode {
  ONAIR_QUALITY_AUTOMATIC = 1, /* The player, by what the network carries; the default. */
  ONAIR_QUALITY_PINNED = 2     /* The caller, by what he asked for last. */
};

/* How far a change of address is. */
enum onair_switch_phase {
  ONAIR_SWITCH_BEGAN = 1, /* It is opened beside the one that plays. */
  ONAIR_SWITCH_DONE = 2,  /* It plays; what is shown went on. */
  /* The one that played goes on. Without an error: there was no need any more. */
  ONAIR_SWITCH_FAILED = 3
};

/* Why the address changes. */
enum onair_switch_cause {
  ONAIR_SWITCH_ASKED = 1,     /* By the caller. */
  ONAIR_SWITCH_BANDWIDTH = 2, /* The network carries more or less. */
  ONAIR_SWITCH_FALLBACK = 3,  /* The stream over WebRTC does not come. */
  ONAIR_SWITCH_RETURN = 4     /* It may come again. */
};

/* What happened, and which fields of the event tell of it. */
enum onair_play_event_type {
  ONAIR_PLAY_EVENT_STATE = 1,         /* state, error, wait_us until the next attempt */
  ONAIR_PLAY_EVENT_FIRST_PICTURE = 2, /* wait_us: since the start */
  ONAIR_PLAY_EVENT_TRACKS = 3,        /* video_codec and what follows */
  ONAIR_PLAY_EVENT_SOUND_FAILED = 4,  /* error; pictures go on */
  ONAIR_PLAY_EVENT_SNAPSHOT = 5,      /* path; without an error the file is there */
  ONAIR_PLAY_EVENT_RECORDING = 6,     /* path, recording, error */
  ONAIR_PLAY_EVENT_SEEKED = 7,        /* position_us; error: nothing moved */
  ONAIR_PLAY_EVENT_DATA = 8,          /* position_us, data_kind, data: put beside a picture */
  ONAIR_PLAY_EVENT_SWITCH = 9 /* switch_phase, switch_cause, url, error, wait_us: since it began */
};

/* Of a recording: its first frame is on its way to the file; the file is closed, and with an error
 * it holds what came before that. */
enum onair_recording { ONAIR_RECORDING_BEGAN = 1, ONAIR_RECORDING_ENDED = 2 };

/* What happened. Fields that the type does not name are 0. Programs ignore types that they do
 * not know. */
typedef struct onair_play_event {
  size_t size;
  int32_t type;        /* enum onair_play_event_type */
  int32_t state;       /* enum onair_play_state */
  int64_t wait_us;     /* Microseconds, of what the type says. */
  int32_t video_codec; /* enum onair_codec; 0 without the track, as audio_codec. */
  int32_t width;       /* Pixels of the stream's pictures; 0 without video. */
  int32_t height;      /* As width. */
  int32_t audio_codec; /* enum onair_codec; 0 without the track. */
  int32_t sample_rate; /* Hz; 0 without sound. */
  int32_t channels;    /* 1 or 2; 0 without sound. */
  const char* path;    /* "" where none is meant; lives for the call. */
  int32_t recording;   /* enum onair_recording */
  int32_t reserved;
  /* Never NULL; its code is ONAIR_OK where nothing is wrong. Lives for the call. */
  const onair_error* error;
  int64_t position_us; /* Where playing goes on; of data, its picture's place on the media line. */
  const uint8_t* data; /* SEI payload; of kind 5 a UUID of 16 bytes first. Lives for the call. */
  size_t data_size;
  int32_t data_kind; /* SEI payloadType: 4 registered by ITU-T T.35, 5 unregistered. */
  int32_t reserved_2;
  int32_t switch_phase; /* enum onair_switch_phase */
  int32_t switch_cause; /* enum onair_switch_cause */
  const char* url;      /* Where the switch leads; "" where none is meant; lives for the call. */
} onair_play_event;

/* A snapshot. Counters only grow. */
typedef struct onair_player_stats {
  size_t size;
  int32_t state;  /* enum onair_play_state */
  int32_t width;  /* Pixels of the last picture shown; 0 before the first. */
  int32_t height; /* As width. */
  int32_t reserved;
  int64_t video_frames_received; /* Coded pictures that came in whole. */
  int64_t audio_frames_received; /* Coded frames of sound that came in whole. */
  int64_t frames_decoded;        /* Pictures that the decoder gave. */
  int64_t frames_presented;      /* Pictures taken for the display. */
  int64_t frames_dropped;        /* Received, never shown. */
  int64_t decode_errors;         /* Frames that a decoder refused. */
  int64_t audio_gaps;            /* Times the speaker got silence for want of sound. */
  int64_t stalls;                /* Times nothing was left to show; waits for a publisher aside. */
  int64_t stalled_us;            /* The same in time, the present one included. */
  int64_t reconnects;            /* Connections opened because one was lost. */
  int64_t bytes_received;        /* Protocol included. */
  int64_t buffered_us;           /* Now. */
  int64_t first_picture_us;      /* Start to the first picture shown; -1 until then. */
  int64_t latency_us;            /* Capture to show, of the last picture; -1 without stamps. */
  double frame_rate;             /* Shown over the last second. */
  double freeze_percent;   /* Of the time since the first picture, without a new one for 150 ms. */
  int64_t position_us;     /* Of a file or playlist; -1 while unknown, as the next. */
  int64_t duration_us;     /* -1 while unknown, and of live ones. */
  int32_t is_seekable;     /* 1: onair_player_seek() works. */
  int32_t preloaded;       /* enum onair_preload_tier: what the pool had of it. */
  int64_t switches;        /* To other addresses, of any cause, that were done. */
  int64_t fallbacks;       /* Of those: away from WebRTC that did not come. */
  int64_t switches_failed; /* Begun and not done. */
  /* While the player chooses: what the network carries, or at least what it was seen to carry; 0
   * before anything is known. */
  int64_t bandwidth_bps;
  int32_t quality;      /* Index into `qualities` of what plays; -1 for another address. */
  int32_t quality_mode; /* enum onair_quality_mode, now; pinned without qualities. */
} onair_player_stats;

/* `event` and all in it live for the call. */
typedef void (*onair_play_event_fn)(void* user, const onair_play_event* event);
/* `stats` lives for the call. */
typedef void (*onair_player_stats_fn)(void* user, const onair_player_stats* stats);
/* See onair_player_config.on_picture_ready. */
typedef void (*onair_picture_ready_fn)(void* user);

/* One of the qualities of a live stream. */
typedef struct onair_quality {
  size_t size;
  const char* url;  /* As onair_player_config.url. */
  int64_t rate_bps; /* Of pictures and sound together, as its encoder is set; above 0. */
  int32_t width;    /* For the caller's own menu, as the next; 0: not known. */
  int32_t height;   /* As width. */
} onair_quality;

/* What a player plays and how; read by onair_player_create() only, which judges it. */
typedef struct onair_player_config {
  size_t size;
  /* http(s)://host/app/stream.flv, rtmp(s)://host/app/stream, rts:// and whep+http(s)://; a file's
   * path; a path or http(s):// that ends in .m3u8. */
  const char* url;
  const char* bearer_token;            /* Of WHEP; a secret. */
  const onair_ice_server* ice_servers; /* An array; at most 4 of STUN and 4 of TURN are asked. */
  size_t ice_server_count;             /* Elements of it. */
  const char* ca_file;    /* PEM, trusted issuers of rtmps and https; NULL: the system's. */
  int32_t tls_verify;     /* enum onair_switch; on by default, off for a test bench only. */
  int32_t max_reconnects; /* In a row; 0: 20, -1: none, at most 1000. */
  int32_t buffer;         /* enum onair_buffer_mode */
  int32_t fixed_delay_ms; /* Of ONAIR_BUFFER_FIXED, 1..30000; 500 by default. */
  int32_t decode_threads; /* 1..16; 1 by default. */
  int32_t sound;          /* enum onair_switch: on, onair_player_pull_sound() is called; off. */
  uint64_t seed;          /* Of random waits; 0: 1. */
  void* user;             /* Given to the callbacks; outlives the player. */
  onair_play_event_fn on_event;   /* NULL: nobody is told, as the next. */
  onair_player_stats_fn on_stats; /* Each `stats_every_ms` from the start on. */
  int32_t stats_every_ms;         /* 100..60000; 1000 by default. */
  int32_t reserved;               /* 0 */
  /* A picture came in: for displays that sleep. On the decoder's thread; must return at once and
   * call nothing of this player. */
  onair_picture_ready_fn on_picture_ready;
  int32_t catch_up;   /* enum onair_catch_up */
  int32_t reserved_2; /* 0 */
  /* Where it has this address, the player takes it over as it is. It may be destroyed before the
   * player. NULL: none. */
  onair_preload_pool* preload;
  /* The qualities of a live stream, an array whose elements have the `size` of the first: rates
   * ascending, `url` among them, at most 16. The player goes to what the network carries until the
   * caller pins one. NULL: what `url` has. */
  const onair_quality* qualities;
  size_t quality_count;
  int32_t quality_mode; /* enum onair_quality_mode; automatic by default. */
  /* Without trouble for this long the next better quality is tried, 1000..300000; 8000 by default.
   * Each try that fails, or leads back within `proof_ms` (1000..300000; 10000 by default), doubles
   * the wait up to `most_climb_after_ms` (that of the first..3600000; 120000 by default, or
   * the first where that is more). */
  int32_t climb_after_ms;
  int32_t most_climb_after_ms;
  int32_t proof_ms;
  double quality_share; /* Of what the network carries, for a quality, 0.3..1; 0.75 by default. */
  /* Of a WebRTC address: the same stream over HTTP-FLV or RTMP; NULL: as servers have it by
   * habit. */
  const char* fallback_url;
  int32_t fallback; /* enum onair_switch: played while WebRTC does not come; on by default. */
  /* The stream over WebRTC shows nothing for so long, without an error: the other is opened beside
   * it, 200..30000; 1500 by default. */
  int32_t fallback_after_ms;
  /* First try to go back, from when it fell back, 1000..600000; 10000 by default. Each that fails
   * doubles the wait up to the second (that of the first..3600000; 300000 by default, or the first
   * where that is more). */
  int32_t first_return_ms;
  int32_t most_return_ms;
} onair_player_config;

/* Makes decoders and threads, opens nothing. `*out` is a player to be given to
 * onair_player_destroy(), or NULL where the call failed. */
ONAIR_API onair_code onair_player_create(const onair_player_config* config, onair_player** out);

/* Stops and frees; takes 500 ms at most. NULL is fine. From a callback of this player:
 * ONAIR_ERROR_INVALID_STATE, and it stays. Frames that were taken stay valid. */
ONAIR_API onair_code onair_player_destroy(onair_player* player);

/* Begins to open the address. Once; ONAIR_ERROR_INVALID_STATE after that and after the stop. */
ONAIR_API onair_code onair_player_start(onair_player* player);

/* Ends the session; ONAIR_PLAY_ENDED without error follows. Once; ONAIR_ERROR_INVALID_STATE
 * after that. */
ONAIR_API onair_code onair_player_stop(onair_player* player);

/* The picture that should stand on the display at `at_us` (the coming refresh, 0: now). `*out`
 * is NULL: keep what is there. Otherwise the caller's, until onair_frame_release(). The player
 * counts it as shown at that moment. */
ONAIR_API onair_code onair_player_take_picture(onair_player* player, int64_t at_us,
                                               onair_frame** out);

/* Fills `out` (its size is set by the caller); planes are valid until the frame is released. */
ONAIR_API onair_code onair_frame_get_picture(const onair_frame* frame, onair_picture* out);
ONAIR_API void onair_frame_release(onair_frame* frame); /* NULL is fine. */

/* For the sound device's thread, with `sound` on: the next `frame_count` samples of each channel,
 * interleaved in `out` (32-bit float), silence where there is none. `heard_at_us`: when the first
 * leaves the speaker, by the device's own estimate; 0: now. Neither allocates nor waits long.
 * `*sample_rate` and `*channels` are what the samples are; where they are not what the device
 * runs with, it is opened anew. Both are 0 where there is no sound: `out` is all silence.
 * `capacity`: floats that `out` holds. ONAIR_ERROR_LIMIT where the samples do not fit: `out` is all
 * silence, and rate and channels are told, for a larger one. */
ONAIR_API onair_code onair_player_pull_sound(onair_player* player, float* out, size_t capacity,
                                             int32_t frame_count, int64_t heard_at_us,
                                             int32_t* sample_rate, int32_t* channels);

/* The picture on the display as a PNG file; an event follows, with ONAIR_ERROR_INVALID_STATE before
 * the first picture. */
ONAIR_API onair_code onair_player_take_snapshot(onair_player* player, const char* path);

/* Writes what is played to a .flv, .mp4 or .m3u8 from the next key frame on, without coding it
 * anew; events tell the rest. ONAIR_ERROR_INVALID_STATE while one is under way. */
ONAIR_API onair_code onair_player_start_recording(onair_player* player, const char* path);
/* Closes the file; the player's end does so too. */
ONAIR_API onair_code onair_player_stop_recording(onair_player* player);

/* Of files and playlists, as the next two; ONAIR_ERROR_UNSUPPORTED for all else. The picture stands
 * (ONAIR_ON) until ONAIR_OFF. */
ONAIR_API onair_code onair_player_set_paused(onair_player* player, int32_t on_or_off);
/* The picture at this place from the beginning, clamped to the duration; an event follows. */
ONAIR_API onair_code onair_player_seek(onair_player* player, int64_t position_us);
/* Whether the beginning follows the end without a gap. */
ONAIR_API onair_code onair_player_set_repeated(onair_player* player, int32_t on_or_off);

/* Plays another address of the same stream: it is opened beside the present one and takes over at a
 * key frame, without a gap. Events say how it went; where it fails the present one goes on. A later
 * call replaces an earlier one; one of the qualities is pinned by it. ONAIR_ERROR_INVALID_URL;
 * ONAIR_ERROR_UNSUPPORTED, also for files and playlists; ONAIR_ERROR_INVALID_STATE before the
 * start. */
ONAIR_API onair_code onair_player_switch_to(onair_player* player, const char* url);
/* This one of the qualities, whatever the network carries. ONAIR_ERROR_INVALID_CONFIG for an index
 * that they have not; ONAIR_ERROR_INVALID_STATE before the start, as the next. */
ONAIR_API onair_code onair_player_pin_quality(onair_player* player, int32_t index);
/* The player chooses among the qualities again. ONAIR_ERROR_INVALID_CONFIG without any. */
ONAIR_API onair_code onair_player_choose_quality(onair_player* player);
/* The address that plays, as the caller wrote it, from the config at first, into `out` of
 * `capacity` bytes. `needed` gets how many it takes with its zero byte; NULL is fine.
 * ONAIR_ERROR_LIMIT where `out` holds fewer; it is then left alone. */
ONAIR_API onair_code onair_player_get_url(onair_player* player, char* out, size_t capacity,
                                          size_t* needed);

/* Silence (ONAIR_ON) without forgetting the volume, until ONAIR_OFF. */
ONAIR_API onair_code onair_player_set_muted(onair_player* player, int32_t on_or_off);
/* Linear gain, clamped to 0..1 and eased. */
ONAIR_API onair_code onair_player_set_volume(onair_player* player, double gain);

/* The device has another way to the network; see onair_publisher_network_changed(). */
ONAIR_API onair_code onair_player_network_changed(onair_player* player, const char* from);

/* A snapshot; `out->size` is set by the caller. */
ONAIR_API onair_code onair_player_get_stats(onair_player* player, onair_player_stats* out);

#ifdef __cplusplus
}
#endif
#endif
