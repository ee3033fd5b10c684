// SPDX-License-Identifier: Apache-2.0
#include "core/machine/trace.h"

namespace onair {
namespace {

class Null final : public TraceSink {
 public:
  void Number(Timestamp, std::string_view, double) override {}
  void Decision(Timestamp, std::string_view, std::string_view, std::string_view) override {}
  void Span(Timestamp, Timestamp, std::string_view) override {}
};

}  // namespace

TraceSink& NullTrace() {
  static Null sink;
  return sink;
}

}  // namespace onair
