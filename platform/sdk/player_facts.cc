// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player_facts.h"

#include <algorithm>

namespace onair {

void PlayerFacts::Sample(const PlaySwitch& sessions) {
  const PlaySessionStats session = sessions.playing().stats();
  const runtime::ByteStreamStats stream = sessions.playing().stream_stats();
  const MediaPlace place = sessions.playing().place();
  const runtime::MutexLock lock(mutex_);
  session_ = session;
  stream_ = stream;
  place_ = place;
  switches_ = sessions.counts();
  quality_ = sessions.quality();
  url_ = sessions.url();
  if (session.state == PlayState::kPlaying) buffered_.Add(session.buffered);
}

bool PlayerFacts::SetState(PlayState state, Timestamp now) {
  const runtime::MutexLock lock(mutex_);
  const bool was_paused = session_.state == PlayState::kPaused;
  session_.state = state;
  if (state == PlayState::kAwaitingPublisher) {
    expected_until_ = now;
  } else if (state != PlayState::kEnded) {
    expected_until_ = Timestamp::PlusInfinity();
  }
  return was_paused || state == PlayState::kPaused || state == PlayState::kEnded;
}

void PlayerFacts::SetLine(const ClockMap& line) {
  const runtime::MutexLock lock(mutex_);
  line_ = line;
  rate_min_ = std::min(rate_min_, line.rate);
  rate_max_ = std::max(rate_max_, line.rate);
}

void PlayerFacts::NotePresented(MediaTime pts, Timestamp at, std::optional<TimeDelta> sound_late) {
  const runtime::MutexLock lock(mutex_);
  if (!line_ || !sound_late) return;
  // Both errors against the one line; their difference is what ears and eyes notice.
  av_offset_.Add(line_->MediaOf(at) - pts - *sound_late);
}

Timestamp PlayerFacts::expected_until() const {
  const runtime::MutexLock lock(mutex_);
  return expected_until_;
}

void PlayerFacts::Fill(PlayerStats& stats) const {
  const runtime::MutexLock lock(mutex_);
  stats.session = session_;
  stats.place = place_;
  stats.buffered = buffered_;
  stats.av_offset = av_offset_;
  stats.playback_rate_min = rate_min_;
  stats.playback_rate_max = rate_max_;
  stats.url = url_;
  stats.quality = quality_.playing;
  stats.quality_mode = quality_.mode;
  stats.bandwidth = quality_.bandwidth;
  stats.switches = switches_.switches;
  stats.fallbacks = switches_.fallbacks;
  stats.switches_failed = switches_.switches_failed;
  stats.connect_attempts = stream_.connect_attempts;
  stats.is_tls_resumed = stream_.is_tls_resumed;
}

}  // namespace onair
