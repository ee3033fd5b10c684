// SPDX-License-Identifier: Apache-2.0
#include "transport/http/server_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace onair::http {
namespace {

constexpr std::array<std::string_view, 2> kTimerNames = {"http.request", "http.idle"};

MessageParser::Limits LimitsOf(const ServerConfig& config) {
  return {static_cast<std::size_t>(config.header_limit.bytes()),
          static_cast<std::uint64_t>(config.body_limit.bytes())};
}

std::optional<Method> MethodOf(std::string_view name) {
  if (name == "GET") return Method::kGet;
  if (name == "HEAD") return Method::kHead;
  if (name == "POST") return Method::kPost;
  if (name == "OPTIONS") return Method::kOptions;
  if (name == "PATCH") return Method::kPatch;
  if (name == "DELETE") return Method::kDelete;
  return std::nullopt;
}

struct Target {
  std::string path;
  Query query;
};

bool IsPrintable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// RFC 9112 section 3.2: origin-form, absolute-form or "*". Empty for anything else, broken
// percent-encoding, and paths that hide control characters.
std::optional<Target> ParseTarget(std::string_view text) {
  if (text == "*") return Target{"*", {}};
  if (!text.starts_with('/')) {
    const std::size_t authority = text.find("://");
    if (authority == std::string_view::npos) return std::nullopt;
    const std::size_t path = text.find_first_of("/?", authority + 3);
    text = path == std::string_view::npos ? std::string_view() : text.substr(path);
  }
  const std::size_t question = text.find('?');
  auto path = PercentDecode(text.substr(0, question));
  auto query = ParseQuery(question == std::string_view::npos ? std::string_view()
                                                             : text.substr(question + 1));
  if (!path || !query || !IsPrintable(*path)) return std::nullopt;
  return Target{path->empty() ? "/" : std::move(*path), std::move(*query)};
}

bool IsChunkedOnly(const Headers& headers) {
  return headers.Count("Transfer-Encoding") == 1 &&
         EqualsIgnoringCase(*headers.Find("Transfer-Encoding"), "chunked");
}

void Append(Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

// RFC 9112 section 7.1: chunk-size in hex
void AppendChunk(Bytes& out, ByteView part) {
  std::array<char, 16> size;
  const auto end = std::to_chars(size.data(), size.data() + size.size(), part.size(), 16).ptr;
  Append(out, std::string_view(size.data(), static_cast<std::size_t>(end - size.data())));
  Append(out, "\r\n");
  out.insert(out.end(), part.begin(), part.end());
  Append(out, "\r\n");
}

}  // namespace

Status ServerConfig::Validate() const {
  const auto refuse = [](const char* what) { return onair::Fail(ErrorCode::kInvalidConfig, what); };
  if (header_limit < DataSize::Kibibytes(1) || header_limit > DataSize::Mebibytes(1)) {
    return refuse("header_limit is not in [1 KiB, 1 MiB]");
  }
  if (body_limit < DataSize::Zero() || body_limit > DataSize::Mebibytes(64)) {
    return refuse("body_limit is not in [0, 64 MiB]");
  }
  if (request_timeout <= TimeDelta::Zero() || request_timeout > TimeDelta::Seconds(300)) {
    return refuse("request_timeout is not in (0 s, 5 min]");
  }
  if (idle_timeout <= TimeDelta::Zero() || idle_timeout > TimeDelta::Seconds(600)) {
    return refuse("idle_timeout is not in (0 s, 10 min]");
  }
  return {};
}

ServerConnection::ServerConnection(const ServerConfig& config, Timestamp now)
    : config_(config), parser_(MessageKind::kRequest, LimitsOf(config)), timers_(kTimerNames) {
  timers_.Set(Timer::kRequest, now + config.request_timeout);
}

void ServerConnection::HandleBytes(ByteView in, Timestamp now) {
  HandleTimeout(now);
  switch (phase_) {
    case Phase::kReading:
      if (!parser_.has_begun() && !in.empty() && timers_.is_set(Timer::kIdle)) {
        timers_.Stop(Timer::kIdle);
        timers_.Set(Timer::kRequest, now + config_.request_timeout);
      }
      parser_.Append(in);
      return Parse(now);
    case Phase::kAnswering:
      surplus_.insert(surplus_.end(), in.begin(), in.end());
      if (static_cast<std::int64_t>(surplus_.size()) >
          config_.header_limit.bytes() + config_.body_limit.bytes()) {
        Fail(ErrorCode::kLimit, "too many requests before the first was answered");
      }
      return;
    case Phase::kStreaming:  // The connection ends with this body: nothing more is read.
    case Phase::kOver:
      return;
  }
}

void ServerConnection::HandleTimeout(Timestamp now) {
  if (timers_.TakeDue(Timer::kIdle, now)) {
    Finish();
    events_.emplace_back(Finished{});
  }
  if (!timers_.TakeDue(Timer::kRequest, now)) return;
  if (parser_.has_begun()) return Refuse(408, ErrorCode::kTimeout, "the request came too slowly");
  Fail(ErrorCode::kTimeout, "no request came");
}

void ServerConnection::HandleEnd(Timestamp) {
  has_peer_ended_ = true;
  if (phase_ == Phase::kReading) EndReading();
}

void ServerConnection::EndReading() {
  if (parser_.has_begun()) return Fail(ErrorCode::kConnectionLost, "the request was cut short");
  Fail(ErrorCode::kPeerClosed, "the client hung up");
}

void ServerConnection::Parse(Timestamp) {
  while (phase_ == Phase::kReading) {
    const auto step = parser_.Next();
    const Bytes part = parser_.TakeBody();
    body_.insert(body_.end(), part.begin(), part.end());
    switch (step) {
      case MessageParser::Step::kNeedMore:
        return;
      case MessageParser::Step::kHead:
        TakeHead();
        break;
      case MessageParser::Step::kDone:
        TakeRequest();
        break;
      case MessageParser::Step::kFailed:
        RefuseByParser();
        break;
    }
  }
}

void ServerConnection::TakeHead() {
  const MessageHead& head = parser_.head();
  // RFC 9112 section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any
  // HTTP/1.1 request message that lacks a Host header field and to any request message that
  // contains more than one Host header field line"
  const std::size_t hosts = head.headers.Count("Host");
  if (hosts > 1 || (hosts == 0 && head.version == 11)) {
    return Refuse(400, ErrorCode::kHttpProtocol, "the request names no host, or several");
  }
  if (head.headers.Find("Transfer-Encoding")) {
    // RFC 9112 section 6.1: an HTTP/1.0 message with it is to be treated "as if the framing is
    // faulty"; a coding that is not understood gets a 501. Guessing where such a body ends is how
    // requests are smuggled.
    if (head.version == 10) {
      return Refuse(400, ErrorCode::kHttpProtocol, "HTTP/1.0 has no transfer codings");
    }
    if (!IsChunkedOnly(head.headers)) {
      return Refuse(501, ErrorCode::kHttpProtocol, "the request has an unknown transfer coding");
    }
  }
  if (!MethodOf(head.method)) {
    return Refuse(501, ErrorCode::kHttpProtocol, "the request has an unknown method");
  }
  if (head.version == 11 && head.headers.HasToken("Expect", "100-continue")) {
    Append(outbox_, "HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void ServerConnection::TakeRequest() {
  const MessageHead& head = parser_.head();
  auto target = ParseTarget(head.target);
  if (!target) return Refuse(400, ErrorCode::kHttpProtocol, "the request's target is malformed");
  phase_ = Phase::kAnswering;
  timers_.StopAll();
  surplus_ = parser_.TakeSurplus();
  const Method method = *MethodOf(head.method);
  is_head_request_ = method == Method::kHead;
  events_.emplace_back(Request{method, head.target, std::move(target->path),
                               std::move(target->query), head.headers, std::exchange(body_, {})});
}

void ServerConnection::BeginMessage(Bytes surplus, Timestamp now) {
  parser_ = MessageParser(MessageKind::kRequest, LimitsOf(config_));
  phase_ = Phase::kReading;
  if (surplus.empty()) {
    timers_.Set(Timer::kIdle, now + config_.idle_timeout);
    return;
  }
  timers_.Set(Timer::kRequest, now + config_.request_timeout);
  parser_.Append(surplus);
  Parse(now);
}

void ServerConnection::Refuse(int status, ErrorCode code, std::string detail) {
  const std::string text = std::string(ReasonPhrase(status)) + "\n";
  WriteHead(status, {{"Content-Type", "text/plain"}},
            "Content-Length: " + std::to_string(text.size()) + "\r\nConnection: close\r\n");
  Append(outbox_, text);
  Fail(code, std::move(detail));
}

void ServerConnection::RefuseByParser() {
  switch (parser_.fault()) {
    case MessageParser::Fault::kHeaderTooLarge:
      return Refuse(431, ErrorCode::kLimit, "the request's head is too large");
    case MessageParser::Fault::kBodyTooLarge:
      return Refuse(413, ErrorCode::kLimit, "the request's body is too large");
    case MessageParser::Fault::kVersion:
      return Refuse(505, ErrorCode::kHttpProtocol, "the request is no HTTP/1");
    case MessageParser::Fault::kNone:
    case MessageParser::Fault::kMalformed:
    case MessageParser::Fault::kCutShort:
      return Refuse(400, ErrorCode::kHttpProtocol, "malformed request: " + parser_.error());
  }
}

void ServerConnection::Fail(ErrorCode code, std::string detail) {
  Finish();
  events_.emplace_back(Closed{Error{code, std::move(detail), 0}});
}

void ServerConnection::Finish() {
  phase_ = Phase::kOver;
  timers_.StopAll();
  surplus_.clear();
  body_.clear();
}

Status ServerConnection::CheckAnswer(const Headers& headers) const {
  if (phase_ != Phase::kAnswering) {
    return onair::Fail(ErrorCode::kInvalidState, "no request waits for an answer");
  }
  return headers.Validate();
}

void ServerConnection::WriteHead(int status, const Headers& headers, const std::string& framing) {
  Append(outbox_, "HTTP/1.1 " + std::to_string(status) + " ");
  Append(outbox_, ReasonPhrase(status));
  Append(outbox_, "\r\n");
  for (const auto& [name, value] : headers.fields()) Append(outbox_, name + ": " + value + "\r\n");
  Append(outbox_, framing);
  Append(outbox_, "\r\n");
}

Status ServerConnection::Respond(const Response& response, Timestamp now) {
  if (auto status = CheckAnswer(response.headers); !status) return status;
  pipelined_ = surplus_.empty() ? 0 : pipelined_ + 1;
  const bool has_next = !has_peer_ended_ || !surplus_.empty();
  const bool keeps = parser_.head().keep_alive && pipelined_ <= kMaxPipelined && has_next;
  // RFC 9110 section 8.6: no Content-Length in 1xx and 204.
  std::string framing = response.status == 204
                            ? ""
                            : "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  framing += keeps ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  WriteHead(response.status, response.headers, framing);
  const bool has_body = !is_head_request_ && response.status != 204 && response.status != 304;
  if (has_body) outbox_.insert(outbox_.end(), response.body.begin(), response.body.end());
  if (keeps) {
    BeginMessage(std::exchange(surplus_, {}), now);
    if (has_peer_ended_ && phase_ == Phase::kReading) EndReading();
  } else {
    Finish();
    events_.emplace_back(Finished{});
  }
  return {};
}

Status ServerConnection::StartStream(int status, const Headers& headers, StreamFraming framing,
                                     Timestamp) {
  if (auto check = CheckAnswer(headers); !check) return check;
  is_chunked_ = framing == StreamFraming::kChunked && parser_.head().version == 11;
  WriteHead(status, headers,
            is_chunked_ ? "Transfer-Encoding: chunked\r\nConnection: close\r\n"
                        : "Connection: close\r\n");
  phase_ = Phase::kStreaming;
  surplus_.clear();
  return {};
}

void ServerConnection::WriteStream(ByteView part, Timestamp) {
  if (phase_ != Phase::kStreaming || is_head_request_ || part.empty()) return;
  if (is_chunked_) {
    AppendChunk(outbox_, part);
  } else {
    outbox_.insert(outbox_.end(), part.begin(), part.end());
  }
}

void ServerConnection::FinishStream(Timestamp) {
  if (phase_ != Phase::kStreaming) return;
  if (is_chunked_ && !is_head_request_) Append(outbox_, "0\r\n\r\n");
  Finish();
  events_.emplace_back(Finished{});
}

void ServerConnection::Close(Timestamp) {
  Finish();
  events_.clear();
  outbox_.clear();
}

Output<ServerConnection::Event> ServerConnection::Poll() {
  if (!outbox_.empty()) return Transmit{std::exchange(outbox_, {})};
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  return timers_.Next();
}

DataSize ServerConnection::held() const {
  return DataSize::Bytes(
      static_cast<std::int64_t>(parser_.held() + body_.size() + surplus_.size()));
}

}  // namespace onair::http
