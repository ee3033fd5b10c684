// SPDX-License-Identifier: Apache-2.0
//
// Errors of this library as NSError. `localizedDescription` is one line for logs,
// `localizedRecoverySuggestion` says what the app should do.
#import <Onair/ONDefines.h>

NS_ASSUME_NONNULL_BEGIN

// Domain of all errors below.
ON_EXTERN NSString* const ONErrorDomain;

// Keys of `userInfo`.
ON_EXTERN NSString* const ONErrorNameKey;        // NSString, stable: "net.timeout".
ON_EXTERN NSString* const ONErrorDetailKey;      // NSString: a field, a host, a file; no secret.
ON_EXTERN NSString* const ONErrorNativeCodeKey;  // NSNumber: errno, HTTP status, OSStatus; 0: none.
ON_EXTERN NSString* const ONErrorIsRetryableKey;  // NSNumber of a BOOL.

// What went wrong; numbers are never reused.
typedef NS_ENUM(NSInteger, ONErrorCode) {
  // clang-format off
  // Codes: made by tests/tools/error_table.py.
  ONErrorInvalidConfig = 100,  // a setting is out of range
  ONErrorInvalidURL = 101,  // the address cannot be understood
  ONErrorInvalidState = 102,  // the call does not fit the present state
  ONErrorUnsupported = 103,  // this build or platform cannot do it
  ONErrorLimit = 104,  // a stated limit would be passed
  ONErrorResolveFailed = 200,  // the host name has no address
  ONErrorConnectRefused = 201,  // connection refused
  ONErrorConnectTimeout = 202,  // no answer to the connection attempt
  ONErrorUnreachable = 203,  // there is no route to the address
  ONErrorConnectionLost = 204,  // the connection broke
  ONErrorPeerClosed = 205,  // the peer closed the connection in good order
  ONErrorTimeout = 206,  // the peer did not answer or read in time
  ONErrorAddressInUse = 207,  // the local port is taken
  ONErrorSocket = 208,  // the system refused a socket operation
  ONErrorLocalAddress = 209,  // no connection can begin at the given local address
  ONErrorRtmpProtocol = 300,  // the peer broke the RTMP protocol
  ONErrorRtmpRejected = 301,  // the server refused the application
  ONErrorPublishRejected = 302,  // the server refused this stream name or key
  ONErrorStreamNotFound = 303,  // nobody publishes this stream
  ONErrorPublishConflict = 304,  // somebody already publishes this name
  ONErrorRtmpUnavailable = 305,  // the server cannot take the stream now
  ONErrorHttpProtocol = 400,  // the peer broke HTTP
  ONErrorHttpStatus = 401,  // the server answered with an error status
  ONErrorHttpNotFound = 402,  // the server does not know this address
  ONErrorHttpForbidden = 403,  // the server wants other credentials
  ONErrorHttpRedirectLoop = 404,  // too many redirects
  ONErrorHttpServerError = 405,  // the server failed (5xx)
  ONErrorFlvMalformed = 410,  // the FLV stream cannot be parsed
  ONErrorTlsHandshake = 500,  // the TLS handshake failed
  ONErrorTlsUntrusted = 501,  // the certificate's issuer is not trusted
  ONErrorTlsNameMismatch = 502,  // the certificate is for another host
  ONErrorTlsExpired = 503,  // the certificate's time does not fit
  ONErrorDtlsFingerprint = 504,  // the peer's certificate is not the one its description announced
  ONErrorDtlsNoSrtpProfile = 505,  // the peer protects media in no way that we do
  ONErrorCodecUnavailable = 600,  // no encoder or decoder for this format here
  ONErrorCodecOpen = 601,  // the codec refused its settings
  ONErrorEncodeFailed = 602,  // a picture or sound could not be encoded
  ONErrorDecodeFailed = 603,  // data could not be decoded
  ONErrorBitstream = 604,  // an elementary stream is malformed
  ONErrorDeviceAbsent = 700,  // there is no such device
  ONErrorDeviceBusy = 701,  // another program holds the device
  ONErrorDeviceLost = 702,  // the device vanished while in use
  ONErrorDevicePermission = 703,  // the system forbids the device
  ONErrorNotMedia = 710,  // the file holds no media this build reads
  ONErrorFileNotFound = 711,  // there is no such file
  ONErrorFileRead = 712,  // the file could not be read
  ONErrorFileWrite = 713,  // the file could not be written
  ONErrorDiskFull = 714,  // the disk is full
  ONErrorFileMalformed = 715,  // the file is damaged or of another kind
  ONErrorFaceModel = 720,  // the file is not the face detector's model
  ONErrorRetriesExhausted = 800,  // reconnecting was given up
  ONErrorStalled = 801,  // no media came for too long
  ONErrorStreamEnded = 802,  // the publisher ended the stream
  ONErrorNothingToPlay = 803,  // the stream has no track this build plays
  ONErrorReplayDiffers = 804,  // a replayed session answered otherwise than the recorded one
  ONErrorInternal = 900,  // a fault in this library
  ONErrorOutOfMemory = 901,  // memory ran out
  ONErrorIceNoPath = 1000,  // no path to the peer works
  ONErrorIceConsentLost = 1001,  // the peer fell silent on every path
  ONErrorIceMalformed = 1002,  // an ICE candidate or credential cannot be understood
  ONErrorTurnUnauthorized = 1010,  // the TURN server refused the credentials
  ONErrorTurnRefused = 1011,  // the TURN server refused to relay
  ONErrorSdpMalformed = 1300,  // a session description cannot be understood
  ONErrorSdpTooLarge = 1301,  // a session description passes a stated bound
  ONErrorSdpIncompatible = 1302,  // the two sides have no codec or no way of sending in common
  ONErrorSdpInsecure = 1303,  // the peer wants media without encryption
  ONErrorSignallingRefused = 1310,  // the server refused the offer or the request
  ONErrorSignallingProtocol = 1311,  // the server answered outside the signalling protocol
  // End of codes.
  // clang-format on
};

NS_ASSUME_NONNULL_END
