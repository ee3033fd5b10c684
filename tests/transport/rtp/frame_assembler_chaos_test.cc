// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_assembler.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "tests/transport/rtp/assembler_stream.h"

namespace onair::rtp {
namespace {

using namespace testing;

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
