// SPDX-License-Identifier: Apache-2.0
//
// A probe of a line whose peer says anything, over a connection that opens, breaks and stalls at
// any time, on a system that tells any numbers.
//
// Each step is two bytes: what happens and an argument; some read more.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <variant>

#include "core/base/byte_reader.h"
#include "core/session/uplink_probe.h"
#include "tests/support/record_wire.h"

namespace {

using namespace onair;
using session::UplinkProbe;

constexpr DataSize kMostBytes = DataSize::Kibibytes(512);

class Driver {
 public:
  Driver()
      : probe_(
            UplinkProbeConfig{.most_bytes = kMostBytes}, Endpoint{"fuzz", 1, Security::kPlain},
            [](Timestamp) { return std::make_unique<wire::Publisher>(); },
            {*wire::MakeTracks(true, false).video, Buffer::Own(Bytes(100, 1))}, NullTrace()) {
    probe_.Start(now_);
    Settle();
  }

  void Step(ByteReader& in) {
    const int what = in.U8();
    const int argument = in.U8();
    switch (what % 9) {
      case 0:
        now_ += TimeDelta::Millis(argument * 8);
        break;
      case 1:
        probe_.HandleConnected(now_);
        break;
      case 2:
        if (argument > 240) probe_.HandleClosed({ErrorCode::kConnectionLost, "fuzz"}, now_);
        break;
      case 3:
        probe_.HandleBytes(in.Take(std::min(static_cast<std::size_t>(argument), in.remaining())),
                           now_);
        break;
      case 4:
        probe_.HandleBytes(argument < 240 ? wire::Put('R') : wire::PutText('M', "elsewhere"), now_);
        break;
      case 5:
        probe_.HandleUnsent(DataSize::Kibibytes(argument), now_);
        break;
      case 6:
        probe_.HandleSocketFacts(FactsFrom(in), now_);
        break;
      case 7:
        now_ = now_ - TimeDelta::Millis(argument);
        break;  // The contract forgives it.
      case 8:
        if (argument == 255) probe_.Stop(now_);
        break;
    }
    Settle();
    latest_ = std::max(latest_, now_);
    probe_.HandleTimeout(now_);
    if (Settle() <= latest_) std::abort();  // A deadline that has passed: it spins.
  }

 private:
  static SocketFacts FactsFrom(ByteReader& in) {
    SocketFacts facts;
    facts.rtt = TimeDelta::Millis(static_cast<std::int16_t>(in.U16()));
    facts.bytes_acked = DataSize::Bytes(static_cast<std::int64_t>(in.U32()));
    facts.segments_sent = in.U16();
    facts.segments_retransmitted = in.U16();
    return facts;
  }
  void Obey(const UplinkProbe::Event& event) {
    const auto* finished = std::get_if<UplinkProbe::Finished>(&event);
    if (finished == nullptr) return;
    if (has_finished_) std::abort();
    has_finished_ = true;
    if (!finished->report) return;
    const UplinkReport& report = finished->report.value();
    if (report.delivered <= DataRate::Zero()) std::abort();
    if (report.preset && report.preset->video_rate > report.delivered) std::abort();
  }
  Timestamp Settle() {
    DataSize size = DataSize::Zero();
    for (int i = 0; i < 10'000; ++i) {
      auto out = probe_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return idle->wake_at;
      if (const auto* event = std::get_if<UplinkProbe::Event>(&out)) Obey(*event);
      if (const auto* transmit = std::get_if<Transmit>(&out)) {
        size += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
      }
      if (size > DataSize::Kibibytes(256)) std::abort();  // Of one input.
    }
    std::abort();  // Poll() never settled.
  }

  Timestamp now_ = Timestamp::Zero();
  Timestamp latest_ = Timestamp::Zero();
  bool has_finished_ = false;
  UplinkProbe probe_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in({data, size});
  Driver driver;
  while (in.remaining() >= 2) driver.Step(in);
  return 0;
}
