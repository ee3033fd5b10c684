// SPDX-License-Identifier: Apache-2.0
//
// Any text gives a trace whose numbers are in range, or an error that names a line.
#include <cstdlib>
#include <memory>
#include <string_view>

#include "core/twin/tail_drop.h"
#include "core/twin/trace_link.h"
#include "core/twin/trace_text.h"

namespace {

using namespace onair;

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto trace = twin::ParseTrace(text);
  if (!trace) {
    Check(trace.error().detail.rfind("trace line ", 0) == 0);
    return 0;
  }
  Check(twin::PeriodOf(*trace) > TimeDelta::Zero());
  // One packet passes unless the trace has no capacity at all.
  auto link = twin::TraceBottleneck(*trace, Timestamp::Zero(), TimeDelta::Seconds(10),
                                    std::make_unique<twin::TailDrop>(DataSize::Bytes(9000)));
  link->HandlePacket(twin::Packet{Bytes(1200)}, Timestamp::Zero());
  for (int i = 0; i < 100; ++i) {
    const auto out = link->Poll();
    const auto* idle = std::get_if<Idle>(&out);
    if (idle == nullptr || !idle->wake_at.is_finite()) break;
    link->HandleTimeout(idle->wake_at);
  }
  return 0;
}
