// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/url.h"
#include "core/machine/endpoint.h"

namespace onair::rtmp {

// What an RTMP address means to the protocol. Percent-encoding stays as written.
struct RtmpUrl {
  Endpoint endpoint;       // Port 1935, or 443 with TLS, unless the address names one.
  std::string app;         // "live", "app/instance", "live?vhost=a.example".
  std::string stream_key;  // With its query: "room?token=x". May be empty. A secret.
  std::string tc_url;      // Scheme, authority and app, for `connect`.

  bool operator==(const RtmpUrl&) const = default;
};

// The last path segment is the stream key, all before it the application:
//   rtmp://h/app/key?q         app "app",       key "key?q"
//   rtmp://h/app/instance/key  app "app/instance", key "key"
//   rtmp://h/app?q/key?r       app "app?q",     key "key?r"   (query on the application)
//   rtmp://h/app               app "app",       key ""
// A query after a path of two and more segments belongs to the key even when it holds '/',
// as base64 tokens do. kInvalidUrl: not rtmp or rtmps, or no application. kUnsupported: a
// user name in the address (Adobe authentication).
Result<RtmpUrl> ParseRtmpUrl(const Url& url);
// As above; kInvalidUrl too where the address names no stream.
Result<RtmpUrl> ParseRtmpStreamUrl(const Url& url);

// The whole address that a redirect of `from` means: servers give the application's address or
// that of the stream. kRtmpRejected where it is none.
Result<std::string> RedirectTarget(const std::string& address, const RtmpUrl& from);

// The whole address that the tcUrl of a reconnect request means to a client that is at `from`:
// an application's or a stream's, absolute or relative to from.tc_url (RFC 3986 section 5.2; no
// dot segments). kRtmpRejected where it is none, or leads from TLS to a plain connection.
Result<std::string> ReconnectTarget(const std::string& tc_url, const RtmpUrl& from);

}  // namespace onair::rtmp
