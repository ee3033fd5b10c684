// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "transport/webrtc/sdp_fragment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair::webrtc;
  const auto fragment = ParseSdpFragment({reinterpret_cast<const char*>(data), size});
  if (!fragment) return 0;
  if (fragment->Bundled().candidates.size() > kMaxCandidates) std::abort();
  const auto again = ParseSdpFragment(PrintSdpFragment(*fragment));
  if (!again && again.error().code != onair::ErrorCode::kSdpTooLarge) std::abort();
  if (again && again->sections.size() != fragment->sections.size()) std::abort();
  return 0;
}
