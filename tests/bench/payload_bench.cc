// SPDX-License-Identifier: Apache-2.0
//
// What the payload formats cost a packet: pictures cut and put together again, repairs made.
//   payload_bench [frames]
// Exit 1: something on the way out or in a repair allocates for each packet.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/bench/stopwatch.h"
#include "tests/support/count_new.h"
#include "tests/transport/rtp/sample_packets.h"
#include "tests/transport/rtp/sample_video.h"
#include "transport/rtp/fec_encoder.h"

namespace {

using namespace onair;
using namespace onair::rtp;
using namespace onair::rtp::testing;

constexpr std::size_t kPayload = 1150;

struct Cost {
  double seconds = 0;
  std::int64_t packets = 0;
  std::int64_t allocations = 0;

  void Print(const char* name) const {
    std::printf("%-28s %8.0f ns/packet %10.3f new/packet\n", name,
                seconds * 1e9 / static_cast<double>(packets),
                static_cast<double>(allocations) / static_cast<double>(packets));
  }
};

template <typename Work>
void Measure(Cost& cost, Work work) {
  const std::int64_t before = test::NewCalls();
  const bench::Stopwatch watch;
  const std::int64_t packets = work();
  cost.seconds += watch.Seconds();
  cost.allocations += test::NewCalls() - before;
  cost.packets += packets;
}

// A key frame each 30 pictures; together as 720p30 at 2 Mbit/s would be.
std::vector<EncodedFrame> Pictures(VideoCodec codec) {
  Rng rng(1);
  std::vector<EncodedFrame> out;
  for (int i = 0; i < 30; ++i) {
    const auto kind = i == 0 ? FrameKind::kKey : FrameKind::kReference;
    out.push_back(SampleFrame(codec, kind, i, {i == 0 ? 60'000UL : 6'500UL}, rng));
  }
  return out;
}

Cost Packetize(VideoCodec codec, int frames) {
  VideoPacketizer packetizer(codec);
  if (!packetizer.Configure(SampleTrack(codec))) std::abort();
  const auto pictures = Pictures(codec);
  Bytes room(kPayload);
  const auto one = [&](int i) {
    if (!packetizer.Begin(pictures[static_cast<std::size_t>(i % 30)], kPayload)) std::abort();
    std::int64_t packets = 0;
    while (packetizer.Next(room)) ++packets;
    return packets;
  };
  for (int i = 0; i < 30; ++i) one(i);
  Cost cost;
  Measure(cost, [&] {
    std::int64_t packets = 0;
    for (int i = 0; i < frames; ++i) packets += one(i);
    return packets;
  });
  return cost;
}

// Allocates for each picture: its bytes, their owner, and the event.
Cost Assemble(VideoCodec codec, int frames) {
  SampleSender sender(codec);
  FrameAssembler assembler({.codec = codec});
  Rng rng(2);
  Cost cost;
  std::vector<EncodedFrame> pictures = Pictures(codec);
  for (int i = 0; i < frames; ++i) {
    EncodedFrame& picture = pictures[static_cast<std::size_t>(i % 30)];
    picture.pts += TimeDelta::Seconds(1);
    const auto packets = sender.Send(picture, kPayload);
    std::int64_t ready = 0;
    Measure(cost, [&] {
      for (const SentPacket& packet : packets) {
        assembler.HandlePacket(packet.view(), Timestamp::Zero());
        while (const auto event = assembler.Poll()) ++ready;
      }
      return static_cast<std::int64_t>(packets.size());
    });
    if (ready == 0) std::abort();
  }
  return cost;
}

Cost MakeRepairs(int frames) {
  Rng rng(3);
  std::vector<Bytes> packets;
  for (std::uint16_t i = 0; i < 20; ++i) packets.push_back(SamplePacket(i, kPayload, rng));
  FecEncoder encoder(kMediaSsrc, {});
  Bytes room(kPayload + kMaxFlexFec03Header);
  Cost cost;
  for (int i = 0; i < frames; ++i) {
    Measure(cost, [&] {
      encoder.BeginGroup(2);
      for (const Bytes& packet : packets) {
        if (!encoder.Add(packet)) std::abort();
      }
      while (encoder.Next(room)) {
      }
      return std::int64_t{20};
    });
  }
  return cost;
}

}  // namespace

int main(int argc, char** argv) {
  const int frames = std::max(300, argc > 1 ? std::atoi(argv[1]) : 6'000);
  const Cost h264 = Packetize(VideoCodec::kH264, frames);
  const Cost h265 = Packetize(VideoCodec::kH265, frames);
  const Cost repairs = MakeRepairs(frames);
  h264.Print("H.264 out");
  h265.Print("H.265 out");
  Assemble(VideoCodec::kH264, frames).Print("H.264 in");
  Assemble(VideoCodec::kH265, frames).Print("H.265 in");
  repairs.Print("FlexFEC, 2 for 20");
  return h264.allocations + h265.allocations + repairs.allocations == 0 ? 0 : 1;
}
