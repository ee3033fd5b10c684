// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Every way this library can fail. Numbers and names are those of the C++ and C interfaces, and are
 * never reused.
 */
public enum ErrorCode {
  // Codes: made by tests/tools/error_table.py.
  /** A setting is out of range. */
  INVALID_CONFIG(100, "config.invalid", false,
      "a setting is out of range",
      "correct the named field"),
  /** The address cannot be understood. */
  INVALID_URL(101, "config.invalid_url", false,
      "the address cannot be understood",
      "correct the address"),
  /** The call does not fit the present state. */
  INVALID_STATE(102, "config.invalid_state", false,
      "the call does not fit the present state",
      "see the method's comment"),
  /** This build or platform cannot do it. */
  UNSUPPORTED(103, "config.unsupported", false,
      "this build or platform cannot do it",
      "choose another option"),
  /** A stated limit would be passed. */
  LIMIT(104, "config.limit", false,
      "a stated limit would be passed",
      "ask for less"),
  /** The host name has no address. */
  RESOLVE_FAILED(200, "net.resolve_failed", true,
      "the host name has no address",
      "check the name and the network"),
  /** Connection refused. */
  CONNECT_REFUSED(201, "net.connect_refused", true,
      "connection refused",
      "check host and port; the server may be down"),
  /** No answer to the connection attempt. */
  CONNECT_TIMEOUT(202, "net.connect_timeout", true,
      "no answer to the connection attempt",
      "check the network or a firewall"),
  /** There is no route to the address. */
  UNREACHABLE(203, "net.unreachable", true,
      "there is no route to the address",
      "check the network"),
  /** The connection broke. */
  CONNECTION_LOST(204, "net.connection_lost", true,
      "the connection broke",
      "wait for the reconnect"),
  /** The peer closed the connection in good order. */
  PEER_CLOSED(205, "net.peer_closed", true,
      "the peer closed the connection in good order",
      "wait for the reconnect"),
  /** The peer did not answer or read in time. */
  TIMEOUT(206, "net.timeout", true,
      "the peer did not answer or read in time",
      "wait for the reconnect"),
  /** The local port is taken. */
  ADDRESS_IN_USE(207, "net.address_in_use", false,
      "the local port is taken",
      "choose another port"),
  /** The system refused a socket operation. */
  SOCKET(208, "net.socket", true,
      "the system refused a socket operation",
      "see native_code"),
  /** No connection can begin at the given local address. */
  LOCAL_ADDRESS(209, "net.local_address", true,
      "no connection can begin at the given local address",
      "give one that the device has, of a family that the server has"),
  /** The peer broke the RTMP protocol. */
  RTMP_PROTOCOL(300, "rtmp.protocol", true,
      "the peer broke the RTMP protocol",
      "report the server"),
  /** The server refused the application. */
  RTMP_REJECTED(301, "rtmp.rejected", false,
      "the server refused the application",
      "check the address and the key"),
  /** The server refused this stream name or key. */
  PUBLISH_REJECTED(302, "rtmp.publish_rejected", false,
      "the server refused this stream name or key",
      "check the stream key"),
  /** Nobody publishes this stream. */
  STREAM_NOT_FOUND(303, "rtmp.stream_not_found", true,
      "nobody publishes this stream",
      "wait for the publisher"),
  /** Somebody already publishes this name. */
  PUBLISH_CONFLICT(304, "rtmp.publish_conflict", true,
      "somebody already publishes this name",
      "use another name or wait"),
  /** The server cannot take the stream now. */
  RTMP_UNAVAILABLE(305, "rtmp.unavailable", true,
      "the server cannot take the stream now",
      "wait for the reconnect"),
  /** The peer broke HTTP. */
  HTTP_PROTOCOL(400, "http.protocol", true,
      "the peer broke HTTP",
      "report the server"),
  /** The server answered with an error status. */
  HTTP_STATUS(401, "http.status", false,
      "the server answered with an error status",
      "see native_code for the status"),
  /** The server does not know this address. */
  HTTP_NOT_FOUND(402, "http.not_found", true,
      "the server does not know this address",
      "check the address"),
  /** The server wants other credentials. */
  HTTP_FORBIDDEN(403, "http.forbidden", false,
      "the server wants other credentials",
      "check the token"),
  /** Too many redirects. */
  HTTP_REDIRECT_LOOP(404, "http.redirect_loop", false,
      "too many redirects",
      "report the server"),
  /** The server failed (5xx). */
  HTTP_SERVER_ERROR(405, "http.server_error", true,
      "the server failed (5xx)",
      "wait for the reconnect"),
  /** The FLV stream cannot be parsed. */
  FLV_MALFORMED(410, "flv.malformed", true,
      "the FLV stream cannot be parsed",
      "report the server"),
  /** The TLS handshake failed. */
  TLS_HANDSHAKE(500, "tls.handshake", true,
      "the TLS handshake failed",
      "see detail"),
  /** The certificate's issuer is not trusted. */
  TLS_UNTRUSTED(501, "tls.untrusted", false,
      "the certificate's issuer is not trusted",
      "give the CA certificate"),
  /** The certificate is for another host. */
  TLS_NAME_MISMATCH(502, "tls.name_mismatch", false,
      "the certificate is for another host",
      "check the host name"),
  /** The certificate's time does not fit. */
  TLS_EXPIRED(503, "tls.expired", false,
      "the certificate's time does not fit",
      "check the clock or the server"),
  /** The peer's certificate is not the one its description announced. */
  DTLS_FINGERPRINT(504, "dtls.fingerprint", false,
      "the peer's certificate is not the one its description announced",
      "somebody may be in between; report the server"),
  /** The peer protects media in no way that we do. */
  DTLS_NO_SRTP_PROFILE(505, "dtls.no_srtp_profile", false,
      "the peer protects media in no way that we do",
      "report the server"),
  /** No encoder or decoder for this format here. */
  CODEC_UNAVAILABLE(600, "codec.unavailable", false,
      "no encoder or decoder for this format here",
      "choose another codec"),
  /** The codec refused its settings. */
  CODEC_OPEN(601, "codec.open", false,
      "the codec refused its settings",
      "see detail"),
  /** A picture or sound could not be encoded. */
  ENCODE_FAILED(602, "codec.encode", true,
      "a picture or sound could not be encoded",
      "see detail"),
  /** Data could not be decoded. */
  DECODE_FAILED(603, "codec.decode", true,
      "data could not be decoded",
      "waits for the next key frame"),
  /** An elementary stream is malformed. */
  BITSTREAM(604, "codec.bitstream", true,
      "an elementary stream is malformed",
      "see detail"),
  /** There is no such device. */
  DEVICE_ABSENT(700, "device.absent", false,
      "there is no such device",
      "choose another device"),
  /** Another program holds the device. */
  DEVICE_BUSY(701, "device.busy", true,
      "another program holds the device",
      "close the other program"),
  /** The device vanished while in use. */
  DEVICE_LOST(702, "device.lost", true,
      "the device vanished while in use",
      "plug it in again or switch the source"),
  /** The system forbids the device. */
  DEVICE_PERMISSION(703, "device.permission", false,
      "the system forbids the device",
      "ask the user for permission"),
  /** The file holds no media this build reads. */
  NOT_MEDIA(710, "file.not_media", false,
      "the file holds no media this build reads",
      "choose another file"),
  /** There is no such file. */
  FILE_NOT_FOUND(711, "file.not_found", false,
      "there is no such file",
      "check the path"),
  /** The file could not be read. */
  FILE_READ(712, "file.read", true,
      "the file could not be read",
      "see native_code"),
  /** The file could not be written. */
  FILE_WRITE(713, "file.write", false,
      "the file could not be written",
      "see native_code"),
  /** The disk is full. */
  DISK_FULL(714, "file.disk_full", false,
      "the disk is full",
      "free some space"),
  /** The file is damaged or of another kind. */
  FILE_MALFORMED(715, "file.malformed", false,
      "the file is damaged or of another kind",
      "see detail"),
  /** The file is not the face detector's model. */
  FACE_MODEL(720, "face.model", false,
      "the file is not the face detector's model",
      "give the file that the detector names"),
  /** Reconnecting was given up. */
  RETRIES_EXHAUSTED(800, "session.retries", false,
      "reconnecting was given up",
      "start again later"),
  /** No media came for too long. */
  STALLED(801, "session.stalled", true,
      "no media came for too long",
      "wait for the reconnect"),
  /** The publisher ended the stream. */
  STREAM_ENDED(802, "session.ended", false,
      "the publisher ended the stream",
      "nothing; the stream is over"),
  /** The stream has no track this build plays. */
  NOTHING_TO_PLAY(803, "session.nothing", false,
      "the stream has no track this build plays",
      "check the stream's codecs"),
  /** A replayed session answered otherwise than the recorded one. */
  REPLAY_DIFFERS(804, "session.replay_differs", false,
      "a replayed session answered otherwise than the recorded one",
      "replay with the build that recorded"),
  /** A fault in this library. */
  INTERNAL(900, "internal", false,
      "a fault in this library",
      "report it with the trace"),
  /** Memory ran out. */
  OUT_OF_MEMORY(901, "internal.memory", false,
      "memory ran out",
      "free memory"),
  /** No path to the peer works. */
  ICE_NO_PATH(1000, "ice.no_path", true,
      "no path to the peer works",
      "check firewalls; give a TURN server"),
  /** The peer fell silent on every path. */
  ICE_CONSENT_LOST(1001, "ice.consent_lost", true,
      "the peer fell silent on every path",
      "wait for the reconnect"),
  /** An ICE candidate or credential cannot be understood. */
  ICE_MALFORMED(1002, "ice.malformed", false,
      "an ICE candidate or credential cannot be understood",
      "report the server"),
  /** The TURN server refused the credentials. */
  TURN_UNAUTHORIZED(1010, "turn.unauthorized", false,
      "the TURN server refused the credentials",
      "check user name and password"),
  /** The TURN server refused to relay. */
  TURN_REFUSED(1011, "turn.refused", true,
      "the TURN server refused to relay",
      "see native_code for its error"),
  /** A session description cannot be understood. */
  SDP_MALFORMED(1300, "sdp.malformed", false,
      "a session description cannot be understood",
      "report the peer"),
  /** A session description passes a stated bound. */
  SDP_TOO_LARGE(1301, "sdp.too_large", false,
      "a session description passes a stated bound",
      "report the peer"),
  /** The two sides have no codec or no way of sending in common. */
  SDP_INCOMPATIBLE(1302, "sdp.incompatible", false,
      "the two sides have no codec or no way of sending in common",
      "see detail; choose another codec"),
  /** The peer wants media without encryption. */
  SDP_INSECURE(1303, "sdp.insecure", false,
      "the peer wants media without encryption",
      "use a server that encrypts"),
  /** The server refused the offer or the request. */
  SIGNALLING_REFUSED(1310, "signalling.refused", false,
      "the server refused the offer or the request",
      "see native_code for its status or code"),
  /** The server answered outside the signalling protocol. */
  SIGNALLING_PROTOCOL(1311, "signalling.protocol", true,
      "the server answered outside the signalling protocol",
      "report the server");
  // End of codes.

  private final int number;
  private final String label;
  private final boolean retryable;
  private final String meaning;
  private final String action;

  ErrorCode(int number, String label, boolean retryable, String meaning, String action) {
    this.number = number;
    this.label = label;
    this.retryable = retryable;
    this.meaning = meaning;
    this.action = action;
  }

  /**
   * The stable number, grouped by subject: 1xx configuration and use, 2xx network, and so on.
   *
   * @return a number that no other code has
   */
  public int number() {
    return number;
  }

  /**
   * The stable name for logs and metrics.
   *
   * @return such as {@code "net.connect_refused"}
   */
  public String label() {
    return label;
  }

  /**
   * Whether trying the same again may help.
   *
   * @return false where it will not
   */
  public boolean isRetryable() {
    return retryable;
  }

  /**
   * What it means.
   *
   * @return one clause of English
   */
  public String meaning() {
    return meaning;
  }

  /**
   * What the app should do about it.
   *
   * @return one clause of English
   */
  public String action() {
    return action;
  }

  /**
   * The code of a number.
   *
   * @param number of a code
   * @return the code; {@link #INTERNAL} for a number that this version does not know
   */
  public static ErrorCode of(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return INTERNAL;
  }
}
