// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/case_file.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/api/congestion_control.h"

namespace onair::samples {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kMostFlows = 64;

// Fields of one object; the first that is wrong is kept, with its way.
class Fields {
 public:
  Fields(const Json& object, std::string way, std::string& wrong)
      : object_(object), way_(std::move(way)), wrong_(wrong) {
    if (!object.is_object()) Refuse("");
  }

  bool has(const char* key) const { return object_.is_object() && object_.contains(key); }
  double Number(const char* key, double low, double high, double otherwise) {
    if (!has(key)) return otherwise;
    const Json& value = object_[key];
    if (!value.is_number() || value.get<double>() < low || value.get<double>() > high) {
      Refuse(key);
      return otherwise;
    }
    return value.get<double>();
  }
  std::string Text(const char* key, std::string otherwise) {
    if (!has(key)) return otherwise;
    if (!object_[key].is_string()) Refuse(key);
    return object_[key].is_string() ? object_[key].get<std::string>() : std::move(otherwise);
  }
  // Empty where there is none.
  const Json& List(const char* key, std::size_t most) {
    static const Json kNothing = Json::array();
    if (!has(key)) return kNothing;
    if (object_[key].is_array() && object_[key].size() <= most) return object_[key];
    Refuse(key);
    return kNothing;
  }
  void Refuse(const std::string& key) {
    if (wrong_.empty()) wrong_ = way_ + key;
  }
  std::string WayTo(const char* key, std::size_t i) const {
    return way_ + key + "[" + std::to_string(i) + "].";
  }

 private:
  const Json& object_;
  std::string way_;
  std::string& wrong_;
};

constexpr double kLongestS = 86'400;

TimeDelta Seconds(Fields& in, const char* key, TimeDelta otherwise) {
  if (!in.has(key)) return otherwise;
  return TimeDelta::SecondsF(in.Number(key, 0, kLongestS, 0));
}
DataRate Kbps(Fields& in, const char* key, double low, DataRate otherwise) {
  if (!in.has(key)) return otherwise;
  return DataRate::BitsPerSec(
      static_cast<std::int64_t>(in.Number(key, low, 1e7, otherwise.kbps_f()) * 1000));
}

// "capacity": [{"at_s", "kbps"}].
std::vector<RateStep> StepsOf(Fields& in, const char* key, std::string& wrong) {
  std::vector<RateStep> steps;
  const Json& list = in.List(key, kMostRows);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Fields row(list[i], in.WayTo(key, i), wrong);
    const TimeDelta at = Seconds(row, "at_s", TimeDelta::Zero());
    const bool is_in_order = i == 0 ? at == TimeDelta::Zero() : at > steps.back().from;
    if (!is_in_order) row.Refuse("at_s");
    if (!row.has("kbps")) row.Refuse("kbps");
    steps.push_back({at, Kbps(row, "kbps", 0, DataRate::Zero())});
  }
  return steps;
}

PushCase::Flow FlowOf(Fields in, TimeDelta one_way) {
  PushCase::Flow flow;
  flow.start = Seconds(in, "start_s", flow.start);
  flow.end = Seconds(in, "end_s", flow.end);
  flow.one_way = one_way + TimeDelta::SecondsF(in.Number("extra_one_way_ms", 0, 10'000, 0) / 1e3);
  flow.priority = static_cast<int>(in.Number("priority", 1, 100, 1));
  if (flow.end <= flow.start) in.Refuse("end_s");
  if (in.has("pause_from_s") || in.has("pause_to_s")) {
    flow.pause = PushCase::Pause{Seconds(in, "pause_from_s", TimeDelta::Zero()),
                                 Seconds(in, "pause_to_s", TimeDelta::Zero())};
    // A publisher begins within the two seconds after its start.
    if (flow.pause->from < flow.start + TimeDelta::Seconds(2)) in.Refuse("pause_from_s");
    if (flow.pause->to <= flow.pause->from || flow.pause->to > flow.end) in.Refuse("pause_to_s");
  }
  return flow;
}

PushCase::Cross CrossOf(Fields in, TimeDelta duration, std::string& wrong) {
  PushCase::Cross cross{.kind = PushCase::Cross::Kind::kConstant};
  const std::string kind = in.Text("kind", "");
  cross.start = Seconds(in, "start_s", cross.start);
  cross.end = Seconds(in, "end_s", cross.end);
  if (kind == "constant") {
    std::vector<RateStep> steps = StepsOf(in, "rate", wrong);
    if (steps.empty()) steps = {{TimeDelta::Zero(), Kbps(in, "kbps", 0, DataRate::Zero())}};
    cross.rate = TraceOf(steps, duration);
  } else if (kind == "long_tcp") {
    cross.kind = PushCase::Cross::Kind::kLongTcp;
  } else if (kind == "web") {
    cross.kind = PushCase::Cross::Kind::kWeb;
    cross.count = static_cast<int>(in.Number("browsers", 1, 1000, 10));
    cross.starting_on = static_cast<int>(in.Number("starting_on", 0, cross.count, 0));
  } else {
    in.Refuse("kind");
  }
  return cross;
}

PushRates RatesOf(Fields in) {
  PushRates rates;
  rates.least = Kbps(in, "min_kbps", 50, rates.least);
  rates.most = Kbps(in, "max_kbps", 50, rates.most);
  rates.start = Kbps(in, "start_kbps", 50, std::min(rates.start, rates.most));
  rates.audio = Kbps(in, "audio_kbps", 16, rates.audio);
  const cc::ControllerConfig config{rates.least, rates.most, rates.start, rates.audio};
  if (auto valid = config.Validate(); !valid) in.Refuse(valid.error().detail);
  return rates;
}

Result<std::shared_ptr<const twin::NetworkTrace>> CapacityOf(Fields& in, PushCase& out,
                                                             const FindTrace& find_trace,
                                                             std::string& wrong) {
  if (in.has("trace")) {
    auto found = find_trace(in.Text("trace", ""));
    if (!found) return Forward(found);
    auto trace = std::make_shared<const twin::NetworkTrace>(std::move(*found));
    if (!in.has("duration_s")) out.duration = twin::PeriodOf(*trace);
    return trace;
  }
  const std::vector<RateStep> steps = StepsOf(in, "capacity", wrong);
  if (steps.empty()) {
    in.Refuse("capacity");
    return std::shared_ptr<const twin::NetworkTrace>();
  }
  if (steps.back().from >= out.duration) in.Refuse("duration_s");
  return TraceOf(steps, out.duration);
}

void SetQueue(Fields& in, PushCase::Bottleneck& bottleneck) {
  if (in.has("queue_bytes")) {
    bottleneck.queue =
        DataSize::Bytes(static_cast<std::int64_t>(in.Number("queue_bytes", 3000, 1e9, 3000)));
  }
  const auto queueing = QueueingOf(in.Text("queueing", "tail_drop"));
  if (!queueing) in.Refuse("queueing");
  bottleneck.queueing = queueing.value_or(bottleneck.queueing);
  // Less than two packets would pass nothing.
  bottleneck.queue = std::max(bottleneck.queue, DataSize::Bytes(3000));
}

}  // namespace

Result<PushCase> ParseCase(std::string_view text, const FindTrace& find_trace) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Fail(ErrorCode::kInvalidConfig, "a case that is no JSON");
  std::string wrong;
  Fields in(json, "", wrong);
  PushCase out;
  out.group = "files";
  out.name = in.Text("name", "case");
  out.title = in.Text("title", "");
  out.duration = TimeDelta::SecondsF(in.Number("duration_s", 1, kLongestS, 60));
  auto capacity = CapacityOf(in, out, find_trace, wrong);
  if (!capacity) return Forward(capacity);
  const TimeDelta one_way = TimeDelta::SecondsF(in.Number("one_way_ms", 1, 10'000, 25) / 1e3);
  const TimeDelta queue = TimeDelta::SecondsF(in.Number("queue_ms", 1, 60'000, 300) / 1e3);
  out.loss_share = in.Number("loss_percent", 0, 100, 0) / 100;
  out.has_jitter = in.Number("jitter", 0, 1, 0) != 0;
  out.has_ecn = in.Number("ecn", 0, 1, 0) != 0;
  out.wander = in.Number("wander", 0, 0.5, 0);
  if (in.has("video")) out.rates = RatesOf(Fields(json["video"], "video.", wrong));
  out.flows.clear();
  const Json& flows = in.List("flows", kMostFlows);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    out.flows.push_back(FlowOf(Fields(flows[i], in.WayTo("flows", i), wrong), one_way));
  }
  if (out.flows.empty()) out.flows.push_back({.one_way = one_way});
  const Json& cross = in.List("cross", kMostFlows);
  for (std::size_t i = 0; i < cross.size(); ++i) {
    out.cross.push_back(
        CrossOf(Fields(cross[i], in.WayTo("cross", i), wrong), out.duration, wrong));
  }
  if (*capacity != nullptr) out.forward.push_back(MakeBottleneck(*capacity, queue));
  if (!out.forward.empty()) SetQueue(in, out.forward.front());
  if (!wrong.empty()) return Fail(ErrorCode::kInvalidConfig, wrong);
  return out;
}

}  // namespace onair::samples
