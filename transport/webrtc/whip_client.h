// SPDX-License-Identifier: Apache-2.0
//
// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03): an offer by POST, candidates and new paths by
// PATCH, the end by DELETE.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "core/base/url.h"
#include "transport/webrtc/signalling.h"

namespace onair::webrtc {

// Whether the server may be sent PATCH. kAsTold: where its answer has an ETag or an Accept-Patch,
// or its OPTIONS allow it. kNever: SRS takes every method but DELETE for a new offer.
enum class Patching { kAsTold = 1, kNever = 2 };

struct WhipConfig {
  SignallingRole role = SignallingRole::kPublish;
  Url url;             // http or https.
  std::string bearer;  // Token for Authorization; empty: none. A secret.
  Patching patching = Patching::kAsTold;
};

class WhipClient final : public Signalling {
 public:
  explicit WhipClient(WhipConfig config) : config_(std::move(config)) {}

  void HandleResponse(const HttpResponse& response) override;
  void HandleFailure(const Error& error) override;

  void AskIceServers() override;
  void Offer(const Sdp& offer) override;
  void Answer(const Sdp& answer) override;
  void Trickle(const IceDescription& ice) override;
  void RestartIce(const IceDescription& ice) override;
  void Close() override;
  [[nodiscard]] Output Poll() override;

  // Candidates that the server would not take or that were above kMaxCandidates.
  std::size_t untold_candidates() const { return untold_candidates_; }

 private:
  enum class Phase {
    kNew,       // No offer yet.
    kOffering,  // POST is on its way.
    kCounter,   // The server's own offer waits for our answer.
    kUp,
    kClosing,  // Close() was said, or Failed: only a DELETE may follow.
    kOver,
  };
  enum class Pending { kNone, kOptions, kOffer, kAnswer, kTrickle, kRestart, kDelete };

  std::optional<HttpCall> NextCall();
  HttpCall MakeCall(Pending pending, std::string method, const Url& url);
  HttpCall MakePatch(Pending pending, std::string if_match, const IceDescription& ice);
  void TakeOptions(const HttpResponse& response);
  void TakeOffered(const HttpResponse& response);
  void TakeAnswer(const HttpResponse& response);
  void TakeCounterOffer(const HttpResponse& response);
  void TakeTrickled(const HttpResponse& response);
  void TakeRestarted(const HttpResponse& response);
  void TakeSession(const HttpResponse& response);
  void Unlearn(Pending kind, const HttpResponse& response);
  void RefuseRestart(RestartRefused refused);
  void GiveUp(Error error, std::optional<TimeDelta> retry_after = std::nullopt);

  WhipConfig config_;
  Phase phase_ = Phase::kNew;
  Pending pending_ = Pending::kNone;
  bool asks_options_ = false;
  bool is_closed_ = false;
  bool has_to_end_ = false;  // Ended is still owed.
  bool can_trickle_ = false;
  bool can_restart_ = false;
  std::optional<Sdp> offer_;           // To be sent; later only its first section's names.
  std::optional<std::string> answer_;  // To be sent, to a counter offer.
  Sdp names_;                          // The first section of what was offered, for fragments.
  std::optional<Url> session_;
  std::string etag_;
  std::optional<IceDescription> trickle_;  // Waits to be sent.
  std::size_t trickling_ = 0;              // Candidates in the pending PATCH.
  std::optional<IceDescription> restart_;  // The newest that waits.
  Error restart_bar_{ErrorCode::kSignallingRefused, "the server restarts no paths"};
  bool is_restart_outdated_ = false;  // A newer one came while it was on its way.
  std::size_t untold_candidates_ = 0;
  std::deque<Event> events_;  // Of one input.
};

}  // namespace onair::webrtc
