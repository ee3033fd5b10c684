// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_config.h"

namespace onair::twin {
namespace {

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

template <typename T>
bool IsWithin(T value, T low, T high) {
  return value >= low && value <= high;
}

constexpr DataSize kMostBuffer = DataSize::Mebibytes(64);

}  // namespace

Status TcpConfig::Validate() const {
  if (!IsWithin(segment, DataSize::Bytes(200), DataSize::Bytes(9000))) return Refuse("segment");
  if (!IsWithin(initial_window, 1, 100)) return Refuse("initial_window");
  if (!IsWithin(rto_min, TimeDelta::Millis(10), TimeDelta::Seconds(10))) return Refuse("rto_min");
  if (!IsWithin(rto_max, rto_min, TimeDelta::Seconds(600))) return Refuse("rto_max");
  if (!IsWithin(retries, 1, 30)) return Refuse("retries");
  if (!IsWithin(syn_tries, 1, 10)) return Refuse("syn_tries");
  if (!IsWithin(ack_delay, TimeDelta::Zero(), TimeDelta::Millis(500))) return Refuse("ack_delay");
  if (!IsWithin(quick_acks, 0, 1'000'000)) return Refuse("quick_acks");
  if (!IsWithin(send_buffer, segment, kMostBuffer)) return Refuse("send_buffer");
  if (!IsWithin(unsent_limit, DataSize::Zero(), kMostBuffer)) return Refuse("unsent_limit");
  if (!IsWithin(receive_buffer, segment + segment, kMostBuffer)) return Refuse("receive_buffer");
  return {};
}

}  // namespace onair::twin
