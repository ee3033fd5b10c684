// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_assembler.h"

#include <catch2/catch.hpp>

#include "tests/transport/rtp/assembler_stream.h"

namespace onair::rtp {
namespace {

using namespace testing;

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

}  // namespace
}  // namespace onair::rtp
