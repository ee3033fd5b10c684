// SPDX-License-Identifier: Apache-2.0
//
// How much a sender may have in flight. Bytes throughout.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/rng.h"
#include "core/twin/tcp_config.h"

namespace onair::twin {

// RFC 6675, RFC 5681 and RFC 3168: what the sender is doing about losses and marks.
enum class TcpPhase {
  kOpen = 1,
  kRecovery = 2,
  kTimeout = 3,
  kReduction = 4  // After a mark: the window shrinks as in recovery, and nothing is sent again.
};
inline bool IsShrinking(TcpPhase phase) {
  return phase == TcpPhase::kRecovery || phase == TcpPhase::kReduction;
}

// One acknowledgement and what it taught.
struct TcpAck {
  Timestamp now;
  TcpPhase phase;              // After the ack.
  std::int64_t delivered = 0;  // Newly, by ack or selective ack.
  std::int64_t lost = 0;       // Newly held for lost.
  std::int64_t in_flight = 0;  // After it.
  std::int64_t prior_in_flight = 0;
  bool is_window_limited = false;  // The window and not the application held the sender back.
  std::optional<TimeDelta> rtt;
  TimeDelta rtt_min;

  // draft-cheng-iccrg-delivery-rate-estimation: the rate sample; zero rate: none.
  DataRate rate = DataRate::Zero();
  bool is_app_limited = false;
  std::int64_t delivered_in_all = 0;
  std::int64_t delivered_when_sent = 0;  // Of the packet that the sample stems from.
  std::int64_t sent_in_all = 0;
};

class TcpCongestion {
 public:
  virtual ~TcpCongestion() = default;

  // Every ack in every phase, after OnLoss() of the same ack.
  virtual void OnAck(const TcpAck& ack) = 0;
  // Recovery or reduction begins: once per window, whether of losses or of marks (RFC 3168 section
  // 6.1.2: "essentially the same as ... to a *single* dropped packet").
  virtual void OnLoss(Timestamp now, std::int64_t in_flight) = 0;
  virtual void OnRecovered(Timestamp now) = 0;
  virtual void OnTimeout(Timestamp now, std::int64_t in_flight) = 0;
  // The last OnLoss() or OnTimeout() was for nothing: the packets had only been late.
  virtual void OnSpurious(Timestamp now) = 0;
  // Sending begins again after longer than a timeout without anything in flight.
  virtual void OnIdle(Timestamp now) = 0;

  // Whether a mark calls OnLoss(). One that does not has a model of its own of the path's queue.
  virtual bool heeds_marks() const { return true; }

  virtual std::int64_t window() const = 0;
  // Empty: the sender sends when it may, and reduces in recovery as RFC 6937 says. Otherwise
  // it spaces packets by this rate and follows window() alone.
  virtual std::optional<DataRate> pacing_rate() const { return std::nullopt; }
};

// `rng` is used by kBbr only, for the phase of its cycle.
std::unique_ptr<TcpCongestion> MakeTcpCongestion(const TcpConfig& config, Rng rng);

}  // namespace onair::twin
