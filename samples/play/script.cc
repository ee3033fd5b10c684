// SPDX-License-Identifier: Apache-2.0
#include "samples/play/script.h"

#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace onair::samples {
namespace {

constexpr std::size_t kMaxSteps = 10'000;

struct Verb {
  std::string_view name;
  PlayAction action;
  bool takes_value;
};
constexpr Verb kVerbs[] = {
    {"overlay", PlayAction::kOverlay, false},
    {"mute", PlayAction::kMute, false},
    {"snapshot", PlayAction::kSnapshot, true},
    {"next", PlayAction::kNext, false},
    {"previous", PlayAction::kPrevious, false},
    {"volume", PlayAction::kVolume, true},
    {"network", PlayAction::kNetwork, true},
    {"quit", PlayAction::kQuit, false},
    {"pause", PlayAction::kPause, false},
    {"resume", PlayAction::kResume, false},
    {"seek", PlayAction::kSeek, true},
    {"record", PlayAction::kRecord, true},
    {"stop-record", PlayAction::kStopRecord, false},
    {"switch", PlayAction::kSwitch, true},
    {"quality", PlayAction::kQuality, true},
};

std::optional<double> ParseNumber(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

bool IsValueOf(PlayAction action, const std::string& value) {
  if (action == PlayAction::kVolume) {
    const auto gain = ParseNumber(value);
    return gain && *gain >= 0 && *gain <= 1;
  }
  if (action == PlayAction::kSeek) {
    const auto second = ParseNumber(value);
    return second && *second >= 0 && *second <= 1e6;
  }
  if (action == PlayAction::kQuality) {
    if (value == "auto") return true;
    const auto number = ParseNumber(value);
    return number && *number >= 1 && *number <= 100 && *number == static_cast<int>(*number);
  }
  if (action == PlayAction::kNetwork) return value == "free" || value == "metered";
  return !value.empty();
}

// Empty: it is none.
std::optional<ScriptStep> ParseStep(const std::string& line) {
  std::istringstream words(line);
  std::string second;
  std::string name;
  std::string value;
  words >> second >> name;
  std::getline(words >> std::ws, value);
  const auto at = ParseNumber(second);
  if (!at || !(*at >= 0 && *at <= 1e6)) return std::nullopt;
  for (const Verb& verb : kVerbs) {
    if (verb.name != name) continue;
    const bool fits = verb.takes_value ? IsValueOf(verb.action, value) : value.empty();
    if (!fits) return std::nullopt;
    return ScriptStep{TimeDelta::SecondsF(*at), verb.action, value};
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<ScriptStep>> ParseScript(const std::string& text) {
  std::vector<ScriptStep> steps;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    auto step = ParseStep(line);
    if (!step) {
      return Fail(ErrorCode::kInvalidConfig, "line " + std::to_string(number) + ": '" + line + "'");
    }
    if (!steps.empty() && step->at < steps.back().at) {
      return Fail(ErrorCode::kInvalidConfig,
                  "line " + std::to_string(number) + " is before the line above it");
    }
    if (steps.size() >= kMaxSteps) return Fail(ErrorCode::kLimit, "more than 10000 steps");
    steps.push_back(*std::move(step));
  }
  return steps;
}

std::optional<PlayAction> ActionOf(int key) {
  constexpr int kEscape = 27;
  constexpr int kRight = 0x4000004F;  // SDL2's SDLK_RIGHT and SDLK_LEFT.
  constexpr int kLeft = 0x40000050;
  switch (key) {
    case 'i':
      return PlayAction::kOverlay;
    case 'm':
      return PlayAction::kMute;
    case 's':
      return PlayAction::kSnapshot;
    case 'n':
      return PlayAction::kNext;
    case 'p':
      return PlayAction::kPrevious;
    case ' ':
      return PlayAction::kPauseOrResume;
    case kRight:
      return PlayAction::kForward;
    case kLeft:
      return PlayAction::kBack;
    case 'r':
      return PlayAction::kRecordOrStop;
    case 'v':
      return PlayAction::kNextQuality;
    case '+':
    case '=':
      return PlayAction::kLouder;
    case '-':
      return PlayAction::kQuieter;
    case 'q':
    case kEscape:
      return PlayAction::kQuit;
    default:
      return std::nullopt;
  }
}

}  // namespace onair::samples
