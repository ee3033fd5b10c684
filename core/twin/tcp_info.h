// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/machine/socket_facts.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::twin {

// A connection as Linux's tcp_info tells it. Snapshot.
struct TcpInfo {
  TimeDelta rtt = TimeDelta::Zero();  // Smoothed; zero before the first sample.
  TimeDelta rtt_var = TimeDelta::Zero();
  TimeDelta rtt_min = TimeDelta::Zero();  // Of the last 300 s.
  TimeDelta rto = TimeDelta::Zero();
  DataSize window = DataSize::Zero();   // snd_cwnd times the segment size.
  DataSize unacked = DataSize::Zero();  // Sent and not confirmed.
  DataSize unsent = DataSize::Zero();   // notsent_bytes: in the send buffer, not yet sent.
  DataSize bytes_acked = DataSize::Zero();
  DataSize lost = DataSize::Zero();           // Held for lost at present.
  DataSize retransmitted = DataSize::Zero();  // In all.
  std::int64_t segments_sent = 0;             // Retransmissions included.
  std::int64_t segments_retransmitted = 0;
  std::int64_t timeouts = 0;
  bool has_ecn = false;          // Both ends agreed to it.
  std::int64_t marks = 0;        // Segments that came in marked, counted where they came.
  std::int64_t mark_echoes = 0;  // Windows in which the peer told of marks.
  DataRate delivery_rate = DataRate::Zero();  // Of the latest sample.
  bool is_app_limited = false;                // That sample had not enough to send.
};

// What of it a publisher asks for.
inline SocketFacts FactsOf(const TcpInfo& info) {
  SocketFacts facts;
  facts.unsent = info.unsent;
  facts.unacked = info.unacked;
  facts.bytes_acked = info.bytes_acked;
  if (info.rtt > TimeDelta::Zero()) facts.rtt = info.rtt;
  if (info.rtt_min > TimeDelta::Zero()) facts.min_rtt = info.rtt_min;
  if (info.delivery_rate > DataRate::Zero()) facts.delivery_rate = info.delivery_rate;
  facts.is_delivery_application_limited = info.is_app_limited;
  facts.segments_sent = info.segments_sent;
  facts.segments_retransmitted = info.segments_retransmitted;
  return facts;
}

}  // namespace onair::twin
