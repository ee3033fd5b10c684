// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_options.h"

#include <algorithm>
#include <utility>

#include "transport/cc/registry.h"
#include "transport/qos/words.h"

namespace onair::samples {
namespace {

// Source: transport facts, "unavoidable freeze": the delays that it tells of. One for viewers of
// live streams, one for those who answer.
constexpr double kTcpPlayoutMs = 500;
constexpr double kRtsPlayoutMs = 200;

}  // namespace

PushRates PushOptions::rates() const {
  const int least = std::min(min_bitrate, bitrate);
  return {DataRate::KilobitsPerSec(least), DataRate::KilobitsPerSec(bitrate),
          DataRate::KilobitsPerSec(std::clamp(start_bitrate, least, bitrate)),
          DataRate::KilobitsPerSec(audio_bitrate)};
}

PushTransport PushOptions::push_transport() const {
  return transport == "rts" ? PushTransport::kRts : PushTransport::kTcp;
}

TimeDelta PushOptions::playout_delay() const {
  const double usual = push_transport() == PushTransport::kRts ? kRtsPlayoutMs : kTcpPlayoutMs;
  return TimeDelta::SecondsF(playout_ms.value_or(usual) / 1e3);
}

QosPlace PushOptions::qos_place() const {
  return {qos::NetworkOf(network).value_or(NetworkKind::kUnknown), push_transport()};
}

void AddPushOptions(CLI::App& command, PushOptions& o) {
  command.fallthrough();
  command
      .add_option("--qos", o.qos, "FILE: a policy (transport/qos/README.md); its arms take part")
      ->type_name("FILE");
  command
      .add_option("--network", o.network,
                  "the device's network, for --qos: wifi, cellular, ethernet, unknown (unknown)")
      ->check(CLI::IsMember({"wifi", "cellular", "ethernet", "unknown"}));
  command.add_option("--transport", o.transport, "tcp (RTMP) or rts (WebRTC) (tcp)")
      ->check(CLI::IsMember({"tcp", "rts"}));
  command.add_option("--rtt", o.rtt_ms, "ms, where a case does not tell (50)")
      ->check(CLI::Range(2, 5000));
  command
      .add_option(
          "--playout", o.playout_ms,
          "ms from capture to the eyes of the viewer whose freezes count (tcp: 500, rts: 200)")
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

std::vector<std::string> ControllersFor(PushTransport transport) {
  const auto names =
      transport == PushTransport::kTcp ? cc::TcpControllerNames() : cc::DatagramControllerNames();
  return {names.begin(), names.end()};
}

Result<MakeController> FindController(const std::string& name) {
  if (auto tried = cc::MakeController(name, {}); !tried) return Forward(tried);
  return MakeController([name](const cc::ControllerConfig& config) {
    return std::move(*cc::MakeController(name, config));
  });
}

}  // namespace onair::samples
