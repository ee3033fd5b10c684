// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "core/api/play_transport.h"
#include "core/base/url.h"
#include "core/machine/endpoint.h"
#include "transport/flv/demuxer.h"
#include "transport/http/client_exchange.h"

namespace onair::http_flv {

// "onair/<version>".
std::string DefaultUserAgent();

struct PlayConfig {
  // From construction to the complete head of the answer. Range (0 s, 5 min].
  TimeDelta head_timeout = TimeDelta::Seconds(10);

  // Sent as User-Agent; no control characters. Some servers allow or refuse by it.
  std::string user_agent = DefaultUserAgent();

  // Sent besides: Referer, Authorization, Cookie and the like.
  http::Headers headers;
};

// Where the byte stream of an http:// or https:// address leads. kInvalidUrl for other schemes.
Result<Endpoint> EndpointOf(const Url& url);

// Pulls one FLV stream over HTTP: PlayTransport's HTTP-FLV form. A silent body is the
// session's business (stall_timeout). Single-owner.
class PlayClient final : public PlayTransport {
 public:
  // kInvalidUrl, kInvalidConfig.
  static Result<PlayClient> Make(const Url& url, const PlayConfig& config, Timestamp now);

  void HandleBytes(ByteView in, Timestamp now) override;
  void HandleUnsent(DataSize unsent, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  void HandleEnd(Timestamp now) override;
  void Close(Timestamp now) override;
  [[nodiscard]] Output<Event> Poll() override;

  const flv::StreamReaderStats& stats() const { return demuxer_.stats(); }

 private:
  PlayClient(const Url& url, http::ClientExchange exchange);
  void TakeFromExchange(Timestamp now);
  void TakeHead(const http::ClientExchange::ResponseHead& head);
  void TakeBody(ByteView body, Timestamp now);
  void TakeEnd();
  void Finish(Event last);
  void Fail(ErrorCode code, std::string detail, int native_code = 0);

  Url url_;
  http::ClientExchange exchange_;
  flv::Demuxer demuxer_;
  Bytes outbox_;
  std::deque<Event> events_;  // Those of one input and the end.
  Idle idle_;
  bool is_chunked_ = false;    // A cut body is told from an ended one.
  bool is_recording_ = false;  // Its size is known before its end: nobody publishes it.
  bool is_over_ = false;
};

}  // namespace onair::http_flv
