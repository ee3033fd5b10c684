// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/devices/test_servers.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "tests/platform/devices/skip.h"

namespace onair::devices {
namespace {

constexpr int kStartLimitMs = 10'000;

// The number that Xvfb writes once it serves; empty when it does not.
std::string ReadDisplayNumber(int descriptor) {
  std::string number;
  pollfd ready{descriptor, POLLIN, 0};
  char digit = 0;
  while (poll(&ready, 1, kStartLimitMs) == 1 && read(descriptor, &digit, 1) == 1) {
    if (digit == '\n') return number;
    number += digit;
  }
  return {};
}

bool Accepts(const std::string& socket_path) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const bool is_open =
      connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return is_open;
}

bool AwaitSocket(const std::string& socket_path) {
  for (int waited = 0; waited < kStartLimitMs; waited += 20) {
    if (Accepts(socket_path)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace

std::unique_ptr<TestDisplay> TestDisplay::StartOrSkip() {
  if (!HasProgram("Xvfb")) {
    SkipTest("no Xvfb here (package xvfb)");
    return nullptr;
  }
  int ends[2];
  if (pipe(ends) != 0) return nullptr;
  auto process = ChildProcess::Start({"Xvfb", "-displayfd", std::to_string(ends[1]), "-screen", "0",
                                      "640x360x24", "-nolisten", "tcp", "-noreset"},
                                     {}, ends[1]);
  close(ends[1]);
  const std::string number = process ? ReadDisplayNumber(ends[0]) : std::string();
  close(ends[0]);
  if (number.empty()) {
    SkipTest("Xvfb does not start");
    return nullptr;
  }
  return std::unique_ptr<TestDisplay>(new TestDisplay(":" + number, std::move(*process)));
}

std::unique_ptr<TestSoundServer> TestSoundServer::StartOrSkip() {
  if (!HasProgram("pulseaudio")) {
    SkipTest("no pulseaudio here (package pulseaudio)");
    return nullptr;
  }
  std::string folder = std::filesystem::temp_directory_path() / "onair-sound-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return nullptr;
  std::filesystem::create_directory(folder + "/pulse");
  const std::string socket_path = folder + "/pulse/native";
  auto process = ChildProcess::Start(
      {"pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
       "--disable-shm=yes", "-L",
       "module-native-protocol-unix socket=" + socket_path + " auth-anonymous=1", "-L",
       "module-null-sink sink_name=cam rate=48000 channels=2"},
      {{"XDG_RUNTIME_DIR", folder}, {"PULSE_RUNTIME_PATH", folder + "/pulse"}, {"HOME", folder}});
  if (!process || !AwaitSocket(socket_path)) {
    SkipTest("pulseaudio does not start");
    std::filesystem::remove_all(folder);
    return nullptr;
  }
  setenv("PULSE_SERVER", ("unix:" + socket_path).c_str(), 1);
  setenv("HOME", folder.c_str(), 1);  // libpulse keeps its cookie there.
  return std::unique_ptr<TestSoundServer>(new TestSoundServer(folder, std::move(*process)));
}

TestSoundServer::~TestSoundServer() {
  process_.Kill();
  unsetenv("PULSE_SERVER");
  std::filesystem::remove_all(folder_);
}

}  // namespace onair::devices
