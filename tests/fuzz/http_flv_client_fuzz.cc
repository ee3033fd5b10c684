// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/http_flv/play_client.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  const Timestamp now = Timestamp::Zero();
  auto client = http_flv::PlayClient::Make(ParseUrl("http://edge.test/a.flv").value(), {}, now);
  if (!client) std::abort();
  fuzz::Drive(*client, {data, size}, now);
  client->HandleEnd(now);
  fuzz::Drive(*client, {}, now);
  return 0;
}
