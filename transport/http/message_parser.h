// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1 framing (RFC 9112) on Boost.Beast's parser, which stays in the .cc: it costs 0.8 GB
// and 20 s to compile. Not a machine: no time, no sending. The two machines stand on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "transport/http/headers.h"

namespace onair::http {

// The first line and the fields of a message.
struct MessageHead {
  std::string method;  // Requests.
  std::string target;  // Requests, as written.
  int status = 0;      // Responses.
  int version = 11;    // 10 or 11.
  Headers headers;
  bool keep_alive = false;     // By RFC 9112 section 9.3: version and Connection.
  bool ends_at_close = false;  // The body has no length of its own.
};

enum class MessageKind {
  kRequest = 1,
  kResponse = 2,
  kResponseToHead = 3,  // Never has a body, whatever its fields say.
};

// Single-owner.
class MessageParser {
 public:
  struct Limits {
    std::size_t header_bytes;                 // First line and fields, and each chunk's line.
    std::optional<std::uint64_t> body_bytes;  // Empty: endless.
  };
  enum class Step {
    kNeedMore = 1,  // All that was appended is used up, but for a cut line.
    kHead = 2,      // head() is complete; once per message.
    kDone = 3,      // The message is complete; what follows it waits in TakeSurplus().
    kFailed = 4,    // error() says why; final.
  };
  enum class Fault {
    kNone = 0,
    kMalformed = 1,
    kHeaderTooLarge = 2,
    kBodyTooLarge = 3,
    kVersion = 4,
    kCutShort = 5
  };

  MessageParser(MessageKind kind, const Limits& limits);
  MessageParser(MessageParser&&) noexcept;
  MessageParser& operator=(MessageParser&&) noexcept;
  ~MessageParser();

  void Append(ByteView in);
  // The peer ends here: completes a body without length, else kCutShort.
  void AppendEnd();
  // To be called until it answers kNeedMore, kDone or kFailed.
  Step Next();

  // Body bytes since the last call, chunk framing removed.
  Bytes TakeBody();
  // What came after the message, or is not yet parsed.
  Bytes TakeSurplus();

  const MessageHead& head() const;
  std::size_t held() const;  // Bytes that were appended and not yet taken.
  bool has_begun() const;    // At least one byte of the message came.
  Fault fault() const;
  const std::string& error() const;  // The parser's own words, for logs.

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::http
