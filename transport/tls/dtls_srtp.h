// SPDX-License-Identifier: Apache-2.0
//
// The SRTP half of DTLS-SRTP (RFC 5764): profiles by name, keys out of a session. Inside this
// room only.
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

#include "transport/tls/dtls_association.h"

namespace onair::dtls {

bool IsKnown(SrtpProfile profile);

// As the library wants them, in their order.
std::string NamesOf(const std::vector<SrtpProfile>& profiles);

// What both ends agreed on; nothing when they did not.
std::optional<SrtpProfile> AgreedProfile(SSL& session);

// After the handshake. kInternal.
Result<SrtpKeys> ExportKeys(SSL& session, SrtpProfile profile, Role role);

}  // namespace onair::dtls
