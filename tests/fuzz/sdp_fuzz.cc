// SPDX-License-Identifier: Apache-2.0
//
// Any text gives a description or an error; what was understood prints to text that reads back the
// same; any description can be answered and read as an answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/negotiated_media.h"
#include "transport/webrtc/offer.h"

using namespace onair;
using namespace onair::webrtc;

namespace {

// Counters tell of one reading; a candidate whose text was longer than needed prints shorter.
Sdp WithoutCounters(Sdp sdp) {
  for (MediaSection& media : sdp.media) {
    media.ice.skipped_candidates = media.ice.dropped_candidates = 0;
  }
  return sdp;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sdp = ParseSdp(text);
  if (!sdp) return 0;
  const std::string printed = PrintSdp(*sdp);
  const auto again = ParseSdp(printed);
  // What is inherited by many sections may print to more than may be read.
  const bool is_too_large = !again && again.error().code == ErrorCode::kSdpTooLarge;
  if (!again && !is_too_large) std::abort();
  if (again && WithoutCounters(*again) != WithoutCounters(*sdp)) std::abort();

  if (const auto answer = MakeAnswer(*sdp, Ingesting())) {
    if (answer->media.size() != sdp->media.size()) std::abort();
    static_cast<void>(ReadNegotiated(*sdp, *answer, Side::kAnswerer));
  }
  static const Sdp offer = MakeOffer(Publishing()).value();
  const auto media = ReadNegotiated(offer, *sdp, Side::kOfferer);
  if (media && (media->peer_fingerprints.empty() || media->peer_credentials.ufrag.size() < 4)) {
    std::abort();  // Nothing is agreed without what makes it secure.
  }
  return 0;
}
