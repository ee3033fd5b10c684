// SPDX-License-Identifier: Apache-2.0
//
// Any sequence of reports gives bounded, finite decisions and a later moment. The first bytes
// choose limits and controller, each further step is a kind and the numbers of one report.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "transport/cc/reading.h"
#include "transport/cc/registry.h"

namespace {

using namespace onair;

struct Input {
  const std::uint8_t* data;
  std::size_t size;

  std::uint8_t Byte() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
  // Mostly small, sometimes any bits.
  std::int64_t Number() {
    const std::uint8_t kind = Byte();
    if (kind < 224) return std::int64_t{kind} << (Byte() % 24);
    std::uint8_t bytes[8];
    for (std::uint8_t& byte : bytes) byte = Byte();
    std::int64_t number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return number;
  }
  DataSize Size() { return DataSize::Bytes(Number()); }
  TimeDelta Span() { return TimeDelta::Micros(Number()); }
};

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckBounded(const cc::CongestionDecision& decision, const cc::ControllerConfig& limits,
                  Timestamp now) {
  Check(decision.target_rate >= limits.min_rate && decision.target_rate <= limits.max_rate);
  Check(!decision.pacing_rate || *decision.pacing_rate > DataRate::Zero());
  Check(!decision.congestion_window || *decision.congestion_window > DataSize::Zero());
  Check(!decision.probe ||
        (decision.probe->rate > DataRate::Zero() && decision.probe->size > DataSize::Zero()));
  Check(std::isfinite(decision.repair.fec_share));
  Check(decision.repair.fec_share >= 0 && decision.repair.fec_share <= 1);
  Check(decision.decide_again_at.is_finite() && decision.decide_again_at > now);
  Check(decision.reason != nullptr);
}

cc::TcpReport Tcp(Input& in, Timestamp at) {
  cc::TcpReport report{.at = at, .written = in.Size()};
  const std::uint8_t known = in.Byte();
  if (known & 64) report.socket.unsent = in.Size();
  if (known & 128) report.socket.unacked = in.Size();
  if (known & 1) report.socket.bytes_acked = in.Size();
  if (known & 2) report.socket.rtt = in.Span();
  if (known & 4) report.socket.min_rtt = in.Span();
  if (known & 8) report.socket.delivery_rate = DataRate::BitsPerSec(in.Number());
  report.socket.is_delivery_application_limited = known & 16;
  report.is_encoder_application_limited = known & 32;
  report.queue_span = in.Span();
  report.queue_size = in.Size();
  report.queue_frames = in.Number();
  report.frames_written = in.Number();
  report.frames_dropped = in.Number();
  return report;
}

std::vector<cc::PacketFate> Fates(Input& in) {
  std::vector<cc::PacketFate> fates;
  for (int left = in.Byte() % 32; left > 0; --left) {
    cc::PacketFate fate{.sent_at = Timestamp::Micros(in.Number()), .size = in.Size()};
    const std::uint8_t kind = in.Byte();
    if (kind & 4) fate.arrived_at = Timestamp::Micros(in.Number());
    fate.ecn = static_cast<cc::Ecn>(kind & 3);
    fate.probe = kind >> 3;
    fates.push_back(fate);
  }
  return fates;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in{data, size};
  const auto names = cc::ControllerNames();
  const cc::ControllerConfig limits{.min_rate = DataRate::KilobitsPerSec(50 + in.Byte()),
                                    .max_rate = DataRate::KilobitsPerSec(1000 + in.Byte() * 100),
                                    .start_rate = DataRate::KilobitsPerSec(305 + in.Byte()),
                                    .audio_rate = DataRate::KilobitsPerSec(in.Byte() * 2)};
  auto made = cc::MakeController(names[in.Byte() % names.size()], limits);
  Check(made.has_value());
  cc::Controller& controller = **made;

  Timestamp clock = Timestamp::Zero();
  cc::ReportClock seen;
  for (int steps = 0; in.size > 0 && steps < 4000; ++steps) {
    const std::uint8_t step = in.Byte();
    clock += TimeDelta::Millis(step);
    const Timestamp at = step < 240 ? clock : Timestamp::Micros(in.Number());
    const Timestamp now = seen.Read(at);
    if (step % 4 != 0) {
      CheckBounded(controller.OnReport(Tcp(in, at)), limits, now);
    } else {
      const auto fates = Fates(in);
      const DataSize in_flight = in.Size();
      CheckBounded(controller.OnReport(
                       cc::FeedbackReport{.at = at, .packets = fates, .in_flight = in_flight}),
                   limits, now);
    }
  }
  return 0;
}
