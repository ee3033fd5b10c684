// SPDX-License-Identifier: Apache-2.0
//
// What the dialects in JSON have in common: one POST with the offer, one answer; no candidates
// later, no restart. The end is told by DTLS, and by a call where the dialect has one.
#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "transport/webrtc/signalling.h"

namespace onair::webrtc {

class JsonSignalling : public Signalling {
 public:
  void HandleResponse(const HttpResponse& response) final;
  void HandleFailure(const Error& error) final;
  void AskIceServers() final;
  void Offer(const Sdp& offer) final;
  void Answer(const Sdp&) final {}
  void Trickle(const IceDescription&) final {}
  void RestartIce(const IceDescription&) final;
  void Close() final;
  [[nodiscard]] Output Poll() final;

 protected:
  explicit JsonSignalling(SignallingRole role) : role_(role) {}

  SignallingRole role() const { return role_; }

 private:
  enum class Phase { kNew, kOffering, kUp, kClosing, kOver };
  enum class Pending { kNone, kOffer, kStop };

  // The call that carries `offer`, which is already as Adapt() made it.
  virtual HttpCall OfferCall(const std::string& offer) = 0;
  // The answer's SDP in a body that is a JSON object.
  virtual Result<std::string> ReadAnswer(const nlohmann::json& body) = 0;
  // What the dialect wants otherwise in our description.
  virtual void Adapt(Sdp&) const {}
  // The call that ends what the answer began.
  virtual std::optional<HttpCall> StopCall() { return std::nullopt; }

  void TakeAnswer(const HttpResponse& response);
  void GiveUp(Error error, std::optional<TimeDelta> retry_after = std::nullopt);

  SignallingRole role_;
  Phase phase_ = Phase::kNew;
  Pending pending_ = Pending::kNone;
  bool is_closed_ = false;
  bool has_to_end_ = false;
  bool has_session_ = false;
  std::optional<std::string> offer_;
  std::deque<Event> events_;
};

// A POST of a JSON text to an http or https address.
HttpCall JsonPost(const Url& url, const nlohmann::json& body);

// Members of an object; nothing where they are absent or of another type.
std::optional<std::string> TextIn(const nlohmann::json& object, std::string_view name);
std::optional<std::int64_t> NumberIn(const nlohmann::json& object, std::string_view name);

// The error of a dialect's own code: kSignallingRefused, or `known` where one fits better.
Error VendorError(std::int64_t code, std::string_view words,
                  ErrorCode known = ErrorCode::kSignallingRefused);

}  // namespace onair::webrtc
