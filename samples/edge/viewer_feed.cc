// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/viewer_feed.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "transport/cc/registry.h"

namespace onair::edge {
namespace {

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

// The key frame that a viewer begins at, before anything is known of his line, and as a multiple of
// the stream's rate. Source: ours; a key frame of 100 kB in 80 ms, and half of it still waits on a
// line of 1.5 times the rate, which queues on the way hold.
constexpr DataRate kStartRate = DataRate::KilobitsPerSec(10'000);
constexpr double kStartHeadroom = 2.5;
// Behind it until the first feedback, and to who gives none.
constexpr double kUnheard = 2.0;
// While the stream's rate is not known: its first second.
constexpr DataRate kLeastStream = DataRate::KilobitsPerSec(1'000);

// RTP, SRTP and UDP over 1200 bytes, and resends that are lost once more.
constexpr double kOverhead = 1.06;
constexpr double kResend = 1.2;

constexpr DataRate kAudioRate = DataRate::KilobitsPerSec(128);

// A publisher that came back stands where the viewer's line stood still. Source: ours.
constexpr TimeDelta kMostDrift = TimeDelta::Seconds(1);

std::unique_ptr<cc::Controller> NewController() {
  cc::ControllerConfig config;
  config.max_rate = ViewerPace::kMost;
  config.audio_rate = kAudioRate;
  auto made = cc::MakeController(cc::kDefaultDatagramController, config);
  return made ? std::move(*made) : nullptr;
}

}  // namespace

void ViewerFeed::HandleFeedback(const cc::FeedbackReport& report, PeerSession& session,
                                Timestamp now) {
  if (pace_) Report(report, session, now);
}

void ViewerFeed::HandleTime(PeerSession& session, Timestamp now) {
  if (pace_) Report({.at = now, .packets = {}}, session, now);
}

void ViewerFeed::Report(const cc::FeedbackReport& report, PeerSession& session, Timestamp now) {
  pace_->OnReport(report, needed(), now);
  if (controller_) repair_ = controller_->OnReport(report).repair;
  Pace(session, now);
}

// The publisher's next picture where he can be asked; else the cached ones from the start.
void ViewerFeed::HandleKeyFrameWanted(Timestamp now) {
  ++keys_wanted_;
  if (!pace_) return;
  const bool is_slow = pace_->line() && *pace_->line() < needed();
  if (is_slow && now - asked_at_ < kSlowAskPause) return;
  asked_at_ = now;
  if (place_.RequestKeyFrame(KeyFrameFor::kLostPicture, now)) return;
  if (now - anew_at_ < kAnewPause) return;
  anew_at_ = now;
  StartAnew();
}

void ViewerFeed::Begin(PeerSession& session, Timestamp now) {
  pace_.emplace(std::clamp(place_.rate().Scaled(kStartHeadroom), kStartRate, ViewerPace::kMost));
  controller_ = NewController();
  Pace(session, now);
}

ViewerFeed::Outcome ViewerFeed::Fill(PeerSession& session, Timestamp now) {
  if (!pace_ || IsGone(session, now)) return Outcome::kNothing;
  if (!HasKeyLeft(session, now)) return Outcome::kNothing;
  Outcome outcome = Outcome::kNothing;
  while (start_ != Start::kKeyLeaves && IsRoomFor(session, now)) {
    if (NextStep(now) == Opening::Step::kWait) return outcome;
    const Took took = TakeNext(session, now);
    if (took == Took::kUnfit) return Outcome::kOver;
    if (took == Took::kNothing) return outcome;
    outcome = Outcome::kSome;
  }
  SkipIfBehind(now);
  return outcome;
}

// Who answers again goes on at the newest key frame, as one who joins.
bool ViewerFeed::IsGone(const PeerSession& session, Timestamp now) {
  using Tells = ViewerSilence::Tells;
  silence_.OnHeard(session.ice().stats().requests + session.rtp()->stats().rtcp_received);
  // By what he does: one may agree to tell of packets and not do so.
  const Tells tells = pace_->is_heard() ? Tells::kPackets : Tells::kOthers;
  const bool was_gone = std::exchange(is_gone_, silence_.IsGone(tells, now));
  if (is_gone_ && !was_gone) ++silences_;
  if (was_gone && !is_gone_) StartAnew();
  return is_gone_;
}

// The first key frame leaves faster than what follows, until something is known of the line.
bool ViewerFeed::HasKeyLeft(PeerSession& session, Timestamp now) {
  if (start_ != Start::kKeyLeaves) return true;
  if (session.rtp()->queue_size() > DataSize::Zero()) return false;
  start_ = Start::kDone;
  Pace(session, now);
  return true;
}

bool ViewerFeed::IsRoomFor(const PeerSession& session, Timestamp now) const {
  const rtp::Transport* rtp = session.rtp();
  if (rtp == nullptr) return false;
  return rtp->queue_size() < std::max(rate_ * kMostQueued, kLeastQueued) &&
         rtp->queue_span(now) < kMostQueueSpan;
}

Opening::Step ViewerFeed::NextStep(Timestamp now) {
  if (opening_.is_over()) return Opening::Step::kGoOn;
  const relay::ViewerStats stats = place_.stats();
  const Opening::Standing standing{.behind = stats.backlog_span,
                                   .left = stats.backlog_size,
                                   .has_later_key = stats.has_later_start,
                                   .has_key = start_ != Start::kNoPicture,
                                   .is_live = !catch_up_.is_behind(),
                                   .line = pace_->line(),
                                   .needed = needed()};
  const Opening::Step step = opening_.Next(standing, now);
  if (step == Opening::Step::kJump) StartAnew();
  if (step != Opening::Step::kAsk) return step;
  using enum Opening::Answer;
  opening_.Asked(place_.RequestKeyFrame(KeyFrameFor::kOpening, now) ? kIsComing : kNever, now);
  return opening_.Next(standing, now);
}

// His line takes less than the stream: pictures are skipped, up to a key frame.
void ViewerFeed::SkipIfBehind(Timestamp now) {
  const relay::ViewerStats stats = place_.stats();
  if (stats.backlog_span <= kMostBehind) return;
  if (stats.has_later_start) return StartAnew();
  if (!opening_.is_over() || now - asked_at_ < kSlowAskPause) return;
  asked_at_ = now;
  static_cast<void>(place_.RequestKeyFrame(KeyFrameFor::kLostPicture, now));
}

void ViewerFeed::StartAnew() {
  is_starting_ = true;
  place_.StartAnew();
}

ViewerFeed::Took ViewerFeed::TakeNext(PeerSession& session, Timestamp now) {
  const TimeDelta behind = is_starting_ ? place_.stats().backlog_span : TimeDelta::Zero();
  const relay::Taken next = place_.Next(now);
  if (auto* const* tracks = std::get_if<relay::Tracks*>(&next)) {
    // Another codec than agreed; the viewer asks anew.
    return session.SetTracks((*tracks)->tracks, now) ? Took::kOne : Took::kUnfit;
  }
  auto* const* entry = std::get_if<relay::Entry*>(&next);
  if (entry == nullptr) return Took::kNothing;
  const EncodedFrame& frame = (*entry)->frame;
  if (std::exchange(is_starting_, false)) {
    catch_up_.Begin(frame.dts, behind, now);
    opening_.Begin(now);
  }
  SendAt(session, frame, now);
  if (frame.is_key() && start_ == Start::kNoPicture) start_ = Start::kKeyLeaves;
  return Took::kOne;
}

void ViewerFeed::SendAt(PeerSession& session, EncodedFrame frame, Timestamp now) {
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  const bool is_sound = frame.track() == TrackKind::kAudio;  // It never waits in the pacer.
  const Timestamp from = is_sound ? now : now + session.rtp()->queue_size() / rate_;
  const auto shown = catch_up_.Place(frame.track(), frame.pts, {from, from + size / rate_});
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
  silence_.OnSent(now);
}

DataRate ViewerFeed::needed() const {
  const double resends = 1 + kResend * pace_->loss();
  return std::max(place_.rate(), kLeastStream).Scaled(kOverhead * resends);
}

void ViewerFeed::Pace(PeerSession& session, Timestamp now) {
  rate_ = pace_->rate();
  if (start_ == Start::kDone && !pace_->is_heard())
    rate_ = std::min(rate_, needed().Scaled(kUnheard));
  const cc::CongestionDecision decision{.target_rate = rate_,
                                        .pacing_rate = rate_,
                                        .congestion_window = {},
                                        .probe = {},
                                        .repair = repair_,
                                        .cause = cc::Cause::kNone,
                                        .decide_again_at = now + TimeDelta::Seconds(1),
                                        .reason = "viewer's line"};
  session.Apply(decision, kAudioRate, now);
}

}  // namespace onair::edge
