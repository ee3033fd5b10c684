// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_path.h"

#include <utility>

#include "transport/http_flv/play_client.h"
#include "transport/rtmp/play_client.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair {
namespace {

bool IsHttp(const Url& url) {
  return url.scheme == "http" || url.scheme == "https";
}
bool IsRtmp(const Url& url) {
  return url.scheme == "rtmp" || url.scheme == "rtmps";
}

}  // namespace

Result<session::Play::Path> OpenPlayPath(const Url& url, Rng& rng, TraceSink& trace,
                                         Timestamp now) {
  if (IsRtmp(url)) {
    auto address = rtmp::ParseRtmpUrl(url);
    if (!address) return Forward(address);
    return session::Play::Path{
        address->endpoint, std::make_unique<rtmp::PlayClient>(*address, rtmp::PlayClientConfig{},
                                                              Rng(rng.Next()), trace, now)};
  }
  if (IsHttp(url)) {
    auto endpoint = http_flv::EndpointOf(url);
    if (!endpoint) return Forward(endpoint);
    auto client = http_flv::PlayClient::Make(url, {}, now);
    if (!client) return Forward(client);
    return session::Play::Path{*endpoint,
                               std::make_unique<http_flv::PlayClient>(std::move(*client))};
  }
  return Fail(ErrorCode::kUnsupported, "playing " + url.scheme + "://");
}

Status CheckPlayPath(const Url& url) {
  if (IsRtmp(url)) {
    auto address = rtmp::ParseRtmpUrl(url);
    if (!address) return Forward(address);
    return {};
  }
  if (IsHttp(url)) return {};
  return Fail(ErrorCode::kUnsupported, "playing " + url.scheme + "://");
}

}  // namespace onair
