// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_settings.h"

namespace onair::codec {

Result<const x265_api*> FindX265() {
  const x265_api* api = x265_api_get(8);
  if (api == nullptr) return Fail(ErrorCode::kCodecUnavailable, "x265 for 8 bits");
  return api;
}

}  // namespace onair::codec
