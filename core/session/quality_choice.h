// SPDX-License-Identifier: Apache-2.0
//
// Decides which of a live stream's qualities a viewer plays: the next lower ones before the buffer
// runs dry, a better one when the network has carried the present one for a while.
//
// A live stream is no faster than its source, so most of the time its bytes say only that the
// network carries them. What it carries at all shows when media comes slower than it plays (that
// is all there is), and in bursts (it is at least that). Better qualities are therefore tried: the
// second stream comes beside the first, and is left at once where the first one suffers.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "core/api/events.h"
#include "core/api/quality_config.h"
#include "core/api/realtime_transport.h"
#include "core/media/media_time.h"

namespace onair::session {

// What is known of the stream that plays, each 100 ms or so.
struct QualitySample {
  Timestamp at;
  DataSize received;                 // By all connections so far; a lower value begins anew.
  DataSize own = DataSize::Zero();   // By the connection that plays.
  std::optional<MediaTime> arrived;  // The furthest position that came.
  TimeDelta buffered;                // Not yet due.
  PlayState state;
  // Over datagrams: media that is repaired still comes, while the line carries no more.
  std::optional<RealtimeTransport::Arrivals> packets = {};
};

struct QualityDecision {
  std::size_t quality = 0;  // To be played; the present one: nothing is to be done.
  const char* reason = "";  // For traces.
};

// Pure; single-owner. `now` does not decrease.
class QualityChoice {
 public:
  // `rates`: of all media of each quality, ascending; not empty. `playing`: which it begins with.
  QualityChoice(const QualityConfig& config, std::vector<DataRate> rates, std::size_t playing,
                Timestamp now);

  void OnSample(const QualitySample& sample);
  // A change was begun, plays, or did not come about.
  void OnBegan(std::size_t quality, Timestamp now);
  void OnPlays(std::size_t quality, Timestamp now);
  void OnFailed(Timestamp now);

  // The same until one of those three is told. While a change is under way: another quality than
  // it leads to means that it is to be left.
  [[nodiscard]] QualityDecision Decide(Timestamp now) const;

  // The other stream of a change under way need not be tried any more, only its media be there.
  bool MayTakeOver(Timestamp now) const;

  std::size_t playing() const { return playing_; }
  // What the network carries: all of it where that was seen lately, else at least what came.
  DataRate estimate() const;

 private:
  struct Measured {
    DataRate rate;
    Timestamp at;
  };

  struct Span {
    bool is_filled = false;
    DataRate rate = DataRate::Zero();
    double speed = 1;  // Of arriving media, against the clock.
  };

  // Of packets, over a span; zero where nothing is known of them.
  struct Losses {
    double share = 0;  // That did not come by themselves.
    std::int64_t pictures = 0;
  };

  Span SpanOf(TimeDelta most, double filled) const;
  std::deque<QualitySample>::const_iterator First(TimeDelta most) const;
  Losses LossesOf(TimeDelta most) const;
  TimeDelta Standing(TimeDelta most) const;
  bool IsOverfull(TimeDelta most) const;
  void Measure();
  void NoteOpening(const QualitySample& sample);
  std::optional<DataRate> OpenedInVain() const;
  bool IsHalfGone() const;
  bool WillRunDry() const;
  bool HasRoomFor(std::size_t quality) const;
  std::size_t Lower(DataRate carried) const;
  void WaitLonger(std::size_t quality);
  bool Known(const std::optional<Measured>& measured) const;

  const QualityConfig config_;
  const std::vector<DataRate> rates_;
  std::size_t playing_;
  Timestamp plays_since_;
  std::optional<std::size_t> leads_to_;  // While a change is under way.
  Timestamp began_at_;                   // The same.
  std::deque<QualitySample> samples_;    // Of the last seconds, since the last change.
  PlayState state_ = PlayState::kConnecting;
  // Of a stream that shows nothing yet: when its bytes began to come, and the newest.
  std::optional<QualitySample> opening_, opened_;
  std::optional<Measured> most_;   // It carries no more.
  std::optional<Measured> least_;  // It carries as much.
  bool was_silent_ = false;        // At the last sample: nothing came.
  bool is_behind_ = false;         // Media comes slower than it plays.
  bool is_squeezed_ = false;       // Right now.
  bool is_overfull_ = false;       // The line loses what it does not carry.
  double speed_ = 1;               // Where it is behind.
  Timestamp calm_since_;
  std::optional<Timestamp> climbed_at_;  // Until proven.
  std::vector<TimeDelta> waits_;         // Before each of them is tried.
  Timestamp retry_at_ = Timestamp::MinusInfinity();
  Timestamp now_;
};

}  // namespace onair::session
