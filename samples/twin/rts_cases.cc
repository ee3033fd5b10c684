// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/rts_cases.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/twin/synthetic_trace.h"
#include "samples/twin/case_units.h"
#include "samples/twin/standard_cases.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

// Source: transport facts section 1.6, RFC 8868 section 4.3: the medium queue.
constexpr TimeDelta kQueue = Ms(300);

PushCase OnLine(std::string name, const char* group, std::string title,
                const std::vector<RateStep>& steps, TimeDelta duration, TimeDelta one_way,
                TimeDelta queue = kQueue) {
  PushCase out;
  out.name = std::move(name);
  out.group = group;
  out.title = std::move(title);
  out.duration = duration;
  out.forward.push_back(MakeBottleneck(TraceOf(steps, duration), queue));
  out.flows.front().one_way = one_way;
  return out;
}

PushCase::Cross Long(twin::TcpAlgorithm algorithm, TimeDelta start) {
  PushCase::Cross cross{.kind = PushCase::Cross::Kind::kLongTcp, .start = start};
  cross.algorithm = algorithm;
  return cross;
}

PushCase Beside(const char* name, const char* title, twin::TcpAlgorithm algorithm, TimeDelta queue,
                TimeDelta one_way) {
  PushCase out = OnLine(name, "fairness", title, {{Sec(0), Kbps(4000)}}, Sec(120), one_way, queue);
  out.cross.push_back(Long(algorithm, Sec(10)));
  return out;
}

}  // namespace

std::vector<PushCase> StartPushCases(TimeDelta one_way) {
  PushCase out = OnLine("startup", "startup", "from 300 kbit/s on 4 Mbit/s", {{Sec(0), Kbps(4000)}},
                        Sec(15), one_way);
  out.rates = PushRates{};
  out.rates->start = Kbps(300);
  return {out};
}

std::vector<PushCase> LossPushCases(TimeDelta one_way) {
  std::vector<PushCase> out;
  for (const int percent : {2, 5, 10, 20, 30}) {
    out.push_back(OnLine("loss" + std::to_string(percent), "loss",
                         std::to_string(percent) + " % of the packets lost on 4 Mbit/s, 3 wanted",
                         {{Sec(0), Kbps(4000)}}, Sec(60), one_way));
    out.back().loss_share = percent / 100.0;
    out.back().rates = PushRates{};
    out.back().rates->most = Kbps(3000);
  }
  return out;
}

std::vector<PushCase> GridPushCases() {
  std::vector<PushCase> out;
  for (const std::int64_t one_way : {10, 50, 150}) {
    for (const int loss : {0, 1, 5, 10}) {
      for (const std::int64_t queue : {70, 300, 1000}) {
        const std::string name = "grid/" + std::to_string(2 * one_way) + "ms/" +
                                 std::to_string(loss) + "%/" + std::to_string(queue) + "ms";
        out.push_back(OnLine(name, "grid", "2 Mbit/s by round trip, loss and queue",
                             {{Sec(0), Kbps(2000)}}, Sec(40), Ms(one_way), Ms(queue)));
        out.back().loss_share = loss / 100.0;
        out.back().has_jitter = true;
      }
    }
  }
  return out;
}

std::vector<PushCase> MobilityPushCases(TimeDelta one_way) {
  const std::vector<RateStep> flat = {{Sec(0), Kbps(3000)}};
  PushCase one =
      OnLine("blackout1", "mobility", "all lost for 1 s, both ways", flat, Sec(60), one_way);
  one.blackouts = {{Timestamp::Zero() + Sec(25), Sec(1)}};
  PushCase three =
      OnLine("blackout3", "mobility", "all lost for 3 s, both ways", flat, Sec(60), one_way);
  three.blackouts = {{Timestamp::Zero() + Sec(25), Sec(3)}};
  PushCase jump = OnLine(
      "rtt-jump", "mobility", "round trip from 50 to 150 ms and back",
      {{Sec(0), Kbps(3000), Ms(50)}, {Sec(20), Kbps(3000), Ms(150)}, {Sec(40), Kbps(3000), Ms(50)}},
      Sec(60), Ms(25));
  PushCase change = OnLine(
      "switch", "mobility", "from 6 Mbit/s at 30 ms to 3 at 70, and back",
      {{Sec(0), Kbps(6000), Ms(30)}, {Sec(20), Kbps(3000), Ms(70)}, {Sec(40), Kbps(6000), Ms(30)}},
      Sec(60), Ms(15));
  // The old network is gone a moment before the system says that there is a new one.
  constexpr TimeDelta kDead = Ms(200);
  for (const std::int64_t at : {20, 40}) {
    change.blackouts.push_back({Timestamp::Zero() + Sec(at), kDead});
    change.flows.front().moves.push_back(Sec(at) + kDead);
  }
  return {one, three, jump, change};
}

std::vector<PushCase> FairnessPushCases(TimeDelta one_way) {
  PushCase self = OnLine("self3", "fairness", "three of its own kind, 20 s apart, on 6 Mbit/s",
                         {{Sec(0), Kbps(6000)}}, Sec(150), one_way);
  self.flows.assign(3, self.flows.front());
  for (std::size_t i = 0; i < self.flows.size(); ++i) {
    self.flows[i].start = Sec(20 * static_cast<std::int64_t>(i));
  }
  std::vector<PushCase> out = {
      self,
      Beside("cubic", "beside a long CUBIC on 4 Mbit/s", twin::TcpAlgorithm::kCubic, kQueue,
             one_way),
      Beside("cubic/1000ms", "the same with a long queue", twin::TcpAlgorithm::kCubic, Sec(1),
             one_way),
      Beside("bbr", "beside a long BBR on 4 Mbit/s", twin::TcpAlgorithm::kBbr, kQueue, one_way)};
  if (std::ranges::find(cc::ControllerNames(), "gcc") == cc::ControllerNames().end()) return out;
  PushCase rival = OnLine("gcc", "fairness", "beside gcc, which began 10 s before, on 4 Mbit/s",
                          {{Sec(0), Kbps(4000)}}, Sec(120), one_way);
  rival.flows.push_back(rival.flows.front());
  rival.flows.front().start = Sec(10);
  rival.flows.back().controller = "gcc";
  out.push_back(std::move(rival));
  return out;
}

std::vector<PushCase> IdlePushCases(TimeDelta one_way) {
  PushCase hour = OnLine("idle-hour", "idle", "an hour of 500 kbit/s at most on 5 Mbit/s",
                         {{Sec(0), Kbps(5000)}}, Sec(3600), one_way);
  hour.rates = PushRates{};
  hour.rates->most = Kbps(500);
  hour.rates->start = Kbps(300);
  hour.is_long = true;
  return {hour};
}

std::vector<PushCase> LtePushCases(TimeDelta one_way) {
  std::vector<PushCase> out;
  for (std::uint64_t i = 1; i <= 8; ++i) {
    constexpr std::uint64_t kSeed = 20260;
    out.push_back(TracePushCase(
        "lte-" + std::to_string(i),
        twin::MakeSyntheticTrace(twin::SyntheticConfig::Lte(), Sec(120), Rng(kSeed + i)), one_way));
    out.back().group = "lte8";
    out.back().title = "generated LTE, two minutes";
  }
  return out;
}

bool IsOfLte8(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {
      "Verizon-LTE-short.", "ATT-LTE-driving-2016.", "TMobile-LTE-short.",
      "orange-4G-traces-highway-up", "orange-4G-traces-A-up"};
  return std::ranges::any_of(
      kNames, [name](std::string_view one) { return name.find(one) != std::string_view::npos; });
}

}  // namespace onair::samples
