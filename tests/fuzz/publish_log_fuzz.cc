// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the log of a session's inputs: read to its end or to an error, and told to a
// session as far as it goes.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/session/publish_replay.h"
#include "tests/support/record_wire.h"

namespace {

using namespace onair;

session::Publish::Path PathTo(const std::string& host) {
  return {Endpoint{host, 1935, Security::kPlain},
          [](Timestamp) { return std::make_unique<wire::Publisher>(); }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The fuzzer need not find the first bytes again and again.
  const std::string_view magic = session::kPublishLogMagic;
  Bytes bytes(magic.begin(), magic.end());
  bytes.insert(bytes.end(), data, data + size);
  auto log = session::PublishLogReader::Open(bytes);
  session::Publish publish(
      {}, PathTo("fuzz"),
      [](const std::string& address) -> Result<session::Publish::Path> { return PathTo(address); },
      Rng(1), NullTrace());
  // Answers differ, so inputs are told one by one.
  while (true) {
    auto entry = log->Next();
    if (!entry || !*entry) return 0;
    static_cast<void>(session::Replay(**entry, publish));
    for (int i = 0; i < 1000 && !std::holds_alternative<Idle>(publish.Poll()); ++i) {
    }
  }
}
