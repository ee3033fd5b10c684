// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/machine/machine.h"
#include "core/machine/timer_table.h"
#include "transport/http/headers.h"
#include "transport/http/message_parser.h"
#include "transport/http/target.h"

namespace onair::http {

enum class Method { kGet = 1, kHead, kPost, kOptions, kPatch, kDelete };

struct ServerConfig {
  // First line and fields of a request; above: 431 and the end. Range [1 KiB, 1 MiB].
  // Source: nginx large_client_header_buffers, 4 x 8 KiB.
  DataSize header_limit = DataSize::Kibibytes(32);

  // Body of a request; above: 413 and the end. Range [0, 64 MiB].
  // Source: ours; an SDP offer is below 16 KiB.
  DataSize body_limit = DataSize::Kibibytes(256);

  // From a request's first byte (from the connection's start for the first one) until it is
  // complete, body included: against clients that trickle. Range (0 s, 5 min].
  TimeDelta request_timeout = TimeDelta::Seconds(10);

  // Silence between two requests. Range (0 s, 10 min]. Longer saves handshakes and holds
  // places.
  TimeDelta idle_timeout = TimeDelta::Seconds(15);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// How the end of a streamed body is told.
enum class StreamFraming {
  // Chunks to HTTP/1.1, closing to HTTP/1.0. Every part goes through WriteStream().
  kChunked = 1,
  // The body is whatever follows the head until the connection closes. The driver may then
  // write shared Buffers straight to the socket behind the head, without a copy per viewer.
  kUntilClose = 2,
};

// One connection of a server, a machine (core/machine/machine.h): one request at a time, each
// to be answered by Respond() or StartStream() .. FinishStream(). A malformed request is
// answered here (400, 408, 413, 431, 501, 505) and ends the connection. Single-owner.
class ServerConnection {
 public:
  struct Request {
    Method method;
    std::string target;  // As written.
    std::string path;    // Decoded, with its leading '/'; "*" for OPTIONS *.
    Query query;         // Decoded.
    Headers headers;
    Bytes body;
  };
  struct Response {
    int status = 200;
    Headers headers;  // Besides Content-Length, Transfer-Encoding and Connection.
    Bytes body;
  };
  // All is said in good order: write what was transmitted, then close. Nothing follows.
  struct Finished {};
  // The same after a fault: kPeerClosed, kConnectionLost (within a request), kTimeout,
  // kHttpProtocol, kLimit. Nothing follows.
  struct Closed {
    Error error;
  };
  using Event = std::variant<Request, Finished, Closed>;

  // `config` is valid.
  ServerConnection(const ServerConfig& config, Timestamp now);

  // Requests in a row that may already be here when the one before is answered. A driver
  // answers them in one turn, so more would hold up its other connections. Source: ours;
  // browsers do not pipeline, and tools that do stay below.
  static constexpr int kMaxPipelined = 8;

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp now);

  // The peer sends nothing more. Requests that came whole are still answered, and a stream goes
  // on; the connection ends after them. Without any: Closed{kPeerClosed or kConnectionLost}.
  void HandleEnd(Timestamp now);

  // Answers the present request; after kMaxPipelined requests that waited behind others in a
  // row, with the end of the connection. HEAD gets the head only. kInvalidState without a request
  // that waits for its answer, kInvalidConfig for headers that would break the message;
  // nothing is sent then.
  Status Respond(const Response& response, Timestamp now);

  // Answers with a body of unknown length; the connection closes after it. Errors as above.
  Status StartStream(int status, const Headers& headers, StreamFraming framing, Timestamp now);
  // Ignored outside a stream and for HEAD.
  void WriteStream(ByteView part, Timestamp now);
  // Finished follows.
  void FinishStream(Timestamp now);

  // Silent from here on.
  void Close(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

  // Received bytes that wait here, for who counts the memory of many connections.
  DataSize held() const;

 private:
  enum class Phase { kReading, kAnswering, kStreaming, kOver };
  enum class Timer { kRequest, kIdle };

  void Parse(Timestamp now);
  void TakeHead();
  void TakeRequest();
  void BeginMessage(Bytes surplus, Timestamp now);
  void EndReading();
  void Refuse(int status, ErrorCode code, std::string detail);
  void RefuseByParser();
  void Fail(ErrorCode code, std::string detail);
  void Finish();
  void WriteHead(int status, const Headers& headers, const std::string& framing);
  Status CheckAnswer(const Headers& headers) const;

  ServerConfig config_;
  Phase phase_ = Phase::kReading;
  MessageParser parser_;
  Bytes surplus_;  // Pipelined requests, at most one request's worth.
  Bytes body_;
  Bytes outbox_;
  int pipelined_ = 0;  // Requests in a row that waited behind others.
  bool has_peer_ended_ = false;
  bool is_head_request_ = false;
  bool is_chunked_ = false;
  std::deque<Event> events_;  // At most one request and the end.
  TimerTable<Timer, 2> timers_;
};

}  // namespace onair::http
