// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as SRTP and SRTCP: nothing without the key is accepted; what we protect comes back.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "transport/rtp/packet.h"
#include "transport/rtp/srtp.h"

namespace {

using namespace onair;
using namespace onair::rtp;

void Reject(SrtpReceiver& receiver, ByteView in) {
  std::array<std::uint8_t, 2'048> room{};
  const auto bytes = std::span(room).first(in.size());
  std::copy(in.begin(), in.end(), bytes.begin());
  if (receiver.UnprotectRtp(bytes)) std::abort();
  std::copy(in.begin(), in.end(), bytes.begin());
  if (receiver.UnprotectRtcp(bytes)) std::abort();
}

void RoundTrip(SrtpSender& sender, SrtpReceiver& receiver, ByteView in) {
  std::array<std::uint8_t, 2'048> room{};
  std::copy(in.begin(), in.end(), room.begin());
  const std::size_t rtp = sender.ProtectRtp(room, in.size());
  if (rtp > 0) {
    const auto size = receiver.UnprotectRtp(std::span(room).first(rtp));
    if (size != in.size() || !std::equal(in.begin(), in.end(), room.begin())) std::abort();
  }
  std::copy(in.begin(), in.end(), room.begin());
  const std::size_t rtcp = sender.ProtectRtcp(room, in.size());
  if (rtcp > 0) {
    const auto size = receiver.UnprotectRtcp(std::span(room).first(rtcp));
    if (size != in.size() || !std::equal(in.begin(), in.end(), room.begin())) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1'500) return 0;
  for (const SrtpSuite suite : {SrtpSuite::kAes128CmSha1_80, SrtpSuite::kAeadAes128Gcm}) {
    const SrtpKey key{.suite = suite, .key = {1, 2, 3}, .salt = {4, 5}};
    auto sender = SrtpSender::Make(key);
    auto receiver = SrtpReceiver::Make(key);
    if (!sender || !receiver) std::abort();
    Reject(*receiver, {data, size});
    RoundTrip(*sender, *receiver, {data, size});
  }
  return 0;
}
