// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/repair_rule.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Packets over which lasting loss is counted: some seconds of video.
constexpr double kMemory = 500;
constexpr double kMemoryNow = 50;
constexpr double kBurstMemory = 30;  // Bursts.
constexpr int kMostBurst = 100;
// Parity for each lost packet. Near, a resend mends what is lost, and what is lost with its resend
// goes twice (rtp::Transport): parity took 5 % of the line there and mended nothing more. Far, a
// resend comes too late and a group's loss is seldom the mean. Source: ours; the near end by
// onair-twin's losses of 10 and 30 %, the far one by tests/scenario/rts_repair_scenario.cc.
constexpr double kFarFec = 2.5;
constexpr TimeDelta kNear = TimeDelta::Millis(60);
constexpr TimeDelta kFar = TimeDelta::Millis(200);
constexpr double kMostFec = 0.3;
constexpr double kLeastLoss = 0.005;
// Of resends that go twice: rtp::SendStream::TakesCopy.
constexpr double kMostCopies = 0.02;
// A lost key frame costs all up to the next one, and its size is paid once in a GOP. Source:
// libwebrtc's protection of key frames is about twice that of others (fec_private_tables_bursty.h).
constexpr double kKeyFactor = 2;

}  // namespace

void RepairRule::Add(bool is_lost) {
  share_ += ((is_lost ? 1 : 0) - share_) / kMemory;
  share_now_ += ((is_lost ? 1 : 0) - share_now_) / kMemoryNow;
  if (is_lost) {
    run_ = std::min(run_ + 1, kMostBurst);
  } else if (run_ > 0) {
    burst_ += (run_ - burst_) / kBurstMemory;
    run_ = 0;
  }
}

double RepairRule::FecShare(TimeDelta round_trip) const {
  if (share_ < kLeastLoss) return 0;
  const double far = (round_trip - kNear).seconds_f() / (kFar - kNear).seconds_f();
  return std::min(share_ * kFarFec * std::clamp(far, 0.0, 1.0), kMostFec);
}

RepairAdvice RepairRule::Advice(TimeDelta round_trip) const {
  const double fec = FecShare(round_trip);
  return {.retransmit = RepairAdvice::Retransmit::kYes,
          .fec_share = fec,
          .key_fec_share = std::min(fec * kKeyFactor, 1.0),
          .expected_loss = std::clamp(share_, 0.0, 1.0),
          .loss_burst = std::clamp(burst_, 1.0, static_cast<double>(kMostBurst))};
}

// Each lost packet is sent again, and so are lost resends, some of them twice.
double RepairRule::Overhead(TimeDelta round_trip) const {
  const double share = std::max(std::min(share_, 0.5), std::min(share_now_ / 2, 0.5));
  return FecShare(round_trip) + share / (1 - share) + std::min(share * share, kMostCopies);
}

}  // namespace onair::cc
