// SPDX-License-Identifier: Apache-2.0
//
// One attempt at a stream over WebRTC: signalling and the connection it leads to, behind the port
// that sessions know. A client's end: it makes the offer.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/realtime_transport.h"
#include "core/base/rng.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/peer_session.h"
#include "transport/webrtc/signalling_client.h"

namespace onair::webrtc {

// Whether addresses of this machine alone are offered: for a server on it.
enum class LoopbackPaths { kNo = 1, kYes = 2 };

// Read once.
struct ClientConfig {
  SignallingRole role = SignallingRole::kPublish;
  SignallingClientConfig signalling;
  dtls::Identity identity;
  rtp::WallClock clock;
  // From a secret source, never from the Rng of machines; of 28 bytes the first 4 are no secret.
  std::array<std::uint8_t, ice::kCredentialEntropyBytes> ice_secret{};
  LoopbackPaths loopback = LoopbackPaths::kNo;
  // Playing: what we decode, by preference. Publishing: taken from the tracks.
  std::vector<VideoFormat> video_formats;
  // What sound takes of the line besides the decisions' video rate.
  DataRate audio_rate = DataRate::KilobitsPerSec(64);
};

// 0 for cables and Wi-Fi, dearer for cellular links, by the system's name of the interface. The
// names are those of Android, iOS and Linux; an unknown one counts as free.
std::uint16_t NetworkCostOf(std::string_view interface);

// Single-owner.
class Client final : public RealtimeTransport {
 public:
  // kInvalidConfig; kUnsupported in a build without TLS.
  static Result<std::unique_ptr<Client>> Create(const ClientConfig& config,
                                                std::unique_ptr<Signalling> dialect, Rng rng,
                                                Timestamp now);

  void HandleConnected(Timestamp now) override;
  void HandleClosed(const Error& error, Timestamp now) override;
  void HandleBytes(ByteView in, Timestamp now) override;
  void HandleUnsent(DataSize unsent, Timestamp now) override;
  void HandleSocket(const SocketAddress& local, const std::string& interface,
                    Timestamp now) override;
  void HandleSocketGone(const SocketAddress& local, Timestamp now) override;
  void HandleSocketsOpen(Timestamp now) override;
  void HandleDatagram(const Datagram& in, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  void HandleNetworkChanged(Timestamp now) override;

  void Start(Timestamp now) override;
  Status SetTracks(const StreamTracks& tracks, Timestamp now) override;
  void Send(const EncodedFrame& frame, Timestamp now) override;
  void Apply(const cc::CongestionDecision& decision, Timestamp now) override;
  void RequestKeyFrame(Timestamp now) override;
  void Close(Timestamp now) override;

  [[nodiscard]] RealtimeOutput<Event> Poll() override;

  const PeerSession& peer() const { return peer_; }

 private:
  Client(const ClientConfig& config, SignallingClient signalling, PeerSession peer,
         LocalDescription local);

  Status DescribeTracks(const StreamTracks& tracks);
  void MakeOfferOnce();
  void OnPeer(PeerSession::Event&& event);
  void OnSignalling(SignallingClient::Event&& event);
  void OnDialect(Signalling::Event&& event);
  void OnAnswer(const Sdp& answer);
  void TellCandidates();
  void End(const Error& error, std::optional<TimeDelta> retry_in);

  ClientConfig config_;
  Timestamp now_ = Timestamp::MinusInfinity();
  SignallingClient signalling_;
  PeerSession peer_;
  LocalDescription local_;
  std::optional<Sdp> offer_;  // Once it is on its way.
  IceDescription untold_;     // Candidates found since.
  bool are_sockets_open_ = false;
  bool is_closing_ = false;
  bool is_over_ = false;
  std::deque<Event> out_;  // Bounded: a few an input.
};

}  // namespace onair::webrtc
