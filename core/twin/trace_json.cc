// SPDX-License-Identifier: Apache-2.0
// AlphaRTC's trace files: as much JSON as they need, total and bounded.
#include <optional>
#include <string>
#include <utility>

#include "core/twin/decimal_text.h"
#include "core/twin/trace_text.h"

namespace onair::twin {
namespace {

constexpr int kMostDepth = 16;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

TimeDelta Millis(double ms) {
  return TimeDelta::Micros(static_cast<std::int64_t>(ms * 1000 + 0.5));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int line() const { return line_; }

  bool Take(char c) {
    SkipSpace();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<double> TakeNumber() {
    SkipSpace();
    return TakeDecimal(text_);
  }
  std::optional<std::string_view> TakeString() {
    if (!Take('"')) return std::nullopt;
    for (std::size_t i = 0; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '"') {
        const std::string_view value = text_.substr(0, i);
        text_.remove_prefix(i + 1);
        return value;
      }
    }
    return std::nullopt;
  }

  // Calls `on_key(key)` before each value of an object; it takes the value. False: malformed.
  template <typename OnKey>
  bool TakeObject(OnKey on_key) {
    if (!Take('{')) return false;
    if (Take('}')) return true;
    do {
      const auto key = TakeString();
      if (!key || !Take(':') || !on_key(*key)) return false;
    } while (Take(','));
    return Take('}');
  }
  template <typename OnItem>
  bool TakeArray(OnItem on_item) {
    if (!Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!on_item()) return false;
    } while (Take(','));
    return Take(']');
  }

  bool SkipValue(int depth) {
    SkipSpace();
    if (text_.empty() || depth == kMostDepth) return false;
    if (text_[0] == '"') return TakeString().has_value();
    if (text_[0] == '{') {
      return TakeObject([&](std::string_view) { return SkipValue(depth + 1); });
    }
    if (text_[0] == '[') return TakeArray([&] { return SkipValue(depth + 1); });
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(0, word.size()) != word) continue;
      text_.remove_prefix(word.size());
      return true;
    }
    return TakeNumber().has_value();
  }

 private:
  void SkipSpace() {
    while (!text_.empty() &&
           (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r' || text_[0] == '\n')) {
      line_ += text_[0] == '\n' ? 1 : 0;
      text_.remove_prefix(1);
    }
  }

  std::string_view text_;
  int line_ = 1;
};

struct Pattern {
  double duration_ms = 0;
  double capacity_kbps = -1;
  double loss = 0;
  double rtt_ms = 0;
  double jitter_ms = 0;
};

bool TakePattern(Reader& reader, Pattern& pattern) {
  return reader.TakeObject([&](std::string_view key) {
    double* field = key == "duration"   ? &pattern.duration_ms
                    : key == "capacity" ? &pattern.capacity_kbps
                    : key == "loss"     ? &pattern.loss
                    : key == "rtt"      ? &pattern.rtt_ms
                    : key == "jitter"   ? &pattern.jitter_ms
                                        : nullptr;
    if (field == nullptr) return reader.SkipValue(0);
    const auto value = reader.TakeNumber();
    if (value) *field = *value;
    return value.has_value();
  });
}

const char* Fault(const Pattern& p) {
  if (!(p.duration_ms >= 0.001 && p.duration_ms <= 1e9)) return "duration out of range";
  if (!(p.capacity_kbps >= 0 && p.capacity_kbps <= 1e9)) return "capacity out of range";
  if (!(p.loss >= 0 && p.loss <= 1)) return "loss out of range";
  if (!(p.rtt_ms >= 0 && p.rtt_ms <= 60'000)) return "rtt out of range";
  if (!(p.jitter_ms >= 0 && p.jitter_ms <= 60'000)) return "jitter out of range";
  return nullptr;
}

class AlphaRtc {
 public:
  explicit AlphaRtc(std::string_view text) : reader_(text) {}

  Result<RateTrace> Parse() {
    const bool is_whole = reader_.TakeObject([&](std::string_view key) {
      if (key == "uplink") return TakeUplink();
      return reader_.SkipValue(0);
    });
    if (!is_whole) return Refuse(fault_ != nullptr ? fault_ : "not the expected JSON");
    if (trace_.slots.empty()) return Refuse("no uplink.trace_pattern");
    return std::move(trace_);
  }

 private:
  tl::unexpected<Error> Refuse(const char* what) const {
    return Fail(ErrorCode::kInvalidConfig,
                "trace line " + std::to_string(reader_.line()) + ": " + what);
  }
  bool TakeUplink() {
    return reader_.TakeObject([&](std::string_view key) {
      if (key != "trace_pattern") return reader_.SkipValue(0);
      return reader_.TakeArray([&] { return TakeSlot(); });
    });
  }
  bool TakeSlot() {
    Pattern p;
    if (!TakePattern(reader_, p)) return false;
    fault_ = Fault(p);
    if (trace_.slots.size() == RateTrace::kMostSteps) fault_ = "too many rows";
    if (fault_ != nullptr) return false;
    trace_.slots.push_back({trace_.period,
                            DataRate::BitsPerSec(static_cast<std::int64_t>(p.capacity_kbps * 1000)),
                            Millis(p.rtt_ms), p.loss, Millis(p.jitter_ms)});
    trace_.period += Millis(p.duration_ms);
    return true;
  }

  Reader reader_;
  RateTrace trace_;
  const char* fault_ = nullptr;
};

}  // namespace

Result<RateTrace> ParseAlphaRtc(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Fail(ErrorCode::kInvalidConfig, "trace line 0: longer than 64 MiB");
  }
  return AlphaRtc(text).Parse();
}

}  // namespace onair::twin
