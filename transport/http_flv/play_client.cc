// SPDX-License-Identifier: Apache-2.0
#include "transport/http_flv/play_client.h"

#include <utility>
#include <variant>

#include "transport/http/target.h"

namespace onair::http_flv {
namespace {

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

ErrorCode CodeOf(int status) {
  if (status == 404 || status == 410) return ErrorCode::kHttpNotFound;
  if (status == 401 || status == 403) return ErrorCode::kHttpForbidden;
  // "Try again": Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585).
  const bool may_pass = status == 408 || status == 425 || status == 429;
  if (status >= 500 || may_pass) return ErrorCode::kHttpServerError;
  return ErrorCode::kHttpStatus;
}

http::ClientRequest RequestFor(const Url& url, const PlayConfig& config) {
  http::ClientRequest request;
  request.url = url;
  request.headers = {{"User-Agent", config.user_agent}, {"Accept", "*/*"}};
  for (const auto& [name, value] : config.headers.fields()) request.headers.Add(name, value);
  return request;
}

std::string ToText(const Url& url) {
  std::string text = url.scheme + "://";
  if (!url.user_info.empty()) text += url.user_info + "@";
  return text + url.Authority(0) + url.Target();
}

}  // namespace

std::string DefaultUserAgent() {
  return "onair/" ONAIR_VERSION;
}

Result<Endpoint> EndpointOf(const Url& url) {
  if (url.scheme == "http") return Endpoint{url.host, url.port.value_or(80), Security::kPlain};
  if (url.scheme == "https") return Endpoint{url.host, url.port.value_or(443), Security::kTls};
  return onair::Fail(ErrorCode::kInvalidUrl, "'" + url.scheme + "' is neither http nor https");
}

Result<PlayClient> PlayClient::Make(const Url& url, const PlayConfig& config, Timestamp now) {
  if (auto endpoint = EndpointOf(url); !endpoint) return Forward(endpoint);
  http::ClientConfig http;
  http.head_timeout = config.head_timeout;
  auto exchange = http::ClientExchange::Make(RequestFor(url, config), http, now);
  if (!exchange) return Forward(exchange);
  return PlayClient(url, std::move(*exchange));
}

PlayClient::PlayClient(const Url& url, http::ClientExchange exchange)
    : url_(url), exchange_(std::move(exchange)) {
  // Before any input there is only the request and its deadline.
  TakeFromExchange(Timestamp::MinusInfinity());
}

void PlayClient::HandleBytes(ByteView in, Timestamp now) {
  if (is_over_) return;
  exchange_.HandleBytes(in, now);
  TakeFromExchange(now);
}

void PlayClient::HandleUnsent(DataSize, Timestamp) {}

void PlayClient::HandleTimeout(Timestamp now) {
  if (is_over_) return;
  exchange_.HandleTimeout(now);
  TakeFromExchange(now);
}

void PlayClient::HandleEnd(Timestamp now) {
  if (is_over_) return;
  exchange_.HandleEnd(now);
  TakeFromExchange(now);
}

void PlayClient::Close(Timestamp) {
  is_over_ = true;
  idle_ = Idle{};
  events_.clear();
  outbox_.clear();
}

void PlayClient::TakeFromExchange(Timestamp now) {
  while (!is_over_) {
    auto out = exchange_.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      idle_ = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      outbox_.insert(outbox_.end(), transmit->bytes.begin(), transmit->bytes.end());
      continue;
    }
    const auto& event = std::get<http::ClientExchange::Event>(out);
    if (const auto* head = std::get_if<http::ClientExchange::ResponseHead>(&event)) {
      TakeHead(*head);
    } else if (const auto* part = std::get_if<http::ClientExchange::BodyPart>(&event)) {
      TakeBody(part->bytes, now);
    } else if (const auto* closed = std::get_if<http::ClientExchange::Closed>(&event)) {
      Finish(Closed{closed->error});
    } else {
      TakeEnd();
    }
  }
}

void PlayClient::TakeHead(const http::ClientExchange::ResponseHead& head) {
  if (head.status / 100 == 2) {
    // RFC 9112 section 6.3: without these two the body ends where the connection does.
    is_chunked_ = head.headers.Find("Transfer-Encoding").has_value();
    is_recording_ = !is_chunked_ && head.headers.Find("Content-Length");
    events_.emplace_back(Accepted{});
    return;
  }
  const auto location = head.headers.Find("Location");
  if (!IsRedirect(head.status) || !location) {
    return Fail(CodeOf(head.status), "HTTP status " + std::to_string(head.status), head.status);
  }
  const auto target = http::ResolveRedirect(url_, *location);
  const bool is_playable = target && EndpointOf(*target);
  if (!is_playable) {
    return Fail(ErrorCode::kHttpProtocol, "redirected to an address that cannot be used",
                head.status);
  }
  if (url_.scheme == "https" && target->scheme != "https") {
    return Fail(ErrorCode::kHttpProtocol, "redirected from https to an address without TLS",
                head.status);
  }
  Finish(Moved{ToText(*target)});
}

void PlayClient::TakeBody(ByteView body, Timestamp now) {
  demuxer_.HandleBytes(body, now);
  while (!is_over_) {
    auto out = demuxer_.Poll();
    auto* event = std::get_if<flv::Demuxer::Event>(&out);
    if (event == nullptr) return;
    if (auto* tracks = std::get_if<flv::TracksChanged>(event)) {
      events_.emplace_back(TracksChanged{std::move(tracks->tracks)});
    } else if (auto* frame = std::get_if<EncodedFrame>(event)) {
      events_.emplace_back(std::move(*frame));
    } else if (auto* failed = std::get_if<flv::Demuxer::Failed>(event)) {
      Finish(Closed{std::move(failed->error)});
    }
  }
}

void PlayClient::TakeEnd() {
  if (demuxer_.is_between_tags()) {
    if (is_recording_) return Fail(ErrorCode::kStreamEnded, "the recording is over");
    if (is_chunked_ || demuxer_.has_ended()) {
      events_.emplace_back(PublisherLeft{});
      return Fail(ErrorCode::kPeerClosed, "the server ended the stream");
    }
    // A server that restarts looks like this too; where the stream is over, it answers so.
    return Fail(ErrorCode::kPeerClosed, "without an end of the stream");
  }
  Fail(ErrorCode::kConnectionLost, "the stream ended inside a tag or before the first");
}

void PlayClient::Finish(Event last) {
  is_over_ = true;
  idle_ = Idle{};
  events_.push_back(std::move(last));
}

void PlayClient::Fail(ErrorCode code, std::string detail, int native_code) {
  Finish(Closed{Error{code, std::move(detail), native_code}});
}

Output<PlayTransport::Event> PlayClient::Poll() {
  if (!outbox_.empty()) return Transmit{std::exchange(outbox_, {})};
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  return idle_;
}

}  // namespace onair::http_flv
