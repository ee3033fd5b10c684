// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/http/client_exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  if (size == 0) return 0;
  const Timestamp now = Timestamp::Zero();
  http::ClientRequest request;
  request.method = (data[0] & 1) != 0 ? "HEAD" : "GET";
  request.url = ParseUrl("http://edge.test/app/stream.flv").value();
  auto exchange = http::ClientExchange::Make(request, {}, now);
  if (!exchange) std::abort();
  fuzz::Drive(*exchange, {data + 1, size - 1}, now);
  if ((data[0] & 2) != 0) {
    exchange->HandleEnd(now);
    fuzz::Drive(*exchange, {}, now);
  }
  return 0;
}
