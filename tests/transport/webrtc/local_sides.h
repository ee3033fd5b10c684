// SPDX-License-Identifier: Apache-2.0
//
// The two sides that tests let talk: a publisher's, a viewer's, an edge's.
#pragma once

#include "transport/webrtc/local_description.h"

namespace onair::webrtc {

inline LocalDescription AnySide() {
  LocalDescription local;
  local.session_id = 4711;
  local.cname = "cname";
  local.stream_id = "stream";
  local.ice.credentials = ice::Credentials{"ufrg", "passwordpasswordpasswo"};
  local.ice.options = {"trickle"};
  local.ice.candidates = {
      ice::ParseCandidate("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host").value().value()};
  local.fingerprints = {{"sha-256", Bytes(32, 0xab)}};
  local.video_formats = {{VideoCodec::kH264, {H264Profile::kConstrainedBaseline, 31}, 0}};
  local.audio_source = {.ssrc = 10, .rtx_ssrc = {}, .fec_ssrc = {}};
  local.video_source = {.ssrc = 20, .rtx_ssrc = 21, .fec_ssrc = 22};
  return local;
}

inline LocalDescription Publishing() {
  LocalDescription local = AnySide();
  local.audio = local.video = Direction::kSendOnly;
  return local;
}

inline LocalDescription Playing() {
  LocalDescription local = AnySide();
  local.audio = local.video = Direction::kRecvOnly;
  return local;
}

// A server that takes what is published: lite, waits for the client's handshake.
inline LocalDescription Ingesting() {
  LocalDescription local = Playing();
  local.is_ice_lite = true;
  local.ice.options.clear();
  local.ice.has_end_of_candidates = true;
  local.answer_setup = DtlsSetup::kPassive;
  return local;
}

// A server that sends to viewers.
inline LocalDescription Serving() {
  LocalDescription local = Ingesting();
  local.audio = local.video = Direction::kSendOnly;
  return local;
}

// The same server without ICE's lite ways: it tells its candidates and wants to be told ours.
inline LocalDescription Full(LocalDescription local) {
  local.is_ice_lite = false;
  local.ice.options = {"trickle"};
  local.ice.has_end_of_candidates = false;
  return local;
}

}  // namespace onair::webrtc
