// SPDX-License-Identifier: Apache-2.0
//
// One WebRTC connection after its signalling: ICE, DTLS, SRTP and RTP joined into one datagram
// machine (docs/rts.md).
//
//   AddLocalAddress() ... FinishLocalAddresses()  ->  LocalCandidate ..., GatheringDone
//   local_ice(), fingerprint() -> our description; Start(what both agreed on)  ->  Connected
//   Send(frame) -> datagrams; datagrams -> TracksChanged, EncodedFrame
//   OpenChannel(), SendMessage() -> datagrams; datagrams -> ChannelOpened, ChannelMessage
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/api/congestion_control.h"
#include "core/api/reception_control.h"
#include "core/base/rng.h"
#include "core/machine/datagram.h"
#include "core/media/encoded_frame.h"
#include "transport/ice/agent.h"
#include "transport/rtp/transport.h"
#include "transport/tls/dtls_association.h"
#include "transport/webrtc/data_channels.h"
#include "transport/webrtc/ice_description.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/media_receiver.h"
#include "transport/webrtc/media_sender.h"
#include "transport/webrtc/negotiated_media.h"

namespace onair::webrtc {

// Read once.
struct PeerConfig {
  ice::AgentConfig ice;
  dtls::Identity identity;
  rtp::WallClock clock;  // Ours, for reports.
  // As in our description.
  std::string cname;
  SendSource audio_source;
  SendSource video_source;
  // Sooner than pictures are dropped for (MediaSender::kMostQueue): a burst of resends beside a key
  // frame must not cost another key frame.
  rtp::PacerConfig pacer = {.queue_limit = TimeDelta::Millis(250)};
  MediaSender::Origin origin = MediaSender::Origin::kRelay;  // Of the pictures that we send.
  // Of data channels; nothing: our description has none.
  std::optional<int> data_port = {};
  std::uint64_t max_message_bytes = 262'144;
};

// kQuiet: nothing comes and no check is answered. Media goes on by the old path meanwhile.
enum class PathState { kWorks = 1, kQuiet };

// Counters only grow.
struct PeerStats {
  std::int64_t datagrams_in = 0;
  std::int64_t datagrams_strange = 0;  // Of no protocol here, or from where no check came.
  std::int64_t datagrams_out = 0;
  std::int64_t without_path = 0;  // Had to be sent, and there was no path.
  std::int64_t frames_early = 0;  // Given to Send() before Connected or after the end: dropped.
};

// Single-owner. Nothing is allocated for a packet; see docs/rts.md for what is borrowed how long.
class PeerSession {
 public:
  struct LocalCandidate {
    ice::Candidate candidate;
  };
  struct GatheringDone {};
  struct Connected {};  // Media flows.
  // Of what we send; the transport above tells an encoder at its own pace.
  struct KeyFrameWanted {};
  // As RealtimeTransport's; of encoders only.
  struct IntakeWanted {
    Intake intake;
  };
  struct Feedback {
    cc::FeedbackReport report;  // Packets borrowed until the next call.
  };
  // Of the pictures that are sent, or where none are the sound; where the peer tells of no packets.
  struct Reception {
    cc::ReceptionReport report;
  };
  using TracksChanged = MediaReceiver::TracksChanged;
  using PlayoutDelayAsked = MediaReceiver::PlayoutDelayAsked;
  // kWorks comes first with the first path.
  struct PathStateChanged {
    PathState state;
  };
  // For relays behind TCP and TLS; as ice::Agent.
  using StreamWanted = ice::Agent::StreamWanted;
  using StreamBytes = ice::Agent::StreamBytes;
  // Of data channels, where both descriptions have them; as in data_channels.h. The media of a
  // session go on after ChannelsDown.
  using ChannelsUp = DataChannels::Up;
  using ChannelOpened = DataChannels::Opened;
  using ChannelMessage = DataChannels::Message;
  using ChannelClosed = DataChannels::ChannelClosed;
  using ChannelsDown = DataChannels::Down;
  // Over, nothing follows: ICE's, DTLS's or SRTP's error.
  struct Closed {
    Error error;
  };
  using Event = std::variant<LocalCandidate, GatheringDone, Connected, KeyFrameWanted, IntakeWanted,
                             Feedback, Reception, TracksChanged, EncodedFrame, PlayoutDelayAsked,
                             PathStateChanged, StreamWanted, StreamBytes, ChannelsUp, ChannelOpened,
                             ChannelMessage, ChannelClosed, ChannelsDown, Closed>;

  // kInvalidConfig, kIceMalformed; kUnsupported in a build without TLS.
  static Result<PeerSession> Create(const PeerConfig& config, Rng rng, Timestamp now);

  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleTimeout(Timestamp now);
  // As ice::Agent.
  void HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now);
  void HandleStreamBytes(StreamId id, ByteView in, Timestamp now);
  void HandleStreamClosed(StreamId id, const Error& why, Timestamp now);
  // Media or the system says that the present path fails.
  void HandlePathSuspect(Timestamp now);

  // As ice::Agent.
  Status AddLocalAddress(const SocketAddress& base, std::uint16_t network_cost, Timestamp now);
  void RemoveLocalAddress(const SocketAddress& base, Timestamp now);
  void FinishLocalAddresses(Timestamp now);
  void AddRemoteCandidate(const ice::Candidate& candidate, Timestamp now);

  // Offer and answer agree: checks, then DTLS, then media. Once. Any parser's error; nothing
  // changed.
  Status Start(const NegotiatedMedia& media, Timestamp now);
  // Servers for ICE that were heard of late; as ice::Agent.
  Status AddStunServer(const SocketAddress& server, Timestamp now);
  Status AddTurnServer(const ice::TurnServer& server, Timestamp now);
  // Both sides' new credentials are known: new checks, while media go on by the present path until
  // a new one works. Our candidates are told again, with the new fragment. After Start().
  // kIceMalformed, kInvalidState; nothing changed.
  Status RestartIce(const ice::Credentials& local, const IceDescription& peer, Timestamp now);
  // As MediaSender; also before Start(), whose agreement may refuse it then.
  Status SetTracks(const StreamTracks& tracks, Timestamp now);
  // After Connected; else dropped and counted.
  void Send(const EncodedFrame& frame, Timestamp now);
  void Apply(const cc::CongestionDecision& decision, DataRate audio_rate, Timestamp now);
  // Of what comes in.
  void RequestKeyFrame(Timestamp now);
  // As DataChannels. kInvalidState before Connected, and where no data section was agreed.
  Result<ChannelId> OpenChannel(const ChannelConfig& config, Timestamp now);
  Status SendMessage(ChannelId id, MessageKind kind, ByteView message, Timestamp now);
  void CloseChannel(ChannelId id, Timestamp now);
  // Says goodbye: BYE, close_notify and giving relays back are the last outputs; no event follows.
  void Close(Timestamp now);

  [[nodiscard]] DatagramOutput<Event> Poll();

  bool is_connected() const { return is_connected_; }
  // Memory of what flows: packets that may be sent again, and those of pictures that are not whole.
  // What a session is made of comes on top, and is about the same for each.
  DataSize held() const;
  const ice::Agent& ice() const { return ice_; }
  // Whether the peer tells of each packet that we send: Feedback, else Reception.
  bool tells_packets() const { return tells_packets_; }
  const rtp::Transport* rtp() const { return rtp_ ? &*rtp_ : nullptr; }
  const MediaReceiver* receiver() const { return receiver_ ? &*receiver_ : nullptr; }
  const MediaSender* sender() const { return sender_ ? &*sender_ : nullptr; }
  // Null without data channels, and before they begin.
  const DataChannels* channels() const { return channels_ ? &*channels_ : nullptr; }
  dtls::AssociationStats dtls_stats() const { return dtls_.stats(); }
  const PeerStats& stats() const { return stats_; }
  // Of the relay that was lost or refused last.
  const std::optional<Error>& relay_error() const { return relay_error_; }

 private:
  PeerSession(const PeerConfig& config, ice::Agent ice, dtls::Association dtls, Rng rng,
              Timestamp now);

  void HandleInner(ByteView bytes);
  std::optional<DatagramTransmit> SendBySelected(ByteView bytes);
  // Outputs of the parts: a datagram to send, or nothing; `is_idle` when they have no more.
  std::optional<DatagramOutput<Event>> PollIce(bool& is_idle);
  std::optional<DatagramTransmit> PollDtls(bool& is_idle);
  std::optional<DatagramTransmit> PollRtp(bool& is_idle);
  void PollChannels(bool& is_idle);
  void OnIce(ice::Agent::Event&& event);
  void OnDtls(dtls::Association::Event&& event);
  void OnRtp(rtp::Transport::Event&& event);
  void TellReception(cc::ReceptionReport report);
  void OnSecured(const dtls::Association::Connected& connected);
  void StartDtls();
  void StartChannels();
  Status StartRtp(const NegotiatedMedia& media);
  void TakeReceived();
  void End(const Error& error);
  Event TakeEvent();
  Idle Wake() const;

  PeerConfig config_;
  Rng rng_;
  Timestamp now_;
  ice::Agent ice_;
  std::optional<ice::SelectedPath> path_;
  dtls::Association dtls_;
  std::optional<rtp::Transport> rtp_;
  std::optional<MediaSender> sender_;
  std::optional<MediaReceiver> receiver_;
  std::optional<StreamTracks> tracks_;  // To be sent.
  std::vector<dtls::Fingerprint> peer_fingerprints_;
  ice::Implementation peer_implementation_ = ice::Implementation::kFull;
  bool tells_packets_ = true;  // The peer, of what we send.
  bool has_media_ = false;
  std::optional<NegotiatedData> data_;  // Agreed.
  std::optional<DataChannels> channels_;
  bool begins_dtls_ = false;
  bool is_started_ = false;
  bool has_dtls_begun_ = false;
  bool is_connected_ = false;
  bool is_closed_ = false;
  Idle ice_idle_;
  Idle dtls_idle_;
  Idle rtp_idle_;
  Idle channels_idle_;
  std::deque<Event> out_;  // Bounded: a few an input.
  std::optional<Error> relay_error_;
  PeerStats stats_;
};

}  // namespace onair::webrtc
