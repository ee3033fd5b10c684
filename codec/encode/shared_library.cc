// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/shared_library.h"

#include <dlfcn.h>

namespace onair::codec {

Result<SharedLibrary> SharedLibrary::Load(const std::string& file) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(file, handle);
  const char* said = dlerror();
  return Fail(ErrorCode::kCodecUnavailable, said != nullptr ? said : file);
}

Result<void*> SharedLibrary::Find(const char* symbol) const {
  void* address = dlsym(handle_, symbol);
  if (address != nullptr) return address;
  return Fail(ErrorCode::kCodecUnavailable, file_ + ": no " + symbol);
}

}  // namespace onair::codec
