// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/link_text.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace onair::samples {
namespace {

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<double> NumberIn(std::string_view text, double low, double high) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= low && value <= high)) return std::nullopt;
  return value;
}

// "4000/2000@20".
std::optional<std::vector<RateStep>> StepsOf(std::string_view text, TimeDelta duration) {
  std::vector<RateStep> steps;
  for (const std::string_view part : Split(text, '/')) {
    const auto halves = Split(part, '@');
    const auto kbps = NumberIn(halves.front(), 0, 1e7);
    const auto at = halves.size() > 1 ? NumberIn(halves[1], 0, 86'400) : 0;
    if (!kbps || !at || halves.size() > 2) return std::nullopt;
    const TimeDelta from = TimeDelta::SecondsF(*at);
    const bool is_in_order = steps.empty() ? from == TimeDelta::Zero() : from > steps.back().from;
    if (!is_in_order || from >= duration) return std::nullopt;
    steps.push_back({from, DataRate::BitsPerSec(static_cast<std::int64_t>(*kbps * 1000))});
  }
  return steps;
}

struct Key {
  std::string_view name;
  double low;
  double high;
};
constexpr Key kKeys[] = {
    {"delay", 1, 10'000}, {"loss", 0, 100}, {"queue", 1, 60'000}, {"jitter", 0, 1}, {"ecn", 0, 1}};

}  // namespace

Result<PushCase> ParseLink(const std::string& text, TimeDelta duration) {
  std::map<std::string_view, double> values = {
      {"delay", 25}, {"loss", 0}, {"queue", 300}, {"jitter", 0}, {"ecn", 0}};
  std::optional<std::vector<RateStep>> steps;
  std::optional<PushCase::Queueing> queueing = PushCase::Queueing::kTailDrop;
  const auto refuse = [](std::string_view part) {
    return Fail(ErrorCode::kInvalidConfig,
                "link: '" + std::string(part) + "' is not of " + kLinkHelp);
  };
  for (const std::string_view part : Split(text, ',')) {
    const auto halves = Split(part, '=');
    if (halves.size() != 2) return refuse(part);
    if (halves[0] == "rate") {
      steps = StepsOf(halves[1], duration);
      if (!steps) return refuse(part);
      continue;
    }
    if (halves[0] == "queueing") {
      queueing = QueueingOf(halves[1]);
      if (!queueing) return refuse(part);
      continue;
    }
    bool is_known = false;
    for (const Key& key : kKeys) {
      if (key.name != halves[0]) continue;
      const auto value = NumberIn(halves[1], key.low, key.high);
      if (!value) return refuse(part);
      values[key.name] = *value;
      is_known = true;
    }
    if (!is_known) return refuse(part);
  }
  if (!steps) return refuse("rate");
  PushCase out;
  out.name = text;
  out.group = "files";
  out.duration = duration;
  out.flows.front().one_way = TimeDelta::SecondsF(values["delay"] / 1e3);
  out.loss_share = values["loss"] / 100;
  out.has_jitter = values["jitter"] != 0;
  out.has_ecn = values["ecn"] != 0;
  out.forward.push_back(
      MakeBottleneck(TraceOf(*steps, duration), TimeDelta::SecondsF(values["queue"] / 1e3)));
  out.forward.front().queueing = *queueing;
  out.forward.front().queue = std::max(out.forward.front().queue, DataSize::Bytes(3000));
  return out;
}

}  // namespace onair::samples
