// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/options.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

#include "tests/support/paths.h"

namespace onair::samples {
namespace {

// The configuration that a command line means, or the status that it leaves with.
struct Read {
  std::optional<int> status;
  PublisherConfig config;
  std::unique_ptr<QosPolicy> policy = nullptr;
};
Read Parse(std::vector<std::string> arguments) {
  PublishOptions options;
  const auto line = MakePublishCommandLine(options);
  arguments.insert(arguments.begin(), {"onair-publish", "--to", "rtmp://h/live/k"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  Read read;
  read.status = line->Parse(static_cast<int>(argv.size()), argv.data());
  if (!read.status) read.status = ToConfig(*line, options, read.config);
  if (!read.status) read.status = ToConfig(*line, options.qos, read.config, read.policy);
  return read;
}

TEST_CASE("Without options the rate follows the network between 200 and 1500 kbit/s, balanced") {
  const Read read = Parse({});
  REQUIRE_FALSE(read.status);
  CHECK(read.config.control.mode == ControlMode::kBalanced);
  CHECK(read.config.control.min_rate == DataRate::KilobitsPerSec(200));
  CHECK(read.config.video->rate == DataRate::KilobitsPerSec(1500));
  CHECK(read.config.control.controller.empty());
  CHECK(read.config.video->look_ahead == TimeDelta::Zero());
}

TEST_CASE("A mode says what gives way, and quality looks ahead as well") {
  const Read quality = Parse({"--mode", "quality"});
  REQUIRE_FALSE(quality.status);
  CHECK(quality.config.control.mode == ControlMode::kQuality);
  CHECK(quality.config.video->look_ahead > TimeDelta::Millis(300));
  const Read fluency = Parse({"--mode=fluency"});
  REQUIRE_FALSE(fluency.status);
  CHECK(fluency.config.control.mode == ControlMode::kFluency);
  CHECK(fluency.config.video->look_ahead == TimeDelta::Zero());
}

TEST_CASE("An encoder is chosen by its name, and an unknown one is wrong usage") {
  CHECK(Parse({}).config.video->encoder == EncoderChoice::kAuto);
  CHECK(Parse({"--encoder", "x264"}).config.video->encoder == EncoderChoice::kX264);
  CHECK(Parse({"--encoder=x265"}).config.video->encoder == EncoderChoice::kX265);
  const Read open = Parse({"--encoder", "openh264", "--openh264-library", "/tmp/cisco.so"});
  REQUIRE_FALSE(open.status);
  CHECK(open.config.video->encoder == EncoderChoice::kOpenH264);
  CHECK(open.config.video->openh264_library == "/tmp/cisco.so");
  CHECK(Parse({"--encoder", "x266"}).status == kExitUsage);
}

TEST_CASE("Rate and controller are chosen, and unknown ones are wrong usage") {
  const Read chosen = Parse({"--bitrate", "3000", "--min-bitrate", "400", "--controller", "fixed"});
  REQUIRE_FALSE(chosen.status);
  CHECK(chosen.config.video->rate == DataRate::KilobitsPerSec(3000));
  CHECK(chosen.config.control.min_rate == DataRate::KilobitsPerSec(400));
  CHECK(chosen.config.control.controller == "fixed");
  CHECK(Parse({"--controller", "crystal ball"}).status == kExitUsage);
  CHECK(Parse({"--min-bitrate", "10"}).status == kExitUsage);
  CHECK(Parse({"--mode", "fast"}).status == kExitUsage);
}

TEST_CASE("A picture for a poor network is off, and one that is not there is wrong usage") {
  CHECK_FALSE(Parse({}).config.poor_network);
  CHECK(Parse({"--poor-network", "/nonexistent.png@3"}).status == kExitUsage);

  const std::string path = testing::BinaryDir() + "/publish_options.ppm";
  std::ofstream(path, std::ios::binary) << "P6\n64 64\n255\n" << std::string(64 * 64 * 3, 'x');
  const Read read = Parse({"--poor-network", path + "@3"});
  std::remove(path.c_str());
  REQUIRE_FALSE(read.status);
  REQUIRE(read.config.poor_network);
  CHECK(read.config.poor_network->after == TimeDelta::Seconds(3));
  CHECK(read.config.poor_network->picture.size() == PictureSize{1280, 720});
}

TEST_CASE("A config file sets the rate's bounds, mode and controller, and options win") {
  const std::string path = testing::BinaryDir() + "/publish_options.json";
  std::ofstream(path) << R"({"min-bitrate": 300, "mode": "fluency", "controller": "obs"})";
  const Read read = Parse({"--config", path, "--controller", "fixed"});
  std::remove(path.c_str());
  REQUIRE_FALSE(read.status);
  CHECK(read.config.control.min_rate == DataRate::KilobitsPerSec(300));
  CHECK(read.config.control.mode == ControlMode::kFluency);
  CHECK(read.config.control.controller == "fixed");
}

TEST_CASE("A policy is read from its file, and a wrong one is wrong usage") {
  const std::string path = testing::BinaryDir() + "/policy.json";
  const auto write = [&](const char* version) {
    std::ofstream(path) << R"({"format": )" << version << R"(, "version": "1", "experiment": "e",
      "arms": [{"name": "a", "per_mille": 1000}]})";
  };
  write("1");
  const Read read = Parse({"--qos", path, "--session", "session-1", "--network", "cellular"});
  REQUIRE_FALSE(read.status);
  CHECK(read.config.qos == read.policy.get());
  CHECK(read.config.qos != nullptr);
  CHECK(read.config.session_id == "session-1");
  CHECK(read.config.network == NetworkKind::kCellular);
  write("2");
  CHECK(Parse({"--qos", path}).status == kExitUsage);
  std::remove(path.c_str());
  CHECK(Parse({"--qos", path}).status == kExitUsage);
  CHECK(Parse({"--network", "5g"}).status == kExitUsage);
}

TEST_CASE("Every run without --session has an id of its own") {
  const Read one = Parse({});
  const Read other = Parse({});
  CHECK(one.config.session_id.size() == 16);
  CHECK(one.config.session_id != other.config.session_id);
  CHECK(one.config.qos == nullptr);
}

}  // namespace
}  // namespace onair::samples
