// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/registry.h"

#include <array>
#include <cstddef>
#include <string>

#include "transport/cc/delay_rule.h"
#include "transport/cc/fixed_rate.h"
#include "transport/cc/gcc_rule.h"
#include "transport/cc/nada_rule.h"
#include "transport/cc/obs_rule.h"
#include "transport/cc/onair.h"
#include "transport/cc/rootencoder_rule.h"
#include "transport/cc/scream_rule.h"
#include "transport/cc/streampack_rule.h"

namespace onair::cc {
namespace {

using Maker = std::unique_ptr<Controller> (*)(const ControllerConfig&);

template <typename T>
std::unique_ptr<Controller> Make(const ControllerConfig& config) {
  return std::make_unique<T>(config);
}

// Over the others a rule keeps its rate.
enum class Serves { kTcp = 1, kDatagrams = 2, kBoth = 3 };

struct Entry {
  std::string_view name;
  Maker make;
  Serves serves;
};

constexpr std::array kEntries = {
    Entry{"delay", Make<DelayRule>, Serves::kDatagrams},
    Entry{"fixed", Make<FixedRate>, Serves::kBoth},
    Entry{"gcc", Make<GccRule>, Serves::kDatagrams},
    Entry{"nada", Make<NadaRule>, Serves::kDatagrams},
    Entry{"obs", Make<ObsRule>, Serves::kTcp},
    Entry{"onair", Make<Onair>, Serves::kBoth},
    Entry{"rootencoder", Make<RootEncoderRule>, Serves::kTcp},
    Entry{"scream", Make<ScreamRule>, Serves::kDatagrams},
    Entry{"streampack", Make<StreamPackRule>, Serves::kBoth},
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

Result<std::unique_ptr<Controller>> MakeController(std::string_view name,
                                                   const ControllerConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  for (const Entry& entry : kEntries) {
    if (entry.name == name) return entry.make(config);
  }
  return Fail(ErrorCode::kInvalidConfig, Unknown(name));
}

}  // namespace onair::cc
