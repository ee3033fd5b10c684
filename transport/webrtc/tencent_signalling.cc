// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/tencent_signalling.h"

#include <nlohmann/json.hpp>

namespace onair::webrtc {
namespace {

// Source: mini_sdp.h, "the same as HTTP's"; 1xx of its own.
ErrorCode KnownCode(std::int64_t code) {
  constexpr std::int64_t kNoPermission = 103;
  constexpr std::int64_t kNoStream = 104;
  if (code == kNoPermission || code == 403) return ErrorCode::kHttpForbidden;
  if (code == kNoStream || code == 404) return ErrorCode::kStreamNotFound;
  return ErrorCode::kSignallingRefused;
}

}  // namespace

HttpCall TencentSignalling::OfferCall(const std::string& offer) {
  Url url = api_;
  url.path = "/webrtc/v1/pullstream";
  return JsonPost(url, {{"clientinfo", "onair"},
                        {"sessionid", session_},
                        {"streamurl", stream_url_},
                        {"localsdp", {{"type", "offer"}, {"sdp", offer}}}});
}

Result<std::string> TencentSignalling::ReadAnswer(const nlohmann::json& body) {
  const auto code = NumberIn(body, "errcode");
  if (!code) return Fail(ErrorCode::kSignallingProtocol, "the answer has no errcode");
  if (*code != 0) {
    return Fail(VendorError(*code, TextIn(body, "errmsg").value_or(""), KnownCode(*code)));
  }
  const auto remote = body.find("remotesdp");
  auto sdp = remote != body.end() && remote->is_object() ? TextIn(*remote, "sdp") : std::nullopt;
  if (!sdp) return Fail(ErrorCode::kSignallingProtocol, "the answer has no remotesdp.sdp");
  signature_ = TextIn(body, "svrsig").value_or("");
  return std::move(*sdp);
}

std::optional<HttpCall> TencentSignalling::StopCall() {
  if (signature_.empty()) return std::nullopt;
  Url url = api_;
  url.path = "/webrtc/v1/stopstream";
  return JsonPost(url, {{"streamurl", stream_url_}, {"svrsig", signature_}});
}

}  // namespace onair::webrtc
