// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/webrtc/local_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// Payload types of our offers. Source: ours, from the dynamic range 96..127 (RFC 3551 section 6)
// with Chromium's 111 and 63 for Opus and RED.
inline constexpr int kOpusPayloadType = 111;
inline constexpr int kRedPayloadType = 63;
inline constexpr int kFirstVideoPayloadType = 96;  // Each form takes this and the next, its RTX.
inline constexpr int kFirstAacPayloadType = 120;   // Each form takes one for each of two rates.
inline constexpr int kFlexFecPayloadType = 126;
// The forms that fit below AAC.
inline constexpr std::size_t kMaxVideoFormats = 12;

// One bundle of audio, video and data, those that `local` has, in this order: sound with Opus,
// in-band FEC and RED, and AAC where we only take it; pictures with RTX and every kind of feedback
// that we answer; the header extensions that we write and read, each under one number throughout.
// kInvalidConfig names what is missing: credentials, fingerprint, a video format, a source of what
// is sent.
Result<Sdp> MakeOffer(const LocalDescription& local);

}  // namespace onair::webrtc
