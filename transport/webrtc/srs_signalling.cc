// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/srs_signalling.h"

#include <nlohmann/json.hpp>

namespace onair::webrtc {

HttpCall SrsSignalling::OfferCall(const std::string& offer) {
  const std::string api = api_.scheme + "://" + api_.Authority(0) + api_.Target();
  return JsonPost(api_, {{"api", api},
                         {"tid", transaction_},
                         {"streamurl", stream_url_},
                         {"clientip", nullptr},
                         {"sdp", offer}});
}

Result<std::string> SrsSignalling::ReadAnswer(const nlohmann::json& body) {
  const auto code = NumberIn(body, "code");
  if (!code) return Fail(ErrorCode::kSignallingProtocol, "the answer has no code");
  if (*code != 0) {
    // 400 is "bad request" for whatever went wrong, streams that are taken among them.
    return Fail(VendorError(*code, TextIn(body, "msg").value_or("")));
  }
  auto sdp = TextIn(body, "sdp");
  if (!sdp) return Fail(ErrorCode::kSignallingProtocol, "the answer has no sdp");
  return std::move(*sdp);
}

}  // namespace onair::webrtc
