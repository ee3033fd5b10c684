// SPDX-License-Identifier: Apache-2.0
//
// One stream that we send: its numbers, its packets until nobody can ask for them again, what a
// sender report tells of it, and what may be sent once more (RFC 4588).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/media/encoded_frame.h"
#include "transport/rtp/header_extensions.h"
#include "transport/rtp/history.h"
#include "transport/rtp/rtcp/reports.h"

namespace onair::rtp {

// Where resends go: a stream of their own. Range of payload_type [0, 127].
struct RtxConfig {
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;
};

// Where repairs go: FlexFEC-03 on a stream of its own. Range of payload_type [0, 127].
struct FecConfig {
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;
};

// What a stream carries. Repairs are not reported on and not sent again.
enum class StreamContent : std::uint8_t { kMedia = 1, kRepairs = 2 };

// Read once. Texts of at most kMaxExtensionText bytes; empty: not sent.
struct SendStreamConfig {
  TrackKind kind = TrackKind::kVideo;
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;  // Range [0, 127].
  int clock_rate = 90'000;        // Hz of RTP timestamps. Range [1000, 384000].
  // Absent: a resend is the stored packet itself, byte for byte, as servers without RTX want it.
  std::optional<RtxConfig> rtx = {};
  // Makes packets a little smaller, so that a repair of them fits a datagram.
  std::optional<FecConfig> fec = {};
  StreamContent content = StreamContent::kMedia;
  std::string mid = {};
  std::string rid = {};
  HistoryConfig history = {};
  // Most that resends take of the line, as a share of what was sent as new in the last 500 ms.
  // Range [0, 4]. Higher mends bursts, lower keeps a full queue from growing.
  // Source: libwebrtc cd6792e5 rtp_rtcp/source/rtp_rtcp_impl2.cc limits resends to the target rate.
  double resend_share = 1.0;

  [[nodiscard]] Status Validate() const;
};

// What one packet carries beside its payload. Timestamps count in the stream's clock.
struct OutgoingPacket {
  std::uint32_t timestamp = 0;
  // Of the frame's picture or first sample: ties the RTP clock to ours for reports.
  Timestamp captured_at = Timestamp::Zero();
  std::optional<Rotation> video_orientation = {};
  std::optional<PlayoutDelay> playout_delay = {};
  std::optional<AudioLevel> audio_level = {};
};

// Counters; only grow.
struct SendStreamStats {
  std::int64_t packets = 0;        // New ones that left.
  std::int64_t payload_bytes = 0;  // Of them.
  std::int64_t refused = 0;        // No memory was left in the history.
  std::int64_t requested = 0;      // Sequence numbers in NACKs.
  std::int64_t resent = 0;
  std::int64_t resent_bytes = 0;
  std::int64_t probed = 0;       // Of those resent, unasked, to fill a probe.
  std::int64_t too_old = 0;      // Requested, but no longer in the history.
  std::int64_t too_soon = 0;     // Requested again within a round trip, or already queued.
  std::int64_t over_budget = 0;  // Requested beyond resend_share.
  std::int64_t key_frame_requests = 0;
  std::int64_t key_frame_requests_merged = 0;  // Of them, with one just before.
};

// Single-owner. `config` is valid.
class SendStream {
 public:
  // The first numbers come from `rng` (RFC 3550 section 5.1).
  SendStream(const SendStreamConfig& config, const ExtensionMap& extensions, const WallClock& clock,
             Rng& rng);

  // Room for the next packet's payload, max_payload_bytes() long: write into it, then Commit() what
  // was written. Empty, and counted: the history has no memory left. Asking again without a
  // Commit() gives the same room.
  [[nodiscard]] std::span<std::uint8_t> Room(const OutgoingPacket& packet, Timestamp now);
  // The slot that is ready for the pacer. `payload_bytes` <= the room's.
  const HistorySlot& Commit(std::size_t payload_bytes, Marker marker);

  // A packet was asked for: its slot, when it may be sent again now.
  HistorySlot* OnRequested(std::uint16_t sequence, TimeDelta rtt, Timestamp now);

  // Whether a resend that OnRequested() let through should go twice: the one before it was lost,
  // and few others went so lately.
  bool TakesCopy(const HistorySlot& slot, Timestamp now);

  // A receiver wants a key frame. False: another wish was just let through, and its key frame may
  // still be on its way; who misses that one asks again.
  [[nodiscard]] bool OnKeyFrameRequested(Timestamp now);

  // Numbers and send time in place; `transport_sequence` is that of this sending.
  void PrepareFirstSend(HistorySlot& slot, std::uint16_t transport_sequence, Timestamp now);
  // The stored bytes left once more.
  void OnResentAsItIs(HistorySlot& slot, Timestamp now);
  // Writes the packet that sends `slot` again on the RTX stream into `room`; answers its size.
  std::size_t WriteRtx(HistorySlot& slot, std::uint16_t transport_sequence, Timestamp now,
                       std::span<std::uint8_t> room);
  // A packet that left lately, for a probe: one that was not sent again before, and of those the
  // newest, as it mends what is missing soonest. Null: there is none, or no RTX stream.
  HistorySlot* OldForProbe(Timestamp now);
  // An RTX packet without a payload, `padding` in [1, 255]: fills a probe too.
  std::size_t WritePadding(std::size_t padding, std::uint16_t transport_sequence, Timestamp now,
                           std::span<std::uint8_t> room);

  PacketHistory& history() { return history_; }
  const PacketHistory& history() const { return history_; }
  // For reports at `now`; nothing before the first packet was sent.
  std::optional<rtcp::SenderReport> Report(Timestamp now) const;
  // The peer knows the stream: mid and rid need not go with each packet any more.
  void OnReceiverReport() { is_known_ = true; }

  const SendStreamConfig& config() const { return config_; }
  const SendStreamStats& stats() const { return stats_; }
  std::size_t max_payload_bytes() const { return max_payload_bytes_; }

 private:
  WrittenExtensions WriteOwnExtensions(const OutgoingPacket* packet, Timestamp now,
                                       std::span<std::uint8_t> room);
  bool IsCaptureTimeDue(const OutgoingPacket& packet);
  std::int64_t OfNewBytes(double share) const;
  bool HasResendBudget(std::size_t bytes, Timestamp now);
  void SlideWindow(Timestamp now);
  std::size_t WriteRtxHeader(const PacketHeader& original, std::uint16_t transport_sequence,
                             Timestamp now, std::span<std::uint8_t> room);

  SendStreamConfig config_;
  ExtensionMap extensions_;
  WallClock clock_;
  PacketHistory history_;
  std::int64_t next_number_;
  std::uint16_t next_rtx_sequence_;
  HistorySlot* open_ = nullptr;  // Room() was given, Commit() not called.
  std::size_t max_payload_bytes_;
  bool is_known_ = false;
  std::optional<OutgoingPacket> last_;  // That left: the anchor of reports.
  std::optional<OutgoingPacket> newest_;
  Timestamp capture_time_due_ = Timestamp::MinusInfinity();
  Timestamp key_frame_wanted_at_ = Timestamp::MinusInfinity();
  Timestamp window_start_ = Timestamp::MinusInfinity();
  std::int64_t window_new_bytes_ = 0;
  std::int64_t last_window_new_bytes_ = 0;
  std::int64_t window_resent_bytes_ = 0;
  std::int64_t window_copied_bytes_ = 0;
  SendStreamStats stats_;
};

}  // namespace onair::rtp
