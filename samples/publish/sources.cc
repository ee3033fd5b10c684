// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/sources.h"

#include <algorithm>
#include <utility>

#include "capture/file/file_source.h"
#include "capture/file/input.h"
#include "capture/synthetic/test_source.h"
#include "platform/devices/capture_devices.h"

namespace onair::samples {
namespace {

bool IsDevice(const std::string& input, const std::string& kind) {
  return input == kind || input.starts_with(kind + ":");
}
std::string AfterColon(const std::string& input) {
  const std::size_t colon = input.find(':');
  return colon == std::string::npos ? "" : input.substr(colon + 1);
}

VideoFormat FormatOf(const PublisherConfig& config) {
  return {config.video->size, config.video->frame_rate};
}

Result<std::unique_ptr<LiveSource>> OpenCamera(const std::string& input,
                                               const PublisherConfig& config) {
  devices::CameraConfig camera;
  camera.size = config.video->size;
  camera.frame_rate = config.video->frame_rate;
  const std::string number = AfterColon(input);
  if (!number.empty()) camera.path = "/dev/video" + number;
  return devices::OpenCamera(camera);
}

Result<std::unique_ptr<LiveSource>> OpenScreen(const std::string& input,
                                               const PublisherConfig& config) {
  devices::ScreenConfig screen;
  screen.display = AfterColon(input);
  // "screen::1" names display ":1"; "screen:1" is short for it.
  if (!screen.display.empty() && screen.display.find(':') == std::string::npos) {
    screen.display.insert(0, ":");
  }
  screen.frame_rate = std::min(config.video->frame_rate, 60.0);
  return devices::OpenScreen(screen);
}

// Adds what --input gives. `wants_sound`: no --audio-input replaces its sound.
Status AddInput(const PublishOptions& o, const PublisherConfig& config, bool wants_sound,
                OpenedSources& out) {
  if (o.input == "test") {
    capture::TestSourceConfig test;
    test.video = FormatOf(config);
    if (wants_sound) {
      test.audio = config.audio->format;
    } else {
      test.audio.reset();
    }
    auto source = capture::OpenTestSource(test);
    if (!source) return Forward(source);
    out.sources.media.push_back(std::move(*source));
    return {};
  }
  if (IsDevice(o.input, "camera") || IsDevice(o.input, "screen")) {
    auto device =
        IsDevice(o.input, "camera") ? OpenCamera(o.input, config) : OpenScreen(o.input, config);
    if (!device) return Forward(device);
    out.sources.live.push_back(std::move(*device));
    return {};
  }
  capture::InputConfig input;
  input.file.loop = o.is_looped ? capture::Loop::kForever : capture::Loop::kOnce;
  input.file.tracks = wants_sound ? capture::FileTracks::kBoth : capture::FileTracks::kVideoOnly;
  input.image.output = FormatOf(config);
  auto source = capture::OpenInput(o.input, input);
  if (!source) return Forward(source);
  out.sources.media.push_back(std::move(*source));
  return {};
}

// Adds what --audio-input gives.
Status AddSound(const PublishOptions& o, const PublisherConfig& config, OpenedSources& out) {
  if (!config.audio) return {};
  if (o.audio_input == "test") {
    capture::TestSourceConfig test;
    test.video.reset();
    test.audio = config.audio->format;
    auto source = capture::OpenTestSource(test);
    if (!source) return Forward(source);
    out.sources.media.push_back(std::move(*source));
    return {};
  }
  if (IsDevice(o.audio_input, "mic")) {
    devices::MicrophoneConfig microphone;
    microphone.id = AfterColon(o.audio_input);
    auto device = devices::OpenMicrophone(microphone);
    if (!device) return Forward(device);
    out.sources.live.push_back(std::move(*device));
    return {};
  }
  capture::FileSourceConfig file;
  file.loop = o.is_looped ? capture::Loop::kForever : capture::Loop::kOnce;
  file.tracks = capture::FileTracks::kAudioOnly;
  auto source = capture::OpenFile(o.audio_input, file);
  if (!source) return Forward(source);
  out.sources.media.push_back(std::move(*source));
  return {};
}

}  // namespace

Result<OpenedSources> OpenSources(const PublishOptions& options, const PublisherConfig& config) {
  OpenedSources out;
  const bool is_camera_or_screen =
      IsDevice(options.input, "camera") || IsDevice(options.input, "screen");
  const bool wants_own_sound = options.audio_input.empty() && !is_camera_or_screen;
  if (auto status = AddInput(options, config, wants_own_sound, out); !status) {
    return Forward(status);
  }
  if (!options.audio_input.empty()) {
    if (auto status = AddSound(options, config, out); !status) return Forward(status);
  } else if (is_camera_or_screen) {
    // Nobody asked for it by name: going live silent beats not going live.
    auto microphone = devices::OpenMicrophone({});
    if (microphone) {
      out.sources.optional.push_back(std::move(*microphone));
    } else {
      out.note = "no microphone, sending silence (" + ToString(microphone.error()) + ")";
    }
  }
  return out;
}

}  // namespace onair::samples
