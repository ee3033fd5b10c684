// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/api/qos.h"

namespace onair::apple {

// A path to the network as the system describes it.
struct NetworkPath {
  bool is_usable = false;
  std::string interface;  // Its first choice: "en0", "pdp_ip0"; empty without one.
  NetworkKind kind = NetworkKind::kUnknown;
  bool operator==(const NetworkPath&) const = default;
};

// When live sessions should move to another connection: not for the first path, which they were
// opened on, nor while there is none, but when one comes back, because connections may have died
// meanwhile. Pure.
class PathPlan {
 public:
  // The kind of network to hand over to now; empty: nothing to do.
  [[nodiscard]] std::optional<NetworkKind> OnPath(NetworkPath path) {
    const bool is_first = std::exchange(has_path_, true) == false;
    const NetworkPath before = std::exchange(path_, std::move(path));
    if (is_first || !path_.is_usable || path_ == before) return std::nullopt;
    return path_.kind;
  }

 private:
  bool has_path_ = false;
  NetworkPath path_;
};

}  // namespace onair::apple
