// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "core/base/url.h"
#include "transport/rtmp/rtmp_url.h"

int main() {
  const auto url = onair::ParseUrl("rtmp://live.example/app/key");
  std::puts(url ? url->host.c_str() : "not understood");
  return url && onair::rtmp::ParseRtmpUrl(*url) ? 0 : 1;
}
