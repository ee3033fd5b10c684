// SPDX-License-Identifier: Apache-2.0
//
// All the RTP of one connection: streams out and in, their reports, resends, feedback, pacing and
// encryption. A session above gives it keys and datagrams and takes protected ones (docs/rts.md).
//
//   Room() + Commit() ─▶ history ─▶ pacer ─▶ numbers of this sending ─▶ SRTP ─▶ Poll(): Protected
//   HandlePacket() ─▶ SRTP ─▶ RTX undone, counted, missed ones asked for ─▶ Poll(): PacketReceived
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/machine/datagram.h"
#include "transport/rtp/arrival_log.h"
#include "transport/rtp/fec_decoder.h"
#include "transport/rtp/key_frame_requests.h"
#include "transport/rtp/nack_requests.h"
#include "transport/rtp/pacer.h"
#include "transport/rtp/receiver.h"
#include "transport/rtp/repair_groups.h"
#include "transport/rtp/rtcp/nack.h"
#include "transport/rtp/rtcp_schedule.h"
#include "transport/rtp/sender.h"
#include "transport/rtp/sent_packets.h"
#include "transport/rtp/srtp.h"

namespace onair::rtp {

// RFC 5506: whether feedback may leave without a report in front of it.
enum class RtcpForm : std::uint8_t { kCompound = 1, kReducedSize = 2 };

// Read once.
struct TransportConfig {
  WallClock clock;
  std::string cname;             // 1..255 bytes, the same for all the streams of one source.
  std::uint32_t local_ssrc = 1;  // Of our reports while nothing is sent.
  ExtensionMap extensions = {};  // As agreed for the bundle.
  RtcpForm rtcp_form = RtcpForm::kReducedSize;
  PacerConfig pacer = {};

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Pictures that come in RED, with ULPFEC among them, both on the media's own SSRC (RFC 2198, 5109).
struct RedConfig {
  std::uint8_t payload_type = 0;
  std::optional<std::uint8_t> rtx_payload_type = {};  // RTX of such packets.
  std::uint8_t ulpfec_payload_type = 0;
};

// Read when the stream is added.
struct ReceiveStreamConfig {
  enum class KeyFrameRequest : std::uint8_t { kPictureLoss = 1, kFullIntra = 2 };

  TrackKind kind = TrackKind::kVideo;
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;  // Of what RTX repairs.
  int clock_rate = 90'000;        // Hz. Range [1000, 384000].
  std::optional<RtxConfig> rtx = {};
  std::optional<FecConfig> fec = {};
  std::optional<RedConfig> red = {};
  bool has_nack = true;  // The peer resends on request.
  KeyFrameRequest key_frame_request = KeyFrameRequest::kPictureLoss;

  [[nodiscard]] Status Validate() const;
};

// Counters; only grow.
struct TransportStats {
  std::int64_t sent_packets = 0;
  std::int64_t sent_bytes = 0;  // Protected.
  std::int64_t padding_bytes = 0;
  std::int64_t repairs_sent = 0;  // FEC packets that were made, and their payloads.
  std::int64_t repair_bytes = 0;
  std::int64_t restored = 0;  // Packets that FEC brought.
  std::int64_t received_packets = 0;
  std::int64_t received_bytes = 0;
  std::int64_t rtcp_sent = 0;
  std::int64_t rtcp_received = 0;
  std::int64_t malformed = 0;       // Authentic, but no RTP or RTCP in whole.
  std::int64_t foreign = 0;         // Feedback about streams that are not ours.
  std::int64_t unknown_stream = 0;  // Packets of streams that nobody added.
  std::int64_t before_keys = 0;
  std::int64_t events_dropped = 0;  // More than kMaxEvents waited.
  std::int64_t queue_full = 0;      // Packets that the pacer did not take.
  std::int64_t protect_failed = 0;
};

// A machine without addresses: who owns the path sends what Poll() gives. single-owner.
// Bytes of outputs are borrowed until the next call of any method that is not const.
class Transport {
 public:
  struct PacketReceived {
    enum class Way : std::uint8_t { kItself = 1, kRetransmitted = 2, kRestored = 3 };
    std::uint32_t ssrc;
    std::int64_t number;  // Straightened sequence number.
    // As the sender first sent it, out of RED. ULPFEC leaves its number with an empty payload.
    PacketView packet;
    HeaderExtensions extensions;
    Way way;
    Timestamp at;
  };
  // An authentic packet of a stream that was not added. Add it before the next Poll(), and its
  // packet is not lost.
  struct StreamAppeared {
    std::uint32_t ssrc;
    std::uint8_t payload_type;
    HeaderExtensions extensions;
  };
  // Where the sender's clock stood: ties the streams of one source together.
  struct SenderReported {
    std::uint32_t ssrc;
    NtpTime ntp;
    std::uint32_t rtp_timestamp;
    Timestamp at;
  };
  // What a receiver tells of a stream of ours.
  struct ReceiverReported {
    std::uint32_t ssrc;
    double fraction_lost;  // Range [0, 1].
    TimeDelta jitter;
  };
  struct FeedbackReady {
    cc::FeedbackReport report;
  };
  struct KeyFrameWanted {
    std::uint32_t ssrc;
  };
  struct EstimateReceived {
    DataRate rate;
  };
  struct StreamEnded {
    std::uint32_t ssrc;
  };
  using Event = std::variant<PacketReceived, StreamAppeared, SenderReported, ReceiverReported,
                             FeedbackReady, KeyFrameWanted, EstimateReceived, StreamEnded>;
  struct Protected {
    ByteView bytes;
  };
  using Output = std::variant<Idle, Protected, Event>;

  // kInvalidConfig.
  static Result<Transport> Make(const TransportConfig& config, Rng rng);

  // A datagram of RTP or RTCP, still protected. Others are counted and dropped.
  void HandlePacket(ByteView datagram, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Once DTLS is through; before it nothing is sent and nothing read. kInternal, kUnsupported.
  Status SetKeys(const SrtpKey& outbound, const SrtpKey& inbound);
  // kInvalidConfig; kLimit: more than kMaxStreams, or an SSRC twice.
  Status AddSendStream(const SendStreamConfig& config);
  Status AddReceiveStream(const ReceiveStreamConfig& config);
  // With its repairs; its place is free again. Nothing happens where there is no such stream.
  void RemoveReceiveStream(std::uint32_t media_ssrc);
  // For peers that do not say beforehand which SSRC repairs a stream. kInvalidState: no such
  // stream; kLimit: the SSRC is taken.
  Status AddRtx(std::uint32_t media_ssrc, const RtxConfig& rtx);
  Status AddFec(std::uint32_t media_ssrc, const FecConfig& fec);

  // One packet: write a payload of at most max_payload_bytes() into the room, then Commit() it.
  // Empty room: the stream is unknown or its memory full; nothing to commit.
  [[nodiscard]] std::span<std::uint8_t> Room(std::uint32_t ssrc, const OutgoingPacket& packet,
                                             Timestamp now);
  void Commit(std::uint32_t ssrc, std::size_t payload_bytes, Marker marker, Timestamp now);
  // A whole frame: `next(room)` answers an optional with `size` and `marker` of one payload, as
  // packetizers do. Answers how many packets that were; fewer than the frame's: memory is full.
  template <typename Next>
  std::size_t SendFrame(std::uint32_t ssrc, const OutgoingPacket& packet, Timestamp now,
                        Next next) {
    for (std::size_t packets = 0;; ++packets) {
      const auto room = Room(ssrc, packet, now);
      if (room.empty()) return packets;
      const auto written = next(room);
      if (!written) return packets;
      Commit(ssrc, written->size, written->marker, now);
    }
  }
  // What the next packets up to a marker are, so that repairs can be planned; without it they get
  // none. `bytes`: of the frame, about.
  void BeginFrame(std::uint32_t ssrc, std::size_t bytes, FrameKind kind);
  // 0 for a stream that is unknown.
  std::size_t max_payload_bytes(std::uint32_t ssrc) const;

  // What a controller decided. `target`: of the whole line.
  void SetRates(DataRate target, std::optional<DataRate> pacing_rate);
  // Most bytes under way, where feedback tells of them; empty: any.
  void SetWindow(std::optional<DataSize> window);
  // Repairs for each packet of the streams that have them: RepairGroups::SetShare().
  void SetRepairShare(double share, double key_share);
  // Numbered from 1; the fates of its packets tell which. Filled up with what left lately, on the
  // RTX stream, and with plain padding when there is no more of that.
  void StartProbe(const cc::ProbePlan& plan, Timestamp now);
  // Until OnKeyFrame() of that stream.
  void RequestKeyFrame(std::uint32_t ssrc);
  // A key frame is whole, its first packet has this number.
  void OnKeyFrame(std::uint32_t ssrc, std::int64_t first_number);
  // Says goodbye for all the streams that send.
  void Close(Timestamp now);

  [[nodiscard]] Output Poll();

  TimeDelta rtt() const { return round_trip_.estimate(); }
  std::optional<TimeDelta> measured_rtt() const { return round_trip_.smoothed(); }
  DataSize queue_size() const { return pacer_.queue_size(); }
  TimeDelta queue_span(Timestamp now) const { return pacer_.queue_span(now); }
  // The same of pictures and their repairs alone.
  TimeDelta video_span(Timestamp now) const { return pacer_.video_span(now); }
  // Until the last packet of now leaves.
  TimeDelta queue_drains_in() const { return pacer_.queue_size() / pacer_.rate(now_); }
  const TransportStats& stats() const { return stats_; }
  const SrtpStats* srtp_stats() const { return unseal_ ? &unseal_->stats() : nullptr; }
  const SentPacketsStats& sent_stats() const { return sent_.stats(); }
  const ArrivalLogStats& arrival_stats() const { return arrivals_.stats(); }
  // Memory of the packets of all streams that send: what a connection holds grows by these.
  DataSize held() const;
  // Null for a stream that is unknown.
  const SendStreamStats* send_stats(std::uint32_t ssrc) const;
  const NackStats* nack_stats(std::uint32_t ssrc) const;
  // Null too where nothing repairs the stream.
  const FecDecoder::Stats* fec_stats(std::uint32_t ssrc) const;
  const ReceiveStatistics* receive_statistics(std::uint32_t ssrc) const;

  // Of each direction. Source: ours; with RTX each has two SSRCs, as kMaxSrtpStreams allows.
  static constexpr std::size_t kMaxStreams = 32;
  static constexpr std::size_t kMaxEvents = 64;
  // Longest datagram that is read: no path has a larger MTU on the open network.
  static constexpr std::size_t kMaxInput = 2048;

 private:
  struct Receive {
    ReceiveStreamConfig config;
    ReceiveStatistics statistics;
    ReceiveStatistics rtx_statistics;
    NackRequests nack;
    KeyFrameRequests key_frame;
    std::optional<FecDecoder> fec = {};
    std::uint8_t full_intra_number = 0;
  };
  // Makes the repairs of one stream that sends.
  struct Repairs {
    std::size_t media;   // Index among the streams.
    std::size_t stream;  // Of the repairs.
    RepairGroups groups;
    OutgoingPacket packet = {};  // What the media's last one carried.
  };
  // The newest time that a receiver told us, for the answer.
  struct PeerReference {
    std::uint32_t ssrc;
    std::uint32_t compact;
    Timestamp at;
  };
  // How a resent packet is unwrapped.
  struct Incoming {
    Receive* stream;
    PacketView packet;
    PacketReceived::Way way;
  };

  Transport(const TransportConfig& config, Rng rng);

  // transport_receive.cc
  void HandleRtp(std::size_t size);
  bool DeliverRtp(const PacketView& packet);
  Receive* FindReceive(std::uint32_t ssrc);
  std::optional<Incoming> Unwrap(const PacketView& packet, Receive& stream);
  void HandleRtcp(std::size_t size);
  void HandleBlock(const rtcp::Block& block);
  void HandleReports(const rtcp::ReportBlocks& blocks);
  void HandleTransportFeedback(const rtcp::Block& block);
  void HandlePayloadFeedback(const rtcp::Block& block);
  void HandleNack(const rtcp::Nack& nack);
  void QueueResend(std::size_t stream, HistorySlot& slot);
  void HandleExtended(const rtcp::Block& block);
  void AddEvent(const Event& event);

  // transport_repair.cc
  void Protect(std::size_t media, const HistorySlot& slot, Marker marker);
  void QueueRepairs(Repairs& repairs);
  void TakeRepair(const PacketView& packet, Receive& stream);
  // Out of RED; what ULPFEC says goes to the decoder, what it protects too where it came by itself.
  void UnwrapRed(Incoming& incoming);
  void TellFec(const PacketView& packet, Receive& stream);
  std::optional<PacketReceived> NextRestored();

  // transport_send.cc
  SendStream* FindSend(std::uint32_t ssrc);
  void Queue(std::size_t stream, const HistorySlot& slot);
  std::optional<Protected> SendNext();
  std::optional<Protected> SendQueued(const Pacer::Departure& departure);
  std::optional<Protected> SendNew(SendStream& stream, HistorySlot& slot);
  std::optional<Protected> SendAgain(SendStream& stream, HistorySlot& slot);
  std::optional<Protected> SendPadding(std::size_t bytes);
  std::optional<Protected> Sealed(std::size_t size);
  // What left, for the pacer and, where it is `numbered`, for feedback.
  enum class Numbered : std::uint8_t { kNo = 1, kYes = 2 };
  void OnSent(std::size_t size, Numbered numbered);
  std::optional<Protected> SendRtcp();
  std::uint32_t local_ssrc() const;
  bool IsFeedbackDue() const;
  std::uint32_t MostUrgentAsker() const;
  void WriteReports(SpanWriter& out);
  void WriteFeedback(SpanWriter& out);
  void WriteNack(Receive& stream, SpanWriter& out);
  void WriteKeyFrameRequest(Receive& stream, SpanWriter& out);
  bool numbers_transport() const {
    return config_.extensions.has(ExtensionKind::kTransportSequence);
  }
  Idle NextWake() const;

  TransportConfig config_;
  Rng rng_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::optional<SrtpSender> seal_;
  std::optional<SrtpReceiver> unseal_;
  std::deque<SendStream> sends_;  // At most kMaxStreams; indexes stay.
  std::deque<Receive> receives_;  // The same.
  std::deque<Repairs> repairs_;   // At most one a stream.
  Pacer pacer_;
  SentPackets sent_;
  ArrivalLog arrivals_;
  std::uint32_t last_media_ssrc_ = 0;
  ReportSchedule schedule_;
  RoundTrip round_trip_;
  std::optional<PeerReference> peer_reference_;
  std::int64_t bytes_at_report_ = 0;
  Timestamp reported_at_ = Timestamp::MinusInfinity();
  bool wants_goodbye_ = false;
  bool is_closed_ = false;

  RingQueue<Event> events_{kMaxEvents};
  std::optional<PacketView> waiting_;  // In inbox_; its StreamAppeared was given.
  std::optional<PacketReceived> received_;
  std::vector<cc::PacketFate> fates_;
  std::size_t fates_given_ = 0;
  TransportStats stats_;
  std::array<std::uint8_t, kMaxInput> inbox_{};
  std::size_t inbox_size_ = 0;
  std::array<std::uint8_t, kMaxInput> outbox_{};
};

}  // namespace onair::rtp
