// SPDX-License-Identifier: Apache-2.0
//
// What of each controller can be set. Usual values are the sources' or measured ones, told where
// they stand in the rule; beside each its range, and what more of it does. `obs`, `rootencoder`
// and `streampack` are as their originals are, and take none. Names are in parameter_fields.h.
#pragma once

#include "core/units/time.h"

namespace onair::cc {

// `onair` over TCP.
struct OnairStreamParameters {
  // Of what the line carries. [0.5, 1]. More uses more of it and lets key frames wait longer.
  double use = 0.95;
  // What waits drains in about this time. [50, 2000] ms. Longer is smoother and later.
  TimeDelta drain = TimeDelta::Millis(400);
  // A picture that would wait longer is not encoded; they go on at four fifths of it. [100, 1000]
  // ms. Longer skips fewer and delays all.
  TimeDelta skip = TimeDelta::Millis(250);
  // A second's growth while the line is not full: 1 doubles in 0.7 s. [0.1, 4].
  double growth = 1;
  // In flight beyond what an empty line holds. [20, 500] ms. Longer keeps TCP busy, and moves the
  // queue to where nothing can be skipped.
  TimeDelta flight = TimeDelta::Millis(100);
};

// `onair` over datagrams.
struct OnairDatagramParameters {
  // As above. Up to 0.12 less on a line that swings (line_swing.h), whose rate holds for no
  // picture.
  double use = 0.95;
  TimeDelta drain = TimeDelta::Millis(200);  // As above.
  TimeDelta skip = TimeDelta::Millis(250);   // As above; they go on at two fifths of it.
  double growth = 1.5;                       // As above, where nothing was measured.
  // A picture takes the line for at most so long, what waits included. [20, 300] ms. Longer looks
  // better and freezes more.
  TimeDelta picture = TimeDelta::Millis(65);
  // Times the line at which packets leave. [1, 2]. More measures a faster line sooner, and its
  // bursts wait in the network. Up to 0.3 more on a line that swings.
  double pace = 1;
  // Times the rate known, of probes while nothing is measured. [1.2, 6].
  double probe = 2;
};

// The object serves either.
struct OnairParameters {
  OnairStreamParameters stream;
  OnairDatagramParameters datagrams;
};

// Source: libwebrtc modules/remote_bitrate_estimator/aimd_rate_control.cc kDefaultBackoffFactor and
// ChangeBitrate(); loss_based_bwe_v2.cc InstantUpperBoundLossOffset;
// video/video_send_stream_impl.cc kStrictPacingMultiplier; rate_control_settings.cc
// kCongestionWindowDefaultFieldTrialString
struct GccParameters {
  // Of what is acknowledged, after overuse. [0.5, 0.98].
  double decrease = 0.85;
  // At most so many times what is acknowledged. [1.1, 3].
  double proven = 1.5;
  // Losses up to here cost nothing. [0, 0.3]. More bears more, and is less polite.
  double free_loss = 0.05;
  // Times the estimate at which packets leave. [1, 2.5].
  double pacing = 1.1;
  // Under way beyond a round trip, before pictures give way. [50, 2000] ms.
  TimeDelta window = TimeDelta::Millis(350);
};

// Source: EricssonResearch/scream code/ScreamV2Tx.cpp lossBeta, packetPacingHeadroom
struct ScreamParameters {
  // Of the window, after a loss. [0.3, 0.95].
  double loss_beta = 0.7;
  // Times the rate at which packets leave. [1, 3].
  double pacing = 1.5;
  // Pictures are skipped above that queue. [50, 1000] ms. Source: ours. The reference throws away
  // what waits in the sender for longer than 100 ms; we make no more until it is gone, and leave a
  // key frame time.
  TimeDelta skip = TimeDelta::Millis(200);
};

// RFC 8698 section 3: XREF, KAPPA and DLOSS.
struct NadaParameters {
  // Delay that is aimed at, at the highest rate. [1, 100].
  double reference_ms = 10;
  // How strongly the rate follows delay. [0.1, 2].
  double kappa = 0.5;
  // Delay that one percent of losses counts as. [0, 100].
  double loss_ms = 10;
};

struct DelayParameters {
  // From here on the rate falls. [40, 90] ms.
  TimeDelta long_queue = TimeDelta::Millis(60);
  // From here on pictures are skipped. [100, 1000] ms.
  TimeDelta skip = TimeDelta::Millis(250);
  // A second's growth while nothing is known. [0.1, 4].
  double growth = 0.5;
};

struct NoParameters {};

}  // namespace onair::cc
