// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/signalling.h"

#include <algorithm>

#include "transport/webrtc/text.h"

namespace onair::webrtc {

Error ErrorForStatus(int status, SignallingRole role, std::string detail) {
  const auto code = [&] {
    switch (status) {
      case 401:
      case 403:
        return ErrorCode::kHttpForbidden;
      case 404:
      case 410:
        // Viewers ask for streams that come and go, publishers for an address that is there.
        return role == SignallingRole::kPlay ? ErrorCode::kStreamNotFound
                                             : ErrorCode::kHttpNotFound;
      case 409:
        return role == SignallingRole::kPlay ? ErrorCode::kStreamNotFound
                                             : ErrorCode::kPublishConflict;
      case 408:
      case 425:
      case 429:
        return ErrorCode::kHttpServerError;
      default:
        break;
    }
    if (status >= 500) return ErrorCode::kHttpServerError;
    return status >= 400 ? ErrorCode::kSignallingRefused : ErrorCode::kSignallingProtocol;
  }();
  return {code, std::move(detail), status};
}

std::optional<TimeDelta> RetryAfter(const http::Headers& headers) {
  constexpr std::int64_t kMostSeconds = 3600;
  const auto value = headers.Find("Retry-After");
  const auto seconds = value ? ParseNumber<std::int64_t>(Trimmed(*value)) : std::nullopt;
  if (!seconds || *seconds < 0) return std::nullopt;
  return TimeDelta::Seconds(std::min(*seconds, kMostSeconds));
}

}  // namespace onair::webrtc
