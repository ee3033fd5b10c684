// SPDX-License-Identifier: Apache-2.0
//
// Frames of sound that come over datagrams, once more in their order: doubles go, what is late is
// waited for as long as there is time, what is lost is said so that the decoder can stand in.
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

// Pure, single-owner. Push() what comes, then Pop() until it gives nothing, then again at
// wake_at().
class AudioOrder {
 public:
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

  // `patience`: how long a hole is waited for from when sound behind it is here. Longer than the
  // play line has time for is no use; shorter makes up what a resend would have brought.
  explicit AudioOrder(TimeDelta patience) : patience_(patience) {}
  void SetPatience(TimeDelta patience) { patience_ = patience; }

  void Push(SoundFrame sound, Timestamp at);
  [[nodiscard]] std::optional<Item> Pop(Timestamp now);
  // The next frame that waits; null when none does. Until the next Push() or Pop().
  const EncodedFrame* front() const {
    return waiting_.empty() ? nullptr : &waiting_.front().sound.frame;
  }
  // When Pop() gives up the hole it waits at; infinity when it waits for none.
  Timestamp wake_at() const;
  void Clear();

  const Stats& stats() const { return stats_; }

 private:
  struct Waiting {
    SoundFrame sound;
    Timestamp came_at;
    TimeDelta span;  // As given, or else as it seemed.
    MediaTime pts() const { return sound.frame.pts; }
  };

  bool IsHole() const;
  void LearnSpacing(MediaTime pts);
  bool WasGivenUp(MediaTime pts) const;
  bool IsSilence() const;
  EncodedFrame TakeFront();

  TimeDelta patience_;
  std::deque<Waiting> waiting_;                // By pts; at most kMostWaiting.
  TimeDelta spacing_ = TimeDelta::Millis(20);  // Of frames without a span.
  int wider_ = 0;                              // Frames in a row that lay further apart.
  std::optional<MediaTime> last_;              // Of the frame given last.
  std::optional<MediaTime> next_;              // Where the frame given last ends.
  std::deque<Lost> given_up_;                  // The last ones, at most kMostGivenUp.
  std::optional<std::int64_t> last_sequence_;  // Of the frame given last.
  Stats stats_;
};

}  // namespace onair::playout
