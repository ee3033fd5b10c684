// SPDX-License-Identifier: Apache-2.0
//
// What the media half of a play session does with sound alone: order, holes, when it is decoded.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/session/live_playout.h"

namespace onair::session {
namespace {

// A speed that differs by more is kept by stretching sound, which wants this much of it in advance.
// Source: platform/sdk/audio_renderer.cc, two pitch periods of sonic's.
constexpr double kStretchFrom = 0.0105;
constexpr TimeDelta kStretchAhead = TimeDelta::Millis(30);

// Sound later than this is not worth decoding; closer to its time it still primes the codec.
constexpr TimeDelta kAudioTooLate = TimeDelta::Millis(50);

}  // namespace

// False: it was here before.
bool LivePlayout::Take(EncodedFrame frame, Timestamp now) {
  const bool is_ordered =
      frame.track() == TrackKind::kVideo || style_.sound == PlayoutStyle::Sound::kInOrder;
  if (is_ordered) {
    Enqueue(std::move(frame), now);
    return true;
  }
  const auto span = frame.span;
  const auto outcome = order_.Push({std::move(frame), span, std::nullopt});
  OrderSound(now);
  return outcome != playout::AudioOrder::Outcome::kDouble;
}

// A hole is waited for until its sound is needed.
void LivePlayout::OrderSound(Timestamp now) {
  // The slack is for a line's rounding: what a timer woke for is due.
  OrderSound(line_.map() ? line_.map()->MediaOf(now + AudioAhead(TimeDelta::Zero())) + kTick
                         : MediaTime::Micros(std::numeric_limits<std::int64_t>::min()),
             now);
}

void LivePlayout::OrderSound(MediaTime needed, Timestamp now) {
  while (auto item = order_.Pop(needed)) {
    if (auto* frame = std::get_if<EncodedFrame>(&*item)) {
      Enqueue(std::move(*frame), now);
    } else {
      is_behind_hole_ = true;
    }
  }
}

// Sound waits until the opening burst is through: chasing it would chop sound up.
void LivePlayout::ReleaseAudio(Timestamp now) {
  if (!line_.HasSettled(now)) return;
  const ClockMap& line = *line_.map();
  while (const EncodedFrame* frame = buffer_.Front(TrackKind::kAudio)) {
    const Timestamp due = line.AtOf(frame->dts);
    if (!is_behind_hole_ && SoundGoesAt(frame->dts) > now) return;
    is_behind_hole_ = false;
    if (due + kAudioTooLate < now) {
      buffer_.DropFront(TrackKind::kAudio);
    } else {
      Decode(TrackKind::kAudio, line.AtOf(frame->pts), now);
    }
  }
}

Timestamp LivePlayout::SoundNeededAt(MediaTime position) const {
  return line_.map()->AtOf(position) - AudioAhead(TimeDelta::Zero());
}
Timestamp LivePlayout::SoundGoesAt(MediaTime position) const {
  return line_.map()->AtOf(position) - AudioAhead(style_.audio_early);
}

TimeDelta LivePlayout::AudioAhead(TimeDelta early) const {
  const bool is_stretched = std::abs(line_.playback_rate() - 1.0) > kStretchFrom;
  const TimeDelta stretch = is_stretched ? kStretchAhead : TimeDelta::Zero();
  return std::max(style_.audio_ahead, audio_lead_ + style_.audio_margin + std::max(stretch, early));
}

}  // namespace onair::session
