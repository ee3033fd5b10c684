// SPDX-License-Identifier: Apache-2.0
//
// Volcano Engine RTM: POST of the offer to the stream's address, which ends with ".sdp". Built from
// Volcano's public access page 6469/160667; held by recorded bodies, no Volcano endpoint was
// reached.
#pragma once

#include <string>
#include <utility>

#include "transport/webrtc/json_signalling.h"

namespace onair::webrtc {

class VolcanoSignalling final : public JsonSignalling {
 public:
  // `session`: some letters by chance, "one per session".
  VolcanoSignalling(SignallingRole role, Url api, std::string session)
      : JsonSignalling(role), api_(std::move(api)), session_(std::move(session)) {}

 private:
  HttpCall OfferCall(const std::string& offer) override;
  Result<std::string> ReadAnswer(const nlohmann::json& body) override;

  Url api_;
  std::string session_;
};

}  // namespace onair::webrtc
