// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/base/url.h"
#include "core/machine/machine.h"
#include "core/machine/timer_table.h"
#include "transport/http/headers.h"
#include "transport/http/message_parser.h"

namespace onair::http {

struct ClientRequest {
  std::string method = "GET";
  Url url;          // Host and target; scheme, port default and user info are not used.
  Headers headers;  // Besides Host, Content-Length and Connection, which are written for you.
  Bytes body;
};

struct ClientConfig {
  // First line and fields of the answer. Range [1 KiB, 1 MiB].
  // Source: ours; far above what servers send, 8 KiB being their own usual limit.
  DataSize header_limit = DataSize::Kibibytes(64);

  // From construction to the complete head. Range (0 s, 5 min].
  TimeDelta head_timeout = TimeDelta::Seconds(10);

  // Longest silence inside a body; infinite where the caller watches over it. Range > 0 s.
  TimeDelta body_timeout = TimeDelta::PlusInfinity();

  // Longest body; empty: endless (live streams).
  std::optional<DataSize> body_limit;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// One request and its answer on one connection: a machine (core/machine/machine.h) whose
// request goes out with the first Poll(). Interim (1xx) answers are passed over.
// Single-owner.
class ClientExchange {
 public:
  struct ResponseHead {
    int status;
    Headers headers;
    bool keep_alive;  // The connection may carry another request after Finished.
  };
  // Never empty; framing removed, at once as it comes.
  struct BodyPart {
    Bytes bytes;
  };
  struct Finished {};  // The answer is complete. Nothing follows.
  // kHttpProtocol, kLimit, kTimeout, kPeerClosed (before any answer), kConnectionLost (the
  // answer was cut short). Nothing follows.
  struct Closed {
    Error error;
  };
  using Event = std::variant<ResponseHead, BodyPart, Finished, Closed>;

  // kInvalidConfig for a setting out of range or a header that would break the message.
  static Result<ClientExchange> Make(const ClientRequest& request, const ClientConfig& config,
                                     Timestamp now);

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp now);

  // The peer closed its side; ends a body without length in good order.
  void HandleEnd(Timestamp now);

  // Gives the answer up; silent from here on.
  void Close(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

 private:
  enum class Timer { kHead, kBody };

  ClientExchange(Bytes request, MessageKind kind, const ClientConfig& config, Timestamp now);
  void Parse(Timestamp now);
  void TakeHead();
  void TakeBody(Timestamp now);
  void Finish();
  void Fail(ErrorCode code, std::string detail);
  void FailByParser();

  ClientConfig config_;
  MessageKind kind_;
  MessageParser parser_;
  Bytes outbox_;
  std::deque<Event> events_;  // A head, the body of one input, and the end.
  bool is_over_ = false;
  bool has_head_ = false;
  TimerTable<Timer, 2> timers_;
};

}  // namespace onair::http
