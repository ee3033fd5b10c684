// SPDX-License-Identifier: Apache-2.0
//
// Tencent LEB by HTTP: POST /webrtc/v1/pullstream, and /webrtc/v1/stopstream with the signature of
// its answer. Playing only: no public text tells how to publish. Built from Tencent's web and
// Android samples and the open mini_sdp header; held by recorded bodies, no Tencent endpoint was
// reached.
#pragma once

#include <string>
#include <utility>

#include "transport/webrtc/json_signalling.h"

namespace onair::webrtc {

class TencentSignalling final : public JsonSignalling {
 public:
  // `api`: https://webrtc.liveplay.myqcloud.com. `stream_url`: webrtc://host/app/stream?txSecret=..
  // `session`: some letters by chance, for the server's log.
  TencentSignalling(Url api, std::string stream_url, std::string session)
      : JsonSignalling(SignallingRole::kPlay),
        api_(std::move(api)),
        stream_url_(std::move(stream_url)),
        session_(std::move(session)) {}

 private:
  HttpCall OfferCall(const std::string& offer) override;
  Result<std::string> ReadAnswer(const nlohmann::json& body) override;
  std::optional<HttpCall> StopCall() override;

  Url api_;
  std::string stream_url_;
  std::string session_;
  std::string signature_;
};

}  // namespace onair::webrtc
