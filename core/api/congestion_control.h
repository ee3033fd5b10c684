// SPDX-License-Identifier: Apache-2.0
//
// Congestion control of every transport behind one face: reports go in, each with its time, a
// decision comes out. The same object runs on a phone and in the twin.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/base/result.h"
#include "core/machine/datagram.h"
#include "core/machine/socket_facts.h"
#include "core/media/encoder_target.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::cc {

// What a controller may decide. Read once, when it is made; MakeController() validates.
// All three are rates of the video encoder; sound comes on top and is never made to give way.
struct ControllerConfig {
  // Range [50 kbit/s, 50 Mbit/s], as that of the encoder. Higher keeps the picture watchable and
  // lets delay grow on a line that is slower still.
  DataRate min_rate = DataRate::KilobitsPerSec(150);

  // Range [min_rate, 50 Mbit/s]. The rate that a user sets in programs that know only one.
  DataRate max_rate = DataRate::KilobitsPerSec(4000);

  // In force until the first report. Range [min_rate, max_rate]. Higher looks better at once and
  // fills queues where the line is slow.
  DataRate start_rate = DataRate::KilobitsPerSec(1500);

  // What the sound takes of the line: controllers that measure the whole line take it off.
  // Range [0, 512 kbit/s].
  DataRate audio_rate = DataRate::KilobitsPerSec(64);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A TCP connection and our queue before it, as they stood at `at`. Counters start with the
// connection and do not fall; one that does is taken for no growth. What a system does not tell
// is absent, never zero.
struct TcpReport {
  Timestamp at;  // When it was taken.

  DataSize written = DataSize::Zero();  // Counter: what has left us for the wire.
  SocketFacts socket = {};              // What the system tells of the connection.

  // Our queue before the socket.
  TimeDelta queue_span = TimeDelta::Zero();  // Media time from its oldest to newest frame.
  DataSize queue_size = DataSize::Zero();    // Bytes of the same.
  std::int64_t queue_frames = 0;             // Pictures and sounds.
  std::int64_t frames_written = 0;           // Counter: left it whole for the socket.
  std::int64_t frames_dropped = 0;           // Counter: left it unsent.

  // The encoder gave less than its target, so the line was not tried.
  bool is_encoder_application_limited = false;
};

using onair::Ecn;

// The fate of one datagram.
struct PacketFate {
  Timestamp sent_at;  // By our clock.
  // By the receiver's clock: only differences between two arrivals mean something. Absent: the
  // receiver had not seen it; one that comes later stays lost.
  std::optional<Timestamp> arrived_at = {};
  DataSize size = DataSize::Zero();  // On the wire, with its RTP header.
  Ecn ecn = Ecn::kNotEct;            // As it arrived.
  // Of the probe (CongestionDecision::probe) in which it left, counted from 1 for each transport in
  // the order in which probes began. Zero: it left in none.
  std::uint32_t probe = 0;
};

// What a receiver told of our datagrams, and our queue, when the feedback came in at `at`.
// The sender joins feedback with its own history of what it sent (transport-wide sequence numbers
// or RFC 8888), so no controller knows a packet format.
struct FeedbackReport {
  Timestamp at;  // When the feedback came in.
  // In order of sending, each packet in one report only. Borrowed for the call. A controller
  // reads the first kMaxPackets; longer feedback comes as several reports.
  std::span<const PacketFate> packets;
  DataSize in_flight = DataSize::Zero();     // Sent and without a fate.
  TimeDelta queue_span = TimeDelta::Zero();  // Our queue before the pacer, in media time.
  DataSize queue_size = DataSize::Zero();    // The same in bytes.
  bool is_encoder_application_limited = false;

  // 0.8 s of full packets at 50 Mbit/s; feedback comes every 100 ms or sooner.
  static constexpr std::size_t kMaxPackets = 4096;
};

// Why a decision is what it is.
enum class Cause {
  kNone = 1,                // Nothing stands in the way.
  kJitter = 2,              // Delay that passes by itself.
  kCongestion = 3,          // A queue that grows with our rate.
  kWirelessLoss = 4,        // Losses beside a short queue.
  kApplicationLimited = 5,  // Too little was sent to know more.
};

// Send `size`, media first and padding after, as one train at `rate`.
struct ProbePlan {
  DataRate rate;
  DataSize size;
};

// How losses are mended. TCP does it alone.
struct RepairAdvice {
  // Whether what is lost is sent again.
  enum class Retransmit { kNo = 1, kYes = 2 };
  // kNo: only parity mends what is lost.
  Retransmit retransmit = Retransmit::kNo;
  double fec_share = 0;  // Parity bytes for each media byte. Range [0, 1].
  // The same for key frames, on which all that follows stands. Range [fec_share, 1]; less counts as
  // fec_share.
  double key_fec_share = 0;
  // Share of packets that will not arrive by themselves: how robust sound has to be. Range [0, 1].
  double expected_loss = 0;
  // Mean number of packets lost in a row, where any is. Range [1, 100].
  double loss_burst = 1;
};

// What the sender does until the next one. Every number is finite, whatever was reported.
struct CongestionDecision {
  DataRate target_rate;                       // Of the video encoder, within the config's limits.
  std::optional<DataRate> pacing_rate;        // Of the whole line, > 0. Absent: as it comes.
  std::optional<DataSize> congestion_window;  // Most bytes unsent and unacked, > 0. Absent: any.
  // Most bytes of the next picture, key frame or not; > 0. Holds until the next decision, whatever
  // the encoder's average. Absent: as the target rate lets it.
  std::optional<DataSize> frame_limit = {};
  std::optional<ProbePlan> probe;
  RepairAdvice repair;
  Intake intake = Intake::kOpen;
  Cause cause;
  Timestamp decide_again_at;  // Later than the report: give one by then, even if nothing came.
  const char* reason;         // Static text for traces and tests.
};

// single-owner. Pure: same config and reports, same decisions. Serves one stream over all its
// connections. A report earlier than one before, or further than 2^62 us from zero, is
// taken to come at the latest time seen.
class Controller {
 public:
  virtual ~Controller() = default;

  // Of a byte stream, at least as often as the last decision asked.
  [[nodiscard]] virtual CongestionDecision OnReport(const TcpReport& report) = 0;
  // Of datagrams, likewise.
  [[nodiscard]] virtual CongestionDecision OnReport(const FeedbackReport& report) = 0;
};

}  // namespace onair::cc
