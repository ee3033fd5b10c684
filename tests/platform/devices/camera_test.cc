// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "platform/devices/capture_devices.h"
#include "platform/devices/driver_clock.h"
#include "tests/platform/devices/recording_sink.h"

namespace onair::devices {
namespace {

TEST_CASE("A camera that is not there is absent") {
  CameraConfig config;
  config.path = "/dev/video4711";
  const auto camera = OpenCamera(config);
  REQUIRE_FALSE(camera);
  CHECK(camera.error().code == ErrorCode::kDeviceAbsent);
  CHECK(camera.error().detail.find("/dev/video4711") != std::string::npos);
}

TEST_CASE("A device that is no camera is absent as one") {
  CameraConfig config;
  config.path = "/dev/null";
  auto camera = OpenCamera(config);
  REQUIRE(camera);
  RecordingSink sink;
  const Status status = (*camera)->Start(Now(), sink);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDeviceAbsent);
  CHECK(sink.calls() == 0);
}

TEST_CASE("Camera settings out of range are refused by name") {
  const auto field_of = [](auto change) {
    CameraConfig config;
    change(config);
    return config.Validate() ? std::string() : config.Validate().error().detail;
  };
  CHECK(field_of([](auto& c) { c.path.clear(); }) == "path");
  CHECK(field_of([](auto& c) { c.size.width = 8; }) == "size");
  CHECK(field_of([](auto& c) { c.size.height = 5000; }) == "size");
  CHECK(field_of([](auto& c) { c.frame_rate = 121; }) == "frame_rate");
  CHECK(field_of([](auto&) {}).empty());
}

}  // namespace
}  // namespace onair::devices
