// SPDX-License-Identifier: Apache-2.0
//
// TLS as a machine (core/machine/machine.h): ciphertext in and out, plaintext as events. It
// never touches a socket; the driver layers it between the socket and a protocol machine:
//
//   socket bytes -> HandleBytes() -> Plaintext -> protocol
//   protocol bytes -> Write() -> Transmit -> socket
//
// Keys and nonces come from the TLS library, so two runs never send the same bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/result.h"
#include "core/machine/machine.h"

namespace onair::tls {

// kNo also accepts strangers: for tests and for the user's explicit wish only.
enum class VerifyPeer { kYes = 1, kNo = 2 };

// Whom a client believes, loaded once and shared by its connections: reading the system's store
// costs tens of milliseconds. Copies share it; thread-safe.
class Trust {
 public:
  // `ca_file`: PEM file with trusted CA certificates; empty: the system's store; not read with
  // kNo. kFileNotFound, kFileRead (not PEM), kTlsUntrusted (the system has no store),
  // kUnsupported in a build without TLS.
  static Result<Trust> Load(const std::string& ca_file, VerifyPeer verify);

 private:
  friend class Stream;
  struct Context;
  explicit Trust(std::shared_ptr<const Context> context) : context_(std::move(context)) {}

  std::shared_ptr<const Context> context_;
};

// Lets the next connection to the same server skip the certificates: no verification happens
// then, so use it only for the very host, port and Trust that it came from. Holds secrets, in
// memory only. Copies share it; thread-safe.
class SessionTicket {
 public:
  // RFC 8446 appendix C.4: "Clients SHOULD NOT reuse a ticket for multiple connections."; those
  // of TLS 1.2 serve again.
  bool is_single_use() const;

 private:
  friend class Stream;
  struct Session;
  explicit SessionTicket(std::shared_ptr<const Session> session) : session_(std::move(session)) {}

  std::shared_ptr<const Session> session_;
};

// What a client needs to begin. Read once, by Stream::Client().
struct ClientConfig {
  // Name or literal address of the server, IPv6 without brackets. Sent as SNI (names only)
  // and matched against the certificate's alternative names.
  std::string host;

  Trust trust;  // Whom it believes.

  // Of an earlier connection; a server that does not know it any more verifies anew.
  std::optional<SessionTicket> resume = std::nullopt;

  // From construction to Secured. Range (0 s, 60 s]. Shorter gives up on slow links.
  // Source: ours; the connect timeout of a session (10 s) covers it.
  TimeDelta handshake_timeout = TimeDelta::Seconds(10);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// What a server proves itself with, loaded once and shared by all its connections.
// Copies share the key; thread-safe.
class ServerIdentity {
 public:
  // PEM files: the certificate followed by its chain, and the private key without password.
  // kFileNotFound, kFileRead (not PEM, or the key does not fit), kUnsupported.
  static Result<ServerIdentity> Load(const std::string& certificate_chain_file,
                                     const std::string& key_file);

 private:
  friend class Stream;
  struct Context;
  explicit ServerIdentity(std::shared_ptr<const Context> context) : context_(std::move(context)) {}

  std::shared_ptr<const Context> context_;
};

// What a server needs to begin. Read once, by Stream::Server().
struct ServerConfig {
  ServerIdentity identity;  // What it shows every client.

  // From construction to Secured. Range (0 s, 60 s]. Longer lets idle strangers hold a place.
  TimeDelta handshake_timeout = TimeDelta::Seconds(10);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// One end of one TLS connection, TLS 1.2 or newer. Single-owner, movable.
class Stream {
 public:
  struct Secured {    // Verified; Write() may begin.
    bool is_resumed;  // By a ticket.
  };
  // Client only, any time after the handshake's start: for the next connection.
  struct Ticket {
    SessionTicket ticket;
  };
  // Never empty.
  struct Plaintext {
    Bytes bytes;
  };
  // Over, nothing follows. kPeerClosed: the peer said goodbye (close_notify).
  // kConnectionLost: its bytes ended or broke without that, so data may be missing.
  // Before Secured: kTlsUntrusted, kTlsNameMismatch, kTlsExpired, kTlsHandshake, kTimeout.
  struct Closed {
    Error error;
  };
  // What it tells who drives it.
  using Event = std::variant<Secured, Ticket, Plaintext, Closed>;

  // kInvalidConfig; kUnsupported in a build without TLS. The ClientHello goes out with the
  // first Poll().
  static Result<Stream> Client(const ClientConfig& config, Timestamp now);
  // The other end; waits for the ClientHello. Errors as of Client().
  static Result<Stream> Server(const ServerConfig& config, Timestamp now);

  // What was moved from may only be destroyed or assigned to.
  Stream(Stream&& other) noexcept;
  // Likewise.
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  // Ciphertext from the peer; all of it is taken.
  void HandleBytes(ByteView in, Timestamp now);
  // What the socket has not taken yet.
  void HandleUnsent(DataSize unsent, Timestamp now);
  // The time that Idle asked for has come; earlier changes nothing.
  void HandleTimeout(Timestamp now);

  // The peer closed its side of the TCP connection.
  void HandleEnd(Timestamp now);

  // After Secured; ignored when closed. Encrypted at once into the next Transmit.
  void Write(ByteView plaintext, Timestamp now);

  // Says goodbye (last Transmit, when secured); no event follows.
  void Close(Timestamp now);

  // The next thing to send or to know, until it is Idle.
  [[nodiscard]] Output<Event> Poll();

 private:
  struct State;
  explicit Stream(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace onair::tls
