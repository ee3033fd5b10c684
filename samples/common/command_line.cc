// SPDX-License-Identifier: Apache-2.0
#include "samples/common/command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "samples/common/text_file.h"

namespace onair::samples {
namespace {

constexpr std::size_t kMostConfigBytes = std::size_t{1} << 20;  // Far more than all options.

std::string NameOf(const std::string& argument) {
  return argument.substr(0, argument.find('='));
}

// One value of a config file as an option's text; empty when it cannot be one.
std::optional<std::string> TextOf(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

}  // namespace

CommandLine::CommandLine(std::string name, std::string description, std::vector<std::string> later)
    : name_(std::move(name)), later_(std::move(later)), app_(std::move(description), name_) {
  app_.set_version_flag("--version", std::string("onair ") + ONAIR_VERSION);
  app_.set_help_flag("--help", "This text");
  app_.option_defaults()->take_last();
  app_.add_option("--report", common_.report, "Write a JSON report at the end")->type_name("FILE");
  app_.add_option("--trace", common_.trace,
                  "Write what happened when, as Chrome trace events (opens in Perfetto)")
      ->type_name("FILE");
  app_.add_option("--config", config_, "JSON object that sets options; the command line wins")
      ->type_name("FILE");
  app_.add_flag("--quiet", common_.is_quiet, "No status line");
}

std::optional<int> CommandLine::Parse(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (NameOf(arguments[i]) != "--config") continue;
    const bool is_joined = arguments[i].find('=') != std::string::npos;
    if (!is_joined && i + 1 == arguments.size()) break;  // The parser says what is missing.
    auto more = ConfigArguments(is_joined ? arguments[i].substr(9) : arguments[i + 1]);
    if (!more) return Refuse(ToString(more.error()));
    arguments.insert(arguments.begin(), more->begin(), more->end());
    break;
  }
  if (const auto later = FirstLater(arguments)) return RefuseLater(*later);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back.
  try {
    app_.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app_.help().c_str(), stdout);
    return kExitDone;
  } catch (const CLI::CallForVersion& version) {
    std::printf("%s\n", version.what());
    return kExitDone;
  } catch (const CLI::ParseError& error) {
    return Refuse(std::string(error.what()) + " (see --help)");
  }
  return std::nullopt;
}

void CommandLine::Complain(const std::string& text) const {
  // What other libraries say of a failure may have line breaks.
  std::string one_line = text;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  std::fprintf(stderr, "%s: %s\n", name_.c_str(), one_line.c_str());
}

int CommandLine::Refuse(const std::string& text) const {
  Complain(text);
  return kExitUsage;
}

int CommandLine::RefuseLater(const std::string& what) const {
  return Refuse(what + " is not in this build [config.unsupported]");
}

Result<std::vector<std::string>> CommandLine::ConfigArguments(const std::string& path) const {
  const auto file = ReadText(path, kMostConfigBytes);
  if (!file) return Fail(file.error().code, "--config " + file.error().detail);
  const auto config = nlohmann::json::parse(*file, nullptr, false);
  if (!config.is_object()) {
    return Fail(ErrorCode::kInvalidConfig, "--config " + path + " is not a JSON object");
  }
  std::vector<std::string> arguments;
  for (const auto& [key, value] : config.items()) {
    if (value.is_boolean()) {
      if (value.get<bool>()) arguments.push_back("--" + key);
      continue;
    }
    const auto values = value.is_array() ? value : nlohmann::json::array({value});
    for (const auto& one : values) {
      const auto text = TextOf(one);
      if (!text) return Fail(ErrorCode::kInvalidConfig, "--config " + path + ": \"" + key + "\"");
      arguments.push_back("--" + key + "=" + *text);
    }
  }
  return arguments;
}

std::optional<std::string> CommandLine::FirstLater(
    const std::vector<std::string>& arguments) const {
  for (const std::string& argument : arguments) {
    const std::string name = NameOf(argument);
    if (std::find(later_.begin(), later_.end(), name) != later_.end()) return name;
  }
  return std::nullopt;
}

Result<PictureSize> ParseSize(const std::string& text) {
  PictureSize size;
  const char* const end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, size.width);
  if (width.ec == std::errc() && width.ptr != end && *width.ptr == 'x') {
    const auto height = std::from_chars(width.ptr + 1, end, size.height);
    if (height.ec == std::errc() && height.ptr == end) return size;
  }
  return Fail(ErrorCode::kInvalidConfig, "'" + text + "' is not a size such as 1280x720");
}

Result<std::pair<std::string, double>> ParseAt(const std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at != std::string::npos && at > 0 && at + 1 < text.size()) {
    double seconds = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + at + 1, end, seconds);
    if (parsed.ec == std::errc() && parsed.ptr == end && seconds >= 0) {
      return std::pair(text.substr(0, at), seconds);
    }
  }
  return Fail(ErrorCode::kInvalidConfig, "'" + text + "' is not FILE@SECONDS");
}

// The text may hold a password: it is not repeated.
Result<IceServer> ParseIceServer(const std::string& text) {
  const std::size_t first = text.find(',');
  if (first == std::string::npos) return IceServer{text};
  const std::size_t second = text.find(',', first + 1);
  if (second == std::string::npos) {
    return Fail(ErrorCode::kInvalidConfig, "not URL or URL,USER,PASSWORD");
  }
  return IceServer{text.substr(0, first), text.substr(first + 1, second - first - 1),
                   text.substr(second + 1)};
}

}  // namespace onair::samples
