// SPDX-License-Identifier: Apache-2.0
//
// WebRTC clients, one for each attempt of a session, with what only a system has: secrets, the time
// of day, and whether the server is on this machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/url.h"
#include "platform/sdk/ice_server.h"
#include "transport/webrtc/client.h"
#include "transport/webrtc/rts_url.h"

namespace onair {

struct RtsClientSetup {
  Url url;
  webrtc::SignallingRole role;
  std::string bearer = {};  // Of WHIP and WHEP; a secret.
  std::vector<IceServer> ice_servers = {};
  DataRate audio_rate = DataRate::Zero();               // Publishing.
  std::vector<webrtc::VideoFormat> video_formats = {};  // Playing.
};

// Movable; otherwise immutable.
class RtsClientMaker {
 public:
  // kInvalidUrl, kUnsupported (also in a build without TLS), kInternal.
  static Result<RtsClientMaker> Make(const RtsClientSetup& setup);

  Result<std::unique_ptr<webrtc::Client>> Make(Timestamp now) const;

 private:
  RtsClientMaker(const RtsClientSetup& setup, webrtc::RtsUrl url, dtls::Identity identity);

  RtsClientSetup setup_;
  webrtc::RtsUrl url_;
  dtls::Identity identity_;
};

}  // namespace onair
