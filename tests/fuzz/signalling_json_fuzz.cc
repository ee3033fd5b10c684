// SPDX-License-Identifier: Apache-2.0
//
// Any body as the answer of any dialect in JSON. First byte: which dialect and status; then the
// body. The farewell gets the same body.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/rts_url.h"

using namespace onair;
using namespace onair::webrtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array<const char*, 4> kAddresses{
      "webrtc://h/a/s", "artc://h/a/s", "webrtc://h/a/s?txSecret=x", "webrtc://h/a/s?volcSecret=x"};
  const auto url = ParseRtsUrl(ParseUrl(kAddresses[data[0] % 4]).value(), SignallingRole::kPlay);
  if (!url) std::abort();
  const auto dialect = MakeSignalling(*url, SignallingRole::kPlay, "", "abc");
  dialect->Offer(MakeOffer(Playing()).value());
  const HttpResponse response{(data[0] & 0x80) != 0 ? 500 : 200,
                              {},
                              std::string(reinterpret_cast<const char*>(data + 1), size - 1),
                              url->api};
  bool has_ended = false;
  for (int i = 0; i < 20; ++i) {
    if (i == 10) dialect->Close();
    auto out = dialect->Poll();
    if (std::holds_alternative<HttpCall>(out)) dialect->HandleResponse(response);
    if (const auto* event = std::get_if<Signalling::Event>(&out)) {
      has_ended = has_ended || std::holds_alternative<Signalling::Ended>(*event) ||
                  std::holds_alternative<Signalling::Failed>(*event);
    }
  }
  if (!has_ended) std::abort();
  return 0;
}
