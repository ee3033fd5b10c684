// SPDX-License-Identifier: Apache-2.0
#include "core/twin/connect_model.h"

namespace onair::twin {

ConnectModel::Times ConnectModel::Plan(const StreamLink& link, Security security,
                                       Timestamp now) const {
  const Timestamp never = Timestamp::PlusInfinity();
  Times times{never, never, never, never};
  Timestamp syn = now + resolve;
  TimeDelta wait = TimeDelta::Seconds(1);
  for (int i = 0; i < syn_tries; ++i) {
    const Timestamp arrives = syn + link.up.delay;
    const bool passes = link.up.rate.is_up(syn) && link.down.rate.is_up(arrives);
    if (passes && !times.connected.is_finite()) {
      times.syn_arrives = arrives;
      times.connected = arrives + link.down.delay;
    }
    syn += wait;
    wait = wait * 2;
  }
  times.gives_up = syn;
  const int round_trips = security == Security::kTls ? tls_round_trips : 0;
  times.secured = times.connected + link.round_trip() * round_trips;
  return times;
}

}  // namespace onair::twin
