// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/api/uplink_probe.h"
#include "core/machine/socket_facts.h"

namespace onair::control {

// One look at the connection. Counters start with it.
struct UplinkLook {
  Timestamp at;
  DataSize given = DataSize::Zero();  // Counter: handed to the socket.
  DataSize held = DataSize::Zero();   // Of that, not on the wire yet.
  SocketFacts socket = {};
};

// What a probe sends until the next look.
struct UplinkStep {
  enum class Fill {
    kAtRate = 1,  // At `rate`.
    kFull = 2,    // As much as the socket takes.
    kEnough = 3,  // Nothing: all is seen.
  };
  Fill fill;
  DataRate rate;
  const char* reason;  // For traces and tests.
};

// Finds what a TCP connection carries: offers a rate that doubles until the socket falls behind,
// then keeps it full and watches what the peer confirms. Pure decider; looks come each 20 ms or
// more often.
class UplinkMeter {
 public:
  // Looks at a connection that stands since `start`.
  UplinkMeter(const UplinkProbeConfig& config, Timestamp start);

  [[nodiscard]] UplinkStep OnLook(const UplinkLook& look);

  // What was seen. kTimeout: nothing, or too little, got through.
  Result<UplinkReport> Report() const;

 private:
  bool IsBehind(const UplinkLook& look) const;
  void TakeRtt(const UplinkLook& look);
  TimeDelta SettleSpan() const;
  UplinkTrouble Trouble(const UplinkReport& report) const;

  const UplinkProbeConfig config_;
  const Timestamp start_;
  DataRate offered_;
  Timestamp double_at_;
  std::optional<Timestamp> full_at_;   // The socket fell behind.
  std::optional<UplinkLook> settled_;  // From here on what is confirmed counts.
  std::optional<UplinkLook> last_;
  bool is_at_least_ = false;
  std::optional<TimeDelta> base_rtt_;
  // The longest round trip while a rate was offered.
  struct Step {
    DataRate rate;
    TimeDelta most_rtt;
  };
  std::vector<Step> steps_;        // One per doubling.
  std::vector<TimeDelta> loaded_;  // Round trips of the full line, one a look.
};

// The picture for a line, and how much of it may be used.
double MarginFor(UplinkTrouble trouble);
std::optional<UplinkPreset> PresetFor(DataRate video_rate);

}  // namespace onair::control
