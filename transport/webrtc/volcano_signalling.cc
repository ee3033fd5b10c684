// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/volcano_signalling.h"

#include <nlohmann/json.hpp>

namespace onair::webrtc {

HttpCall VolcanoSignalling::OfferCall(const std::string& offer) {
  return JsonPost(api_, {{"version", "1.0"},
                         {"sessionId", session_},
                         {"localSdp", {{"type", "offer"}, {"sdp", offer}}}});
}

Result<std::string> VolcanoSignalling::ReadAnswer(const nlohmann::json& body) {
  constexpr std::int64_t kSuccess = 200;
  const auto code = NumberIn(body, "code");
  if (!code) return Fail(ErrorCode::kSignallingProtocol, "the answer has no code");
  if (*code != kSuccess) {
    const auto known = *code == 403   ? ErrorCode::kHttpForbidden
                       : *code == 404 ? ErrorCode::kStreamNotFound
                                      : ErrorCode::kSignallingRefused;
    return Fail(VendorError(*code, TextIn(body, "message").value_or(""), known));
  }
  const auto remote = body.find("remoteSdp");
  auto sdp = remote != body.end() && remote->is_object() ? TextIn(*remote, "sdp") : std::nullopt;
  if (!sdp) return Fail(ErrorCode::kSignallingProtocol, "the answer has no remoteSdp.sdp");
  return std::move(*sdp);
}

}  // namespace onair::webrtc
