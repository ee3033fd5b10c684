// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/selection.h"

#include <algorithm>

namespace onair::ice {
namespace {

// Between two requests on a path that may be failing.
// Source: ours; RFC 8445 allows one every 5 ms, 100 ms finds an outage within a picture or ten.
constexpr TimeDelta kLeastProbeGap = TimeDelta::Millis(100);
constexpr TimeDelta kMostProbeGap = TimeDelta::Millis(500);
constexpr TimeDelta kBackupProbeGap = TimeDelta::Millis(250);

TimeDelta SuspicionGrace(const Pair& pair) {
  return pair.quality.rtt().value_or(TimeDelta::Millis(100)) * 2 + TimeDelta::Millis(50);
}

}  // namespace

bool IsBetter(const Pair& a, const Pair& b) {
  if (a.generation != b.generation) return a.generation > b.generation;
  if (a.cost() != b.cost()) return a.cost() < b.cost();
  return a.priority > b.priority;
}

bool IsWorthLeaving(const Pair& used, const Pair& better) {
  if (better.generation != used.generation) return better.generation > used.generation;
  if (better.cost() != used.cost()) return better.cost() < used.cost();
  return used.is_relayed() && !better.is_relayed();
}

bool IsQuiet(const Pair& pair, const AgentConfig& config, std::optional<Timestamp> suspected_at,
             Timestamp now) {
  return now >= QuietAt(pair, config, suspected_at);
}

Timestamp QuietAt(const Pair& pair, const AgentConfig& config,
                  std::optional<Timestamp> suspected_at) {
  if (suspected_at && pair.last_received <= *suspected_at) {
    return *suspected_at + SuspicionGrace(pair);
  }
  if (pair.unanswered < kPingsToDoubt) return Timestamp::PlusInfinity();
  return pair.last_received + config.quiet_after;
}

const Pair* BestAliveSince(const CheckList& list, Timestamp since) {
  const Pair* best = nullptr;
  for (const Pair& pair : list.pairs()) {
    if (!pair.is_valid() || pair.last_answer < since) continue;
    if (best == nullptr || IsBetter(pair, *best)) best = &pair;
  }
  return best;
}

const Pair* BestAnswering(const CheckList& list) {
  const Pair* best = nullptr;
  for (const Pair& pair : list.pairs()) {
    if (!pair.is_valid() || pair.unanswered != 0) continue;
    if (best == nullptr || IsBetter(pair, *best)) best = &pair;
  }
  return best;
}

void MarkKept(CheckList& list, std::uint32_t selected, int backups) {
  for (Pair& pair : list.pairs()) pair.is_kept = pair.id == selected;
  const Pair* used = list.Find(selected);
  const auto is_elsewhere = [&](const Pair& pair) {
    return used != nullptr && pair.local.base != used->local.base;
  };
  for (int i = 0; i < backups; ++i) {
    Pair* next = nullptr;
    for (Pair& pair : list.pairs()) {
      if (!pair.is_valid() || pair.is_kept) continue;
      const bool is_next =
          next == nullptr ||
          (is_elsewhere(pair) != is_elsewhere(*next) ? is_elsewhere(pair) : IsBetter(pair, *next));
      if (is_next) next = &pair;
    }
    if (next == nullptr) return;
    next->is_kept = true;
  }
}

Timestamp NextPingAt(const Pair& pair, bool is_selected, Alarmed alarmed,
                     const AgentConfig& config) {
  if (!is_selected) {
    const Timestamp regular = pair.is_kept ? pair.consent_check_at : Timestamp::PlusInfinity();
    if (alarmed == Alarmed::kNo) return regular;
    return std::min(regular, pair.last_ping + kBackupProbeGap);
  }
  const TimeDelta gap = pair.unanswered == 0 && alarmed == Alarmed::kNo
                            ? config.probe_after
                            : std::clamp(pair.quality.timeout(), kLeastProbeGap, kMostProbeGap);
  const Timestamp probe =
      alarmed == Alarmed::kYes
          ? pair.last_ping + gap
          : std::max(pair.last_received + config.probe_after, pair.last_ping + gap);
  return std::min(pair.consent_check_at, probe);
}

}  // namespace onair::ice
