// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/destination.h"

#include <utility>

#include "core/base/url.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair {
namespace {

bool IsFile(const std::string& url) {
  return url.starts_with("file:");
}

}  // namespace

Status CheckDestination(const std::string& url) {
  if (IsFile(url)) {
    for (const char* ending : {".flv", ".mp4", ".m3u8"}) {
      if (url.ends_with(ending) && url.size() > 5 + std::string_view(ending).size()) return {};
    }
    return Fail(ErrorCode::kUnsupported, url + " (a recording ends in .flv, .mp4 or .m3u8)");
  }
  auto parsed = ParseUrl(url);
  if (!parsed) return Forward(parsed);
  if (parsed->scheme != "rtmp" && parsed->scheme != "rtmps") {
    return Fail(ErrorCode::kUnsupported, "publishing to " + parsed->scheme + "://");
  }
  auto address = rtmp::ParseRtmpStreamUrl(*parsed);
  if (!address) return Forward(address);
  return {};
}

bool KeepsOneSize(const std::string& url) {
  return IsFile(url) && !url.ends_with(".flv");
}

bool HasNetwork(const std::string& url) {
  return !IsFile(url);
}

Result<std::unique_ptr<Destination>> MakeDestination(runtime::Loop& loop, DestinationSetup setup) {
  if (auto status = CheckDestination(setup.url); !status) return Forward(status);
  return IsFile(setup.url) ? MakeFileDestination(loop, std::move(setup))
                           : MakeRtmpDestination(loop, std::move(setup));
}

}  // namespace onair
