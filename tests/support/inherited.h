// SPDX-License-Identifier: Apache-2.0
//
// What a program inherits that is started now, as it sees it itself.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

extern char** environ;

namespace onair::testing {

// "socket:[123]", "/tmp/file", "anon_inode:[eventpoll]" and the like: what the descriptors of a
// fresh program point at. Empty where none could be started: that sees its own output at least.
inline std::multiset<std::string> InheritedNow() {
  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  // The shell lists what it has itself: a program that it started would have the shell's as well.
  std::string shell = "sh";
  std::string flag = "-c";
  std::string script = "for fd in /proc/$$/fd/*; do readlink $fd; done";
  std::array<char*, 4> arguments = {shell.data(), flag.data(), script.data(), nullptr};
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, "sh", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = read(output[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  close(output[0]);
  if (failed == 0) waitpid(pid, nullptr, 0);
  std::multiset<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string one = text.substr(at, end - at);
    if (!one.starts_with("pipe:")) found.insert(one);  // Its output, another one each time.
    at = end + 1;
  }
  return found;
}

}  // namespace onair::testing
