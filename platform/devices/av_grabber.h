// SPDX-License-Identifier: Apache-2.0
//
// Any libavdevice input as a Grabber: opened by the first of several ways that works, decoded,
// brought into our formats. Private to this room.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/media/video_frame.h"
#include "platform/devices/live_thread.h"

namespace onair::devices {

// kPolls: reads answer "nothing yet" at once; kBlocks: reads last up to a frame.
enum class ReadMode { kPolls = 1, kBlocks = 2 };

// One way to open a device.
struct AvWay {
  std::string input;  // libavdevice's name: "v4l2", "x11grab", "pulse", "alsa".
  std::string url;
  std::vector<std::pair<std::string, std::string>> options;
  ReadMode reads = ReadMode::kBlocks;
};

// `name` is what errors call the device. Without a way that works, the error is that of the
// way that came closest: a device that is busy or forbidden is there.
std::unique_ptr<Grabber> MakeAvGrabber(std::string name, std::vector<AvWay> ways,
                                       const std::atomic<bool>& stopping);

// What an FFmpeg error number says about a device that is being opened.
Error OpenError(const std::string& name, int av_error);

// Makes libavdevice's inputs known. Any thread, any number of times.
void RegisterDevices();

std::string RationalText(double rate);   // "30000/1000", as FFmpeg's options want rates.
std::string SizeText(PictureSize size);  // "1280x720".

}  // namespace onair::devices
