// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/library_messages.h"

extern "C" {
#include <libavutil/log.h>
}
#ifdef __linux__
#include <alsa/asoundlib.h>
#endif

namespace onair::devices {
namespace {

#ifdef __linux__
void DropAlsaMessage(const char*, int, const char*, int, const char*, ...) {}
#endif

}  // namespace

void SetLibraryMessages(LibraryMessages messages) {
  const bool is_dropped = messages == LibraryMessages::kDropped;
  av_log_set_level(is_dropped ? AV_LOG_QUIET : AV_LOG_INFO);
#ifdef __linux__
  snd_lib_error_set_handler(is_dropped ? DropAlsaMessage : nullptr);
#endif
}

}  // namespace onair::devices
