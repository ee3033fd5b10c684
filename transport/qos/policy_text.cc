// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/policy_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <utility>

#include "transport/cc/registry.h"
#include "transport/qos/assignment.h"
#include "transport/qos/json_tree.h"
#include "transport/qos/words.h"

namespace onair::qos {
namespace {

using Kind = PolicyFault::Kind;

// As ControllerConfig and encoders have it.
constexpr double kLeastKbps = 50;
constexpr double kMostKbps = 50'000;

constexpr std::array kNetworks = {NetworkKind::kUnknown, NetworkKind::kWifi, NetworkKind::kCellular,
                                  NetworkKind::kEthernet};
constexpr std::array kLines = {cc::LineKind::kTcp, cc::LineKind::kDatagrams};

std::string TextOf(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", number);
  return text.data();
}

// The first fault is kept; what is read after it does not matter.
class Faults {
 public:
  void Add(Kind kind, int line, const std::string& field, std::string what) {
    if (!first_) first_ = {kind, line, field, std::move(what)};
  }
  const std::optional<PolicyFault>& first() const { return first_; }

 private:
  std::optional<PolicyFault> first_;
};

// The members of one object, each taken once; what nobody took is refused at the end.
class Members {
 public:
  Members(const JsonNode& node, std::string way, Faults& faults)
      : node_(node), way_(std::move(way)), faults_(faults) {
    if (node_.kind != JsonNode::Kind::kObject) {
      faults_.Add(Kind::kWrongType, node_.line, way_, "is not an object");
    }
  }

  const JsonNode* Find(std::string_view name, JsonNode::Kind kind, const char* kind_text) {
    taken_.insert(name);
    if (node_.kind != JsonNode::Kind::kObject) return nullptr;
    const auto found = std::ranges::find(node_.items, name, &JsonNode::name);
    if (found == node_.items.end()) return nullptr;
    if (found->kind == kind) return &*found;
    faults_.Add(Kind::kWrongType, found->line, WayTo(name), std::string("is not ") + kind_text);
    return nullptr;
  }
  const JsonNode* Need(std::string_view name, JsonNode::Kind kind, const char* kind_text) {
    const JsonNode* node = Find(name, kind, kind_text);
    if (node == nullptr) faults_.Add(Kind::kMissing, node_.line, WayTo(name), "is missing");
    return node;
  }
  std::string Text(const JsonNode* node, std::size_t most) {
    if (node == nullptr) return "";
    if (node->text.size() <= most) return node->text;
    faults_.Add(Kind::kOutOfRange, node->line, WayTo(node->name),
                "is longer than " + std::to_string(most) + " bytes");
    return "";
  }
  // Of what reports, tables and file names take without quoting.
  std::string Name(std::string_view name) {
    const JsonNode* node = Need(name, JsonNode::Kind::kText, "a text");
    std::string text = Text(node, kMostName);
    const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '_' || c == '-' || c == '+';
    });
    if (node != nullptr && !is_plain) {
      faults_.Add(Kind::kOutOfRange, node->line, WayTo(name), "takes letters, digits and . _ - +");
    }
    return text;
  }
  std::optional<double> Number(const JsonNode* node, double low, double high) {
    if (node == nullptr) return std::nullopt;
    if (node->number >= low && node->number <= high) return node->number;
    faults_.Add(Kind::kOutOfRange, node->line, WayTo(node->name),
                TextOf(node->number) + " is not within " + TextOf(low) + " to " + TextOf(high));
    return std::nullopt;
  }
  int Whole(std::string_view name, int low, int high) {
    const JsonNode* node = Need(name, JsonNode::Kind::kNumber, "a number");
    const auto number = Number(node, low, high);
    if (number && *number != std::floor(*number)) {
      faults_.Add(Kind::kOutOfRange, node->line, WayTo(name), TextOf(*number) + " is not whole");
    }
    return static_cast<int>(number.value_or(low));
  }
  const std::vector<JsonNode>& List(std::string_view name, std::size_t most) {
    static const std::vector<JsonNode> kNothing;
    const JsonNode* node = Find(name, JsonNode::Kind::kList, "a list");
    if (node == nullptr) return kNothing;
    if (node->items.size() <= most) return node->items;
    faults_.Add(Kind::kTooLarge, node->line, WayTo(name),
                "has more than " + std::to_string(most) + " entries");
    return kNothing;
  }
  void RefuseOthers() {
    std::set<std::string_view> seen;
    if (node_.kind != JsonNode::Kind::kObject) return;
    for (const JsonNode& item : node_.items) {
      if (!taken_.contains(item.name)) {
        faults_.Add(Kind::kUnknownField, item.line, WayTo(item.name), "is no field of this build");
      }
      if (!seen.insert(item.name).second) {
        faults_.Add(Kind::kRepeated, item.line, WayTo(item.name), "comes twice");
      }
    }
  }
  std::string WayTo(std::string_view name) const {
    return way_.empty() ? std::string(name) : way_ + "." + std::string(name);
  }
  std::string WayTo(std::string_view name, std::size_t i) const {
    return WayTo(name) + "[" + std::to_string(i) + "]";
  }
  int line() const { return node_.line; }

 private:
  const JsonNode& node_;
  const std::string way_;
  Faults& faults_;
  std::set<std::string_view> taken_;
};

bool Serves(std::string_view controller, cc::LineKind line) {
  const auto names =
      line == cc::LineKind::kTcp ? cc::TcpControllerNames() : cc::DatagramControllerNames();
  return std::ranges::find(names, controller) != names.end();
}

std::string KnownControllers() {
  std::string text;
  for (const std::string_view name : cc::ControllerNames()) {
    text.append(text.empty() ? "" : " ").append(name);
  }
  return text;
}

// Lines over which the rule's controller is.
std::vector<cc::LineKind> LinesOf(const Policy::Rule& rule) {
  std::vector<cc::LineKind> lines;
  for (const cc::LineKind line : kLines) {
    if (rule.line.value_or(line) == line && Serves(rule.controller, line)) lines.push_back(line);
  }
  return lines;
}

const cc::ParameterInfo* Find(const std::vector<cc::ParameterInfo>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &cc::ParameterInfo::name);
  return found == list.end() ? nullptr : &*found;
}

std::string Unknown(std::string_view controller, const std::vector<cc::ParameterInfo>& list,
                    cc::LineKind line) {
  std::string text = "is not taken by " + std::string(controller) + " over " +
                     std::string(WordOf(line)) + "; taken:";
  for (const cc::ParameterInfo& info : list) text.append(" ").append(info.name);
  return list.empty() ? text + " none" : text;
}

// A parameter has to mean something over all lines that the rule is about.
void ReadParameters(const JsonNode& node, const std::string& way, Policy::Rule& rule,
                    Faults& faults) {
  Members in(node, way, faults);
  for (const JsonNode& item : node.items) {
    const JsonNode* number = in.Find(item.name, JsonNode::Kind::kNumber, "a number");
    if (number != &item) continue;  // Of another type, or for the second time.
    for (const cc::LineKind line : LinesOf(rule)) {
      const auto list = cc::ParametersOf(rule.controller, line);
      const cc::ParameterInfo* info = Find(list, item.name);
      if (info == nullptr) {
        faults.Add(Kind::kUnknownParameter, item.line, in.WayTo(item.name),
                   Unknown(rule.controller, list, line));
        continue;
      }
      static_cast<void>(in.Number(&item, info->low, info->high));
    }
    rule.parameters.push_back({item.name, item.number});
  }
  in.RefuseOthers();
}

template <typename T, typename Parse>
std::optional<T> ReadWord(Members& in, const char* name, const char* known, Parse parse,
                          Faults& faults) {
  const JsonNode* node = in.Find(name, JsonNode::Kind::kText, "a text");
  if (node == nullptr) return std::nullopt;
  const auto word = parse(node->text);
  if (!word) {
    faults.Add(Kind::kUnknownWord, node->line, in.WayTo(name),
               "'" + node->text.substr(0, kMostName) + "' is none of " + known);
  }
  return word;
}

std::optional<DataRate> ReadRate(Members& in, const char* name) {
  const auto kbps =
      in.Number(in.Find(name, JsonNode::Kind::kNumber, "a number"), kLeastKbps, kMostKbps);
  if (!kbps) return std::nullopt;
  return DataRate::BitsPerSec(std::llround(*kbps * 1000));
}

void ReadController(Members& in, Policy::Rule& rule, Faults& faults) {
  const JsonNode* node = in.Need("controller", JsonNode::Kind::kText, "a text");
  if (node == nullptr) return;
  const auto names = cc::ControllerNames();
  if (std::ranges::find(names, node->text) == names.end()) {
    return faults.Add(
        Kind::kUnknownController, node->line, in.WayTo("controller"),
        "'" + node->text.substr(0, kMostName) + "' is unknown; known: " + KnownControllers());
  }
  rule.controller = node->text;
  for (const cc::LineKind line : kLines) {
    if (rule.line.value_or(line) != line || Serves(rule.controller, line)) continue;
    const cc::LineKind other =
        line == cc::LineKind::kTcp ? cc::LineKind::kDatagrams : cc::LineKind::kTcp;
    faults.Add(Kind::kUnknownController, node->line, in.WayTo("controller"),
               rule.controller + " decides nothing over " + std::string(WordOf(line)) +
                   "; say \"transport\": \"" + std::string(WordOf(other)) + "\"");
  }
}

Policy::Rule ReadRule(const JsonNode& node, const std::string& way, Faults& faults) {
  Members in(node, way, faults);
  Policy::Rule rule;
  rule.network =
      ReadWord<NetworkKind>(in, "network", "wifi, cellular, ethernet, unknown", NetworkOf, faults);
  rule.line = ReadWord<cc::LineKind>(in, "transport", "rtmp, rts", LineOf, faults);
  ReadController(in, rule, faults);
  rule.start_rate = ReadRate(in, "start_kbps");
  rule.max_rate = ReadRate(in, "max_kbps");
  if (const JsonNode* set = in.Find("parameters", JsonNode::Kind::kObject, "an object")) {
    ReadParameters(*set, in.WayTo("parameters"), rule, faults);
  }
  in.RefuseOthers();
  return rule;
}

// One bit for each network over each line.
unsigned About(const Policy::Rule& rule) {
  unsigned bits = 0;
  unsigned bit = 1;
  for (const NetworkKind network : kNetworks) {
    for (const cc::LineKind line : kLines) {
      if (rule.network.value_or(network) == network && rule.line.value_or(line) == line) {
        bits |= bit;
      }
      bit <<= 1;
    }
  }
  return bits;
}

Policy::Arm ReadArm(const JsonNode& node, const std::string& way, Faults& faults) {
  Members in(node, way, faults);
  Policy::Arm arm;
  arm.name = in.Name("name");
  arm.per_mille = in.Whole("per_mille", 0, kBuckets);
  arm.note = in.Text(in.Find("note", JsonNode::Kind::kText, "a text"), kMostNote);
  const auto& rules = in.List("rules", kMostRules);
  unsigned covered = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string way_to = in.WayTo("rules", i);
    arm.rules.push_back(ReadRule(rules[i], way_to, faults));
    const unsigned about = About(arm.rules.back());
    if ((about & ~covered) == 0) {
      faults.Add(Kind::kNeverReached, rules[i].line, way_to,
                 "is never reached: the rules before it take all that it is about");
    }
    covered |= about;
  }
  in.RefuseOthers();
  return arm;
}

void ReadArms(Members& in, Policy& policy, Faults& faults) {
  const JsonNode* list = in.Need("arms", JsonNode::Kind::kList, "a list");
  if (list == nullptr) return;
  const auto& arms = in.List("arms", kMostArms);
  int sum = 0;
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::string way = in.WayTo("arms", i);
    Policy::Arm arm = ReadArm(arms[i], way, faults);
    if (FindArm(policy, arm.name) != nullptr) {
      faults.Add(Kind::kRepeated, arms[i].line, way + ".name",
                 "'" + arm.name + "' is an arm already");
    }
    sum += arm.per_mille;
    policy.arms.push_back(std::move(arm));
  }
  if (sum != kBuckets) {
    faults.Add(Kind::kShares, list->line, "arms",
               "per_mille of all arms is " + std::to_string(sum) + ", not 1000");
  }
}

PolicyFault FaultOf(const JsonFault& fault) {
  switch (fault.kind) {
    case JsonFault::Kind::kTooLarge:
      return {Kind::kTooLarge, fault.line, "",
              "the text is longer than " + std::to_string(kMostJsonBytes) + " bytes"};
    case JsonFault::Kind::kTooDeep:
      return {Kind::kTooLarge, fault.line, "", "what stands here is nested too deep"};
    case JsonFault::Kind::kSyntax:
      break;
  }
  return {Kind::kNotJson, fault.line, "", "is not JSON"};
}

}  // namespace

tl::expected<Policy, PolicyFault> ParsePolicy(std::string_view text) {
  const auto tree = ParseJsonTree(text);
  if (!tree) return tl::unexpected(FaultOf(tree.error()));
  Faults faults;
  Members in(*tree, "", faults);
  Policy policy;
  // First of all: a later format may mean other things by the same words.
  static_cast<void>(in.Whole("format", kPolicyFormat, kPolicyFormat));
  if (faults.first()) return tl::unexpected(*faults.first());
  policy.version = in.Name("version");
  policy.experiment = in.Name("experiment");
  policy.note = in.Text(in.Find("note", JsonNode::Kind::kText, "a text"), kMostNote);
  ReadArms(in, policy, faults);
  in.RefuseOthers();
  if (faults.first()) return tl::unexpected(*faults.first());
  return policy;
}

}  // namespace onair::qos
