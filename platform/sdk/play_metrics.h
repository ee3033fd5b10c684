// SPDX-License-Identifier: Apache-2.0
//
// What an app tells its backend of one play, as events with stable names (docs/metrics.md):
//
//   on_event:        Send(MetricOf(event, player->stats(), now));
//   each 5 seconds:  Send(HealthMetric(player->stats(), now));
//   at the end:      Send(EndMetric(player->stats(), error, now));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/api/events.h"
#include "platform/sdk/player_stats.h"

namespace onair {

// One event for a backend. A plain value.
struct Metric {
  // One number or text of it.
  struct Value {
    std::string_view key;  // Static text; its unit comes last.
    // Empty: not known.
    std::variant<std::monostate, double, std::string> value;
  };

  std::string_view name;      // Static text.
  Timestamp at;               // When it happened, by runtime::Now().
  std::vector<Value> values;  // In the order of docs/metrics.md.
};

// One line of JSON without a line break: {"event":…,"t_ms":…,…}. `zero`: what t_ms counts from.
std::string ToJson(const Metric& metric, Timestamp zero);

// `stats` matter for FirstPictureEvent alone. Empty: the event is not for a backend.
std::optional<Metric> MetricOf(const PlayEvent& event, const PlayerStats& stats, Timestamp now);
// How playing has gone since the first picture.
Metric HealthMetric(const PlayerStats& stats, Timestamp now);
// The whole play in one event. `error`: what ended it, when not the app.
Metric EndMetric(const PlayerStats& stats, const std::optional<Error>& error, Timestamp now);

}  // namespace onair
