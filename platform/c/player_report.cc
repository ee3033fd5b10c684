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
    event_.error = &error_;
    event_.path = "";
  }

  void Add(const PlayStateEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_STATE;
    event_.state = static_cast<std::int32_t>(e.state);
    event_.wait_us = e.retry_in.us();
    SetError(e.error);
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
    SetError(e.error);
  }
  void Add(const SnapshotEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_SNAPSHOT;
    event_.path = e.path.c_str();
    SetError(e.error);
  }
  void Add(const RecordingEvent& e) {
    event_.type = ONAIR_PLAY_EVENT_RECORDING;
    event_.path = e.path.c_str();
    event_.recording = static_cast<std::int32_t>(e.state);
    SetError(e.error);
  }
  // What C++ apps are told and C does not know yet.
  template <typename Other>
  void Add(const Other&) {}

  const onair_play_event& event() const { return event_; }

 private:
  void SetError(const std::optional<Error>& error) {
    if (!error) return;
    text_.emplace(*error);
    error_ = text_->view();
  }

  onair_play_event event_{};
  onair_error error_ = NoError();
  std::optional<ErrorText> text_;
};

}  // namespace

void TellEvent(const PlayEvent& event, const std::function<void(const onair_play_event&)>& tell) {
  Report report;
  std::visit([&](const auto& e) { report.Add(e); }, event);
  if (report.event().type != 0) tell(report.event());
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
  return out;
}

}  // namespace onair::c
