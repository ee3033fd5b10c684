// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_congestion.h"

#include "core/twin/tcp_bbr.h"
#include "core/twin/tcp_cubic.h"
#include "core/twin/tcp_reno.h"

namespace onair::twin {

std::unique_ptr<TcpCongestion> MakeTcpCongestion(const TcpConfig& config, Rng rng) {
  switch (config.algorithm) {
    case TcpAlgorithm::kReno:
      return std::make_unique<TcpReno>(config.segment, config.initial_window);
    case TcpAlgorithm::kCubic:
      return std::make_unique<TcpCubic>(config.segment, config.initial_window, config.slow_start);
    case TcpAlgorithm::kBbr:
      return std::make_unique<TcpBbr>(config.segment, config.initial_window, rng);
  }
  return nullptr;
}

}  // namespace onair::twin
