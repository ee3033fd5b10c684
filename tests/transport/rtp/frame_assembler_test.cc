// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_assembler.h"

#include <catch2/catch.hpp>

#include "tests/transport/rtp/assembler_stream.h"

namespace onair::rtp {
namespace {

using namespace testing;

TEST_CASE("Packets in order give each picture with its last packet, as it was sent") {
  for (const VideoCodec codec : kBoth) {
    const Stream stream(codec, 10);
    FrameAssembler assembler({.codec = codec}, MediaTime::Millis(40));
    Outcome out;
    for (std::size_t i = 0; i < 10; ++i) {
      Feed(assembler, stream.packets[i], At(static_cast<std::int64_t>(i) * 33), out);
      REQUIRE(out.frames.size() == i + 1);
      CHECK(SameBytes(out.frames[i], stream.frames[i]));
      CHECK(out.frames[i].kind == stream.frames[i].kind);
      CHECK(out.frames[i].dts == out.frames[i].pts);
      CHECK(out.frames[i].captured_at == At(static_cast<std::int64_t>(i) * 33));
    }
    CHECK(out.frames[0].pts == MediaTime::Millis(40));
    CHECK((out.frames[9].pts - out.frames[0].pts).us() == Approx(9 * 33'333).margin(12));
    REQUIRE(out.tracks.size() == 1);
    CHECK(std::ranges::equal(out.tracks[0].config.view(), SampleTrack(codec).config.view()));
    CHECK(out.key_requests == 0);
    CHECK(assembler.held() == DataSize::Zero());
    CHECK(assembler.wake_at() == Timestamp::PlusInfinity());
  }
}

TEST_CASE("Packets in any order and twice give the same pictures") {
  for (const VideoCodec codec : kBoth) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const Stream stream(codec, 8);
      Rng rng(seed);
      std::vector<SentPacket> all;
      for (const auto& some : stream.packets) {
        for (const auto& packet : some) {
          all.push_back(packet);
          if (rng.Below(4) == 0) all.push_back(packet);
        }
      }
      for (std::size_t i = all.size() - 1; i > 0; --i) {
        std::swap(all[i], all[rng.Below(i + 1)]);
      }
      FrameAssembler assembler({.codec = codec});
      Outcome out;
      Feed(assembler, all, At(0), out);
      CAPTURE(seed);
      REQUIRE(out.frames.size() == 8);
      for (std::size_t i = 0; i < 8; ++i) REQUIRE(SameBytes(out.frames[i], stream.frames[i]));
    }
  }
}

TEST_CASE("The line begins with the first packet, not with the first picture that is whole") {
  Stream stream(VideoCodec::kH264, 30);
  Rng rng(8);
  stream.Add(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 30, {3000}, rng));
  FrameAssembler assembler({}, MediaTime::Millis(500));
  Outcome out;
  auto broken = stream.packets[0];
  broken.pop_back();
  Feed(assembler, broken, At(0), out);
  Feed(assembler, stream.packets[30], At(1'000), out);
  REQUIRE(out.frames.size() == 1);
  const TimeDelta later = stream.frames[30].pts - stream.frames[0].pts;
  // Within a tick of 90 kHz.
  CHECK(std::abs((out.frames[0].pts - (MediaTime::Millis(500) + later)).us()) <= 12);
}

TEST_CASE("A join in the middle asks for a key frame with the first whole picture") {
  const Stream stream(VideoCodec::kH264, 4);
  FrameAssembler assembler({});
  Outcome out;
  for (std::size_t i = 1; i < 4; ++i) Feed(assembler, stream.packets[i], At(0), out);
  CHECK(out.frames.empty());
  CHECK(out.key_requests == 1);
}

TEST_CASE("A key frame needs its parameter sets from somewhere") {
  Rng rng(1);
  SampleSender bare(VideoCodec::kH264);
  VideoPacketizer packetizer(VideoCodec::kH264);  // Not configured: sends none.
  const auto frame = SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {500}, rng);
  REQUIRE(packetizer.Begin(frame, 1200));
  Bytes room(1200);
  const auto written = packetizer.Next(room);
  const SentPacket packet{5, 0, Marker::kSet, Bytes(room.begin(), room.begin() + 500)};
  REQUIRE(written->size == 500);

  FrameAssembler without({});
  Outcome out;
  Feed(without, {packet}, At(0), out);
  CHECK(out.frames.empty());

  FrameAssembler with({});
  with.SetTrack(SampleTrack(VideoCodec::kH264));
  Feed(with, {packet}, At(0), out);
  CHECK(out.frames.size() == 1);
  CHECK(out.tracks.size() == 1);
}

TEST_CASE("New parameter sets are told right before their key frame, the same ones never again") {
  Rng rng(1);
  SampleSender sender(VideoCodec::kH264);
  FrameAssembler assembler({});
  Outcome out;
  for (int i = 0; i < 3; ++i) {
    Feed(assembler, sender.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, i, {900}, rng)),
         At(0), out);
  }
  CHECK(out.tracks.size() == 1);
  auto record =
      codec::MakeAvcConfig(Hex(codec::testing::kMain1080Sps), Hex(codec::testing::kMain1080Pps));
  REQUIRE(sender.packetizer().Configure(*codec::TrackFromAvcConfig(Buffer::Own(*record))));
  Feed(assembler, sender.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 3, {900}, rng)),
       At(0), out);
  REQUIRE(out.tracks.size() == 2);
  CHECK(out.tracks[1].size == PictureSize{1920, 1080});
  CHECK(out.frames.size() == 4);
}

TEST_CASE("Parameter sets that come by themselves serve the key frame behind them") {
  Rng rng(1);
  const Bytes sps = Hex(codec::testing::kBaseline360Sps);
  const Bytes pps = Hex(codec::testing::kBaseline360Pps);
  const std::array<ByteView, 2> sets = {sps, pps};
  Bytes room(100);
  SpanWriter aggregate(room);
  WriteH264Aggregate(sets, aggregate);
  const Bytes slice = SampleSlice(VideoCodec::kH264, FrameKind::kKey, true, 300, rng);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler,
       {{10, 0, Marker::kSet, Bytes(aggregate.view().begin(), aggregate.view().end())},
        {11, 3000, Marker::kSet, slice}},
       At(0), out);
  CHECK(out.frames.size() == 1);
  CHECK(out.tracks.size() == 1);
}

TEST_CASE("A sender that sets no marker is followed by its timestamps") {
  for (const VideoCodec codec : kBoth) {
    const Stream stream(codec, 5);
    FrameAssembler assembler({.codec = codec});
    Outcome out;
    for (auto packets : stream.packets) {
      for (auto& packet : packets) packet.marker = Marker::kClear;
      Feed(assembler, packets, At(0), out);
    }
    REQUIRE(out.frames.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(SameBytes(out.frames[i], stream.frames[i]));
  }
}

TEST_CASE("A picture whose packets do not fit together breaks the chain") {
  Stream stream(VideoCodec::kH264, 3);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  auto bad = stream.packets[1];
  bad[1].payload[1] |= 0x80;  // A second start inside of the unit.
  Feed(assembler, bad, At(33), out);
  Feed(assembler, stream.packets[2], At(66), out);
  CHECK(out.frames.size() == 1);
  CHECK(out.key_requests == 1);
  CHECK(assembler.stats().malformed == 1);
}

TEST_CASE("What waits is bounded in packets and bytes, and a key frame restores order") {
  for (const bool by_bytes : {false, true}) {
    Stream stream(VideoCodec::kH264, 1);
    Rng rng(3);
    AssemblerConfig config;
    config.max_packets = by_bytes ? 4096 : 64;
    config.max_bytes = DataSize::Kibibytes(256);
    FrameAssembler assembler(config);
    Outcome out;
    Feed(assembler, stream.packets[0], At(0), out);
    for (int i = 1; i < 400; ++i) {
      auto packets =
          stream.sender.Send(SampleFrame(VideoCodec::kH264, FrameKind::kReference, i, {4000}, rng));
      if (i == 1) packets.erase(packets.begin());
      Feed(assembler, packets, At(1), out);
      REQUIRE(assembler.held() <= DataSize::Kibibytes(258));
    }
    CAPTURE(by_bytes);
    CHECK(out.frames.size() == 1);
    CHECK(out.key_requests == 1);
    CHECK(assembler.stats().overflows == 1);
    Feed(assembler,
         stream.sender.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 400, {4000}, rng)),
         At(2), out);
    CHECK(out.frames.size() == 2);
  }
}

TEST_CASE("A sequence that jumps ahead by any distance is survived") {
  Rng rng(3);
  SampleSender near(VideoCodec::kH264, 100'000);
  SampleSender far(VideoCodec::kH264, 130'000);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, near.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {4000}, rng)), At(0),
       out);
  Feed(assembler, far.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 1, {4000}, rng)), At(1),
       out);
  if (assembler.wake_at() < Timestamp::PlusInfinity()) assembler.HandleTimeout(assembler.wake_at());
  out.Drain(assembler);
  CHECK(out.frames.size() == 2);
}

TEST_CASE("A sender that begins anew far behind is followed after a few packets") {
  Rng rng(3);
  SampleSender before(VideoCodec::kH264, 100'000);
  SampleSender anew(VideoCodec::kH264, 80'000);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, before.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {4000}, rng)),
       At(0), out);
  for (int i = 1; i < 20; ++i) {
    const auto kind = i % 10 == 5 ? FrameKind::kKey : FrameKind::kReference;
    Feed(assembler, anew.Send(SampleFrame(VideoCodec::kH264, kind, i, {4000}, rng)), At(1), out);
  }
  CHECK(assembler.stats().restarts == 1);
  CHECK(out.frames.size() == 1 + 15);
}

TEST_CASE("A reset forgets all and begins with the next key frame") {
  Stream stream(VideoCodec::kH264, 3);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  Feed(assembler, {stream.packets[1][0]}, At(1), out);
  assembler.Reset();
  CHECK(assembler.held() == DataSize::Zero());
  CHECK(assembler.awaits_key());
  Feed(assembler, stream.packets[2], At(2), out);
  CHECK(out.frames.size() == 1);
  Rng rng(9);
  Feed(assembler,
       stream.sender.Send(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 3, {400}, rng)), At(3),
       out);
  CHECK(out.frames.size() == 2);
  CHECK(out.tracks.size() == 1);
}

TEST_CASE("Assembler settings outside their range are named") {
  const auto detail = [](auto change) {
    AssemblerConfig config;
    change(config);
    const auto status = config.Validate();
    return status ? std::string("fine") : status.error().detail;
  };
  CHECK(detail([](auto&) {}) == "fine");
  CHECK(detail([](auto& c) { c.max_packets = 63; }) == "assembler.max_packets");
  CHECK(detail([](auto& c) { c.max_packets = 16'385; }) == "assembler.max_packets");
  CHECK(detail([](auto& c) { c.max_bytes = DataSize::Kibibytes(255); }) == "assembler.max_bytes");
  CHECK(detail([](auto& c) { c.patience = TimeDelta::Millis(19); }) == "assembler.patience");
  CHECK(detail([](auto& c) { c.key_patience = TimeDelta::Millis(-1); }) ==
        "assembler.key_patience");
}

}  // namespace
}  // namespace onair::rtp
