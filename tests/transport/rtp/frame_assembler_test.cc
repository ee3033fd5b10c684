// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_assembler.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "tests/transport/rtp/sample_video.h"

namespace onair::rtp {
namespace {

using namespace testing;

constexpr std::array<VideoCodec, 2> kBoth = {VideoCodec::kH264, VideoCodec::kH265};

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// What came out of an assembler, in order.
struct Outcome {
  std::vector<EncodedFrame> frames;
  std::vector<VideoTrack> tracks;
  int key_requests = 0;

  void Drain(FrameAssembler& assembler) {
    while (auto event = assembler.Poll()) {
      if (auto* frame = std::get_if<FrameAssembler::FrameReady>(&*event)) {
        frames.push_back(std::move(frame->frame));
      } else if (auto* track = std::get_if<FrameAssembler::TrackChanged>(&*event)) {
        tracks.push_back(std::move(track->track));
      } else {
        ++key_requests;
      }
    }
  }
};

// A stream of one key frame and `count - 1` pictures after it, and the packets of each.
struct Stream {
  explicit Stream(VideoCodec codec, int count, std::vector<std::size_t> slices = {3000})
      : sender(codec) {
    Rng rng(7);
    for (int i = 0; i < count; ++i) {
      const auto kind = i == 0 ? FrameKind::kKey : FrameKind::kReference;
      Add(SampleFrame(codec, kind, i, slices, rng));
    }
  }
  void Add(EncodedFrame frame) {
    packets.push_back(sender.Send(frame));
    frames.push_back(std::move(frame));
  }

  SampleSender sender;
  std::vector<EncodedFrame> frames;
  std::vector<std::vector<SentPacket>> packets;
};

void Feed(FrameAssembler& assembler, const std::vector<SentPacket>& packets, Timestamp now,
          Outcome& out) {
  for (const SentPacket& packet : packets) {
    assembler.HandlePacket(packet.view(), now);
    out.Drain(assembler);
  }
}

bool SameBytes(const EncodedFrame& a, const EncodedFrame& b) {
  return std::ranges::equal(a.payload.view(), b.payload.view());
}

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

TEST_CASE("A missing packet is named, and when it comes all that waited goes out") {
  const Stream stream(VideoCodec::kH264, 6);
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  auto second = stream.packets[1];
  const SentPacket lost = second[1];
  second.erase(second.begin() + 1);
  Feed(assembler, second, At(33), out);
  Feed(assembler, stream.packets[2], At(66), out);
  CHECK(out.frames.size() == 1);
  std::array<std::int64_t, 8> missing{};
  REQUIRE(assembler.Missing(missing) == 1);
  CHECK(missing[0] == lost.sequence);
  CHECK(assembler.oldest_wanted() == second[0].sequence);
  CHECK(assembler.wake_at() == At(33) + TimeDelta::Millis(500));

  assembler.HandlePacket(lost.view(), At(100));
  out.Drain(assembler);
  CHECK(out.frames.size() == 3);
  CHECK(out.frames[1].captured_at == At(100));
  CHECK(assembler.Missing(missing) == 0);
  CHECK(assembler.wake_at() == Timestamp::PlusInfinity());
  CHECK(out.key_requests == 0);
}

TEST_CASE("A packet that never comes costs a key frame request, once, and nothing broken comes") {
  Stream stream(VideoCodec::kH264, 6);
  Rng rng(1);
  stream.Add(SampleFrame(VideoCodec::kH264, FrameKind::kKey, 6, {3000}, rng));
  stream.Add(SampleFrame(VideoCodec::kH264, FrameKind::kReference, 7, {3000}, rng));
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  auto second = stream.packets[1];
  second.pop_back();
  Feed(assembler, second, At(33), out);
  Feed(assembler, stream.packets[2], At(66), out);
  const Timestamp deadline = assembler.wake_at();
  CHECK(deadline == At(66) + TimeDelta::Millis(500));

  assembler.HandleTimeout(deadline - TimeDelta::Micros(1));
  out.Drain(assembler);
  CHECK(out.key_requests == 0);
  assembler.HandleTimeout(deadline);
  out.Drain(assembler);
  CHECK(out.key_requests == 1);
  CHECK(assembler.awaits_key());
  CHECK(assembler.wake_at() == Timestamp::PlusInfinity());

  for (std::size_t i = 3; i < 6; ++i) Feed(assembler, stream.packets[i], At(600), out);
  CHECK(out.frames.size() == 1);
  for (std::size_t i = 6; i < 8; ++i) Feed(assembler, stream.packets[i], At(700), out);
  REQUIRE(out.frames.size() == 3);
  CHECK(SameBytes(out.frames[1], stream.frames[6]));
  CHECK(SameBytes(out.frames[2], stream.frames[7]));
  CHECK(out.key_requests == 1);
}

TEST_CASE("A whole key frame behind a hole is waited for shortly, then taken") {
  Stream stream(VideoCodec::kH265, 4);
  Rng rng(1);
  stream.Add(SampleFrame(VideoCodec::kH265, FrameKind::kKey, 4, {3000}, rng));
  stream.Add(SampleFrame(VideoCodec::kH265, FrameKind::kReference, 5, {300}, rng));
  FrameAssembler assembler({.codec = VideoCodec::kH265});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  Feed(assembler, stream.packets[2], At(66), out);  // 1 is lost as a whole.
  Feed(assembler, stream.packets[4], At(133), out);
  Feed(assembler, stream.packets[5], At(166), out);
  CHECK(out.frames.size() == 1);
  CHECK(assembler.wake_at() == At(66) + TimeDelta::Millis(150));

  assembler.HandleTimeout(assembler.wake_at());
  out.Drain(assembler);
  REQUIRE(out.frames.size() == 3);
  CHECK(SameBytes(out.frames[1], stream.frames[4]));
  CHECK(SameBytes(out.frames[2], stream.frames[5]));
  CHECK(out.key_requests == 0);
  CHECK(assembler.stats().frames_lost >= 1);
}

TEST_CASE("The next key frame behind the next hole is found too") {
  Stream stream(VideoCodec::kH264, 3);
  Rng rng(1);
  for (int i = 3; i < 9; ++i) {
    stream.Add(SampleFrame(VideoCodec::kH264, i % 3 == 0 ? FrameKind::kKey : FrameKind::kReference,
                           i, {2000}, rng));
  }
  FrameAssembler assembler({});
  Outcome out;
  for (const std::size_t i : {0UL, 2UL, 3UL, 5UL, 6UL, 7UL, 8UL}) {
    Feed(assembler, stream.packets[i], At(33 * static_cast<std::int64_t>(i)), out);
  }
  for (int i = 0; i < 4 && assembler.wake_at() < Timestamp::PlusInfinity(); ++i) {
    assembler.HandleTimeout(assembler.wake_at());
    out.Drain(assembler);
  }
  REQUIRE(out.frames.size() == 5);  // 0, 3, 6, 7, 8.
  CHECK(SameBytes(out.frames[1], stream.frames[3]));
  CHECK(SameBytes(out.frames[2], stream.frames[6]));
  CHECK(out.key_requests == 0);
}

TEST_CASE("A droppable picture with a hole is skipped without a key frame") {
  Rng rng(1);
  for (const VideoCodec codec : kBoth) {
    Stream stream(codec, 2);
    stream.Add(SampleFrame(codec, FrameKind::kDroppable, 2, {4000}, rng));
    stream.Add(SampleFrame(codec, FrameKind::kReference, 3, {300}, rng));
    FrameAssembler assembler({.codec = codec});
    Outcome out;
    Feed(assembler, stream.packets[0], At(0), out);
    Feed(assembler, stream.packets[1], At(33), out);
    auto third = stream.packets[2];
    third.erase(third.begin() + 1);
    Feed(assembler, third, At(66), out);
    Feed(assembler, stream.packets[3], At(99), out);
    assembler.HandleTimeout(assembler.wake_at());
    out.Drain(assembler);
    REQUIRE(out.frames.size() == 3);
    CHECK(SameBytes(out.frames[2], stream.frames[3]));
    CHECK(out.key_requests == 0);
    CHECK(assembler.stats().frames_lost == 1);
  }
}

TEST_CASE("A droppable picture whose end is unknown is not skipped") {
  Rng rng(1);
  Stream stream(VideoCodec::kH264, 1);
  stream.Add(SampleFrame(VideoCodec::kH264, FrameKind::kDroppable, 1, {4000}, rng));
  stream.Add(SampleFrame(VideoCodec::kH264, FrameKind::kReference, 2, {300}, rng));
  FrameAssembler assembler({});
  Outcome out;
  Feed(assembler, stream.packets[0], At(0), out);
  auto second = stream.packets[1];
  second.pop_back();  // What was lost may have been a picture of its own.
  Feed(assembler, second, At(33), out);
  Feed(assembler, stream.packets[2], At(66), out);
  assembler.HandleTimeout(assembler.wake_at());
  out.Drain(assembler);
  CHECK(out.frames.size() == 1);
  CHECK(out.key_requests == 1);
}

TEST_CASE("Padding between and behind pictures leaves no hole") {
  SampleSender sender(VideoCodec::kH264);
  Rng rng(1);
  FrameAssembler assembler({});
  Outcome out;
  for (int i = 0; i < 5; ++i) {
    const auto kind = i == 0 ? FrameKind::kKey : FrameKind::kReference;
    const auto packets = sender.Send(SampleFrame(VideoCodec::kH264, kind, i, {2000}, rng));
    Feed(assembler, packets, At(0), out);
    Feed(assembler, {sender.Padding(packets.back().timestamp), sender.Padding(77)}, At(0), out);
  }
  CHECK(out.frames.size() == 5);
  CHECK(assembler.wake_at() == Timestamp::PlusInfinity());
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

TEST_CASE("A key frame that is coming in is waited for before another one is asked for") {
  const Stream stream(VideoCodec::kH264, 4);
  for (const bool comes : {true, false}) {
    FrameAssembler assembler({});
    Outcome out;
    auto first = stream.packets[0];
    const SentPacket lost = first[1];
    first.erase(first.begin() + 1);
    Feed(assembler, first, At(0), out);
    for (std::size_t i = 1; i < 4; ++i) Feed(assembler, stream.packets[i], At(33), out);
    CHECK(out.key_requests == 0);
    CHECK(assembler.wake_at() == At(500));
    if (comes) {
      Feed(assembler, {lost}, At(100), out);
      CHECK(out.frames.size() == 4);
      CHECK(assembler.wake_at() == Timestamp::PlusInfinity());
    } else {
      assembler.HandleTimeout(At(500));
      out.Drain(assembler);
      CHECK(out.key_requests == 1);
      CHECK(assembler.wake_at() == Timestamp::PlusInfinity());
    }
  }
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

// Frames by any sizes over a line that loses, swaps, doubles and resends packets.
struct BadLine {
  double loss;
  double late;  // Share of packets that come up to 40 packets later.
  double twice;
  double resent;  // Share of what was lost that comes 100 ms later.
};

void RunBadLine(VideoCodec codec, const BadLine& line, std::uint64_t seed) {
  Rng rng(seed);
  SampleSender sender(codec);
  std::vector<EncodedFrame> sent;
  std::vector<std::pair<std::int64_t, SentPacket>> arrivals;  // By microsecond.
  const auto arrive = [&](std::int64_t us, const SentPacket& packet) {
    arrivals.emplace_back(us, packet);
  };
  constexpr int kFrames = 150;
  for (int i = 0; i < kFrames; ++i) {
    const auto kind = i % 30 == 0         ? FrameKind::kKey
                      : rng.Below(5) == 0 ? FrameKind::kDroppable
                                          : FrameKind::kReference;
    std::vector<std::size_t> slices;
    for (std::uint64_t k = 0; k <= rng.Below(4); ++k) slices.push_back(4 + rng.Below(4000));
    sent.push_back(SampleFrame(codec, kind, i, slices, rng));
    const std::size_t limit = 40 + rng.Below(1160);
    std::int64_t us = 33'333 * std::int64_t{i};
    for (const SentPacket& packet : sender.Send(sent.back(), limit)) {
      us += 50;
      if (rng.Fraction() < line.loss) {
        if (rng.Fraction() < line.resent) arrive(us + 100'000, packet);
        continue;
      }
      const auto delay = rng.Fraction() < line.late ? rng.Below(20'000) : 0;
      arrive(us + static_cast<std::int64_t>(delay), packet);
      if (rng.Fraction() < line.twice) arrive(us + 5'000, packet);
    }
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  FrameAssembler assembler({.codec = codec});
  Outcome out;
  for (const auto& [us, packet] : arrivals) {
    const Timestamp now = Timestamp::Micros(us);
    while (assembler.wake_at() <= now) {
      const Timestamp woken = assembler.wake_at();
      assembler.HandleTimeout(woken);
      out.Drain(assembler);
      REQUIRE(assembler.wake_at() > woken);
    }
    assembler.HandlePacket(packet.view(), now);
    out.Drain(assembler);
  }

  // Each picture out is one that went in, in order, and all references before it came out too.
  std::size_t next = 0;
  std::size_t missing_reference = 0;
  bool is_chain_whole = false;
  for (const EncodedFrame& frame : out.frames) {
    while (next < sent.size() && !SameBytes(sent[next], frame)) {
      missing_reference += sent[next].kind != FrameKind::kDroppable ? 1 : 0;
      ++next;
    }
    CAPTURE(seed, next);
    REQUIRE(next < sent.size());
    REQUIRE(frame.kind == sent[next].kind);
    if (frame.is_key()) {
      missing_reference = 0;
      is_chain_whole = true;
    }
    REQUIRE(is_chain_whole);
    REQUIRE(missing_reference == 0);
    ++next;
  }
  const bool is_all_there = line.loss == 0 || line.resent >= 1;
  CAPTURE(seed, line.loss, line.resent);
  if (is_all_there) {
    REQUIRE(out.frames.size() == sent.size());
    REQUIRE(out.key_requests == 0);
  } else {
    REQUIRE(out.frames.size() < sent.size());
    REQUIRE(out.frames.size() >= 5);
  }
}

TEST_CASE("Whatever a line does no broken picture comes out, and all where all came in") {
  for (const VideoCodec codec : kBoth) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      RunBadLine(codec, {.loss = 0, .late = 0.2, .twice = 0.1, .resent = 0}, seed);
      RunBadLine(codec, {.loss = 0.05, .late = 0.1, .twice = 0.02, .resent = 1}, seed);
      RunBadLine(codec, {.loss = 0.02, .late = 0.1, .twice = 0.02, .resent = 0.5}, seed);
      RunBadLine(codec, {.loss = 0.01, .late = 0, .twice = 0, .resent = 0}, seed);
    }
  }
}

}  // namespace
}  // namespace onair::rtp
