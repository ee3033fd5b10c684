// SPDX-License-Identifier: Apache-2.0
#include "core/machine/trace.h"
#include "tests/fuzz/drive_machine.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/play_client.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  if (size == 0) return 0;
  const Timestamp now = Timestamp::Zero();
  const auto url = rtmp::ParseRtmpUrl(ParseUrl("rtmp://edge.test/live/room").value()).value();
  rtmp::PlayClientConfig config;
  if ((data[0] & 2) != 0) config.start = rtmp::PlayStart::kSequential;
  rtmp::PlayClient client(url, config, Rng(1), NullTrace(), now);
  Bytes handshake(1 + 2 * rtmp::kHandshakeBlock);
  handshake[0] = 3;
  if ((data[0] & 1) != 0) client.HandleBytes(handshake, now);
  fuzz::Drive(client, {data + 1, size - 1}, now);
  client.HandleEnd(now + TimeDelta::Seconds(100));
  fuzz::Drive(client, {}, now);
  return 0;
}
