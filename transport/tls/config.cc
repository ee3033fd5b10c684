// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/stream.h"

namespace onair::tls {
namespace {

Status CheckTimeout(TimeDelta timeout) {
  if (timeout > TimeDelta::Zero() && timeout <= TimeDelta::Seconds(60)) return {};
  return Fail(ErrorCode::kInvalidConfig, "handshake_timeout is not in (0 s, 60 s]");
}

}  // namespace

Status ClientConfig::Validate() const {
  // RFC 1035 section 2.3.4: "names           255 octets or less"
  if (host.empty() || host.size() > 255 || host.find('\0') != std::string::npos) {
    return Fail(ErrorCode::kInvalidConfig, "host is empty or longer than 255 bytes");
  }
  return CheckTimeout(handshake_timeout);
}

Status ServerConfig::Validate() const {
  return CheckTimeout(handshake_timeout);
}

}  // namespace onair::tls
