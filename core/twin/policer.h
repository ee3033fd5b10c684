// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/twin/holding_link.h"

namespace onair::twin {

// Drops what comes faster than a rate and never delays: a token bucket as carriers use it on
// video plans. RFC 2697 with one colour.
class Policer final : public HoldingLink {
 public:
  // `rate` > 0; `burst` > 0 is what may come at once after a silence.
  Policer(DataRate rate, DataSize burst)
      : HoldingLink("policer"), rate_(rate), burst_(burst), tokens_us_(FullTokens()) {}

 private:
  void Take(Packet packet, Timestamp now) override;
  // Tokens are bits times microseconds, so that refilling is exact.
  __extension__ using Tokens = __int128;
  Tokens Cost(DataSize size) const { return static_cast<Tokens>(size.bytes()) * 8'000'000; }
  Tokens FullTokens() const { return Cost(burst_); }

  DataRate rate_;
  DataSize burst_;
  Tokens tokens_us_;
  Timestamp filled_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::twin
