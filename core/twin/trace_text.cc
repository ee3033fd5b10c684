// SPDX-License-Identifier: Apache-2.0
#include "core/twin/trace_text.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/twin/decimal_text.h"

namespace onair::twin {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostRows = RateTrace::kMostSteps;
constexpr double kMostSeconds = 1e6;  // Eleven days.
constexpr double kMostMbps = 1e6;

auto Refuse(int line, const char* what) {
  return Fail(ErrorCode::kInvalidConfig, "trace line " + std::to_string(line) + ": " + what);
}

void SkipBlanks(std::string_view& text) {
  const std::size_t at = text.find_first_not_of(" \t\r");
  text.remove_prefix(at == std::string_view::npos ? text.size() : at);
}

// Rows of numbers, line by line; blank lines are skipped.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  // The next line that is not blank; empty at the end.
  std::optional<std::string_view> Next() {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
      SkipBlanks(line);
      if (!line.empty()) return line;
    }
    return std::nullopt;
  }
  int number() const { return number_; }

 private:
  std::string_view text_;
  int number_ = 0;
};

struct Row {
  std::array<double, 4> columns{};
  std::size_t count = 0;
};

std::optional<Row> ParseRow(std::string_view line) {
  Row row;
  while (!line.empty()) {
    const auto value = TakeDecimal(line);
    if (!value || row.count == row.columns.size()) return std::nullopt;
    row.columns[row.count++] = *value;
    if (line.substr(0, 2) == "ms" && row.count == 3) line.remove_prefix(2);
    const std::size_t before = line.size();
    SkipBlanks(line);
    if (!line.empty() && line.size() == before) return std::nullopt;
  }
  return row;
}

// What is wrong with a row's numbers; null: nothing.
const char* Fault(const Row& row) {
  const auto& [seconds, mbps, rtt_ms, loss] = row.columns;
  if (row.count != 2 && row.count != 4) return "neither two nor four columns";
  if (seconds < -kMostSeconds || seconds > 1e12) return "time out of range";
  if (mbps < 0 || mbps > kMostMbps) return "rate out of range";
  if (rtt_ms < 0 || rtt_ms > 60'000) return "round trip out of range";
  if (loss < 0 || loss > 1) return "loss out of range";
  return nullptr;
}

TimeDelta Seconds(double s) {
  return TimeDelta::Micros(static_cast<std::int64_t>(s * 1e6 + 0.5));
}

RateTrace::Slot SlotOf(const Row& row, double first_seconds) {
  RateTrace::Slot slot{Seconds(row.columns[0] - first_seconds),
                       DataRate::BitsPerSec(static_cast<std::int64_t>(row.columns[1] * 1e6 + 0.5))};
  slot.round_trip = Seconds(row.columns[2] / 1000);
  slot.loss = row.columns[3];
  return slot;
}

}  // namespace

Result<OpportunityTrace> ParseMahimahi(std::string_view text) {
  if (text.size() > kMostBytes) return Refuse(0, "longer than 64 MiB");
  OpportunityTrace trace;
  Lines lines(text);
  while (auto line = lines.Next()) {
    const auto row = ParseRow(*line);
    if (!row || row->count != 1) return Refuse(lines.number(), "not one number");
    const double ms = row->columns[0];
    if (ms < 0 || ms > kMostSeconds * 1000) return Refuse(lines.number(), "time out of range");
    const auto at = static_cast<std::int32_t>(ms);
    if (ms != at) return Refuse(lines.number(), "not a whole millisecond");
    if (!trace.at_ms.empty() && at < trace.at_ms.back()) {
      return Refuse(lines.number(), "time goes back");
    }
    if (trace.at_ms.size() == kMostRows) return Refuse(lines.number(), "too many rows");
    trace.at_ms.push_back(at);
  }
  if (trace.at_ms.empty() || trace.at_ms.back() == 0) {
    return Refuse(lines.number(), "no time passes");
  }
  return trace;
}

Result<RateTrace> ParseRates(std::string_view text) {
  if (text.size() > kMostBytes) return Refuse(0, "longer than 64 MiB");
  RateTrace trace;
  Lines lines(text);
  double first_seconds = 0;
  while (auto line = lines.Next()) {
    const auto row = ParseRow(*line);
    if (!row) return Refuse(lines.number(), "not numbers");
    if (const char* fault = Fault(*row)) return Refuse(lines.number(), fault);
    if (trace.slots.empty()) first_seconds = row->columns[0];
    const RateTrace::Slot slot = SlotOf(*row, first_seconds);
    if (!trace.slots.empty() && slot.from < trace.slots.back().from) {
      return Refuse(lines.number(), "time goes back");
    }
    if (slot.from > TimeDelta::SecondsF(kMostSeconds)) {
      return Refuse(lines.number(), "time out of range");
    }
    if (trace.slots.size() == kMostRows) return Refuse(lines.number(), "too many rows");
    // Some recordings tell two rates for one moment: the later row holds.
    if (!trace.slots.empty() && slot.from == trace.slots.back().from) trace.slots.pop_back();
    trace.slots.push_back(slot);
  }
  if (trace.slots.empty()) return Refuse(lines.number(), "no rows");
  const std::size_t count = trace.slots.size();
  const TimeDelta last =
      count > 1 ? trace.slots[count - 1].from - trace.slots[count - 2].from : TimeDelta::Seconds(1);
  trace.period = trace.slots.back().from + last;
  return trace;
}

Result<NetworkTrace> ParseTrace(std::string_view text) {
  Lines lines(text.substr(0, 4096));
  const auto first = lines.Next();
  if (!first) return Refuse(1, "no rows");
  if ((*first)[0] == '{') {
    auto trace = ParseAlphaRtc(text);
    if (!trace) return Forward(trace);
    return NetworkTrace(std::move(*trace));
  }
  const auto row = ParseRow(*first);
  if (row && row->count == 1) {
    auto trace = ParseMahimahi(text);
    if (!trace) return Forward(trace);
    return NetworkTrace(std::move(*trace));
  }
  auto trace = ParseRates(text);
  if (!trace) return Forward(trace);
  return NetworkTrace(std::move(*trace));
}

}  // namespace onair::twin
