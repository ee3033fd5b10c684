// SPDX-License-Identifier: Apache-2.0
//
// From what a controller decides many times a second to what is worth telling an app.
#pragma once

#include <algorithm>
#include <optional>

#include "core/api/congestion_control.h"
#include "core/api/events.h"

namespace onair::session {

// Whether the network carries the stream even at its lowest rate. Trouble is a moment in which
// pictures are skipped before the encoder or half a second of them waits. Pure.
class NetworkQualityWatch {
 public:
  struct News {
    NetworkQuality quality;
    NetworkTrouble trouble;
  };

  // What is news. `decision` holds from report.at on.
  std::optional<News> OnDecision(const cc::TcpReport& report,
                                 const cc::CongestionDecision& decision);
  // As the latest report said.
  Carriage carriage() const { return carriage_; }
  // The connection went: the time without one is no trouble of its network.
  void Pause() {
    last_at_.reset();
    carriage_ = Carriage::kMoves;
  }

 private:
  std::optional<News> Judge(Timestamp now);
  void CountProgress(const cc::TcpReport& report);

  NetworkQuality quality_ = NetworkQuality::kGood;
  TimeDelta trouble_ = TimeDelta::Zero();     // What is not forgiven yet.
  TimeDelta untroubled_ = TimeDelta::Zero();  // Without a break.
  std::optional<Timestamp> last_at_;          // Of the report before.
  bool was_troubled_ = false;                 // From last_at_ on.
  DataSize carried_ = DataSize::Zero();
  Timestamp progress_at_ = Timestamp::MinusInfinity();
  Carriage carriage_ = Carriage::kMoves;
};

// A rate that follows the line moves all the time: an app hears of what a viewer could see. Pure.
class RateNews {
 public:
  bool IsNews(DataRate rate, Timestamp now);

 private:
  std::optional<DataRate> told_;
  Timestamp told_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::session
