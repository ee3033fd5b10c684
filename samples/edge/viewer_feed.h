// SPDX-License-Identifier: Apache-2.0
//
// What a viewer over WebRTC is sent, and when: his place in a stream on one side, his session on
// the other. What his line has no room for waits in the relay, where it can be skipped.
#pragma once

#include <memory>
#include <optional>

#include "samples/edge/catch_up.h"
#include "samples/edge/opening.h"
#include "samples/edge/viewer_pace.h"
#include "samples/edge/viewer_place.h"
#include "samples/edge/viewer_silence.h"
#include "transport/webrtc/peer_session.h"

namespace onair::edge {

// Pure. single-owner. The session is given with each call, connected.
class ViewerFeed {
 public:
  using PeerSession = webrtc::PeerSession;

  explicit ViewerFeed(ViewerPlace& place) : place_(place) {}

  void HandleFeedback(const cc::FeedbackReport& report, PeerSession& session, Timestamp now);
  // At least once a second.
  void HandleTime(PeerSession& session, Timestamp now);
  // The viewer lost its picture.
  void HandleKeyFrameWanted(Timestamp now);

  // Once, when media can flow: a group that waited for the handshake is old.
  void Begin(PeerSession& session, Timestamp now);
  // Hands on what there is room for. As something leaves there may be room for more.
  enum class Outcome {
    kNothing = 1,
    kSome = 2,
    kOver = 3,  // The stream changed to what was not agreed.
  };
  Outcome Fill(PeerSession& session, Timestamp now);

  bool is_opening() const { return !opening_.is_over(); }
  std::int64_t keys_wanted() const { return keys_wanted_; }
  // Times that nothing more was sent because nothing of his came.
  std::int64_t silences() const { return silences_; }

 private:
  enum class Took { kNothing, kOne, kUnfit };
  enum class Start { kNoPicture, kKeyLeaves, kDone };

  void Report(const cc::FeedbackReport& report, PeerSession& session, Timestamp now);
  void Pace(PeerSession& session, Timestamp now);
  bool IsGone(const PeerSession& session, Timestamp now);
  bool HasKeyLeft(PeerSession& session, Timestamp now);
  bool IsRoomFor(const PeerSession& session, Timestamp now) const;
  Opening::Step NextStep(Timestamp now);
  void SkipIfBehind(Timestamp now);
  Took TakeNext(PeerSession& session, Timestamp now);
  void SendAt(PeerSession& session, EncodedFrame frame, Timestamp now);
  void StartAnew();
  DataRate needed() const;

  ViewerPlace& place_;
  std::unique_ptr<cc::Controller> controller_;  // How losses are mended.
  std::optional<ViewerPace> pace_;              // From Begin() on.
  Opening opening_;
  CatchUp catch_up_;
  ViewerSilence silence_;
  bool is_gone_ = false;
  bool is_starting_ = true;  // Where the next frame stands is not known yet.
  Start start_ = Start::kNoPicture;
  cc::RepairAdvice repair_;
  DataRate rate_ = DataRate::Zero();  // At which packets leave now.
  // What stands at line_from_ was captured at line_at_, as the peer is told.
  Timestamp line_at_ = Timestamp::MinusInfinity();
  MediaTime line_from_ = MediaTime::Zero();
  Timestamp asked_at_ = Timestamp::MinusInfinity();
  Timestamp anew_at_ = Timestamp::MinusInfinity();
  std::int64_t keys_wanted_ = 0;
  std::int64_t silences_ = 0;
};

}  // namespace onair::edge
