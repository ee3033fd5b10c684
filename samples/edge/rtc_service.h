// SPDX-License-Identifier: Apache-2.0
//
// WebRTC at the edge: what its WHIP and WHEP endpoints answer, and the sessions that come of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/base/rng.h"
#include "samples/edge/rtc_session.h"
#include "transport/tls/dtls_identity.h"
#include "transport/webrtc/whip_server.h"

namespace onair::edge {

// What a session costs before any media, its packets come on top (PeerSession::held()). Source:
// ours; 83 kB measured of one that waits for its peer, and 130 KiB to remember what is in flight.
inline constexpr DataSize kRtcSessionCharge = DataSize::Kibibytes(256);

// single-owner, on the loop's thread.
class RtcService {
 public:
  using Request = webrtc::WhipServer::Request;
  using Response = webrtc::WhipServer::Response;

  // All outlive it; `config` is valid.
  RtcService(runtime::Loop& loop, const EdgeConfig& config, Hub& hub);
  ~RtcService();

  // Once. `wish`: the port to take where the config leaves it open. As RtcPort::Bind(), and
  // kUnsupported in a build without TLS: then every offer is refused.
  Result<std::uint16_t> Start(std::uint16_t wish);

  // For requests with IsWhipPath().
  Response Answer(const Request& request, Timestamp now);

  // To be called once a second.
  void Measure(Timestamp now);
  // Goodbye to everybody.
  void Close(Timestamp now);

  DataSize held() const;
  RtcStats stats() const;

 private:
  using Create = webrtc::WhipServer::Create;

  Result<Response> Open(const Create& create, Timestamp now);
  Response Restart(const webrtc::WhipServer::Restart& restart, Timestamp now);
  ice::Credentials NewCredentials();
  void AddPublic(std::vector<ice::Candidate>& candidates) const;
  Status CheckPublisher(const Create& create, const std::string& name) const;
  webrtc::LocalDescription Describe(const Create& create);
  Status DescribeStream(const std::string& name, webrtc::LocalDescription& local) const;
  void Remove(const std::string& token, PublishEnd how, Timestamp now);
  void Sweep();
  void MakeRoom(Timestamp now);

  const EdgeConfig& config_;
  Hub& hub_;
  RtcPort port_;
  const RtcSession::Surroundings around_;
  webrtc::WhipServer whip_;
  std::optional<dtls::Identity> identity_;  // While it serves.
  Rng rng_;
  std::uint64_t described_ = 0;                                               // Credentials made.
  std::map<std::string, std::unique_ptr<RtcSession>, std::less<>> sessions_;  // By token.
  RtcStats gone_;  // Of sessions that are no more, and what belongs to none.
};

}  // namespace onair::edge
