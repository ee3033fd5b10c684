// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "platform/devices/av_grabber.h"
#include "platform/devices/capture_devices.h"
#include "platform/devices/microphone_id.h"

namespace onair::devices {
namespace {

AvWay PulseWay(const std::string& name, const AudioFormat& format) {
  // What the server sends at a time: 10 ms of 16-bit samples. Left alone, it sends seconds.
  const int fragment_bytes = format.sample_rate / 100 * format.channels * 2;
  return {"pulse",
          name,
          {{"sample_rate", std::to_string(format.sample_rate)},
           {"channels", std::to_string(format.channels)},
           {"fragment_size", std::to_string(fragment_bytes)},
           {"name", "onair"},
           {"stream_name", "microphone"}},
          ReadMode::kBlocks};
}

AvWay AlsaWay(const std::string& name, const AudioFormat& format) {
  return {"alsa",
          name,
          {{"sample_rate", std::to_string(format.sample_rate)},
           {"channels", std::to_string(format.channels)}},
          ReadMode::kPolls};
}

std::vector<AvWay> MicrophoneWays(const MicrophoneConfig& config) {
  const auto rest = [&](std::string_view prefix) {
    return config.id.starts_with(prefix) ? config.id.substr(prefix.size()) : std::string();
  };
  if (const std::string name = rest(kPulsePrefix); !name.empty()) {
    return {PulseWay(name, config.format)};
  }
  if (const std::string name = rest(kAlsaPrefix); !name.empty()) {
    return {AlsaWay(name, config.format)};
  }
  const std::string name = config.id.empty() ? "default" : config.id;
  return {PulseWay(name, config.format), AlsaWay(name, config.format)};
}

}  // namespace

Status MicrophoneConfig::Validate() const {
  if (format.sample_rate < 8000 || format.sample_rate > 96000) {
    return Fail(ErrorCode::kInvalidConfig, "format.sample_rate");
  }
  if (format.channels != 1 && format.channels != 2) {
    return Fail(ErrorCode::kInvalidConfig, "format.channels");
  }
  return {};
}

Result<std::unique_ptr<LiveSource>> OpenMicrophone(const MicrophoneConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  return std::make_unique<LiveThread>([config](const std::atomic<bool>& stopping) {
    const std::string name = config.id.empty() ? "microphone" : "microphone " + config.id;
    return MakeAvGrabber(name, MicrophoneWays(config), stopping);
  });
}

}  // namespace onair::devices
