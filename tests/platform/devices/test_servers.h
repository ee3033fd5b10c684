// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/platform/devices/child_process.h"

namespace onair::devices {

// An X server of our own on a free display, 640x360.
class TestDisplay {
 public:
  // Empty, with the skip counted, when there is no Xvfb.
  static std::unique_ptr<TestDisplay> StartOrSkip();

  const std::string& name() const { return name_; }  // ":7"
  ChildProcess& process() { return process_; }

 private:
  TestDisplay(std::string name, ChildProcess process)
      : name_(std::move(name)), process_(std::move(process)) {}
  std::string name_;
  ChildProcess process_;
};

// A sound server of our own: a sink "cam" without a speaker, whose monitor is an input.
// PULSE_SERVER of this process points to it.
class TestSoundServer {
 public:
  static std::unique_ptr<TestSoundServer> StartOrSkip();
  ~TestSoundServer();

  ChildProcess& process() { return process_; }

 private:
  TestSoundServer(std::string folder, ChildProcess process)
      : folder_(std::move(folder)), process_(std::move(process)) {}
  std::string folder_;
  ChildProcess process_;
};

}  // namespace onair::devices
