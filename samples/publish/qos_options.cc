// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/qos_options.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <utility>

#include "platform/sdk/qos_file.h"
#include "samples/common/text_file.h"
#include "transport/qos/words.h"

namespace onair::samples {
namespace {

// Larger ones are refused by the parser, with its own words.
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::string MadeUpId() {
  std::random_device random;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", static_cast<std::uint32_t>(random()),
                static_cast<std::uint32_t>(random()));
  return text.data();
}

}  // namespace

void AddQosOptions(CLI::App& app, QosOptions& o) {
  app.add_option("--qos", o.file,
                 "A policy (JSON) that chooses controller and parameters by network and transport, "
                 "in arms; goes before --controller. The report tells the arm")
      ->type_name("FILE");
  app.add_option("--session", o.session,
                 "This session's id, by which --qos deals it into an arm (default: made up)")
      ->type_name("ID");
  app.add_option("--network", o.network,
                 "The network that --qos is asked about: wifi, cellular, ethernet, unknown")
      ->capture_default_str();
}

std::optional<int> ToConfig(const CommandLine& line, const QosOptions& o, PublisherConfig& config,
                            std::unique_ptr<QosPolicy>& policy) {
  const auto network = qos::NetworkOf(o.network);
  if (!network) {
    return line.Refuse("--network: '" + o.network + "' is not wifi, cellular, ethernet or unknown");
  }
  config.network = *network;
  config.session_id = o.session.empty() ? MadeUpId() : o.session;
  if (o.file.empty()) return std::nullopt;
  const auto text = ReadText(o.file, kMostBytes);
  if (!text) return line.Refuse("--qos: " + ToString(text.error()));
  auto made = MakeQosPolicy(*text);
  if (!made) return line.Refuse("--qos: " + o.file + ": " + ToString(made.error()));
  policy = std::move(*made);
  config.qos = policy.get();
  if (auto status = config.Validate(); !status) return line.Refuse(ToString(status.error()));
  return std::nullopt;
}

}  // namespace onair::samples
