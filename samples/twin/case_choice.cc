// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/case_choice.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "core/twin/trace_text.h"
#include "samples/twin/case_file.h"
#include "samples/twin/rts_cases.h"
#include "samples/twin/standard_cases.h"
#include "samples/twin/trace_files.h"

namespace onair::samples {
namespace {

std::vector<PushCase> Known(TimeDelta one_way) {
  std::vector<PushCase> known = Rfc8867PushCases();
  for (auto group : {StepPushCases(one_way), SyntheticPushCases(one_way), StartPushCases(one_way),
                     LossPushCases(one_way), GridPushCases(), MobilityPushCases(one_way),
                     FairnessPushCases(one_way), IdlePushCases(one_way), LtePushCases(one_way)}) {
    std::move(group.begin(), group.end(), std::back_inserter(known));
  }
  return known;
}

Result<PushCase> CaseOfFile(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return Forward(text);
  const auto find_trace = [&path](const std::string& name) -> Result<twin::NetworkTrace> {
    const auto beside = std::filesystem::path(path).parent_path() / name;
    const auto trace = ReadText(beside.string());
    if (!trace) return Forward(trace);
    return twin::ParseTrace(*trace);
  };
  auto parsed = ParseCase(*text, find_trace);
  if (!parsed) return Fail(ErrorCode::kInvalidConfig, path + ": " + parsed.error().detail);
  return parsed;
}

}  // namespace

Result<std::vector<PushCase>> ChooseCases(const std::vector<std::string>& names,
                                          TimeDelta one_way) {
  const std::vector<PushCase> known = Known(one_way);
  std::vector<PushCase> chosen;
  for (const std::string& name : names) {
    if (name.ends_with(".json")) {
      auto one = CaseOfFile(name);
      if (!one) return Forward(one);
      chosen.push_back(std::move(*one));
      continue;
    }
    const std::size_t before = chosen.size();
    for (const PushCase& one : known) {
      if (one.group == name || one.name == name) chosen.push_back(one);
    }
    if (chosen.size() == before) {
      return Fail(ErrorCode::kInvalidConfig, "no case is called '" + name + "'");
    }
  }
  return chosen;
}

}  // namespace onair::samples
