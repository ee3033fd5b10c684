// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decode_queue.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

using enum FrameKind;
using Outcome = DecodeQueue::Outcome;

DecodeQueue::Job Frame(FrameKind kind, std::int64_t ms, const Buffer& payload) {
  const MediaTime at = MediaTime::Millis(ms);
  return DecodeQueue::Decode{{payload, kind, at, at, Timestamp::Zero()}, Timestamp::Zero()};
}
DecodeQueue::Job Frame(FrameKind kind, std::int64_t ms) {
  return Frame(kind, ms, Buffer::Own(Bytes(10)));
}
DecodeQueue::Job Line(std::int64_t ms) {
  return DecodeQueue::Line{{Timestamp::Zero(), MediaTime::Millis(ms)}};
}
DecodeQueue::Job Tracks(std::uint8_t config) {
  StreamTracks tracks;
  tracks.video = VideoTrack{VideoCodec::kH264, {}, 0, Buffer::Own(Bytes{config})};
  return DecodeQueue::NewTracks{tracks};
}
// One letter a job: Key, Reference, Audio, Tracks, Flush, Line.
char NameOf(const DecodeQueue::Job& job) {
  if (const auto* decode = std::get_if<DecodeQueue::Decode>(&job)) {
    return decode->frame.is_key() ? 'K' : decode->frame.kind == kAudio ? 'A' : 'R';
  }
  return "DTFL"[job.index()];
}

TEST_CASE("Work for the decoders leaves in the order it came") {
  DecodeQueue queue;
  queue.Push(Tracks(1));
  queue.Push(Line(0));
  queue.Push(Frame(kKey, 0));
  queue.Push(Frame(kAudio, 0));
  CHECK(queue.HoldsKey());
  std::string order;
  for (int i = 0; i < 4; ++i) order += NameOf(*queue.Pop());
  CHECK(order == "TLKA");
  CHECK_FALSE(queue.HoldsKey());
}

TEST_CASE("A flush drops the frames that wait and keeps what steers the decoders") {
  DecodeQueue queue;
  queue.Push(Tracks(1));
  queue.Push(Frame(kKey, 0));
  queue.Push(Tracks(2));
  queue.Push(Line(5));
  queue.Push(Frame(kReference, 40));
  queue.Push(DecodeQueue::Flush{});
  CHECK(queue.Push(Frame(kReference, 80)) == Outcome::kDropped);
  CHECK(queue.Push(Frame(kAudio, 80)) == Outcome::kTaken);
  CHECK(queue.Push(Frame(kKey, 0)) == Outcome::kTaken);

  std::string order;
  for (int i = 0; i < 5; ++i) {
    const auto job = queue.Pop();
    order += NameOf(*job);
    if (const auto* tracks = std::get_if<DecodeQueue::NewTracks>(&*job)) {
      CHECK(tracks->tracks.video->config.view()[0] == 2);
    }
  }
  CHECK(order == "TLFAK");
  CHECK(queue.frames_dropped() == 3);
}

TEST_CASE("Without room a picture is lost once and nothing follows it before a key frame") {
  DecodeQueue queue;
  const Buffer large = Buffer::Own(Bytes(std::size_t{16} << 20));
  CHECK(queue.Push(Frame(kKey, 0, large)) == Outcome::kTaken);
  for (int i = 1; i < 4; ++i) CHECK(queue.Push(Frame(kReference, i, large)) == Outcome::kTaken);
  CHECK(queue.Push(Frame(kReference, 4)) == Outcome::kPictureLost);
  CHECK(queue.Push(Frame(kAudio, 4)) == Outcome::kDropped);
  static_cast<void>(queue.Pop());
  CHECK(queue.Push(Frame(kReference, 5)) == Outcome::kDropped);
  CHECK(queue.Push(Frame(kKey, 6)) == Outcome::kTaken);
  CHECK(queue.Push(Frame(kReference, 7)) == Outcome::kTaken);
  CHECK(queue.frames_dropped() == 3);
}

TEST_CASE("Steering is never refused and never piles up") {
  DecodeQueue queue;
  for (std::size_t i = 0; i < DecodeQueue::kMaxJobs; ++i) queue.Push(Frame(kAudio, 0));
  CHECK(queue.Push(Line(1)) == Outcome::kPictureLost);
  for (int i = 0; i < 100'000; ++i) {
    queue.Push(Tracks(static_cast<std::uint8_t>(i % 200)));
    queue.Push(Line(i));
  }
  queue.Push(DecodeQueue::Flush{});
  std::string order;
  while (order.empty() || order.back() != 'F') order += NameOf(*queue.Pop());
  CHECK(order == "TLF");
}

TEST_CASE("A closed queue gives nothing and takes nothing") {
  DecodeQueue queue;
  queue.Push(Frame(kKey, 0));
  queue.Close();
  CHECK_FALSE(queue.Pop());
  CHECK(queue.Push(Frame(kKey, 1)) == Outcome::kDropped);
}

}  // namespace
}  // namespace onair
