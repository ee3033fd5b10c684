// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/webrtc/local_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// Our answer to an offer of sound, pictures and data, at most one section each. One form of
// pictures is chosen, the first of local.video_formats that the offer has; H.264 by its profile,
// with the level lowered where the offer ties both ways together (RFC 6184 section 8.2.2).
// A kind that we have nothing of stays as an inactive section; data that we do not want and unknown
// kinds are refused by port 0.
//
// kSdpIncompatible: a wanted kind without a common codec, two sections of one kind, sections
// outside of the bundle, RTCP on a port of its own: whole or not at all (RFC 9725 has 406 for
// that). kSdpInsecure: media without DTLS, no fingerprint by SHA-2. kSdpMalformed: no ICE
// credentials. kInvalidConfig: what `local` lacks.
Result<Sdp> MakeAnswer(const Sdp& offer, const LocalDescription& local);

}  // namespace onair::webrtc
