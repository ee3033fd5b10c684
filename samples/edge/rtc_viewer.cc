// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "samples/edge/rtc_session.h"
#include "samples/edge/viewer_feed.h"

namespace onair::edge {
namespace {

using webrtc::PeerSession;

// Over WHEP.
class RtcViewer final : public RtcSession, private Viewer, private ViewerPlace {
 public:
  RtcViewer(const Surroundings& around, Agreed agreed, PeerSession session, Timestamp now)
      : RtcSession(around, std::move(agreed), std::move(session), now) {}

  ~RtcViewer() override { Leave(); }

  void Close(PublishEnd, Timestamp now) override {
    Leave();
    End(now);
  }

  bool IsAlive(Timestamp now) override {
    if (!RtcSession::IsAlive(now)) return false;
    if (!seat_) return true;
    Do([this](PeerSession& session, Timestamp at) { feed_.HandleTime(session, at); }, now);
    return true;
  }

  void AddTo(RtcStats& stats) const override {
    RtcSession::AddTo(stats);
    stats.key_frames_wanted += feed_.keys_wanted();
    stats.silences += feed_.silences();
  }

 private:
  void OnEvent(PeerSession::Event&& event, Timestamp now) override {
    if (std::holds_alternative<PeerSession::Connected>(event)) return Begin(now);
    if (!seat_) return;
    if (std::holds_alternative<PeerSession::KeyFrameWanted>(event)) {
      feed_.HandleKeyFrameWanted(now);
    } else if (auto* feedback = std::get_if<PeerSession::Feedback>(&event)) {
      Do([&](PeerSession& session,
             Timestamp at) { feed_.HandleFeedback(feedback->report, session, at); },
         now);
    }
  }

  void OnClosed(const Error&, Timestamp) override { Leave(); }

  // The place is taken when media can flow.
  void Begin(Timestamp now) {
    const auto seat = around_.hub.Watch(agreed_.stream, ViewerKind::kRtc, *this, now);
    if (!seat) return End(now);
    seat_ = *seat;
    Do([this](PeerSession& session, Timestamp at) { feed_.Begin(session, at); }, now);
  }

  void OnDrained(Timestamp now) override { Pump(now); }

  // As long as something leaves at once there may be room for more.
  void Pump(Timestamp now) override {
    if (!seat_ || is_pumping_) return;
    is_pumping_ = true;
    auto outcome = ViewerFeed::Outcome::kSome;
    while (outcome == ViewerFeed::Outcome::kSome && seat_) {
      Do([&](PeerSession& session, Timestamp at) { outcome = feed_.Fill(session, at); }, now);
    }
    is_pumping_ = false;
    if (!seat_) return;
    if (outcome == ViewerFeed::Outcome::kOver || around_.hub.HasReordering(*seat_)) {
      EndOfStream(now);
    }
  }

  void EndOfStream(Timestamp now) override {
    Leave();
    End(now);
  }

  void Leave() {
    if (seat_) around_.hub.Leave(*std::exchange(seat_, std::nullopt), *this);
  }

  // While there is a seat.
  relay::Taken Next(Timestamp now) override { return around_.hub.Next(*seat_, now); }
  relay::ViewerStats stats() const override { return around_.hub.StatsOf(*seat_); }
  void StartAnew() override { around_.hub.StartAnew(*seat_); }
  bool RequestKeyFrame(KeyFrameFor whom, Timestamp now) override {
    return around_.hub.RequestKeyFrame(*seat_, whom, now);
  }
  DataRate rate() const override { return around_.hub.RateOf(*seat_); }

  std::optional<Hub::Seat> seat_;
  ViewerFeed feed_{*this};
  bool is_pumping_ = false;
};

}  // namespace

std::unique_ptr<RtcSession> NewRtcViewer(const RtcSession::Surroundings& around,
                                         RtcSession::Agreed agreed, PeerSession session,
                                         Timestamp now) {
  return std::make_unique<RtcViewer>(around, std::move(agreed), std::move(session), now);
}

}  // namespace onair::edge
