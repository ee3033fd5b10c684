// SPDX-License-Identifier: Apache-2.0
//
// Spreads packets over time: a leaky bucket with a queue before it. Packets stay in their stream's
// history; this knows where they lie and when which leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/api/congestion_control.h"
#include "core/base/result.h"
#include "core/units/data.h"
#include "transport/rtp/ring_queue.h"

namespace onair::rtp {

// Built once; a change makes a new pacer.
struct PacerConfig {
  // Rate of the line while a backlog exists, as a multiple of the target rate, where the controller
  // names none. Range [1.0, 5.0]. Higher clears a key frame sooner and fills routers' queues more.
  // Source: libwebrtc cd6792e5, goog_cc_network_control.cc, kDefaultPaceMultiplier.
  double burst_factor = 2.5;

  // A backlog that would wait longer leaves faster, at whatever rate that takes. Range
  // [100 ms, 5 s]. Longer keeps delay for those behind, shorter loses packets on slow lines.
  // Source: libwebrtc cd6792e5, pacing_controller.h, kMaxExpectedQueueLength.
  TimeDelta queue_limit = TimeDelta::Seconds(2);

  // Packets due within this span leave together: fewer wake-ups, larger bursts, and a train whose
  // stretching by the line says less. Range [0, 40 ms]. Probes leave packet by packet.
  // Source: ours; two full packets at 10 Mbit/s.
  TimeDelta send_burst = TimeDelta::Millis(2);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// In the order in which they leave. Sound never waits; what it takes is paid by the others.
enum class PacketClass : std::uint8_t { kAudio = 1, kRetransmit = 2, kVideo = 3 };

// Where a packet lies.
struct QueuedPacket {
  std::uint32_t stream = 0;  // Index among the streams that send.
  std::int64_t number = 0;   // In the stream's history.
  std::uint32_t size_bytes = 0;
  Timestamp queued_at = Timestamp::Zero();
};

// Whether something can be sent that nobody asked for.
enum class Padding : std::uint8_t { kNone = 1, kPossible = 2 };

// A decider. Single-owner.
class Pacer {
 public:
  // What may leave now: a packet, or so many bytes of padding to fill a probe.
  struct Departure {
    std::optional<QueuedPacket> packet;
    PacketClass packet_class = PacketClass::kVideo;
    std::size_t padding_bytes = 0;
  };

  explicit Pacer(const PacerConfig& config);

  // `pacing_rate` counts for the whole line where it is there.
  void SetRates(DataRate target, std::optional<DataRate> pacing_rate, Timestamp now);
  // Most bytes under way; sound goes beyond it, and one packet in kStuckAfter: without anything
  // under way no feedback would ever come.
  void SetWindow(std::optional<DataSize> window) { window_ = window; }
  // Replaces a probe that is not through. Without padding it is made of what there is within
  // kProbeWait.
  void StartProbe(const cc::ProbePlan& plan, Padding padding, Timestamp now);

  // False: the queue holds kMaxPackets; the packet is not taken.
  [[nodiscard]] bool Push(PacketClass packet_class, const QueuedPacket& packet);

  // At most one departure a call; nothing before wake_at(). A packet is out of the queue then.
  [[nodiscard]] std::optional<Departure> Take(Timestamp now);
  // What really left, protection included; also for what did not pass through the queue.
  void OnSent(DataSize size, Timestamp now);
  // Sent and without a fate.
  void OnInFlight(DataSize in_flight) { in_flight_ = in_flight; }
  // The probe could not be filled.
  void EndProbe() { probe_.reset(); }

  // When Take() has something; infinity while there is nothing to send.
  Timestamp wake_at() const;
  DataSize queue_size() const { return queue_size_; }
  // How long the oldest packet has waited.
  TimeDelta queue_span(Timestamp now) const;
  // The same of pictures and their repairs alone.
  TimeDelta video_span(Timestamp now) const;
  DataRate rate(Timestamp now) const;
  // Number of the probe in which the next packet leaves, from 1; 0: none is under way.
  std::uint32_t probe() const { return probe_ ? probe_number_ : 0; }

  // Source: ours; the history of one stream holds no more (8 MiB).
  static constexpr std::size_t kMaxPackets = 8192;
  // Most of one piece of plain padding: RTP packets pad with up to 255 bytes.
  static constexpr std::size_t kMaxPadding = 255;
  // Source: ours; three pictures, after which what the controller wanted to know is old.
  static constexpr TimeDelta kProbeWait = TimeDelta::Millis(100);
  // Source: ours; a feedback interval of receivers that have little to tell.
  static constexpr TimeDelta kStuckAfter = TimeDelta::Millis(100);

 private:
  struct Probe {
    DataRate rate;
    DataSize left;
    Timestamp until;  // Infinity where padding fills it.
  };

  RingQueue<QueuedPacket>* First();
  const RingQueue<QueuedPacket>* First() const;
  bool is_window_full() const { return window_ && in_flight_ >= *window_; }
  bool pads() const { return probe_ && probe_->until == Timestamp::PlusInfinity(); }

  PacerConfig config_;
  DataRate pacing_rate_;
  std::optional<DataSize> window_;
  DataSize in_flight_ = DataSize::Zero();
  std::optional<Probe> probe_;
  std::uint32_t probe_number_ = 0;
  RingQueue<QueuedPacket> audio_{kMaxPackets};
  RingQueue<QueuedPacket> retransmits_{kMaxPackets};
  RingQueue<QueuedPacket> video_{kMaxPackets};
  DataSize queue_size_ = DataSize::Zero();
  Timestamp free_at_ = Timestamp::MinusInfinity();  // The line has sent all that we gave it.
  DataRate owed_at_ = DataRate::Zero();             // The rate of the last of it.
  Timestamp last_sent_at_ = Timestamp::MinusInfinity();
  bool is_waiting_ = false;  // For free_at_.
};

}  // namespace onair::rtp
