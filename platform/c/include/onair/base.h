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

/* Of what the library exports. */
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
  ONAIR_OK = 0, /* nothing failed */
  /* clang-format off */
  /* Codes: made by tests/tools/error_table.py. */
  ONAIR_ERROR_INVALID_CONFIG = 100, /* a setting is out of range */
  ONAIR_ERROR_INVALID_URL = 101, /* the address cannot be understood */
  ONAIR_ERROR_INVALID_STATE = 102, /* the call does not fit the present state */
  ONAIR_ERROR_UNSUPPORTED = 103, /* this build or platform cannot do it */
  ONAIR_ERROR_LIMIT = 104, /* a stated limit would be passed */
  ONAIR_ERROR_RESOLVE_FAILED = 200, /* the host name has no address */
  ONAIR_ERROR_CONNECT_REFUSED = 201, /* connection refused */
  ONAIR_ERROR_CONNECT_TIMEOUT = 202, /* no answer to the connection attempt */
  ONAIR_ERROR_UNREACHABLE = 203, /* there is no route to the address */
  ONAIR_ERROR_CONNECTION_LOST = 204, /* the connection broke */
  ONAIR_ERROR_PEER_CLOSED = 205, /* the peer closed the connection in good order */
  ONAIR_ERROR_TIMEOUT = 206, /* the peer did not answer or read in time */
  ONAIR_ERROR_ADDRESS_IN_USE = 207, /* the local port is taken */
  ONAIR_ERROR_SOCKET = 208, /* the system refused a socket operation */
  ONAIR_ERROR_LOCAL_ADDRESS = 209, /* no connection can begin at the given local address */
  ONAIR_ERROR_RTMP_PROTOCOL = 300, /* the peer broke the RTMP protocol */
  ONAIR_ERROR_RTMP_REJECTED = 301, /* the server refused the application */
  ONAIR_ERROR_PUBLISH_REJECTED = 302, /* the server refused this stream name or key */
  ONAIR_ERROR_STREAM_NOT_FOUND = 303, /* nobody publishes this stream */
  ONAIR_ERROR_PUBLISH_CONFLICT = 304, /* somebody already publishes this name */
  ONAIR_ERROR_RTMP_UNAVAILABLE = 305, /* the server cannot take the stream now */
  ONAIR_ERROR_HTTP_PROTOCOL = 400, /* the peer broke HTTP */
  ONAIR_ERROR_HTTP_STATUS = 401, /* the server answered with an error status */
  ONAIR_ERROR_HTTP_NOT_FOUND = 402, /* the server does not know this address */
  ONAIR_ERROR_HTTP_FORBIDDEN = 403, /* the server wants other credentials */
  ONAIR_ERROR_HTTP_REDIRECT_LOOP = 404, /* too many redirects */
  ONAIR_ERROR_HTTP_SERVER_ERROR = 405, /* the server failed (5xx) */
  ONAIR_ERROR_FLV_MALFORMED = 410, /* the FLV stream cannot be parsed */
  ONAIR_ERROR_TLS_HANDSHAKE = 500, /* the TLS handshake failed */
  ONAIR_ERROR_TLS_UNTRUSTED = 501, /* the certificate's issuer is not trusted */
  ONAIR_ERROR_TLS_NAME_MISMATCH = 502, /* the certificate is for another host */
  ONAIR_ERROR_TLS_EXPIRED = 503, /* the certificate's time does not fit */
  ONAIR_ERROR_DTLS_FINGERPRINT = 504, /* the peer's certificate is not the one its description announced */
  ONAIR_ERROR_DTLS_NO_SRTP_PROFILE = 505, /* the peer protects media in no way that we do */
  ONAIR_ERROR_CODEC_UNAVAILABLE = 600, /* no encoder or decoder for this format here */
  ONAIR_ERROR_CODEC_OPEN = 601, /* the codec refused its settings */
  ONAIR_ERROR_ENCODE_FAILED = 602, /* a picture or sound could not be encoded */
  ONAIR_ERROR_DECODE_FAILED = 603, /* data could not be decoded */
  ONAIR_ERROR_BITSTREAM = 604, /* an elementary stream is malformed */
  ONAIR_ERROR_DEVICE_ABSENT = 700, /* there is no such device */
  ONAIR_ERROR_DEVICE_BUSY = 701, /* another program holds the device */
  ONAIR_ERROR_DEVICE_LOST = 702, /* the device vanished while in use */
  ONAIR_ERROR_DEVICE_PERMISSION = 703, /* the system forbids the device */
  ONAIR_ERROR_NOT_MEDIA = 710, /* the file holds no media this build reads */
  ONAIR_ERROR_FILE_NOT_FOUND = 711, /* there is no such file */
  ONAIR_ERROR_FILE_READ = 712, /* the file could not be read */
  ONAIR_ERROR_FILE_WRITE = 713, /* the file could not be written */
  ONAIR_ERROR_DISK_FULL = 714, /* the disk is full */
  ONAIR_ERROR_FILE_MALFORMED = 715, /* the file is damaged or of another kind */
  ONAIR_ERROR_FACE_MODEL = 720, /* the file is not the face detector's model */
  ONAIR_ERROR_RETRIES_EXHAUSTED = 800, /* reconnecting was given up */
  ONAIR_ERROR_STALLED = 801, /* no media came for too long */
  ONAIR_ERROR_STREAM_ENDED = 802, /* the publisher ended the stream */
  ONAIR_ERROR_NOTHING_TO_PLAY = 803, /* the stream has no track this build plays */
  ONAIR_ERROR_REPLAY_DIFFERS = 804, /* a replayed session answered otherwise than the recorded one */
  ONAIR_ERROR_INTERNAL = 900, /* a fault in this library */
  ONAIR_ERROR_OUT_OF_MEMORY = 901, /* memory ran out */
  ONAIR_ERROR_ICE_NO_PATH = 1000, /* no path to the peer works */
  ONAIR_ERROR_ICE_CONSENT_LOST = 1001, /* the peer fell silent on every path */
  ONAIR_ERROR_ICE_MALFORMED = 1002, /* an ICE candidate or credential cannot be understood */
  ONAIR_ERROR_TURN_UNAUTHORIZED = 1010, /* the TURN server refused the credentials */
  ONAIR_ERROR_TURN_REFUSED = 1011, /* the TURN server refused to relay */
  ONAIR_ERROR_SDP_MALFORMED = 1300, /* a session description cannot be understood */
  ONAIR_ERROR_SDP_TOO_LARGE = 1301, /* a session description passes a stated bound */
  ONAIR_ERROR_SDP_INCOMPATIBLE = 1302, /* the two sides have no codec or no way of sending in common */
  ONAIR_ERROR_SDP_INSECURE = 1303, /* the peer wants media without encryption */
  ONAIR_ERROR_SIGNALLING_REFUSED = 1310, /* the server refused the offer or the request */
  ONAIR_ERROR_SIGNALLING_PROTOCOL = 1311 /* the server answered outside the signalling protocol */
  /* End of codes. */
  /* clang-format on */
};

/* Stable name for logs and metrics, such as "net.connect_refused"; "ok" for ONAIR_OK and
 * "internal" for a number that this library does not know. Never NULL, valid for ever. */
ONAIR_API const char* onair_code_name(onair_code code);
/* What it means, in one clause of English. */
ONAIR_API const char* onair_code_meaning(onair_code code);
/* What the integrator should do, in one clause of English; "nothing" for ONAIR_OK. */
ONAIR_API const char* onair_code_action(onair_code code);
/* 1: trying the same again may help; 0: it will not. */
ONAIR_API int onair_code_is_retryable(onair_code code);

/* Why a call failed. */
typedef struct onair_error {
  size_t size;
  onair_code code;     /* Never ONAIR_OK, but before the first failure. */
  int32_t native_code; /* errno, HTTP status or another library's number; 0 without one. */
  const char* detail;  /* Names what was wrong: a field, a host, a file. Never a secret. */
  const char* text;    /* One line for people: "<detail>: <meaning> [<name>]". */
} onair_error;

/* The last failed call of this thread; its code is ONAIR_OK before the first one. A call that
 * succeeds leaves it. Valid until the next failed call on this thread. Never NULL. */
ONAIR_API const onair_error* onair_last_error(void);

/* ONAIR_VERSION and ONAIR_VERSION_STRING of the library that runs. */
ONAIR_API uint32_t onair_version(void);
/* ONAIR_VERSION_STRING of the library that runs, such as "0.1.0". */
ONAIR_API const char* onair_version_string(void);

/* The clock of all `_us` moments here: monotonic, microseconds, its zero means nothing. */
ONAIR_API int64_t onair_now_us(void);

/* A choice that is made for the caller unless he makes it. */
enum onair_switch { ONAIR_DEFAULT = 0, ONAIR_ON = 1, ONAIR_OFF = 2 };

#ifdef __cplusplus
}
#endif
#endif
