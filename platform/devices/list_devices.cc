// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavdevice/avdevice.h>
}

#include "platform/devices/av_grabber.h"
#include "platform/devices/capture_devices.h"
#include "platform/devices/microphone_id.h"

namespace onair::devices {
namespace {

void AppendInputs(const char* input, std::string_view prefix, std::vector<DeviceName>& out) {
  const AVInputFormat* format = av_find_input_format(input);
  AVDeviceInfoList* list = nullptr;
  if (format == nullptr || avdevice_list_input_sources(format, nullptr, nullptr, &list) < 0) return;
  for (int i = 0; i < list->nb_devices; ++i) {
    const AVDeviceInfo& device = *list->devices[i];
    out.push_back({std::string(prefix) + device.device_name, device.device_description != nullptr
                                                                 ? device.device_description
                                                                 : device.device_name});
  }
  avdevice_free_list_devices(&list);
}

}  // namespace

DeviceList ListDevices() {
  RegisterDevices();
  DeviceList list;
  AppendInputs("v4l2", "", list.cameras);
  AppendInputs("pulse", kPulsePrefix, list.microphones);
  if (list.microphones.empty()) AppendInputs("alsa", kAlsaPrefix, list.microphones);
  return list;
}

}  // namespace onair::devices
