// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <variant>

#include "samples/edge/rtc_session.h"

namespace onair::edge {
namespace {

using webrtc::PeerSession;

// How long the first frames wait for the tracks that the description promises: viewers are told of
// all tracks at once, and many players never see one that comes later.
// Source: ours; sound of 20 ms behind a key frame's packets on a slow line.
constexpr TimeDelta kTracksWait = TimeDelta::Millis(500);

// Of frames that wait for that. Source: ours; kTracksWait of 120 pictures and 50 sounds a second.
constexpr std::size_t kMostWaiting = 96;

// Over WHIP.
class RtcPublisher final : public RtcSession, private Publisher {
 public:
  RtcPublisher(const Surroundings& around, Agreed agreed, PeerSession session, Timestamp now)
      : RtcSession(around, std::move(agreed), std::move(session), now) {}

  ~RtcPublisher() override { Release(PublishEnd::kLost, media_at_); }

  Status Start(Timestamp now) override {
    media_at_ = now;
    const auto channel = around_.hub.Publish(agreed_.stream, *this, now);
    if (!channel) return Forward(channel);
    channel_ = *channel;
    return RtcSession::Start(now);
  }

  void Close(PublishEnd how, Timestamp now) override {
    Release(how, now);
    End(now);
  }

  bool IsAlive(Timestamp now) override {
    if (!RtcSession::IsAlive(now)) return false;
    return !session().is_connected() || now - media_at_ < around_.config.publisher_timeout;
  }

  void AddTo(RtcStats& stats) const override {
    RtcSession::AddTo(stats);
    if (session().is_connected()) ++stats.publishers;
  }

 private:
  void OnEvent(PeerSession::Event&& event, Timestamp now) override {
    if (std::holds_alternative<PeerSession::Connected>(event)) {
      media_at_ = now;
    } else if (auto* changed = std::get_if<PeerSession::TracksChanged>(&event)) {
      tracks_ = std::move(changed->tracks);
      if (is_told_) TellTracks(now);
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      media_at_ = now;
      Take(std::move(*frame), now);
    }
  }

  void OnClosed(const Error& error, Timestamp now) override {
    // close_notify is a word of its own; an old path is a loss.
    Release(error.code == ErrorCode::kPeerClosed ? PublishEnd::kInOrder : PublishEnd::kLost, now);
  }

  void Take(EncodedFrame frame, Timestamp now) {
    if (channel_ == nullptr) return;
    if (is_told_) return around_.hub.Push(*channel_, *this, std::move(frame), now);
    if (waiting_.empty()) waiting_since_ = now;
    waiting_.push_back(std::move(frame));
    const bool is_late = now - waiting_since_ >= kTracksWait || waiting_.size() >= kMostWaiting;
    if (!HasPromised() && !is_late) return;
    is_told_ = true;
    TellTracks(now);
    // The hub may take the channel away meanwhile.
    while (!waiting_.empty()) {
      if (channel_ != nullptr) {
        around_.hub.Push(*channel_, *this, std::move(waiting_.front()), now);
      }
      waiting_.pop_front();
    }
  }

  bool HasPromised() const {
    const bool has_video =
        !agreed_.media.video || !agreed_.media.video->is_received || tracks_.video;
    const bool has_audio =
        !agreed_.media.audio || !agreed_.media.audio->is_received || tracks_.audio;
    return has_video && has_audio;
  }

  void TellTracks(Timestamp now) {
    if (channel_ != nullptr) around_.hub.SetTracks(*channel_, *this, tracks_, now);
  }

  void TakenOver(Timestamp now) override {
    channel_ = nullptr;
    End(now);
  }

  bool RequestKeyFrame(Timestamp now) override {
    Do([](PeerSession& session, Timestamp at) { session.RequestKeyFrame(at); }, now);
    return true;
  }

  void Release(PublishEnd how, Timestamp now) {
    if (channel_ == nullptr) return;
    around_.hub.Unpublish(*std::exchange(channel_, nullptr), *this, how, now);
  }

  Hub::Channel* channel_ = nullptr;
  StreamTracks tracks_;
  bool is_told_ = false;
  std::deque<EncodedFrame> waiting_;  // For tracks.
  Timestamp waiting_since_ = Timestamp::MinusInfinity();
  Timestamp media_at_ = Timestamp::MinusInfinity();  // When the last came.
};

}  // namespace

std::unique_ptr<RtcSession> NewRtcPublisher(const RtcSession::Surroundings& around,
                                            RtcSession::Agreed agreed, PeerSession session,
                                            Timestamp now) {
  return std::make_unique<RtcPublisher>(around, std::move(agreed), std::move(session), now);
}

}  // namespace onair::edge
