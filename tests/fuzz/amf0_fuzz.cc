// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "transport/flv/amf0.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair::flv;
  const amf0::Parsed parsed = amf0::Parse({data, size});
  if (parsed.values.size() > amf0::kMaxValues) std::abort();
  for (const amf0::Value& value : parsed.values) {
    static_cast<void>(value.FindNumber("width"));
    static_cast<void>(value.FindText("code"));
  }
  return 0;
}
