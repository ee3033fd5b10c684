// SPDX-License-Identifier: Apache-2.0
//
// Frames of sound that come over datagrams, once more in their order: doubles go, what is late is
// waited for as long as its owner has time, what is lost is said so that the decoder can stand in.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/media/encoded_frame.h"

namespace onair::playout {

struct SoundFrame {
  EncodedFrame frame;
  // Of its sound, > 0; empty where nobody knows: then what frames lie apart tells.
  std::optional<TimeDelta> span;
  // Of the packet that it came in as its own; empty for repetitions (RED). Tells silence that was
  // not sent from loss.
  std::optional<std::int64_t> sequence;
};

// Pure, single-owner. Push() what comes, then Pop() until it gives nothing; again with what comes
// next, or when the sound at hole() is needed.
class AudioOrder {
 public:
  enum class Outcome { kNews = 1, kDouble = 2, kLate = 3 };

  // Sound that will not come. front() is the frame right behind it: the decoder may find a copy in
  // it.
  struct Lost {
    MediaTime pts;
    TimeDelta span;
  };
  using Item = std::variant<EncodedFrame, Lost>;

  struct Stats {
    std::int64_t frames = 0;     // Given.
    std::int64_t doubles = 0;    // Came more than once.
    std::int64_t late = 0;       // Came after they were given up.
    std::int64_t lost = 0;       // Holes that were said.
    std::int64_t overflows = 0;  // Holes given up because too much waited behind them.
    std::int64_t restarts = 0;   // pts jumped.
    TimeDelta lost_for = TimeDelta::Zero();
  };

  Outcome Push(SoundFrame sound);
  // The next in order. Sound in front of `needed` cannot be waited for any more: a hole that begins
  // there is given up whole when something behind it is here.
  [[nodiscard]] std::optional<Item> Pop(MediaTime needed);
  // The next frame that waits; null when none does. Until the next Push() or Pop().
  const EncodedFrame* front() const {
    return waiting_.empty() ? nullptr : &waiting_.front().sound.frame;
  }
  // Where the hole begins that Pop() waits at; empty when it waits for none.
  std::optional<MediaTime> hole() const {
    return waiting_.empty() || !next_ || !IsHole() ? std::nullopt : next_;
  }
  void Clear();

  const Stats& stats() const { return stats_; }

 private:
  // Of Opus, RFC 6716 section 2.1.4. To be learned wider costs some holes that are none; the other
  // way round frames would count as doubles.
  static constexpr TimeDelta kShortestFrame = TimeDelta::Micros(2'500);

  struct Waiting {
    SoundFrame sound;
    TimeDelta span;  // As given, or else as it seemed.
    MediaTime pts() const { return sound.frame.pts; }
  };

  bool IsHole() const;
  void LearnSpacing(MediaTime pts);
  bool IsBetween(const SoundFrame& sound) const;
  bool WasGivenUp(MediaTime pts) const;
  bool IsSilence() const;
  EncodedFrame TakeFront();

  std::deque<Waiting> waiting_;                     // By pts; at most kMostWaiting.
  TimeDelta spacing_ = kShortestFrame;              // Of frames without a span.
  int wider_ = 0;                                   // Frames in a row that lay further apart.
  TimeDelta wider_by_ = TimeDelta::PlusInfinity();  // The least that those lay apart.
  std::optional<MediaTime> last_;                   // Of the frame given last.
  std::optional<MediaTime> next_;                   // Where the frame given last ends.
  std::deque<Lost> given_up_;                       // The last ones, at most kMostGivenUp.
  std::optional<std::int64_t> last_sequence_;       // Of the frame given last.
  Stats stats_;
};

}  // namespace onair::playout
