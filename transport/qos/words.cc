// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/words.h"

namespace onair::qos {

std::string_view WordOf(NetworkKind kind) {
  switch (kind) {
    case NetworkKind::kUnknown:
      return "unknown";
    case NetworkKind::kWifi:
      return "wifi";
    case NetworkKind::kCellular:
      return "cellular";
    case NetworkKind::kEthernet:
      return "ethernet";
  }
  return "unknown";
}

std::optional<NetworkKind> NetworkOf(std::string_view word) {
  for (const NetworkKind kind : {NetworkKind::kUnknown, NetworkKind::kWifi, NetworkKind::kCellular,
                                 NetworkKind::kEthernet}) {
    if (WordOf(kind) == word) return kind;
  }
  return std::nullopt;
}

std::string_view WordOf(cc::LineKind line) {
  return line == cc::LineKind::kTcp ? "rtmp" : "rts";
}

std::optional<cc::LineKind> LineOf(std::string_view word) {
  if (word == "rtmp") return cc::LineKind::kTcp;
  if (word == "rts") return cc::LineKind::kDatagrams;
  return std::nullopt;
}

}  // namespace onair::qos
