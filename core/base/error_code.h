// SPDX-License-Identifier: Apache-2.0
//
// Every way this library can fail. Codes are grouped by room, their numbers are never
// reused, and this list is the reference: the table in README.md beside it is made from it.
#pragma once

#include <string_view>

namespace onair {

// clang-format off
// Row: X(enum name, number, stable text name, retryable, meaning, what the integrator does)
#define ONAIR_ERROR_CODES(X)                                                                                         \
  /* 1xx configuration and use */                                                                                    \
  X(kInvalidConfig,     100, "config.invalid",        kNo,  "a setting is out of range", "correct the named field")  \
  X(kInvalidUrl,        101, "config.invalid_url",    kNo,  "the address cannot be understood", "correct the address") \
  X(kInvalidState,      102, "config.invalid_state",  kNo,  "the call does not fit the present state", "see the method's comment") \
  X(kUnsupported,       103, "config.unsupported",    kNo,  "this build or platform cannot do it", "choose another option") \
  X(kLimit,             104, "config.limit",          kNo,  "a stated limit would be passed", "ask for less") \
  /* 2xx network */                                                                                                  \
  X(kResolveFailed,     200, "net.resolve_failed",    kYes, "the host name has no address", "check the name and the network") \
  X(kConnectRefused,    201, "net.connect_refused",   kYes, "connection refused", "check host and port; the server may be down") \
  X(kConnectTimeout,    202, "net.connect_timeout",   kYes, "no answer to the connection attempt", "check the network or a firewall") \
  X(kUnreachable,       203, "net.unreachable",       kYes, "there is no route to the address", "check the network") \
  X(kConnectionLost,    204, "net.connection_lost",   kYes, "the connection broke", "wait for the reconnect") \
  X(kPeerClosed,        205, "net.peer_closed",       kYes, "the peer closed the connection in good order", "wait for the reconnect") \
  X(kTimeout,           206, "net.timeout",           kYes, "the peer did not answer or read in time", "wait for the reconnect") \
  X(kAddressInUse,      207, "net.address_in_use",    kNo,  "the local port is taken", "choose another port") \
  X(kSocket,            208, "net.socket",            kYes, "the system refused a socket operation", "see native_code") \
  X(kLocalAddress,      209, "net.local_address",     kYes, "no connection can begin at the given local address", "give one that the device has, of a family that the server has") \
  /* 3xx RTMP */                                                                                                     \
  X(kRtmpProtocol,      300, "rtmp.protocol",         kYes, "the peer broke the RTMP protocol", "report the server") \
  X(kRtmpRejected,      301, "rtmp.rejected",         kNo,  "the server refused the application", "check the address and the key") \
  X(kPublishRejected,   302, "rtmp.publish_rejected", kNo,  "the server refused this stream name or key", "check the stream key") \
  X(kStreamNotFound,    303, "rtmp.stream_not_found", kYes, "nobody publishes this stream", "wait for the publisher") \
  X(kPublishConflict,   304, "rtmp.publish_conflict", kYes, "somebody already publishes this name", "use another name or wait") \
  X(kRtmpUnavailable,   305, "rtmp.unavailable",      kYes, "the server cannot take the stream now", "wait for the reconnect") \
  /* 4xx HTTP and FLV */                                                                                             \
  X(kHttpProtocol,      400, "http.protocol",         kYes, "the peer broke HTTP", "report the server") \
  X(kHttpStatus,        401, "http.status",           kNo,  "the server answered with an error status", "see native_code for the status") \
  X(kHttpNotFound,      402, "http.not_found",        kYes, "the server does not know this address", "check the address") \
  X(kHttpForbidden,     403, "http.forbidden",        kNo,  "the server wants other credentials", "check the token") \
  X(kHttpRedirectLoop,  404, "http.redirect_loop",    kNo,  "too many redirects", "report the server") \
  X(kHttpServerError,   405, "http.server_error",     kYes, "the server failed (5xx)", "wait for the reconnect") \
  X(kFlvMalformed,      410, "flv.malformed",         kYes, "the FLV stream cannot be parsed", "report the server") \
  /* 5xx TLS */                                                                                                      \
  X(kTlsHandshake,      500, "tls.handshake",         kYes, "the TLS handshake failed", "see detail") \
  X(kTlsUntrusted,      501, "tls.untrusted",         kNo,  "the certificate's issuer is not trusted", "give the CA certificate") \
  X(kTlsNameMismatch,   502, "tls.name_mismatch",     kNo,  "the certificate is for another host", "check the host name") \
  X(kTlsExpired,        503, "tls.expired",           kNo,  "the certificate's time does not fit", "check the clock or the server") \
  X(kDtlsFingerprint,   504, "dtls.fingerprint",      kNo,  "the peer's certificate is not the one its description announced", "somebody may be in between; report the server") \
  X(kDtlsNoSrtpProfile, 505, "dtls.no_srtp_profile",  kNo,  "the peer protects media in no way that we do", "report the server") \
  /* 6xx codecs */                                                                                                   \
  X(kCodecUnavailable,  600, "codec.unavailable",     kNo,  "no encoder or decoder for this format here", "choose another codec") \
  X(kCodecOpen,         601, "codec.open",            kNo,  "the codec refused its settings", "see detail") \
  X(kEncodeFailed,      602, "codec.encode",          kYes, "a picture or sound could not be encoded", "see detail") \
  X(kDecodeFailed,      603, "codec.decode",          kYes, "data could not be decoded", "waits for the next key frame") \
  X(kBitstream,         604, "codec.bitstream",       kYes, "an elementary stream is malformed", "see detail") \
  /* 7xx capture and devices */                                                                                      \
  X(kDeviceAbsent,      700, "device.absent",         kNo,  "there is no such device", "choose another device") \
  X(kDeviceBusy,        701, "device.busy",           kYes, "another program holds the device", "close the other program") \
  X(kDeviceLost,        702, "device.lost",           kYes, "the device vanished while in use", "plug it in again or switch the source") \
  X(kDevicePermission,  703, "device.permission",     kNo,  "the system forbids the device", "ask the user for permission") \
  X(kNotMedia,          710, "file.not_media",        kNo,  "the file holds no media this build reads", "choose another file") \
  X(kFileNotFound,      711, "file.not_found",        kNo,  "there is no such file", "check the path") \
  X(kFileRead,          712, "file.read",             kYes, "the file could not be read", "see native_code") \
  X(kFileWrite,         713, "file.write",            kNo,  "the file could not be written", "see native_code") \
  X(kDiskFull,          714, "file.disk_full",        kNo,  "the disk is full", "free some space") \
  X(kFileMalformed,     715, "file.malformed",        kNo,  "the file is damaged or of another kind", "see detail") \
  /* 72x beauty */                                                                                                    \
  X(kFaceModel,         720, "face.model",            kNo,  "the file is not the face detector's model", "give the file that the detector names") \
  /* 8xx sessions */                                                                                                 \
  X(kRetriesExhausted,  800, "session.retries",       kNo,  "reconnecting was given up", "start again later") \
  X(kStalled,           801, "session.stalled",       kYes, "no media came for too long", "wait for the reconnect") \
  X(kStreamEnded,       802, "session.ended",         kNo,  "the publisher ended the stream", "nothing; the stream is over") \
  X(kNothingToPlay,     803, "session.nothing",       kNo,  "the stream has no track this build plays", "check the stream's codecs") \
  X(kReplayDiffers,     804, "session.replay_differs", kNo, "a replayed session answered otherwise than the recorded one", "replay with the build that recorded") \
  /* 9xx ours */                                                                                                     \
  X(kInternal,          900, "internal",              kNo,  "a fault in this library", "report it with the trace") \
  X(kOutOfMemory,       901, "internal.memory",       kNo,  "memory ran out", "free memory") \
  /* 10xx ICE, STUN and TURN */                                                                                      \
  X(kIceNoPath,         1000, "ice.no_path",          kYes, "no path to the peer works", "check firewalls; give a TURN server") \
  X(kIceConsentLost,    1001, "ice.consent_lost",     kYes, "the peer fell silent on every path", "wait for the reconnect") \
  X(kIceMalformed,      1002, "ice.malformed",        kNo,  "an ICE candidate or credential cannot be understood", "report the server") \
  X(kTurnUnauthorized,  1010, "turn.unauthorized",    kNo,  "the TURN server refused the credentials", "check user name and password") \
  X(kTurnRefused,       1011, "turn.refused",         kYes, "the TURN server refused to relay", "see native_code for its error") \
  /* 13xx WebRTC: session descriptions and signalling */                                                             \
  X(kSdpMalformed,      1300, "sdp.malformed",        kNo,  "a session description cannot be understood", "report the peer") \
  X(kSdpTooLarge,       1301, "sdp.too_large",        kNo,  "a session description passes a stated bound", "report the peer") \
  X(kSdpIncompatible,   1302, "sdp.incompatible",     kNo,  "the two sides have no codec or no way of sending in common", "see detail; choose another codec") \
  X(kSdpInsecure,       1303, "sdp.insecure",         kNo,  "the peer wants media without encryption", "use a server that encrypts") \
  X(kSignallingRefused, 1310, "signalling.refused",   kNo,  "the server refused the offer or the request", "see native_code for its status or code") \
  X(kSignallingProtocol, 1311, "signalling.protocol", kYes, "the server answered outside the signalling protocol", "report the server")
// clang-format on

// What went wrong: one for each row above.
enum class ErrorCode : int {
#define ONAIR_ERROR_ENUM(name, number, text, retry, meaning, action) name = number,
  ONAIR_ERROR_CODES(ONAIR_ERROR_ENUM)
#undef ONAIR_ERROR_ENUM
};

// Whether trying the same thing again may help.
enum class Retryable { kNo = 1, kYes = 2 };

// One row of the table above.
struct ErrorInfo {
  ErrorCode code;            // Its number is `static_cast<int>(code)`.
  std::string_view name;     // Stable, for logs and metrics: "net.connect_refused".
  Retryable retryable;       // What reconnecting goes by.
  std::string_view meaning;  // One clause, English.
  std::string_view action;   // What the integrator should do.
};

// The row of `code`; the row of kInternal for a number that is not in the table.
const ErrorInfo& Describe(ErrorCode code);

}  // namespace onair
