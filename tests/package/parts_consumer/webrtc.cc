// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/rts_url.h"

int main() {
  const auto url = onair::ParseUrl("rts://live.example/app/stream");
  return url && onair::webrtc::ParseRtsUrl(*url, onair::webrtc::SignallingRole::kPlay) ? 0 : 1;
}
