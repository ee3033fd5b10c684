// SPDX-License-Identifier: Apache-2.0
//
// SRS's own signalling, POST /rtc/v1/publish/ and /rtc/v1/play/. A refusal comes with HTTP 200 and
// its code in the JSON. Built from SRS 7's sources and its srs.sdk.js; held by recorded bodies, no
// SRS was reached. (SRS's WHIP and WHEP are in whip_client.h.)
#pragma once

#include <string>
#include <utility>

#include "transport/webrtc/json_signalling.h"

namespace onair::webrtc {

class SrsSignalling final : public JsonSignalling {
 public:
  // `api`: http(s)://host:1985/rtc/v1/publish/ or ../play/. `stream_url`: webrtc://host/app/stream.
  // `transaction`: some letters by chance, for the server's log.
  SrsSignalling(SignallingRole role, Url api, std::string stream_url, std::string transaction)
      : JsonSignalling(role),
        api_(std::move(api)),
        stream_url_(std::move(stream_url)),
        transaction_(std::move(transaction)) {}

 private:
  HttpCall OfferCall(const std::string& offer) override;
  Result<std::string> ReadAnswer(const nlohmann::json& body) override;

  Url api_;
  std::string stream_url_;
  std::string transaction_;
};

}  // namespace onair::webrtc
