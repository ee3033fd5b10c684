// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "beauty/filters/cube_lut.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair::beauty;
  const auto lut = CubeLut::Parse({reinterpret_cast<const char*>(data), size});
  if (!lut) return 0;
  if (lut->size() < 2 || lut->size() > CubeLut::kMaxSize) std::abort();
  for (const Rgb& colour :
       {Rgb{0, 0, 0}, Rgb{1, 1, 1}, Rgb{0.2F, 0.7F, 0.4F}, Rgb{-1e30F, 1e30F, 0}}) {
    static_cast<void>(lut->At(colour));
  }
  return 0;
}
