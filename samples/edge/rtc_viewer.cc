// SPDX-License-Identifier: Apache-2.0
#include <variant>

#include "samples/edge/catch_up.h"
#include "samples/edge/rtc_session.h"
#include "transport/cc/registry.h"

namespace onair::edge {
namespace {

using webrtc::PeerSession;

// What the pacer may hold before the rest waits in the relay, where it can be skipped: pictures
// that wait in the session longer than MediaSender::kMostQueue are lost to their whole group.
constexpr TimeDelta kMostQueueSpan = webrtc::MediaSender::kMostQueue / 2;
// The same as a part of what the line takes, and what may wait on any line.
// Source: ours; two frames' time, and a frame of 2 Mbit/s.
constexpr TimeDelta kMostQueued = TimeDelta::Millis(80);
constexpr DataSize kLeastQueued = DataSize::Kibibytes(8);

// Further back than this a viewer goes on at the newest key frame, where there is one ahead of
// him. Source: ours; twice what an interactive viewer bears, above a key frame on a slow line.
constexpr TimeDelta kMostBehind = TimeDelta::Millis(700);

// A viewer that lost its picture gets the cached group once more, at most so often.
constexpr TimeDelta kAnewPause = TimeDelta::Seconds(1);

// One whose line is too slow for the stream loses it again and again; all others pay for the key
// frames. Source: ours; the usual time between key frames.
constexpr TimeDelta kSlowAskPause = TimeDelta::Seconds(2);

// In force until the viewer's first feedback, and as a multiple of what the stream takes, so that
// there is headroom for the next constant to see. Source: ours; a key frame of 100 kB in 55 ms, and
// no more in one burst than any queue on the way holds.
constexpr DataRate kStartRate = DataRate::KilobitsPerSec(10'000);
constexpr double kStartHeadroom = 5.0;
constexpr DataRate kMostRate = DataRate::KilobitsPerSec(50'000);

// How fast packets leave, as a multiple of the line's rate. With room to spare quickly: how long a
// key frame takes is what players must wait for all frames. On a line that the stream fills no
// faster than it takes: what waits here never ends, so more would stand in its queue for ever.
// Source: ours; measured, 50 kB in 14 ms instead of 27, and 1 Mbit/s under a stream of 1.6.
constexpr double kHeadroom = 4.0;
constexpr double kFastPacing = 3.0;
constexpr double kSomeHeadroom = 2.0;
constexpr double kSomePacing = 1.5;

constexpr DataRate kAudioRate = DataRate::KilobitsPerSec(128);
// Without feedback: as a multiple of what the stream takes.
constexpr double kBlindPacing = 3.0;

// A publisher that came back stands where the viewer's line stood still. Source: ours.
constexpr TimeDelta kMostDrift = TimeDelta::Seconds(1);

std::unique_ptr<cc::Controller> NewController(DataRate start_rate) {
  cc::ControllerConfig config;
  config.max_rate = kMostRate;
  config.start_rate = start_rate;
  config.audio_rate = kAudioRate;
  auto made = cc::MakeController(cc::kDefaultDatagramController, config);
  return made ? std::move(*made) : nullptr;
}

cc::CongestionDecision AtRate(DataRate target, Timestamp now) {
  return {.target_rate = target,
          .pacing_rate = target,
          .congestion_window = {},
          .probe = {},
          .repair = {},
          .cause = cc::Cause::kNone,
          .decide_again_at = now + TimeDelta::Seconds(1),
          .reason = "no feedback yet"};
}

// Over WHEP.
class RtcViewer final : public RtcSession, private Viewer {
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
    if (seat_) Decide({.at = now, .packets = {}}, now);
    return true;
  }

  void AddTo(RtcStats& stats) const override {
    RtcSession::AddTo(stats);
    stats.key_frames_wanted += keys_wanted_;
  }

 private:
  void OnEvent(PeerSession::Event&& event, Timestamp now) override {
    if (std::holds_alternative<PeerSession::Connected>(event)) {
      Begin(now);
    } else if (std::holds_alternative<PeerSession::KeyFrameWanted>(event)) {
      OnKeyFrameWanted(now);
    } else if (auto* feedback = std::get_if<PeerSession::Feedback>(&event)) {
      has_feedback_ = true;
      Decide(feedback->report, now);
    }
  }

  void OnClosed(const Error&, Timestamp) override { Leave(); }

  // The place is taken when media can flow: a group that waited for the handshake is old.
  void Begin(Timestamp now) {
    const auto seat = around_.hub.Watch(agreed_.stream, ViewerKind::kRtc, *this, now);
    if (!seat) return End(now);
    seat_ = *seat;
    const DataRate stream = around_.hub.RateOf(*seat_);
    target_ = std::clamp(stream.Scaled(kStartHeadroom), kStartRate, kMostRate);
    controller_ = NewController(target_);
    Apply(AtRate(target_, now), now);
  }

  // The publisher's next picture where he can be asked; else the cached ones from the start.
  void OnKeyFrameWanted(Timestamp now) {
    ++keys_wanted_;
    if (!seat_) return;
    const bool is_slow = target_ < around_.hub.RateOf(*seat_);
    if (is_slow && now - asked_at_ < kSlowAskPause) return;
    asked_at_ = now;
    if (around_.hub.RequestKeyFrame(*seat_, now)) return;
    if (now - anew_at_ >= kAnewPause) StartAnew(now);
  }

  void StartAnew(Timestamp now) {
    anew_at_ = now;
    is_starting_ = true;
    around_.hub.StartAnew(*seat_);
  }

  void Decide(cc::FeedbackReport report, Timestamp now) {
    const DataRate stream = around_.hub.RateOf(*seat_);
    if (!has_feedback_ || !controller_) {
      return Apply(AtRate(std::clamp(stream.Scaled(kBlindPacing), kStartRate, kMostRate), now),
                   now);
    }
    report.is_encoder_application_limited = target_ > stream;
    cc::CongestionDecision decision = controller_->OnReport(report);
    target_ = decision.target_rate;
    decision.pacing_rate = std::min(target_.Scaled(PacingOver(stream)), kMostRate);
    Apply(decision, now);
  }

  double PacingOver(DataRate stream) const {
    // What lies behind the live edge would fill any queue in one burst.
    if (catch_up_.is_behind()) return 1.0;
    if (target_ > stream.Scaled(kHeadroom)) return kFastPacing;
    return target_ > stream.Scaled(kSomeHeadroom) ? kSomePacing : 1.0;
  }

  void Apply(const cc::CongestionDecision& decision, Timestamp now) {
    pacing_ = decision.pacing_rate.value_or(decision.target_rate);
    Do([&](PeerSession& session, Timestamp at) { session.Apply(decision, kAudioRate, at); }, now);
  }

  void OnDrained(Timestamp now) override { Pump(now); }

  // As long as something leaves at once there may be room for more.
  void Pump(Timestamp now) override {
    if (!seat_ || is_pumping_) return;
    is_pumping_ = true;
    for (int taken = 1; taken > 0 && seat_;) {
      taken = 0;
      Do(
          [&](PeerSession& session, Timestamp at) {
            while (HasRoom(session, at) && TakeNext(session, at)) ++taken;
          },
          now);
    }
    is_pumping_ = false;
    if (!seat_) return;
    if (around_.hub.HasReordering(*seat_)) {
      Leave();
      End(now);
    } else if (!HasRoom(this->session(), now)) {
      SkipIfBehind(now);
    }
  }

  bool HasRoom(const PeerSession& session, Timestamp now) const {
    const rtp::Transport* rtp = session.rtp();
    if (rtp == nullptr) return false;
    return rtp->queue_size() < std::max(pacing_ * kMostQueued, kLeastQueued) &&
           rtp->queue_span(now) < kMostQueueSpan;
  }

  // False: there is nothing, or nothing any more.
  bool TakeNext(PeerSession& session, Timestamp now) {
    const TimeDelta behind =
        is_starting_ ? around_.hub.StatsOf(*seat_).backlog_span : TimeDelta::Zero();
    const relay::Taken next = around_.hub.Next(*seat_, now);
    if (auto* const* tracks = std::get_if<relay::Tracks*>(&next)) {
      // Another codec than agreed; the viewer asks anew.
      if (session.SetTracks((*tracks)->tracks, now)) return true;
      Leave();
      End(now);
      return false;
    }
    auto* const* entry = std::get_if<relay::Entry*>(&next);
    if (entry == nullptr) return false;
    if (std::exchange(is_starting_, false)) catch_up_.Begin((*entry)->frame.dts, behind, now);
    SendAt(session, (*entry)->frame, now);
    return true;
  }

  void SendAt(PeerSession& session, EncodedFrame frame, Timestamp now) {
    const auto size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
    const bool is_sound = frame.track() == TrackKind::kAudio;  // It never waits in the pacer.
    const Timestamp leaves_at =
        is_sound ? now : now + (session.rtp()->queue_size() + size) / pacing_;
    const auto shown = catch_up_.Place(frame.track(), frame.pts, leaves_at);
    if (!shown) return;
    frame.pts = frame.dts = *shown;
    // Both tracks on one straight line, for the peer to keep them together; how unevenly frames
    // came here is no part of it.
    frame.captured_at = line_at_ + (*shown - line_from_);
    const TimeDelta drift = now - frame.captured_at;
    if (drift > kMostDrift || drift < -kMostDrift) {
      line_at_ = frame.captured_at = now;
      line_from_ = *shown;
    }
    session.Send(frame, now);
  }

  void SkipIfBehind(Timestamp now) {
    const relay::ViewerStats stats = around_.hub.StatsOf(*seat_);
    if (stats.backlog_span <= kMostBehind) return;
    if (stats.has_later_start) return StartAnew(now);
    // A line on which the cached group takes long: the publisher's next key frame is quicker.
    if (catch_up_.is_behind() && !std::exchange(has_asked_, true)) {
      around_.hub.RequestKeyFrame(*seat_, now);
    }
  }

  void EndOfStream(Timestamp now) override {
    Leave();
    End(now);
  }

  void Leave() {
    if (seat_) around_.hub.Leave(*std::exchange(seat_, std::nullopt), *this);
  }

  std::unique_ptr<cc::Controller> controller_;  // From the first place on.
  std::optional<Hub::Seat> seat_;
  CatchUp catch_up_;
  bool is_starting_ = true;
  bool is_pumping_ = false;
  bool has_asked_ = false;  // For a key frame instead of the cached group.
  bool has_feedback_ = false;
  DataRate target_ = kStartRate;
  DataRate pacing_ = kStartRate;
  // What stands at line_from_ was captured at line_at_, as the peer is told.
  Timestamp line_at_ = Timestamp::MinusInfinity();
  MediaTime line_from_ = MediaTime::Zero();
  Timestamp asked_at_ = Timestamp::MinusInfinity();
  Timestamp anew_at_ = Timestamp::MinusInfinity();
  std::int64_t keys_wanted_ = 0;
};

}  // namespace

std::unique_ptr<RtcSession> NewRtcViewer(const RtcSession::Surroundings& around,
                                         RtcSession::Agreed agreed, PeerSession session,
                                         Timestamp now) {
  return std::make_unique<RtcViewer>(around, std::move(agreed), std::move(session), now);
}

}  // namespace onair::edge
