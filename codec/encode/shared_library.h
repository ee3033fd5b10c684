// SPDX-License-Identifier: Apache-2.0
//
// A codec's library, loaded while the program runs: for those that an app may not link, or has to
// fetch (docs/decisions/0015). Private to the room.
#pragma once

#include <string>
#include <utility>

#include "core/base/result.h"

namespace onair::codec {

// It stays loaded until the program ends, so that what is found in it may be kept: codecs leave
// threads and thread-local things behind. Loading it twice costs a look-up.
class SharedLibrary {
 public:
  // `file`: a path, or a name that the system looks for. kCodecUnavailable: what is missing, in the
  // loader's words.
  static Result<SharedLibrary> Load(const std::string& file);

  // Sets `function`, or kCodecUnavailable naming library and symbol.
  template <typename Function>
  Status Find(const char* symbol, Function*& function) const {
    const auto address = Find(symbol);
    if (!address) return Forward(address);
    function = reinterpret_cast<Function*>(*address);
    return {};
  }

 private:
  SharedLibrary(std::string file, void* handle) : file_(std::move(file)), handle_(handle) {}
  Result<void*> Find(const char* symbol) const;

  std::string file_;
  void* handle_;
};

}  // namespace onair::codec
