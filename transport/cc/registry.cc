// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/registry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>

#include "transport/cc/delay_rule.h"
#include "transport/cc/fixed_rate.h"
#include "transport/cc/gcc_rule.h"
#include "transport/cc/nada_rule.h"
#include "transport/cc/obs_rule.h"
#include "transport/cc/onair.h"
#include "transport/cc/parameter_fields.h"
#include "transport/cc/rootencoder_rule.h"
#include "transport/cc/scream_rule.h"
#include "transport/cc/streampack_rule.h"

namespace onair::cc {
namespace {

// Of the wire's words to fields: milliseconds and plain numbers.
double ValueOf(TimeDelta field) {
  return field.ms_f();
}
double ValueOf(double field) {
  return field;
}
void Set(TimeDelta& field, double value) {
  field = TimeDelta::Micros(std::llround(value * 1000));
}
void Set(double& field, double value) {
  field = value;
}

using Maker = std::unique_ptr<Controller> (*)(const ControllerConfig&, const Parameters&);
using Lister = std::vector<ParameterInfo> (*)(LineKind line);

// `parameters` were checked: what one kind of line does not know, the other one does.
template <typename T, typename P>
std::unique_ptr<Controller> Make(const ControllerConfig& config, const Parameters& parameters) {
  P set;
  for (const Parameter& parameter : parameters) {
    for (const LineKind line : {LineKind::kTcp, LineKind::kDatagrams}) {
      VisitFields(set, line, [&](const FieldText& text, auto& field) {
        if (parameter.name == text.name) Set(field, parameter.value);
      });
    }
  }
  if constexpr (std::is_same_v<P, NoParameters>) {
    return std::make_unique<T>(config);
  } else {
    return std::make_unique<T>(config, set);
  }
}

template <typename P>
std::vector<ParameterInfo> List(LineKind line) {
  std::vector<ParameterInfo> list;
  P usual;
  VisitFields(usual, line, [&list](const FieldText& text, const auto& field) {
    list.push_back({text.name, text.low, text.high, ValueOf(field), text.what});
  });
  return list;
}

// Over the others a rule keeps its rate.
enum class Serves { kTcp = 1, kDatagrams = 2, kBoth = 3 };

struct Entry {
  std::string_view name;
  Serves serves;
  Maker make;
  Lister list;
};

template <typename T, typename P = NoParameters>
constexpr Entry Of(std::string_view name, Serves serves) {
  return {name, serves, Make<T, P>, List<P>};
}

constexpr std::array kEntries = {
    Of<DelayRule, DelayParameters>("delay", Serves::kDatagrams),
    Of<FixedRate>("fixed", Serves::kBoth),
    Of<GccRule, GccParameters>("gcc", Serves::kDatagrams),
    Of<NadaRule, NadaParameters>("nada", Serves::kDatagrams),
    Of<ObsRule>("obs", Serves::kTcp),
    Of<Onair, OnairParameters>("onair", Serves::kBoth),
    Of<RootEncoderRule>("rootencoder", Serves::kTcp),
    Of<ScreamRule, ScreamParameters>("scream", Serves::kDatagrams),
    Of<StreamPackRule>("streampack", Serves::kBoth),
};

constexpr std::size_t CountWithout(Serves other) {
  std::size_t count = 0;
  for (const Entry& entry : kEntries) count += entry.serves != other ? 1 : 0;
  return count;
}

template <Serves other>
constexpr auto NamesWithout() {
  std::array<std::string_view, CountWithout(other)> names;
  std::size_t count = 0;
  for (const Entry& entry : kEntries) {
    if (entry.serves != other) names[count++] = entry.name;
  }
  return names;
}

constexpr auto kTcpNames = NamesWithout<Serves::kDatagrams>();
constexpr auto kDatagramNames = NamesWithout<Serves::kTcp>();

constexpr auto kNames = [] {
  std::array<std::string_view, kEntries.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kEntries[i].name;
  return names;
}();

std::string Unknown(std::string_view name) {
  std::string text = "controller '" + std::string(name) + "' is unknown; known:";
  for (const std::string_view known : kNames) text.append(" ").append(known);
  return text;
}

Status Refuse(const Entry& entry, std::string_view parameter, const char* what) {
  return Fail(ErrorCode::kInvalidConfig, "controller '" + std::string(entry.name) + "': '" +
                                             std::string(parameter) + "' " + what);
}

const Entry* Find(std::string_view name) {
  const auto* found = std::ranges::find(kEntries, name, &Entry::name);
  return found == kEntries.end() ? nullptr : found;
}

const ParameterInfo* Find(const std::vector<ParameterInfo>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &ParameterInfo::name);
  return found == list.end() ? nullptr : &*found;
}

// Ranges of one name are the same over all lines.
Status Check(const Entry& entry, const Parameters& parameters) {
  std::vector<ParameterInfo> known = ParametersOf(entry.name, LineKind::kTcp);
  for (const ParameterInfo& info : ParametersOf(entry.name, LineKind::kDatagrams)) {
    known.push_back(info);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [name, value] = parameters[i];
    const ParameterInfo* info = Find(known, name);
    if (info == nullptr) return Refuse(entry, name, "is not among its parameters");
    if (!(value >= info->low && value <= info->high)) {  // NaN is outside.
      return Refuse(entry, name, "is out of range");
    }
    const auto before = parameters.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::ranges::find(parameters.begin(), before, name, &Parameter::name) != before) {
      return Refuse(entry, name, "is named twice");
    }
  }
  return {};
}

}  // namespace

std::span<const std::string_view> ControllerNames() {
  return kNames;
}

std::span<const std::string_view> TcpControllerNames() {
  return kTcpNames;
}

std::span<const std::string_view> DatagramControllerNames() {
  return kDatagramNames;
}

std::vector<ParameterInfo> ParametersOf(std::string_view name, LineKind line) {
  const Entry* entry = Find(name);
  const Serves other = line == LineKind::kTcp ? Serves::kDatagrams : Serves::kTcp;
  if (entry == nullptr || entry->serves == other) return {};
  return entry->list(line);
}

Result<std::unique_ptr<Controller>> MakeController(std::string_view name,
                                                   const ControllerConfig& config,
                                                   const Parameters& parameters) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  const Entry* entry = Find(name);
  if (entry == nullptr) return Fail(ErrorCode::kInvalidConfig, Unknown(name));
  if (auto known = Check(*entry, parameters); !known) return Forward(known);
  return entry->make(config, parameters);
}

}  // namespace onair::cc
