// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/machine/endpoint.h"
#include "core/twin/stream_connection.h"

namespace onair::twin {

// How long opening a TCP (and TLS) stream takes on a link. Pure value.
struct ConnectModel {
  TimeDelta resolve = TimeDelta::Zero();  // Name resolution. Range [0, 60 s].
  int tls_round_trips = 1;                // RFC 8446 section 2: one for a full handshake.
  int syn_tries = 7;                      // Source: Linux tcp_syn_retries 6, plus the first.

  struct Times {
    Timestamp syn_arrives;  // Infinity: no try came through.
    Timestamp connected;    // At the client.
    Timestamp secured;      // Equal to `connected` without TLS.
    Timestamp gives_up;     // When the system ends an attempt without an answer.
  };
  // A SYN into an outage of either direction is lost and tried again after 1, 2, 4 ... s
  // (RFC 6298 section 2: "the sender SHOULD set RTO <- 1 second").
  Times Plan(const StreamLink& link, Security security, Timestamp now) const;
};

}  // namespace onair::twin
