// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <cerrno>

#include "platform/devices/av_grabber.h"
#include "platform/devices/capture_devices.h"

namespace onair::devices {
namespace {

// USB 2 carries 720p raw at about 10 pictures a second, so larger pictures are asked for as
// MJPEG first; below that raw is faster to read and has no coding loss. The last ways take what
// the driver likes.
std::vector<AvWay> CameraWays(const CameraConfig& config) {
  const bool is_large = config.size.width * config.size.height >= 1280 * 720;
  const std::pair<std::string, std::string> size{"video_size", SizeText(config.size)};
  const std::pair<std::string, std::string> rate{"framerate", RationalText(config.frame_rate)};
  std::vector<AvWay> ways;
  for (const char* format : {is_large ? "mjpeg" : "yuyv422", is_large ? "yuyv422" : "mjpeg"}) {
    ways.push_back({"v4l2", config.path, {{"input_format", format}, size, rate}, ReadMode::kPolls});
  }
  ways.push_back({"v4l2", config.path, {size, rate}, ReadMode::kPolls});
  ways.push_back({"v4l2", config.path, {}, ReadMode::kPolls});
  return ways;
}

}  // namespace

Status CameraConfig::Validate() const {
  const auto is_side = [](int side) { return side >= 16 && side <= 4096; };
  if (path.empty()) return Fail(ErrorCode::kInvalidConfig, "path");
  if (!is_side(size.width) || !is_side(size.height)) return Fail(ErrorCode::kInvalidConfig, "size");
  if (!(frame_rate >= 1 && frame_rate <= 120)) return Fail(ErrorCode::kInvalidConfig, "frame_rate");
  return {};
}

Result<std::unique_ptr<LiveSource>> OpenCamera(const CameraConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  if (access(config.path.c_str(), R_OK | W_OK) != 0) {
    return Fail(OpenError("camera " + config.path, -errno));
  }
  return std::make_unique<LiveThread>([config](const std::atomic<bool>& stopping) {
    return MakeAvGrabber("camera " + config.path, CameraWays(config), stopping);
  });
}

}  // namespace onair::devices
