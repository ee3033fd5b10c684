// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/media/video_frame.h"
#include "platform/sdk/ice_server.h"

namespace onair::samples {

enum ExitStatus { kExitDone = 0, kExitFailed = 1, kExitUsage = 2 };

// The options of all programs.
struct CommonOptions {
  std::string report;
  std::string trace;
  bool is_quiet = false;
};

// One program's command line: long options, "--key value" and "--key=value"; `--config FILE`
// (JSON, keys are option names without dashes) sets what the options set, options win.
class CommandLine {
 public:
  // `name`: the program, for messages. `later`: options of the full command line whose parts
  // are not in this build, with their dashes.
  CommandLine(std::string name, std::string description, std::vector<std::string> later);

  CLI::App& app() { return app_; }
  const CommonOptions& common() const { return common_; }

  // Parses. Not empty: leave main() with this status; everything has been said.
  std::optional<int> Parse(int argc, char** argv);

  // One line on stderr: "<program>: <text>".
  void Complain(const std::string& text) const;
  // Complains about wrong usage; answers kExitUsage.
  int Refuse(const std::string& text) const;
  // For values that belong to later parts: "--video h265".
  int RefuseLater(const std::string& what) const;

 private:
  Result<std::vector<std::string>> ConfigArguments(const std::string& path) const;
  std::optional<std::string> FirstLater(const std::vector<std::string>& arguments) const;

  std::string name_;
  std::vector<std::string> later_;
  CLI::App app_;
  CommonOptions common_;
  std::string config_;
};

// "1280x720". kInvalidConfig.
Result<PictureSize> ParseSize(const std::string& text);

// "FILE@SECONDS": the file and the seconds. kInvalidConfig.
Result<std::pair<std::string, double>> ParseAt(const std::string& text);

// "URL" or "URL,USER,PASSWORD", of which only the password may hold a comma. kInvalidConfig.
Result<IceServer> ParseIceServer(const std::string& text);
inline constexpr const char* kIceServerHelp =
    "By WebRTC: a server that helps to a path, stun:HOST[:PORT], turn:HOST[:PORT][?transport=tcp] "
    "or turns:HOST[:PORT], beside those that the stream's server names. Several: all";

}  // namespace onair::samples
