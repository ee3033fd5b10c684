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
#include "transport/webrtc/ice_server_address.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/path_keeper.h"
#include "transport/webrtc/peer_session.h"
#include "transport/webrtc/signalling_client.h"

namespace onair::webrtc {

// Whether addresses of this machine alone are offered: for a server on it.
enum class LoopbackPaths { kNo = 1, kYes = 2 };

// Whether the signalling server is asked for ICE servers before the offer: a call more. It may tell
// them with its answer in any case.
enum class IceServerQuestion { kNever = 1, kBeforeOffer = 2 };

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
  // Playing: AAC that is taken besides Opus, for servers of vendors (rts_url.h).
  std::vector<AacForm> aac_forms = {};
  // STUN and TURN servers besides those that the signalling server tells of by Link.
  std::vector<IceServer> ice_servers = {};
  IceServerQuestion ice_server_question = IceServerQuestion::kNever;
  // How long the offer waits for what those servers say of us, for signalling servers that take no
  // candidates later. Range [0 s, 5 s].
  TimeDelta gathering_wait = TimeDelta::Zero();
  // What sound takes of the line besides the decisions' video rate.
  DataRate audio_rate = DataRate::KilobitsPerSec(64);
};

// Counters only grow.
struct ClientStats {
  std::int64_t restarts_asked = 0;
  std::int64_t restarts_begun = 0;  // The server took them.
  std::int64_t restarts_refused = 0;
  std::int64_t ice_servers_skipped = 0;  // Broken, of kinds not used here, or too many.
  std::int64_t relay_streams = 0;        // To TURN servers by TCP and TLS that were connected.
  // What a TURN server's stream had no room for: as lost as a datagram.
  std::int64_t relay_frames_dropped = 0;
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

  void HandleWire(const WireInput& in, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) override;

  void Start(Timestamp now) override;
  Status SetTracks(const StreamTracks& tracks, Timestamp now) override;
  void Send(const EncodedFrame& frame, Timestamp now) override;
  void Apply(const cc::CongestionDecision& decision, Timestamp now) override;
  void RequestKeyFrame(Timestamp now) override;
  void Close(Timestamp now) override;

  [[nodiscard]] RealtimeOutput<Event> Poll() override;

  Error Obstacle() const override;
  std::optional<Arrivals> arrivals() const override;

  const PeerSession& peer() const { return peer_; }
  const ClientStats& stats() const { return stats_; }

 private:
  Client(const ClientConfig& config, SignallingClient signalling, PeerSession peer,
         LocalDescription local);

  // To the TURN server that ICE calls `relay`.
  struct RelayStream {
    StreamId id;
    StreamId relay;
    SocketAddress server;
    DataSize unsent = DataSize::Zero();
  };

  // client_streams.cc: what the driver tells.
  void On(const StreamConnected& in);
  void On(const StreamClosed& in);
  void On(const StreamBytes& in);
  void On(const StreamUnsent& in);
  void On(const SocketBound& in);
  void On(const SocketGone& in);
  void On(const SocketsOpen& in);
  void On(const NameResolved& in);
  void On(const Datagram& in);
  template <typename Other>
  void On(const Other&) {}  // Stages of connecting.
  RelayStream* FindRelay(StreamId id);
  void OpenRelay(const PeerSession::StreamWanted& wanted);
  std::optional<StreamTransmit> WriteToRelay(const PeerSession::StreamBytes& bytes);

  Status DescribeTracks(const StreamTracks& tracks);
  Status CheckOffered(const StreamTracks& tracks) const;
  void MakeOfferOnce();
  void OnPeer(PeerSession::Event&& event);
  void OnSignalling(SignallingClient::Event&& event);
  void OnDialect(Signalling::Event&& event);
  void OnAnswer(const Signalling::Answered& answered);
  void OnCounterOffer(const Sdp& offer);
  void OnUp(bool can_restart);
  void StartPeer(const NegotiatedMedia& media);
  bool IsGathering() const;
  bool MayOffer() const;
  bool TakesPictures(const NegotiatedMedia& media);
  void Fail(const Error& error, std::optional<TimeDelta> retry_in = std::nullopt);
  bool IsOver() const { return is_closing_ || is_failed_; }
  void Order(WireOrder order) { out_.emplace_back(std::move(order)); }
  void Tell(Event event) { out_.emplace_back(std::move(event)); }

  // client_paths.cc: servers for ICE, candidates, restarts.
  struct NamedServer {
    IceServerAddress address;
    IceServer server;
  };
  void AddServers(const std::vector<IceServer>& servers);
  void AddServer(const NamedServer& named, const IpAddress& ip);
  void OnCandidate(ice::Candidate candidate);
  void TellCandidates();
  void RunKeeper();
  void AskRestart();
  void OnRestarted(const SdpFragment& fragment);
  void OnRestartRefused(const Signalling::RestartRefused& refused);
  void MoveToNetwork();
  bool WorksFrom(const IpAddress& from) const;
  std::string TriedPaths() const;

  ClientConfig config_;
  Timestamp now_ = Timestamp::MinusInfinity();
  SignallingClient signalling_;
  PeerSession peer_;
  LocalDescription local_;
  std::optional<Sdp> offer_;  // Once it is on its way.
  // Candidates of the present generation that the peer was told, and those it will be.
  std::vector<ice::Candidate> told_;
  IceDescription untold_;
  std::vector<NamedServer> unresolved_;  // At most kMaxUnresolved.
  bool awaits_servers_ = false;
  bool is_gathered_ = false;
  Timestamp offer_due_ = Timestamp::PlusInfinity();

  PathKeeper keeper_;
  bool is_answered_ = false;
  bool is_audio_refused_ = false;
  bool has_asked_ = false;  // A part of something, within Poll().
  bool is_peer_lite_ = false;
  std::vector<ice::Candidate> peer_candidates_;       // For servers that do not repeat them.
  std::uint32_t generation_ = 0;                      // Of our credentials.
  std::optional<ice::Credentials> next_credentials_;  // Of the restart that was asked for.

  bool has_started_ = false;
  bool are_sockets_open_ = false;
  std::vector<SocketAddress> sockets_;  // Bound, and given to ICE; at most what ICE takes.
  std::optional<IpAddress> from_;       // Where new sockets and streams begin.
  bool is_moving_ = false;  // Media is to move to `from_`, whenever a path from there works.
  Timestamp named_at_ = Timestamp::MinusInfinity();  // When the network last changed.
  Timestamp move_due_ = Timestamp::PlusInfinity();   // If none does by then a restart is asked for.

  int streams_begun_ = 0;
  StreamId signalling_stream_ = {};
  Bytes spoken_;                            // On its way to signalling_stream_.
  std::vector<RelayStream> relay_streams_;  // At most ice::Relays::kMaxRelays.

  bool is_failed_ = false;
  bool is_closing_ = false;
  std::deque<RealtimeOutput<Event>> out_;  // Bounded: a few an input.
  ClientStats stats_;
};

}  // namespace onair::webrtc
