// SPDX-License-Identifier: Apache-2.0
#include "platform/c/player_report.h"

#include <optional>

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
    event_.path = "";
    event_.url = "";
  }

  void Add(const PlayStateEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_STATE;
    event_.state = static_cast<std::int32_t>(e.state);
    event_.wait_us = e.retry_in.us();
    error_.Set(e.error);
  }
  void Add(const FirstPictureEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_FIRST_PICTURE;
    event_.wait_us = e.since_start.us();
  }
  void Add(const TracksEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_TRACKS;
    if (const auto& video = e.tracks.video) {
      event_.video_codec = CodecOf(video->codec);
      event_.width = video->size.width;
      event_.height = video->size.height;
    }
    if (const auto& audio = e.tracks.audio) {
      event_.audio_codec = CodecOf(audio->codec);
      event_.sample_rate = audio->format.sample_rate;
      event_.channels = audio->format.channels;
    }
  }
  void Add(const SoundFailedEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_SOUND_FAILED;
    error_.Set(e.error);
  }
  void Add(const SnapshotEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_SNAPSHOT;
    event_.path = e.path.c_str();
    error_.Set(e.error);
  }
  void Add(const RecordingEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_RECORDING;
    event_.path = e.path.c_str();
    event_.recording = static_cast<std::int32_t>(e.state);
    error_.Set(e.error);
  }
  void Add(const SeekedEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_SEEKED;
    event_.position_us = e.position.us();
    error_.Set(e.error);
  }
  void Add(const StreamDataEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_DATA;
    event_.position_us = e.pts.us();
    event_.data_kind = e.kind;
    event_.data = e.payload.data();
    event_.data_size = e.payload.size();
  }
  void Add(const SwitchEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_SWITCH;
    event_.switch_phase = static_cast<std::int32_t>(e.phase);
    event_.switch_cause = static_cast<std::int32_t>(e.cause);
    event_.url = e.url.c_str();
    event_.wait_us = e.took.us();
    error_.Set(e.error);
  }

  const onair_play_event& event() const { return event_; }

 private:
  onair_play_event event_{};
  EventError error_;
};

}  // namespace

void TellEvent(const PlayEvent& event, const std::function<void(const onair_play_event&)>& tell) {
  Report report;
  std::visit([&](const auto& e) { report.Add(e); }, event);
  tell(report.event());
}

onair_player_stats NumbersOf(const PlayerStats& stats) {
  onair_player_stats out{};
  out.size = sizeof(out);
  out.state = static_cast<std::int32_t>(stats.session.state);
  out.width = stats.picture_size.width;
  out.height = stats.picture_size.height;
  out.video_frames_received = stats.session.video_frames_received;
  out.audio_frames_received = stats.session.audio_frames_received;
  out.frames_decoded = stats.frames_decoded;
  out.frames_presented = stats.frames_presented;
  out.frames_dropped = stats.frames_dropped;
  out.decode_errors = stats.decode_errors;
  out.audio_gaps = stats.audio_gaps;
  out.stalls = stats.session.stalls;
  out.stalled_us = stats.session.stalled_for.us();
  out.reconnects = stats.session.reconnects;
  out.bytes_received = stats.session.bytes_received.bytes();
  out.buffered_us = stats.session.buffered.us();
  out.first_picture_us = -1;
  if (stats.first_presented_at && stats.started_at) {
    out.first_picture_us = (*stats.first_presented_at - *stats.started_at).us();
  }
  out.latency_us = MicrosOf(stats.latency_now);
  out.frame_rate = stats.frame_rate;
  out.freeze_percent = stats.freeze_percent;
  out.position_us = MicrosOf(stats.place.position);
  out.duration_us = MicrosOf(stats.place.duration);
  out.is_seekable = stats.place.is_seekable ? 1 : 0;
  out.preloaded = static_cast<std::int32_t>(stats.preloaded);
  out.switches = stats.switches;
  out.fallbacks = stats.fallbacks;
  out.switches_failed = stats.switches_failed;
  out.bandwidth_bps = stats.bandwidth.bps();
  out.quality = stats.quality ? static_cast<std::int32_t>(*stats.quality) : -1;
  out.quality_mode = static_cast<std::int32_t>(stats.quality_mode);
  return out;
}

}  // namespace onair::c
