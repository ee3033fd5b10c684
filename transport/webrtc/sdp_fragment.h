// SPDX-License-Identifier: Apache-2.0
//
// Part of a description: what ICE says after offer and answer, as candidates are found or paths
// begin anew (application/trickle-ice-sdpfrag, RFC 8840 section 9).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "transport/webrtc/ice_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

inline constexpr std::string_view kSdpFragmentType = "application/trickle-ice-sdpfrag";

// One pseudo m= section. Credentials of the session level are already here.
struct FragmentSection {
  std::string media = "audio";
  std::string mid;  // Empty where the fragment has lines of the session level alone.
  IceDescription ice;

  bool operator==(const FragmentSection&) const = default;
};

struct SdpFragment {
  bool is_ice_lite = false;
  std::vector<FragmentSection> sections;

  // All that is said of the one transport of a bundle.
  IceDescription Bundled() const;
  bool operator==(const SdpFragment&) const = default;
};

// A fragment about the bundle's transport: that of the first section of `description`.
SdpFragment FragmentFor(const Sdp& description, IceDescription ice);

// Bounds as in sdp.h. kSdpMalformed, kSdpTooLarge.
Result<SdpFragment> ParseSdpFragment(std::string_view text);

// With CR LF.
std::string PrintSdpFragment(const SdpFragment& fragment);

}  // namespace onair::webrtc
