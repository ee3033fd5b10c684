// SPDX-License-Identifier: Apache-2.0
#include "platform/c/publisher_report.h"

#include <optional>
#include <type_traits>

#include "platform/c/answer.h"
#include "platform/c/convert.h"

namespace onair::c {
namespace {

// Collects one event; keeps its texts.
class Report {
 public:
  Report() {
    event_.size = sizeof(event_);
    event_.error = error_.view();
    event_.controller = event_.arm = "";
  }

  void Add(const PublishStateEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_STATE, e.destination);
    event_.state = static_cast<std::int32_t>(e.state);
    event_.wait_us = e.retry_in.us();
    error_.Set(e.error);
  }
  void Add(const HandOverFailedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_HAND_OVER_FAILED, e.destination);
    error_.Set(e.error);
  }
  void Add(const FirstFrameSentEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_FIRST_FRAME, e.destination);
    event_.wait_us = e.since_start.us();
  }
  void Add(const FramesDroppedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_DROPPED, e.destination);
    event_.frame_count = e.frames;
  }
  void Add(const NetworkQualityEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_NETWORK, e.destination);
    event_.network = static_cast<std::int32_t>(e.quality);
    event_.trouble = static_cast<std::int32_t>(e.trouble);
  }
  void Add(const RateChangedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_RATE, e.destination);
    event_.rate_bps = e.video_rate.bps();
  }
  void Add(const QosChosenEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_POLICY, e.destination);
    event_.controller = e.choice.controller.c_str();
    event_.arm = e.choice.arm.c_str();
  }
  void Add(const AudioRefusedEvent& e) { Begin(ONAIR_PUBLISH_EVENT_AUDIO_REFUSED, e.destination); }
  void Add(const SourceEndedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_SOURCE_ENDED, 0);
    error_.Set(e.error);
  }
  void Add(const SourceSkippedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_SOURCE_SKIPPED, 0);
    error_.Set(e.error);
  }
  void Add(const FacesFailedEvent& e) {
    Begin(ONAIR_PUBLISH_EVENT_FACES_FAILED, 0);
    error_.Set(e.error);
  }

  const onair_publish_event& event() const { return event_; }

 private:
  void Begin(std::int32_t type, std::size_t destination) {
    event_.type = type;
    event_.destination = static_cast<std::int32_t>(destination);
  }
  onair_publish_event event_{};
  EventError error_;
};

}  // namespace

void TellEvent(const PublishEvent& event,
               const std::function<void(const onair_publish_event&)>& tell) {
  Report report;
  std::visit([&](const auto& e) { report.Add(e); }, event);
  tell(report.event());
}

onair_publisher_stats NumbersOf(const PublisherStats& stats) {
  onair_publisher_stats out{};
  out.size = sizeof(out);
  out.frames_captured = stats.frames_captured;
  out.frames_encoded = stats.frames_encoded;
  out.frames_dropped = stats.frames_dropped;
  out.frames_skipped = stats.frames_skipped;
  out.frames_repeated = stats.frames_repeated;
  out.audio_glitches = stats.audio_glitches;
  out.encode_errors = stats.encode_errors;
  out.key_frames = stats.key_frames;
  out.video_bytes = stats.video_bytes.bytes();
  out.audio_bytes = stats.audio_bytes.bytes();
  out.target_rate_bps = stats.target_rate.bps();
  out.frame_rate = stats.frame_rate;
  out.width = stats.picture_size.width;
  out.height = stats.picture_size.height;
  out.destination_count = static_cast<std::int32_t>(stats.destinations.size());
  out.frames_withheld = stats.frames_withheld;
  out.audio_frames_withheld = stats.audio_frames_withheld;
  out.encoder = stats.encoder.empty() ? "" : stats.encoder.data();  // A literal.
  out.follows_regions = stats.roi == RoiSupport::kNone ? 0 : 1;
  return out;
}

onair_encoder_target NumbersOf(const EncoderTarget& target) {
  onair_encoder_target out{};
  out.size = sizeof(out);
  out.rate_bps = target.video_rate.bps();
  out.frame_rate = target.frame_rate;
  out.frame_limit = target.frame_limit ? target.frame_limit->bytes() : 0;
  out.is_paused = target.intake == Intake::kPaused ? 1 : 0;
  return out;
}

onair_destination_stats NumbersOf(const DestinationStats& stats) {
  onair_destination_stats out{};
  out.size = sizeof(out);
  out.state = static_cast<std::int32_t>(stats.session.state);
  out.network = static_cast<std::int32_t>(stats.network);
  out.frames_sent = stats.session.frames_sent;
  out.frames_dropped = stats.session.frames_dropped;
  out.key_frames_sent = stats.session.key_frames_sent;
  out.audio_frames_sent = stats.session.audio_frames_sent;
  out.bytes_sent = stats.session.bytes_sent.bytes();
  out.queue_us = stats.session.queue_span.us();
  out.rtt_us = MicrosOf(stats.rtt_now);
  out.send_delay_us = MicrosOf(stats.send_delay.Quantile(0.5));
  out.network_rate_bps = stats.network_rate ? stats.network_rate->bps() : -1;
  out.reconnects = stats.session.reconnects;
  out.hand_overs = stats.session.hand_overs;
  return out;
}

}  // namespace onair::c
