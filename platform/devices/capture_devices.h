// SPDX-License-Identifier: Apache-2.0
//
// Cameras, screens and microphones of a desktop, through libavdevice. Each source owns one
// thread, which alone touches the device.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/capture_ports.h"
#include "core/base/result.h"

namespace onair::devices {

// A V4L2 camera. Size and rate are wishes: the driver takes the nearest it has, and
// LiveSource::info() tells which.
struct CameraConfig {
  std::string path = "/dev/video0";  // An id of ListDevices().

  // Range [16, 4096] each side.
  PictureSize size{1280, 720};

  // Pictures per second. Range [1, 120].
  double frame_rate = 30;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Whether the mouse pointer is in the picture.
enum class Cursor { kShown = 1, kHidden = 2 };

// An X11 display or a part of it.
struct ScreenConfig {
  // ":0", "host:1.0"; empty: $DISPLAY.
  std::string display;

  // Top left corner in pixels. Range [0, 16384].
  int left = 0;
  int top = 0;

  // Empty: everything from the corner on. Odd sides lose their last row or column, because
  // encoders want even ones. Range [16, 4096] each side.
  std::optional<PictureSize> size;

  // Pictures per second. Range [1, 60].
  double frame_rate = 30;

  Cursor cursor = Cursor::kShown;  // As the display draws it.

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A sound input. PulseAudio (or PipeWire in its place) first, then ALSA.
struct MicrophoneConfig {
  // An id of ListDevices(); empty: the system's default input.
  std::string id;

  // What the source gives; the sound server converts. 8000..96000 Hz, 1 or 2 channels.
  AudioFormat format{48000, 2};

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Open* checks the config and, where that is quick, that the device is there; the device
// itself is opened by Start(), which waits for it at most kOpenLimit. kInvalidConfig,
// kDeviceAbsent, kDevicePermission.
//
// Of every source here:
// - captured_at comes from the device's own clock where that is a clock we know, else from
//   arrival; per track it never falls.
// - Stop() returns within 200 ms even when the device hangs inside the kernel or a server.
//   Its thread is then left behind, with no way back to the sink, and closes the device as
//   soon as the hanging call returns. Stop() may be called from another thread while Start()
//   waits; Start() then fails with kInvalidState.
// - A stopped source may be started again.
// - A device that vanishes or gives nothing for kSilenceLimit ends with kDeviceLost.
Result<std::unique_ptr<LiveSource>> OpenCamera(const CameraConfig& config);
// As OpenCamera(); each start finds the display anew.
Result<std::unique_ptr<LiveSource>> OpenScreen(const ScreenConfig& config);
// As OpenCamera(); the sound server is asked by Start() alone.
Result<std::unique_ptr<LiveSource>> OpenMicrophone(const MicrophoneConfig& config);

// Longest wait of Start(). Source: ours; USB cameras take 0.1 to 1.5 s to start a stream.
inline constexpr TimeDelta kOpenLimit = TimeDelta::Seconds(4);

// Source: ours; the longest exposure of consumer cameras is 1 s, twice that for its driver.
inline constexpr TimeDelta kSilenceLimit = TimeDelta::Seconds(2);

// One device.
struct DeviceName {
  std::string id;     // For CameraConfig::path or MicrophoneConfig::id.
  std::string label;  // For people.
};
// What a desktop has; screens are named by their display.
struct DeviceList {
  std::vector<DeviceName> cameras;      // Those of V4L2.
  std::vector<DeviceName> microphones;  // Of the sound server, or of ALSA without one.
};

// What is there now. May block up to a second on a slow sound server.
DeviceList ListDevices();

// Device threads that hang in the system and were left behind by Stop(), now. For stats.
int AbandonedDeviceThreads();

}  // namespace onair::devices
