// SPDX-License-Identifier: Apache-2.0
#include "core/session/play_progress.h"

#include <algorithm>

#include "core/session/state_names.h"

namespace onair::session {
namespace {

// Bytes that count as progress without a whole frame: a key frame over a slow link. Pings stay
// far below. Source: ours; 26 kbit/s over the default stall_timeout, no link for pictures.
constexpr DataSize kProgress = DataSize::Kibibytes(16);

}  // namespace

OpeningStages& PlayProgress::RestartOpening(Timestamp now) {
  stats_.opening = OpeningStages{};
  stats_.opening.started = now;
  return stats_.opening;
}

void PlayProgress::Begin(Timestamp now) {
  RestartOpening(now);
  Enter(PlayState::kConnecting, std::nullopt, TimeDelta::Zero(), now);
}

void PlayProgress::Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in,
                         Timestamp now) {
  stats_.state = state;
  trace_.Decision(now, "play.state", NameOf(state),
                  error ? Describe(error->code).name : std::string_view("ok"));
  said_.emplace_back(Play::StateChanged{state, std::move(error), retry_in});
}

Timestamp PlayProgress::LastStage() const {
  const OpeningStages& o = stats_.opening;
  Timestamp last = *o.started;
  for (const auto& stage : {o.resolved, o.connected, o.secured, o.requested, o.first_byte}) {
    if (stage) last = std::max(last, *stage);
  }
  return last;
}

// A connection's stages follow each other; what overlaps with them has spans of its own.
void PlayProgress::Mark(Stage stage, std::string_view name, Timestamp now) {
  if (stats_.opening.*stage || !is_opening()) return;
  trace_.Span(LastStage(), now, name);
  stats_.opening.*stage = now;
}

void PlayProgress::NoteRedirect() {
  ++stats_.redirects;
  if (is_opening()) RestartOpening(*stats_.opening.started);
}

void PlayProgress::Inherit(const PlayProgress& other) {
  stats_.bytes_received += other.stats_.bytes_received;
  stats_.redirects += other.stats_.redirects;
  had_media_ = other.had_media_;
  if (!is_opening() || !stats_.opening.started) return;
  const Timestamp started = *stats_.opening.started;
  stats_.opening = other.stats_.opening;
  stats_.opening.started = started;
}

bool PlayProgress::NoteBytes(std::size_t count) {
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(count));
  stats_.bytes_received += size;
  unmet_ += size;
  return unmet_ >= kProgress;
}

void PlayProgress::OnConnection() {
  had_media_ = false;
  unmet_ = DataSize::Zero();
  playout_.OnConnection();
}

bool PlayProgress::NoteMedia() {
  if (std::exchange(had_media_, true)) return false;
  if (starts_seen_ > 0) ++stats_.reconnects;
  return true;
}

void PlayProgress::Sync(Timestamp now) {
  auto& said = playout_.said();
  while (!said.empty()) {
    std::visit([this](auto& one) { said_.emplace_back(std::move(one)); }, said.front());
    said.pop_front();
  }
  if (std::exchange(starts_seen_, playout_.starts()) != playout_.starts() &&
      stats_.state != PlayState::kPlaying) {
    Enter(PlayState::kPlaying, std::nullopt, TimeDelta::Zero(), now);
  }
  if (std::exchange(stalls_seen_, playout_.stalls()) != playout_.stalls() &&
      stats_.state == PlayState::kPlaying) {
    Enter(PlayState::kStalled, std::nullopt, TimeDelta::Zero(), now);
  }
}

PlaySessionStats PlayProgress::stats(Timestamp now) const {
  PlaySessionStats stats = stats_;
  playout_.FillStats(stats, now);
  return stats;
}

}  // namespace onair::session
