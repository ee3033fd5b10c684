// SPDX-License-Identifier: Apache-2.0
#include "core/relay/relay_config.h"

namespace onair::relay {
namespace {

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

bool IsSpan(TimeDelta span) {
  return span >= TimeDelta::Millis(100) && span <= TimeDelta::Seconds(60);
}
bool IsSize(DataSize size) {
  return size >= DataSize::Kibibytes(64) && size <= DataSize::Mebibytes(1024);
}

}  // namespace

Status RelayConfig::Validate() const {
  if (!IsSpan(cache_span)) return Refuse("cache_span");
  if (!IsSize(cache_size)) return Refuse("cache_size");
  if (!IsSpan(backlog_span)) return Refuse("backlog_span");
  if (!IsSize(backlog_size)) return Refuse("backlog_size");
  if (max_viewers < 1 || max_viewers > 1'000'000) return Refuse("max_viewers");
  return {};
}

}  // namespace onair::relay
