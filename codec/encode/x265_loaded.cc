// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/shared_library.h"
#include "codec/encode/x265_settings.h"

// The name behind x265.h's macro, such as x265_api_get_199: see x264_loaded.cc.
#define ONAIR_TEXT_OF(name) #name
#define ONAIR_SYMBOL(name) ONAIR_TEXT_OF(name)

namespace onair::codec {
namespace {

Result<const x265_api*> Load() {
  const auto library = SharedLibrary::Load("libx265.so." ONAIR_SYMBOL(X265_BUILD));
  if (!library) return Forward(library);
  decltype(&::x265_api_get) get = nullptr;
  if (auto found = library->Find(ONAIR_SYMBOL(x265_api_get), get); !found) return Forward(found);
  const x265_api* api = get(8);
  if (api == nullptr) return Fail(ErrorCode::kCodecUnavailable, "x265 for 8 bits");
  return api;
}

}  // namespace

Result<const x265_api*> FindX265() {
  static const Result<const x265_api*> loaded = Load();
  return loaded;
}

}  // namespace onair::codec
