// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/devices/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

extern char** environ;

namespace onair::devices {

std::optional<ChildProcess> ChildProcess::Start(
    const std::vector<std::string>& command,
    const std::vector<std::pair<std::string, std::string>>& environment, int inherited_descriptor) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> settings;
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  std::vector<char*> all_settings;
  for (auto& setting : settings) all_settings.push_back(setting.data());
  for (char** entry = environ; *entry != nullptr; ++entry) all_settings.push_back(*entry);
  all_settings.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (inherited_descriptor >= 0) {
    posix_spawn_file_actions_adddup2(&actions, inherited_descriptor, inherited_descriptor);
  } else {
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // Ports that we listen on, too.
  }
  pid_t pid = -1;
  const int failed =
      posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), all_settings.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  return ChildProcess(pid);
}

ChildProcess::~ChildProcess() {
  Kill();
}

void ChildProcess::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
}

void ChildProcess::Signal(int signal) {
  if (pid_ >= 0) kill(pid_, signal);
}

bool ChildProcess::is_running() {
  return pid_ >= 0 && waitpid(pid_, nullptr, WNOHANG) == 0;
}

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> part{};
  while (const std::size_t count = fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), count);
  }
  return pclose(pipe) == 0 ? output : std::string();
}

}  // namespace onair::devices
