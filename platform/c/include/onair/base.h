/* SPDX-License-Identifier: Apache-2.0
 *
 * What all of Onair's C interface shares: how calls answer, versions, time.
 *
 * Rules that hold for every function:
 *  - It answers ONAIR_OK or one of the codes below; onair_last_error() then says what was wrong.
 *    A call that failed changed nothing, and what it was given stays the caller's.
 *  - Every struct begins with `size`, which the caller sets to sizeof of it. A field that is zero
 *    has its default. A program may be older or newer than the library: fields that the library
 *    does not know are refused with ONAIR_ERROR_UNSUPPORTED unless they are zero.
 *  - Any thread may call; none blocks, except where its comment says so. No exception leaves.
 *  - An object is not used any more once its destruction began, on whatever thread, but by its own
 *    callbacks: until its destruction returns they may come, and call all that they may otherwise.
 *  - Text is UTF-8, ends with a zero byte and is copied before the call returns.
 */
#ifndef ONAIR_BASE_H
#define ONAIR_BASE_H

#include <stddef.h>
#include <stdint.h>

#include "onair/version.h"

#if defined(__GNUC__)
#define ONAIR_API __attribute__((visibility("default")))
#else
#define ONAIR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* One of enum onair_codes, or a number of a newer library. Numbers are never reused. */
typedef int32_t onair_code;

/* Meaning, whether to try again and what to do: onair_code_meaning() and its neighbours. */
enum onair_codes {
  ONAIR_OK = 0,
  /* Codes: made by tests/tools/error_table.py. */
  ONAIR_ERROR_INVALID_CONFIG = 100,
  ONAIR_ERROR_INVALID_URL = 101,
  ONAIR_ERROR_INVALID_STATE = 102,
  ONAIR_ERROR_UNSUPPORTED = 103,
  ONAIR_ERROR_LIMIT = 104,
  ONAIR_ERROR_RESOLVE_FAILED = 200,
  ONAIR_ERROR_CONNECT_REFUSED = 201,
  ONAIR_ERROR_CONNECT_TIMEOUT = 202,
  ONAIR_ERROR_UNREACHABLE = 203,
  ONAIR_ERROR_CONNECTION_LOST = 204,
  ONAIR_ERROR_PEER_CLOSED = 205,
  ONAIR_ERROR_TIMEOUT = 206,
  ONAIR_ERROR_ADDRESS_IN_USE = 207,
  ONAIR_ERROR_SOCKET = 208,
  ONAIR_ERROR_LOCAL_ADDRESS = 209,
  ONAIR_ERROR_RTMP_PROTOCOL = 300,
  ONAIR_ERROR_RTMP_REJECTED = 301,
  ONAIR_ERROR_PUBLISH_REJECTED = 302,
  ONAIR_ERROR_STREAM_NOT_FOUND = 303,
  ONAIR_ERROR_PUBLISH_CONFLICT = 304,
  ONAIR_ERROR_RTMP_UNAVAILABLE = 305,
  ONAIR_ERROR_HTTP_PROTOCOL = 400,
  ONAIR_ERROR_HTTP_STATUS = 401,
  ONAIR_ERROR_HTTP_NOT_FOUND = 402,
  ONAIR_ERROR_HTTP_FORBIDDEN = 403,
  ONAIR_ERROR_HTTP_REDIRECT_LOOP = 404,
  ONAIR_ERROR_HTTP_SERVER_ERROR = 405,
  ONAIR_ERROR_FLV_MALFORMED = 410,
  ONAIR_ERROR_TLS_HANDSHAKE = 500,
  ONAIR_ERROR_TLS_UNTRUSTED = 501,
  ONAIR_ERROR_TLS_NAME_MISMATCH = 502,
  ONAIR_ERROR_TLS_EXPIRED = 503,
  ONAIR_ERROR_DTLS_FINGERPRINT = 504,
  ONAIR_ERROR_DTLS_NO_SRTP_PROFILE = 505,
  ONAIR_ERROR_CODEC_UNAVAILABLE = 600,
  ONAIR_ERROR_CODEC_OPEN = 601,
  ONAIR_ERROR_ENCODE_FAILED = 602,
  ONAIR_ERROR_DECODE_FAILED = 603,
  ONAIR_ERROR_BITSTREAM = 604,
  ONAIR_ERROR_DEVICE_ABSENT = 700,
  ONAIR_ERROR_DEVICE_BUSY = 701,
  ONAIR_ERROR_DEVICE_LOST = 702,
  ONAIR_ERROR_DEVICE_PERMISSION = 703,
  ONAIR_ERROR_NOT_MEDIA = 710,
  ONAIR_ERROR_FILE_NOT_FOUND = 711,
  ONAIR_ERROR_FILE_READ = 712,
  ONAIR_ERROR_FILE_WRITE = 713,
  ONAIR_ERROR_DISK_FULL = 714,
  ONAIR_ERROR_FILE_MALFORMED = 715,
  ONAIR_ERROR_FACE_MODEL = 720,
  ONAIR_ERROR_RETRIES_EXHAUSTED = 800,
  ONAIR_ERROR_STALLED = 801,
  ONAIR_ERROR_STREAM_ENDED = 802,
  ONAIR_ERROR_NOTHING_TO_PLAY = 803,
  ONAIR_ERROR_REPLAY_DIFFERS = 804,
  ONAIR_ERROR_INTERNAL = 900,
  ONAIR_ERROR_OUT_OF_MEMORY = 901,
  ONAIR_ERROR_ICE_NO_PATH = 1000,
  ONAIR_ERROR_ICE_CONSENT_LOST = 1001,
  ONAIR_ERROR_ICE_MALFORMED = 1002,
  ONAIR_ERROR_TURN_UNAUTHORIZED = 1010,
  ONAIR_ERROR_TURN_REFUSED = 1011,
  ONAIR_ERROR_SDP_MALFORMED = 1300,
  ONAIR_ERROR_SDP_TOO_LARGE = 1301,
  ONAIR_ERROR_SDP_INCOMPATIBLE = 1302,
  ONAIR_ERROR_SDP_INSECURE = 1303,
  ONAIR_ERROR_SIGNALLING_REFUSED = 1310,
  ONAIR_ERROR_SIGNALLING_PROTOCOL = 1311
  /* End of codes. */
};

/* Stable name for logs and metrics, such as "net.connect_refused"; "ok" for ONAIR_OK and
 * "internal" for a number that this library does not know. Never NULL, valid for ever. */
ONAIR_API const char* onair_code_name(onair_code code);
/* What it means and what the integrator should do, each in one clause of English. */
ONAIR_API const char* onair_code_meaning(onair_code code);
ONAIR_API const char* onair_code_action(onair_code code);
/* 1: trying the same again may help; 0: it will not. */
ONAIR_API int onair_code_is_retryable(onair_code code);

/* Why a call failed. */
typedef struct onair_error {
  size_t size;
  onair_code code;
  int32_t native_code; /* errno, HTTP status or another library's number; 0 without one. */
  const char* detail;  /* Names what was wrong: a field, a host, a file. Never a secret. */
  const char* text;    /* One line for people: "<detail>: <meaning> [<name>]". */
} onair_error;

/* The last failed call of this thread; its code is ONAIR_OK before the first one. A call that
 * succeeds leaves it. Valid until the next failed call on this thread. Never NULL. */
ONAIR_API const onair_error* onair_last_error(void);

/* ONAIR_VERSION and ONAIR_VERSION_STRING of the library that runs. */
ONAIR_API uint32_t onair_version(void);
ONAIR_API const char* onair_version_string(void);

/* The clock of all `_us` moments here: monotonic, microseconds, its zero means nothing. */
ONAIR_API int64_t onair_now_us(void);

/* A choice that is made for the caller unless he makes it. */
enum onair_switch { ONAIR_DEFAULT = 0, ONAIR_ON = 1, ONAIR_OFF = 2 };

#ifdef __cplusplus
}
#endif
#endif
