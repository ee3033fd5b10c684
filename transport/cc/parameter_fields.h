// SPDX-License-Identifier: Apache-2.0
//
// Names and ranges of parameters.h: one list for telling, checking and setting. What one name means
// over both kinds of lines has one range.
#pragma once

#include <utility>

#include "core/api/controller_parameters.h"
#include "transport/cc/parameters.h"

namespace onair::cc {

// What a visitor is told of each field beside the field, which is a double or a TimeDelta.
struct FieldText {
  const char* name;
  double low;
  double high;
  const char* what;
};

template <typename Visitor>
void VisitFields(OnairStreamParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"use", 0.5, 1, "share of the line that is used"}, p.use);
  visit(FieldText{"drain_ms", 50, 2000, "time in which a queue shall be gone"}, p.drain);
  visit(FieldText{"skip_ms", 100, 1000, "pictures that would wait longer are skipped"}, p.skip);
  visit(FieldText{"growth", 0.1, 4, "a second's growth while the line is not full"}, p.growth);
  visit(FieldText{"flight_ms", 20, 500, "in flight beyond an empty line"}, p.flight);
}

template <typename Visitor>
void VisitFields(OnairDatagramParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"use", 0.5, 1, "share of the line that is used"}, p.use);
  visit(FieldText{"drain_ms", 50, 2000, "time in which a queue shall be gone"}, p.drain);
  visit(FieldText{"skip_ms", 100, 1000, "pictures that would wait longer are skipped"}, p.skip);
  visit(FieldText{"growth", 0.1, 4, "a second's growth while nothing is measured"}, p.growth);
  visit(FieldText{"picture_ms", 20, 300, "a picture takes the line for at most so long"},
        p.picture);
  visit(FieldText{"pace", 1, 2, "times the line at which packets leave"}, p.pace);
  visit(FieldText{"probe", 1.2, 6, "times the rate known, of later probes"}, p.probe);
}

template <typename Visitor>
void VisitFields(OnairParameters& p, LineKind line, Visitor&& visit) {
  if (line == LineKind::kTcp) {
    VisitFields(p.stream, line, visit);
  } else {
    VisitFields(p.datagrams, line, visit);
  }
}

template <typename Visitor>
void VisitFields(GccParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"decrease", 0.5, 0.98, "of what is acknowledged, after overuse"}, p.decrease);
  visit(FieldText{"proven", 1.1, 3, "at most so many times what is acknowledged"}, p.proven);
  visit(FieldText{"free_loss", 0, 0.3, "share of losses that costs nothing"}, p.free_loss);
  visit(FieldText{"pacing", 1, 2.5, "times the estimate at which packets leave"}, p.pacing);
  visit(FieldText{"window_ms", 50, 2000, "under way beyond a round trip"}, p.window);
}

template <typename Visitor>
void VisitFields(ScreamParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"loss_beta", 0.3, 0.95, "of the window, after a loss"}, p.loss_beta);
  visit(FieldText{"pacing", 1, 3, "times the rate at which packets leave"}, p.pacing);
  visit(FieldText{"skip_ms", 50, 1000, "pictures are skipped above that queue"}, p.skip);
}

template <typename Visitor>
void VisitFields(NadaParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"reference_ms", 1, 100, "delay that is aimed at, at the highest rate"},
        p.reference_ms);
  visit(FieldText{"kappa", 0.1, 2, "how strongly the rate follows delay"}, p.kappa);
  visit(FieldText{"loss_ms", 0, 100, "delay that one percent of losses counts as"}, p.loss_ms);
}

template <typename Visitor>
void VisitFields(DelayParameters& p, LineKind, Visitor&& visit) {
  visit(FieldText{"long_queue_ms", 40, 90, "queue from which on the rate falls"}, p.long_queue);
  visit(FieldText{"skip_ms", 100, 1000, "pictures are skipped above that queue"}, p.skip);
  visit(FieldText{"growth", 0.1, 4, "a second's growth while nothing is known"}, p.growth);
}

template <typename Visitor>
void VisitFields(NoParameters&, LineKind, Visitor&&) {}

}  // namespace onair::cc
