// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace onair::devices {

// A program of the system, killed at the end of the scope.
class ChildProcess {
 public:
  // `environment` is added to ours. Output goes to /dev/null.
  static std::optional<ChildProcess> Start(
      const std::vector<std::string>& command,
      const std::vector<std::pair<std::string, std::string>>& environment = {},
      int inherited_descriptor = -1);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;

  void Kill();  // SIGKILL, and waits for its end.
  void Signal(int signal);
  bool is_running();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

// What a command prints; empty when it fails.
std::string OutputOf(const std::string& command);

}  // namespace onair::devices
