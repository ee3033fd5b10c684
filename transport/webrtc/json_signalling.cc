// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/json_signalling.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace onair::webrtc {

void JsonSignalling::AskIceServers() {
  // No dialect in JSON tells them before the offer.
  if (phase_ == Phase::kNew) events_.emplace_back(IceServersTold{});
}

void JsonSignalling::Offer(const Sdp& offer) {
  if (phase_ != Phase::kNew || offer_) return;
  Sdp adapted = offer;
  Adapt(adapted);
  offer_ = PrintSdp(adapted);
}

void JsonSignalling::RestartIce(const IceDescription&) {
  if (phase_ != Phase::kUp) return;
  events_.emplace_back(
      RestartRefused{{ErrorCode::kUnsupported, "this dialect has no restart"}, true});
}

void JsonSignalling::Close() {
  if (std::exchange(is_closed_, true)) return;
  if (phase_ != Phase::kOver) phase_ = Phase::kClosing;
  has_to_end_ = true;
}

Signalling::Output JsonSignalling::Poll() {
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  if (pending_ != Pending::kNone) return {};
  if (phase_ == Phase::kNew && offer_) {
    phase_ = Phase::kOffering;
    pending_ = Pending::kOffer;
    return OfferCall(*std::exchange(offer_, std::nullopt));
  }
  if (phase_ != Phase::kClosing && phase_ != Phase::kOver) return {};
  if (std::exchange(has_session_, false)) {
    if (auto call = StopCall()) {
      pending_ = Pending::kStop;
      return std::move(*call);
    }
  }
  phase_ = Phase::kOver;
  if (!std::exchange(has_to_end_, false)) return {};
  return Event(Ended{});
}

void JsonSignalling::HandleResponse(const HttpResponse& response) {
  if (std::exchange(pending_, Pending::kNone) != Pending::kOffer) return;
  if (phase_ == Phase::kOffering) return TakeAnswer(response);
  // Close() overtook the answer: what that began is ended all the same.
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  has_session_ = response.status / 100 == 2 && body.is_object() && ReadAnswer(body).has_value();
}

void JsonSignalling::TakeAnswer(const HttpResponse& response) {
  if (response.status / 100 != 2) {
    return GiveUp(
        ErrorForStatus(response.status, role_, "HTTP status " + std::to_string(response.status)),
        RetryAfter(response.headers));
  }
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  if (!body.is_object()) {
    return GiveUp(
        {ErrorCode::kSignallingProtocol, "the answer is no JSON object", response.status});
  }
  auto text = ReadAnswer(body);
  if (!text) return GiveUp(text.error());
  has_session_ = true;
  auto answer = ParseSdp(*text);
  if (!answer) return GiveUp(answer.error());
  phase_ = Phase::kUp;
  events_.emplace_back(Answered{std::move(*answer), false, false});
}

void JsonSignalling::HandleFailure(const Error& error) {
  const bool was_offer = std::exchange(pending_, Pending::kNone) == Pending::kOffer;
  if (was_offer && phase_ == Phase::kOffering) GiveUp(error);
}

void JsonSignalling::GiveUp(Error error, std::optional<TimeDelta> retry_after) {
  phase_ = Phase::kClosing;
  events_.emplace_back(Failed{std::move(error), retry_after});
}

HttpCall JsonPost(const Url& url, const nlohmann::json& body) {
  HttpCall call;
  call.request.method = "POST";
  call.request.url = url;
  call.request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  // Addresses may hold bytes that are no UTF-8; a dump that threw would end the program.
  const std::string text = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  call.request.body = {text.begin(), text.end()};
  return call;
}

std::optional<std::string> TextIn(const nlohmann::json& object, std::string_view name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get_ref<const std::string&>();
}

std::optional<std::int64_t> NumberIn(const nlohmann::json& object, std::string_view name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_number_integer()) return std::nullopt;
  return member->get<std::int64_t>();
}

Error VendorError(std::int64_t code, std::string_view words, ErrorCode known) {
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  // A server's words go into logs and on screens: one short line of plain characters.
  std::string detail(words.substr(0, 200));
  std::replace_if(
      detail.begin(), detail.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return {known, "code " + std::to_string(code) + (detail.empty() ? "" : ": " + detail),
          static_cast<int>(std::clamp(code, -kMost, kMost))};
}

}  // namespace onair::webrtc
