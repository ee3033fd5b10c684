// SPDX-License-Identifier: Apache-2.0
//
// Alibaba Cloud RTS, artc:// version 2: POST of the offer to the stream's address over https; the
// end is a DTLS alert. Built from Alibaba's public protocol page and the npm package
// aliyun-rts-sdk 2.2.7; held by recorded bodies, no Alibaba endpoint was reached.
#pragma once

#include <string>
#include <utility>

#include "transport/webrtc/json_signalling.h"

namespace onair::webrtc {

// What of a stream is wanted: "@subaudio=no" and "@subvideo=no" behind the address.
enum class ArtcSubscription { kBoth = 1, kAudioOnly = 2, kVideoOnly = 3 };

class ArtcSignalling final : public JsonSignalling {
 public:
  // `api`: the address with https. `stream_url`: with artc, without what follows '@'.
  ArtcSignalling(SignallingRole role, Url api, std::string stream_url,
                 ArtcSubscription subscription)
      : JsonSignalling(role),
        api_(std::move(api)),
        stream_url_(std::move(stream_url)),
        subscription_(subscription) {}

 private:
  HttpCall OfferCall(const std::string& offer) override;
  Result<std::string> ReadAnswer(const nlohmann::json& body) override;
  void Adapt(Sdp& offer) const override;

  Url api_;
  std::string stream_url_;
  ArtcSubscription subscription_;
};

}  // namespace onair::webrtc
