// SPDX-License-Identifier: Apache-2.0
#include "transport/http/client_exchange.h"

#include <array>
#include <string_view>
#include <utility>

namespace onair::http {
namespace {

constexpr std::array<std::string_view, 2> kTimerNames = {"http.head", "http.body"};

MessageParser::Limits LimitsOf(const ClientConfig& config) {
  MessageParser::Limits limits{static_cast<std::size_t>(config.header_limit.bytes()), {}};
  if (config.body_limit) limits.body_bytes = static_cast<std::uint64_t>(config.body_limit->bytes());
  return limits;
}

std::uint16_t DefaultPort(const Url& url) {
  return url.scheme.ends_with("https") ? 443 : 80;
}

Bytes Serialize(const ClientRequest& request) {
  std::string head = request.method + " " + request.url.Target() + " HTTP/1.1\r\n";
  head += "Host: " + request.url.Authority(DefaultPort(request.url)) + "\r\n";
  for (const auto& [name, value] : request.headers.fields()) head += name + ": " + value + "\r\n";
  // RFC 9110 section 8.6: a POST without content says so.
  if (!request.body.empty() || request.method == "POST") {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  head += "\r\n";
  Bytes out(head.begin(), head.end());
  out.insert(out.end(), request.body.begin(), request.body.end());
  return out;
}

}  // namespace

Status ClientConfig::Validate() const {
  const auto refuse = [](const char* what) { return onair::Fail(ErrorCode::kInvalidConfig, what); };
  if (header_limit < DataSize::Kibibytes(1) || header_limit > DataSize::Mebibytes(1)) {
    return refuse("header_limit is not in [1 KiB, 1 MiB]");
  }
  if (head_timeout <= TimeDelta::Zero() || head_timeout > TimeDelta::Seconds(300)) {
    return refuse("head_timeout is not in (0 s, 5 min]");
  }
  if (body_timeout <= TimeDelta::Zero()) return refuse("body_timeout is not above 0 s");
  if (body_limit && *body_limit < DataSize::Zero()) return refuse("body_limit is below 0");
  return {};
}

Result<ClientExchange> ClientExchange::Make(const ClientRequest& request,
                                            const ClientConfig& config, Timestamp now) {
  if (auto status = config.Validate(); !status) return Forward(status);
  if (auto status = request.headers.Validate(); !status) return Forward(status);
  // The method follows the same rule as a field's name; Url has no control characters when
  // it comes from ParseUrl(), and a hand-made one is checked here.
  const std::string line = request.url.Authority(0) + request.url.Target();
  const bool is_clean = line.find_first_of(" \r\n\t") == std::string::npos && !line.empty();
  if (!is_clean || !Headers{{request.method, ""}}.Validate()) {
    return onair::Fail(ErrorCode::kInvalidConfig, "method or address would break the request");
  }
  const auto kind =
      request.method == "HEAD" ? MessageKind::kResponseToHead : MessageKind::kResponse;
  return ClientExchange(Serialize(request), kind, config, now);
}

ClientExchange::ClientExchange(Bytes request, MessageKind kind, const ClientConfig& config,
                               Timestamp now)
    : config_(config),
      kind_(kind),
      parser_(kind, LimitsOf(config)),
      outbox_(std::move(request)),
      timers_(kTimerNames) {
  timers_.Set(Timer::kHead, now + config.head_timeout);
}

void ClientExchange::HandleBytes(ByteView in, Timestamp now) {
  HandleTimeout(now);
  if (is_over_) return;
  parser_.Append(in);
  Parse(now);
}

void ClientExchange::HandleTimeout(Timestamp now) {
  if (timers_.TakeDue(Timer::kHead, now)) Fail(ErrorCode::kTimeout, "no answer to the request");
  if (timers_.TakeDue(Timer::kBody, now)) Fail(ErrorCode::kTimeout, "the answer stopped");
}

void ClientExchange::HandleEnd(Timestamp now) {
  if (is_over_) return;
  if (!parser_.has_begun()) return Fail(ErrorCode::kPeerClosed, "no answer to the request");
  parser_.AppendEnd();
  Parse(now);
}

void ClientExchange::Close(Timestamp) {
  Finish();
  events_.clear();
  outbox_.clear();
}

void ClientExchange::Parse(Timestamp now) {
  while (!is_over_) {
    const auto step = parser_.Next();
    TakeBody(now);
    switch (step) {
      case MessageParser::Step::kNeedMore:
        return;
      case MessageParser::Step::kHead:
        TakeHead();
        break;
      case MessageParser::Step::kDone:
        Finish();
        events_.emplace_back(Finished{});
        break;
      case MessageParser::Step::kFailed:
        FailByParser();
        break;
    }
  }
}

void ClientExchange::TakeHead() {
  const MessageHead& head = parser_.head();
  if (head.status == 101) return Fail(ErrorCode::kHttpProtocol, "switched protocols unasked");
  if (head.status < 200) {
    // RFC 9110 section 15.2: "A client MUST be able to parse one or more 1xx responses".
    const Bytes rest = parser_.TakeSurplus();
    parser_ = MessageParser(kind_, LimitsOf(config_));
    parser_.Append(rest);
    return;
  }
  has_head_ = true;
  timers_.StopAll();
  events_.emplace_back(ResponseHead{head.status, head.headers, head.keep_alive});
}

void ClientExchange::TakeBody(Timestamp now) {
  if (!has_head_) return;
  Bytes part = parser_.TakeBody();
  timers_.Set(Timer::kBody, now + config_.body_timeout);
  if (part.empty()) return;
  // Many small chunks of one arrival are one part.
  if (auto* last = events_.empty() ? nullptr : std::get_if<BodyPart>(&events_.back())) {
    last->bytes.insert(last->bytes.end(), part.begin(), part.end());
  } else {
    events_.emplace_back(BodyPart{std::move(part)});
  }
}

void ClientExchange::Finish() {
  is_over_ = true;
  timers_.StopAll();
}

void ClientExchange::Fail(ErrorCode code, std::string detail) {
  Finish();
  events_.emplace_back(Closed{Error{code, std::move(detail), 0}});
}

void ClientExchange::FailByParser() {
  switch (parser_.fault()) {
    case MessageParser::Fault::kHeaderTooLarge:
      return Fail(ErrorCode::kLimit, "the answer's head is too large");
    case MessageParser::Fault::kBodyTooLarge:
      return Fail(ErrorCode::kLimit, "the answer's body is too large");
    case MessageParser::Fault::kCutShort:
      return Fail(ErrorCode::kConnectionLost, "the answer was cut short");
    case MessageParser::Fault::kNone:
    case MessageParser::Fault::kMalformed:
    case MessageParser::Fault::kVersion:
      return Fail(ErrorCode::kHttpProtocol, "the answer is no HTTP/1: " + parser_.error());
  }
}

Output<ClientExchange::Event> ClientExchange::Poll() {
  if (!outbox_.empty()) return Transmit{std::exchange(outbox_, {})};
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  return timers_.Next();
}

}  // namespace onair::http
