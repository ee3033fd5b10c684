// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/whip_client.h"

#include <utility>

#include "transport/http/target.h"
#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

constexpr std::string_view kSdpType = "application/sdp";

Bytes ToBytes(std::string_view text) {
  return {text.begin(), text.end()};
}

bool IsType(const http::Headers& headers, std::string_view type) {
  const auto value = headers.Find("Content-Type").value_or("");
  return EqualsIgnoringCase(Trimmed(SplitAt(value, ';').first), type);
}

std::string StatusText(int status) {
  return "HTTP status " + std::to_string(status);
}

}  // namespace

void WhipClient::AskIceServers() {
  if (phase_ == Phase::kNew) asks_options_ = true;
}

void WhipClient::Offer(const Sdp& offer) {
  if (phase_ != Phase::kNew || offer_) return;
  offer_ = offer;
}

void WhipClient::Answer(const Sdp& answer) {
  if (phase_ == Phase::kCounter && !answer_) answer_ = PrintSdp(answer);
}

void WhipClient::Trickle(const IceDescription& ice) {
  if (phase_ == Phase::kClosing || phase_ == Phase::kOver) return;
  if (!trickle_) trickle_.emplace();
  trickle_->credentials = ice.credentials;
  trickle_->has_end_of_candidates |= ice.has_end_of_candidates;
  for (const ice::Candidate& candidate : ice.candidates) {
    if (trickle_->candidates.size() < kMaxCandidates) {
      trickle_->candidates.push_back(candidate);
    } else {
      ++untold_candidates_;
    }
  }
}

void WhipClient::RestartIce(const IceDescription& ice) {
  if (phase_ != Phase::kUp) return;
  if (!can_restart_) {
    events_.emplace_back(RestartRefused{restart_bar_, true});
    return;
  }
  // What was found for the old credentials means nothing to the new ones.
  trickle_.reset();
  restart_ = ice;
  is_restart_outdated_ = pending_ == Pending::kRestart;
}

void WhipClient::Close() {
  if (std::exchange(is_closed_, true)) return;
  if (phase_ != Phase::kOver) phase_ = Phase::kClosing;
  has_to_end_ = true;
}

Signalling::Output WhipClient::Poll() {
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  if (pending_ != Pending::kNone) return {};
  if (auto call = NextCall()) return std::move(*call);
  if (phase_ != Phase::kClosing && phase_ != Phase::kOver) return {};
  phase_ = Phase::kOver;
  if (!std::exchange(has_to_end_, false)) return {};
  return Event(Ended{});
}

std::optional<HttpCall> WhipClient::NextCall() {
  if (phase_ == Phase::kClosing) {
    if (!session_) return std::nullopt;
    const Url session = *std::exchange(session_, std::nullopt);
    return MakeCall(Pending::kDelete, "DELETE", session);
  }
  if (std::exchange(asks_options_, false)) {
    return MakeCall(Pending::kOptions, "OPTIONS", config_.url);
  }
  if (phase_ == Phase::kNew && offer_) {
    phase_ = Phase::kOffering;
    HttpCall call = MakeCall(Pending::kOffer, "POST", config_.url);
    call.request.headers.Add("Content-Type", std::string(kSdpType));
    call.request.headers.Add("Accept", std::string(kSdpType));
    call.request.body = ToBytes(PrintSdp(*offer_));
    if (!offer_->media.empty()) names_.media = {offer_->media.front()};
    offer_.reset();
    return call;
  }
  if (phase_ == Phase::kCounter && answer_) {
    HttpCall call = MakeCall(Pending::kAnswer, "PATCH", *session_);
    call.request.headers.Add("Content-Type", std::string(kSdpType));
    if (!etag_.empty()) call.request.headers.Add("If-Match", etag_);
    call.request.body = ToBytes(*std::exchange(answer_, std::nullopt));
    return call;
  }
  if (phase_ != Phase::kUp) return std::nullopt;
  if (restart_) {
    // RFC 9725: an If-Match of "*" tells a restart from candidates.
    return MakePatch(Pending::kRestart, "*", *std::exchange(restart_, std::nullopt));
  }
  if (!trickle_ || !can_trickle_) return std::nullopt;
  trickling_ = trickle_->candidates.size();
  return MakePatch(Pending::kTrickle, etag_, *std::exchange(trickle_, std::nullopt));
}

HttpCall WhipClient::MakeCall(Pending pending, std::string method, const Url& url) {
  pending_ = pending;
  HttpCall call;
  call.request.method = std::move(method);
  call.request.url = url;
  if (!config_.bearer.empty())
    call.request.headers.Add("Authorization", "Bearer " + config_.bearer);
  return call;
}

HttpCall WhipClient::MakePatch(Pending pending, std::string if_match, const IceDescription& ice) {
  HttpCall call = MakeCall(pending, "PATCH", *session_);
  call.request.headers.Add("Content-Type", std::string(kSdpFragmentType));
  if (!if_match.empty()) call.request.headers.Add("If-Match", std::move(if_match));
  call.request.body = ToBytes(PrintSdpFragment(FragmentFor(names_, ice)));
  return call;
}

void WhipClient::HandleResponse(const HttpResponse& response) {
  switch (std::exchange(pending_, Pending::kNone)) {
    case Pending::kOptions:
      return TakeOptions(response);
    case Pending::kOffer:
      return TakeOffered(response);
    case Pending::kAnswer:
      return TakeAnswer(response);
    case Pending::kTrickle:
      return TakeTrickled(response);
    case Pending::kRestart:
      return TakeRestarted(response);
    case Pending::kDelete:
    case Pending::kNone:
      return;
  }
}

void WhipClient::HandleFailure(const Error& error) {
  switch (std::exchange(pending_, Pending::kNone)) {
    case Pending::kOptions:
      events_.emplace_back(IceServersTold{});
      return;
    case Pending::kOffer:
    case Pending::kAnswer:
      return GiveUp(error);
    case Pending::kTrickle:
      untold_candidates_ += trickling_;
      return;
    case Pending::kRestart:
      return RefuseRestart({error, false});
    case Pending::kDelete:
    case Pending::kNone:
      return;
  }
}

void WhipClient::TakeOptions(const HttpResponse& response) {
  if (response.status / 100 == 2) {
    can_trickle_ = response.headers.HasToken("Allow", "PATCH") ||
                   response.headers.HasToken("Access-Control-Allow-Methods", "PATCH");
  }
  events_.emplace_back(IceServersTold{IceServersIn(response.headers)});
}

void WhipClient::TakeSession(const HttpResponse& response) {
  const auto location = response.headers.Find("Location");
  auto url = location ? http::ResolveRedirect(response.url, *location)
                      : Result<Url>(onair::Fail(ErrorCode::kHttpProtocol, "no Location"));
  const bool is_http =
      url && (url->scheme == "https" || (url->scheme == "http" && response.url.scheme == "http"));
  if (is_http) session_ = std::move(*url);
  etag_ = response.headers.Find("ETag").value_or("");
  const bool takes_fragments = response.headers.HasToken("Accept-Patch", kSdpFragmentType);
  // Which of the two it takes nobody tells beforehand.
  can_trickle_ = session_ && config_.patching == Patching::kAsTold &&
                 (can_trickle_ || takes_fragments || !etag_.empty());
  can_restart_ = can_trickle_;
}

void WhipClient::TakeOffered(const HttpResponse& response) {
  const bool is_play = config_.role == SignallingRole::kPlay;
  if (is_play && response.status == 406 && IsType(response.headers, kSdpType)) {
    return TakeCounterOffer(response);
  }
  // RFC 9725: 201 and nothing else; a 200 comes from something that is no WHIP server.
  if (response.status != 201) {
    return GiveUp(ErrorForStatus(response.status, config_.role, StatusText(response.status)),
                  RetryAfter(response.headers));
  }
  TakeSession(response);
  if (phase_ == Phase::kClosing) return;  // Close() came first; the DELETE follows.
  auto answer = ParseSdp(response.body);
  if (!answer) return GiveUp(answer.error());
  phase_ = Phase::kUp;
  auto servers = IceServersIn(response.headers);
  if (!servers.empty()) events_.emplace_back(IceServersTold{std::move(servers)});
  if (!can_trickle_ && trickle_) {
    untold_candidates_ += trickle_->candidates.size();
    trickle_.reset();
  }
  events_.emplace_back(Answered{std::move(*answer), can_trickle_, can_restart_});
}

void WhipClient::TakeCounterOffer(const HttpResponse& response) {
  TakeSession(response);
  if (phase_ == Phase::kClosing) return;
  auto offer = ParseSdp(response.body);
  if (!offer || !session_) {
    return GiveUp(offer ? Error{ErrorCode::kSignallingProtocol, "an offer without Location", 406}
                        : offer.error());
  }
  phase_ = Phase::kCounter;
  if (!offer->media.empty()) names_.media = {offer->media.front()};
  events_.emplace_back(CounterOffered{std::move(*offer)});
}

void WhipClient::TakeAnswer(const HttpResponse& response) {
  if (phase_ == Phase::kClosing) return;
  if (response.status / 100 != 2) {
    return GiveUp(ErrorForStatus(response.status, config_.role, StatusText(response.status)),
                  RetryAfter(response.headers));
  }
  phase_ = Phase::kUp;
  events_.emplace_back(AnswerTaken{can_trickle_, can_restart_});
}

void WhipClient::TakeTrickled(const HttpResponse& response) {
  if (response.status / 100 == 2) return;
  untold_candidates_ += trickling_;
  Unlearn(Pending::kTrickle, response);
}

// What a refusal says of later PATCHes: asking again would bring the same answer.
void WhipClient::Unlearn(Pending kind, const HttpResponse& response) {
  switch (response.status) {
    case 405:
    case 422:
    case 428:
    case 501:
      // RFC 9725 section 4.3: a session that "supports either Trickle ICE or ICE restarts, but not
      // both" says 422 to the other one. Drafts before it said 405 or 501, so all three take away
      // what was asked for and nothing else.
      (kind == Pending::kRestart ? can_restart_ : can_trickle_) = false;
      break;
    case 404:
    case 410:  // It knows no such session.
    case 415:  // It reads no fragments.
      can_trickle_ = can_restart_ = false;
      break;
    default:
      // 412: a restart overtook these candidates. 5xx: the next ones may pass.
      return;
  }
  restart_bar_ = ErrorForStatus(response.status, config_.role, StatusText(response.status));
  if (!can_trickle_ && trickle_) {
    untold_candidates_ += std::exchange(trickle_, std::nullopt)->candidates.size();
  }
  if (!can_restart_ && std::exchange(restart_, std::nullopt)) RefuseRestart({restart_bar_, true});
}

void WhipClient::TakeRestarted(const HttpResponse& response) {
  if (phase_ != Phase::kUp) return;
  // RFC 9725: of several that raced only the last response counts.
  if (std::exchange(is_restart_outdated_, false)) return;
  if (response.status != 200) {
    Unlearn(Pending::kRestart, response);
    return RefuseRestart(
        {ErrorForStatus(response.status, config_.role, StatusText(response.status)), true});
  }
  auto fragment = ParseSdpFragment(response.body);
  if (!fragment) return RefuseRestart({fragment.error(), true});
  if (!fragment->Bundled().credentials) {
    return RefuseRestart(
        {{ErrorCode::kSignallingProtocol, "a restart without credentials", 200}, true});
  }
  etag_ = response.headers.Find("ETag").value_or(etag_);
  events_.emplace_back(Restarted{std::move(*fragment)});
}

void WhipClient::RefuseRestart(RestartRefused refused) {
  const bool is_heard = phase_ == Phase::kUp && !std::exchange(is_restart_outdated_, false);
  if (is_heard) events_.emplace_back(std::move(refused));
}

void WhipClient::GiveUp(Error error, std::optional<TimeDelta> retry_after) {
  // After Close() nobody asks why.
  if (phase_ == Phase::kClosing) return;
  phase_ = Phase::kClosing;
  events_.emplace_back(Failed{std::move(error), retry_after});
}

}  // namespace onair::webrtc
