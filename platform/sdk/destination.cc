// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/destination.h"

#include <utility>

#include "transport/rtmp/rtmp_url.h"
#include "transport/webrtc/rts_url.h"

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
  if (webrtc::IsRtsUrl(*parsed)) {
    auto address = webrtc::ParseRtsUrl(*parsed, webrtc::SignallingRole::kPublish);
    if (!address) return Forward(address);
    return {};
  }
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

bool IsRealtime(const std::string& url) {
  if (IsFile(url)) return false;
  const auto parsed = ParseUrl(url);
  return parsed && webrtc::IsRtsUrl(*parsed);
}

std::string NameForPeople(const Url& url) {
  Url named = url;
  const std::size_t slash = url.path.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    named.path = url.path.substr(0, slash) + "/<private>";
  }
  return Redact(named);
}

Result<std::unique_ptr<Destination>> MakeDestination(runtime::Loop& loop, DestinationSetup setup) {
  if (auto status = CheckDestination(setup.url); !status) return Forward(status);
  if (IsFile(setup.url)) return MakeFileDestination(loop, std::move(setup));
  return IsRealtime(setup.url) ? MakeRtsDestination(loop, std::move(setup))
                               : MakeRtmpDestination(loop, std::move(setup));
}

}  // namespace onair
