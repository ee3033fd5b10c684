// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_options.h"

#include <algorithm>
#include <utility>

#include "transport/cc/registry.h"

namespace onair::samples {

PushRates PushOptions::rates() const {
  const int least = std::min(min_bitrate, bitrate);
  return {DataRate::KilobitsPerSec(least), DataRate::KilobitsPerSec(bitrate),
          DataRate::KilobitsPerSec(std::clamp(start_bitrate, least, bitrate)),
          DataRate::KilobitsPerSec(audio_bitrate)};
}

void AddPushOptions(CLI::App& command, PushOptions& o) {
  command.fallthrough();
  command.add_option("--rtt", o.rtt_ms, "ms, where a case does not tell (50)")
      ->check(CLI::Range(2, 5000));
  command
      .add_option("--playout", o.playout_ms,
                  "ms from capture to the eyes of the viewer whose freezes count (500)")
      ->check(CLI::Range(0, 60000));
  command.add_option("--min-bitrate", o.min_bitrate, "kbit/s of video, least (150)")
      ->check(CLI::Range(50, 50000));
  command.add_option("--bitrate", o.bitrate, "kbit/s of video, most (8000)")
      ->check(CLI::Range(50, 50000));
  command.add_option("--start-bitrate", o.start_bitrate, "kbit/s of video at first (1500)")
      ->check(CLI::Range(50, 50000));
  command.add_option("--audio-bitrate", o.audio_bitrate, "kbit/s of sound (64)")
      ->check(CLI::Range(16, 320));
}

std::optional<twin::TcpAlgorithm> FindTcp(const std::string& name) {
  if (name == "reno") return twin::TcpAlgorithm::kReno;
  if (name == "cubic") return twin::TcpAlgorithm::kCubic;
  if (name == "bbr") return twin::TcpAlgorithm::kBbr;
  return std::nullopt;
}

Result<MakeController> FindController(const std::string& name) {
  if (auto tried = cc::MakeController(name, {}); !tried) return Forward(tried);
  return MakeController([name](const cc::ControllerConfig& config) {
    return std::move(*cc::MakeController(name, config));
  });
}

}  // namespace onair::samples
