// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/digest.h"

namespace onair::ice {

std::optional<Sha1Digest> HmacSha1(ByteView, ByteView) {
  return std::nullopt;
}

std::optional<Sha256Digest> HmacSha256(ByteView, ByteView) {
  return std::nullopt;
}

std::optional<Md5Digest> Md5(ByteView) {
  return std::nullopt;
}

}  // namespace onair::ice
