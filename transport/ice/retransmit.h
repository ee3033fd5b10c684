// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"
#include "transport/ice/stun_types.h"

namespace onair::ice {

enum class Carrier { kDatagrams = 1, kStream = 2 };

// When one request is sent again and given up (RFC 8489 section 6.2.1 and 6.2.2). Single-owner.
class Retransmit {
 public:
  enum class Due { kNothing = 1, kSend, kGiveUp };

  bool is_running() const { return deadline_.is_finite(); }
  Timestamp deadline() const { return deadline_; }
  const TransactionId& id() const { return id_; }
  Timestamp sent_at() const { return sent_at_; }
  int sent() const { return sent_; }

  // The first copy is sent by the caller now.
  void Start(const TransactionId& id, TimeDelta rto, Carrier carrier, Timestamp now) {
    id_ = id;
    rto_ = rto;
    sent_at_ = now;
    sent_ = carrier == Carrier::kStream ? kMostSent : 1;
    interval_ = rto;
    deadline_ = now + (carrier == Carrier::kStream ? kStreamTimeout : rto);
  }
  void Stop() { deadline_ = Timestamp::PlusInfinity(); }

  [[nodiscard]] Due TakeDue(Timestamp now) {
    if (now < deadline_) return Due::kNothing;
    if (sent_ == kMostSent) {
      Stop();
      return Due::kGiveUp;
    }
    ++sent_;
    interval_ = interval_ * 2;
    deadline_ = now + (sent_ == kMostSent ? rto_ * 16 : interval_);
    return Due::kSend;
  }

 private:
  // RFC 8489 section 6.2.1: "Rc [...] SHOULD have a default of 7", "Rm [...] of 16"; 6.2.2: "Ti
  // [...] SHOULD have a default of 39.5 s".
  static constexpr int kMostSent = 7;
  static constexpr TimeDelta kStreamTimeout = TimeDelta::Millis(39'500);

  TransactionId id_{};
  Timestamp sent_at_ = Timestamp::MinusInfinity();
  Timestamp deadline_ = Timestamp::PlusInfinity();
  TimeDelta rto_ = TimeDelta::Zero();
  TimeDelta interval_ = TimeDelta::Zero();
  int sent_ = 0;
};

}  // namespace onair::ice
