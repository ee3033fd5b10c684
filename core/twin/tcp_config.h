// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::twin {

enum class TcpAlgorithm { kReno = 1, kCubic = 2, kBbr = 3 };

// One end of a modelled TCP connection, by default as a Linux phone has it. Built once;
// Validate() before use.
struct TcpConfig {
  TcpAlgorithm algorithm = TcpAlgorithm::kCubic;

  // Payload of a full segment. Range [200 B, 9000 B].
  // Source: RFC 6691 section 2 and Ethernet: 1500 - 40 - 12 of timestamps.
  DataSize segment = DataSize::Bytes(1448);

  // Segments that may fly at first. Range [1, 100].
  // RFC 6928 section 2: "min (10*MSS, max (2*MSS, 14600))".
  int initial_window = 10;

  // RFC 9406, for kCubic only. Without it slow start ends with a loss of half a window.
  enum class SlowStart { kPlain = 1, kHyStart = 2 } slow_start = SlowStart::kHyStart;

  // Least wait for a retransmission by time. Range [10 ms, 10 s].
  // Source: Linux include/net/tcp.h TCP_RTO_MIN, HZ / 5.
  TimeDelta rto_min = TimeDelta::Millis(200);
  // Source: Linux include/net/tcp.h TCP_RTO_MAX, 120 s.
  TimeDelta rto_max = TimeDelta::Seconds(120);
  // Timeouts in a row before the connection is given up. Range [1, 30].
  // Source: Linux net.ipv4.tcp_retries2, 15: about a quarter of an hour.
  int retries = 15;
  // RFC 3168: a router marks packets instead of dropping them, where both ends agreed to it.
  // Source: Linux net.ipv4.tcp_ecn, 2: agrees when asked and does not ask.
  enum class EcnUse { kNever = 1, kWhenAsked = 2, kAsks = 3 } ecn = EcnUse::kWhenAsked;

  // Source: Linux net.ipv4.tcp_syn_retries 6, plus the first. Range [1, 10].
  int syn_tries = 7;

  // Source: Linux include/net/tcp.h TCP_DELACK_MIN, HZ / 25. Range [0, 500 ms]; 0 acks all.
  TimeDelta ack_delay = TimeDelta::Millis(40);
  // First segments that are acknowledged at once. Source: Linux TCP_MAX_QUICKACKS, 16.
  int quick_acks = 16;

  // Unacked and unsent together in the kernel. Range [1 segment, 64 MiB].
  // Source: Linux net.ipv4.tcp_wmem, 4 MiB at most.
  DataSize send_buffer = DataSize::Mebibytes(4);
  // Unsent bytes that the kernel takes (TCP_NOTSENT_LOWAT); the rest waits in the process.
  // Only a division of `unsent` for TcpInfo. Range [0, 64 MiB].
  // Source: platform/runtime, kernel_unsent_limit.
  DataSize unsent_limit = DataSize::Kibibytes(16);
  // Received and not read. Range [2 segments, 64 MiB].
  // Source: Linux net.ipv4.tcp_rmem, 6 MiB at most.
  DataSize receive_buffer = DataSize::Mebibytes(6);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair::twin
