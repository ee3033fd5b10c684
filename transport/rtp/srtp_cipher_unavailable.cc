// SPDX-License-Identifier: Apache-2.0
//
// Stands in for srtp_cipher.cc in a build without OpenSSL.
#include "transport/rtp/srtp_cipher.h"

namespace onair::rtp {

Result<SrtpSessionKeys> DeriveSessionKeys(const SrtpKey&, SrtpUse) {
  return Fail(ErrorCode::kUnsupported, "SRTP in a build without OpenSSL");
}

Result<std::unique_ptr<SrtpCipher>> SrtpCipher::Make(SrtpSuite, const SrtpSessionKeys&) {
  return Fail(ErrorCode::kUnsupported, "SRTP in a build without OpenSSL");
}

}  // namespace onair::rtp
