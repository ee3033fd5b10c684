// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/signalling_client.h"

#include <utility>

#include "transport/http/target.h"

namespace onair::webrtc {
namespace {

bool IsSecure(const Url& url) {
  return url.scheme == "https";
}

http::Headers WithoutCredentials(const http::Headers& headers) {
  http::Headers out;
  for (const auto& [name, value] : headers.fields()) {
    if (!http::EqualsIgnoringCase(name, "Authorization")) out.Add(name, value);
  }
  return out;
}

}  // namespace

Status SignallingClientConfig::Validate() const {
  const auto refuse = [](const char* what) { return Fail(ErrorCode::kInvalidConfig, what); };
  const auto is_time = [](TimeDelta time) {
    return time > TimeDelta::Zero() && time <= TimeDelta::Seconds(300);
  };
  if (!is_time(connect_timeout)) return refuse("connect_timeout is not in (0 s, 5 min]");
  if (!is_time(answer_timeout)) return refuse("answer_timeout is not in (0 s, 5 min]");
  if (farewell_timeout < TimeDelta::Zero() || farewell_timeout > TimeDelta::Seconds(60)) {
    return refuse("farewell_timeout is not in [0 s, 1 min]");
  }
  if (max_redirects < 0 || max_redirects > 20) return refuse("max_redirects is not in [0, 20]");
  if (!http::Headers{{"User-Agent", user_agent}}.Validate()) {
    return refuse("user_agent holds a control character");
  }
  return {};
}

Result<Endpoint> SignallingEndpoint(const Url& url) {
  if (url.scheme == "http") return Endpoint{url.host, url.port.value_or(80), Security::kPlain};
  if (url.scheme == "https") return Endpoint{url.host, url.port.value_or(443), Security::kTls};
  return Fail(ErrorCode::kInvalidUrl, "'" + url.scheme + "' is neither http nor https");
}

SignallingClient::SignallingClient(const SignallingClientConfig& config,
                                   std::unique_ptr<Signalling> dialect)
    : config_(config), dialect_(std::move(dialect)) {}

void SignallingClient::HandleConnected(Timestamp now) {
  if (!has_stream_ || exchange_ || !request_) return;
  timers_.Stop(Timer::kConnect);
  http::ClientConfig http;
  http.head_timeout = config_.answer_timeout;
  http.body_limit = DataSize::Bytes(static_cast<std::int64_t>(kMaxSignallingBody));
  auto exchange = http::ClientExchange::Make(*request_, http, now);
  if (!exchange) return FailCall(exchange.error());
  exchange_ = std::move(*exchange);
  timers_.Set(Timer::kAnswer, now + config_.answer_timeout);
  Pump(now);
  Advance(now);
}

void SignallingClient::HandleClosed(const Error& error, Timestamp now) {
  if (!has_stream_) return;
  has_stream_ = false;
  if (exchange_ && error.code == ErrorCode::kPeerClosed) {
    exchange_->HandleEnd(now);
    Pump(now);
  } else {
    FailCall(error);
  }
  Advance(now);
}

void SignallingClient::HandleBytes(ByteView in, Timestamp now) {
  HandleTimeout(now);
  if (!exchange_) return;
  exchange_->HandleBytes(in, now);
  Pump(now);
  Advance(now);
}

void SignallingClient::HandleTimeout(Timestamp now) {
  if (timers_.TakeDue(Timer::kFarewell, now)) {
    is_cut_short_ = true;
    if (request_) FailCall({ErrorCode::kTimeout, "the farewell took too long"});
  }
  if (timers_.TakeDue(Timer::kConnect, now)) {
    FailCall({ErrorCode::kConnectTimeout, request_ ? request_->url.host : ""});
  }
  if (timers_.TakeDue(Timer::kAnswer, now)) {
    FailCall({ErrorCode::kTimeout, "no whole answer to the " + request_->method});
  }
  Advance(now);
}

void SignallingClient::HandleNetworkChanged(Timestamp now) {
  if (request_) FailCall({ErrorCode::kConnectionLost, "the network changed"});
  Advance(now);
}

void SignallingClient::AskIceServers(Timestamp now) {
  dialect_->AskIceServers();
  Advance(now);
}

void SignallingClient::Offer(const Sdp& offer, Timestamp now) {
  dialect_->Offer(offer);
  Advance(now);
}

void SignallingClient::Answer(const Sdp& answer, Timestamp now) {
  dialect_->Answer(answer);
  Advance(now);
}

void SignallingClient::Trickle(const IceDescription& ice, Timestamp now) {
  dialect_->Trickle(ice);
  Advance(now);
}

void SignallingClient::RestartIce(const IceDescription& ice, Timestamp now) {
  dialect_->RestartIce(ice);
  Advance(now);
}

void SignallingClient::Close(Timestamp now) {
  if (is_cut_short_ || timers_.is_set(Timer::kFarewell)) return;
  dialect_->Close();
  timers_.Set(Timer::kFarewell, now + config_.farewell_timeout);
  Advance(now);
}

Output<SignallingClient::Event> SignallingClient::Poll() {
  if (out_.empty()) return timers_.Next();
  Output<Event> out = std::move(out_.front());
  out_.pop_front();
  return out;
}

// Takes what the dialect wants until it wants nothing more or a call is under way.
void SignallingClient::Advance(Timestamp now) {
  for (;;) {
    if (request_) return;
    Signalling::Output wanted = dialect_->Poll();
    if (auto* call = std::get_if<HttpCall>(&wanted)) {
      Begin(std::move(call->request), now);
    } else if (auto* event = std::get_if<Signalling::Event>(&wanted)) {
      // Nothing is owed any more: a timer that still ran would only wake the driver.
      if (std::holds_alternative<Signalling::Ended>(*event)) timers_.StopAll();
      out_.emplace_back(Event(std::move(*event)));
    } else {
      return;
    }
  }
}

void SignallingClient::Begin(http::ClientRequest request, Timestamp now) {
  if (!config_.user_agent.empty()) request.headers.Add("User-Agent", config_.user_agent);
  request_ = std::move(request);
  redirects_ = 0;
  if (is_cut_short_) return FailCall({ErrorCode::kTimeout, "the farewell took too long"});
  Open(now);
}

void SignallingClient::Open(Timestamp now) {
  auto endpoint = SignallingEndpoint(request_->url);
  if (!endpoint) return FailCall(endpoint.error());
  response_ = {};
  has_stream_ = true;
  timers_.Set(Timer::kConnect, now + config_.connect_timeout);
  out_.emplace_back(Event(OpenStream{std::move(*endpoint)}));
}

void SignallingClient::Pump(Timestamp now) {
  while (exchange_) {
    auto out = exchange_->Poll();
    if (std::holds_alternative<Idle>(out)) return;
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      out_.emplace_back(std::move(*transmit));
      continue;
    }
    auto& event = std::get<http::ClientExchange::Event>(out);
    if (auto* head = std::get_if<http::ClientExchange::ResponseHead>(&event)) {
      response_.status = head->status;
      response_.headers = std::move(head->headers);
    } else if (const auto* part = std::get_if<http::ClientExchange::BodyPart>(&event)) {
      response_.body.append(part->bytes.begin(), part->bytes.end());
    } else if (const auto* closed = std::get_if<http::ClientExchange::Closed>(&event)) {
      return FailCall(closed->error);
    } else {
      return Complete(now);
    }
  }
}

void SignallingClient::LeaveStream() {
  exchange_.reset();
  timers_.Stop(Timer::kConnect);
  timers_.Stop(Timer::kAnswer);
  if (std::exchange(has_stream_, false)) out_.emplace_back(Event(CloseStream{}));
}

void SignallingClient::Complete(Timestamp now) {
  LeaveStream();
  const bool is_redirect = response_.status == 307 || response_.status == 308;
  if (is_redirect && Follow(now)) return;
  if (!request_) return;  // Following failed.
  response_.url = std::exchange(request_, std::nullopt)->url;
  dialect_->HandleResponse(std::exchange(response_, {}));
}

// True: the call goes on elsewhere. False: there is no Location to go to.
bool SignallingClient::Follow(Timestamp now) {
  const auto location = response_.headers.Find("Location");
  if (!location) return false;
  auto target = http::ResolveRedirect(request_->url, *location);
  if (!target || !SignallingEndpoint(*target)) {
    FailCall({ErrorCode::kHttpProtocol, "redirected to an address that cannot be used"});
  } else if (IsSecure(request_->url) && !IsSecure(*target)) {
    FailCall({ErrorCode::kHttpProtocol, "redirected from https to an address without TLS"});
  } else if (++redirects_ > config_.max_redirects) {
    FailCall({ErrorCode::kHttpRedirectLoop, request_->url.host});
  } else {
    const bool is_elsewhere = target->host != request_->url.host;
    if (is_elsewhere && !IsSecure(*target)) {
      request_->headers = WithoutCredentials(request_->headers);
    }
    request_->url = std::move(*target);
    Open(now);
    return true;
  }
  return false;
}

void SignallingClient::FailCall(Error error) {
  LeaveStream();
  if (!request_) return;
  request_.reset();
  dialect_->HandleFailure(error);
}

}  // namespace onair::webrtc
