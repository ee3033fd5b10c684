// SPDX-License-Identifier: Apache-2.0
//
// Which dialect an address means, and where its signalling is.
//
//   rts://host[:1985]/app/stream          WHIP and WHEP of our edge and of SRS, at
//                                         http://host:port/rtc/v1/whip/?app=..&stream=..
//   whip+http(s)://.. whep+http(s)://..   any WHIP or WHEP endpoint
//   artc://host/app/stream?auth_key=..    Alibaba, at https://host/..
//   webrtc://host[:1985]/app/stream       SRS, at http://host:port/rtc/v1/publish/ or ../play/
//   webrtc://..?txSecret=..               Tencent; also hosts of myqcloud.com
//   webrtc://..?volcSecret=.. or ...sdp   Volcano, at https://host/app/stream.sdp
//
// rts and webrtc for SRS: "schema=https" in the query means TLS, then port 443 unless one is given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/url.h"
#include "transport/webrtc/artc_signalling.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/signalling.h"
#include "transport/webrtc/whip_client.h"

namespace onair::webrtc {

enum class Dialect { kWhip = 1, kSrs = 2, kArtc = 3, kTencent = 4, kVolcano = 5 };

struct RtsUrl {
  Dialect dialect = Dialect::kWhip;
  Url api;                 // http or https. Its query may hold secrets.
  std::string stream_url;  // What the bodies of SRS, Alibaba and Tencent name the stream by.
  ArtcSubscription subscription = ArtcSubscription::kBoth;
  Patching patching = Patching::kAsTold;

  bool operator==(const RtsUrl&) const = default;
};

// Whether the scheme is one of those above.
bool IsRtsUrl(const Url& url);

// kInvalidUrl: another scheme, no application or stream, whep to publish or whip to play.
// kUnsupported: publishing to Tencent, a user name in the address.
Result<RtsUrl> ParseRtsUrl(const Url& url, SignallingRole role);

// AAC that players offer besides Opus, by preference: the vendors' servers carry what was
// published. As their public texts say; Volcano's has LATM alone. None where the dialect is WHEP's
// or SRS's.
std::vector<AacForm> AacFormsOf(Dialect dialect);

// `bearer`: the token of WHIP and WHEP; others have theirs in the address. `chance`: some letters
// and digits by chance, for dialects that number their sessions.
std::unique_ptr<Signalling> MakeSignalling(const RtsUrl& url, SignallingRole role,
                                           const std::string& bearer, const std::string& chance);

}  // namespace onair::webrtc
