// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/demuxer.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"
#include "transport/flv/tag.h"

namespace onair::flv {
namespace {

static_assert(Machine<Demuxer>);

constexpr Timestamp kNow = Timestamp::Zero();

std::vector<EncodedFrame> SampleFrames() {
  return {sample::Key(0), sample::Sound(3), sample::Reference(33, 33), sample::Droppable(66),
          sample::Sound(24)};
}

void Append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

Bytes SampleStream() {
  Bytes out = FileHeader(sample::Tracks());
  Append(out, StartTags(sample::Tracks(), 0));
  for (const EncodedFrame& frame : SampleFrames()) {
    Append(out, Tag(frame, WireTimestamp(frame.dts)).view());
  }
  return out;
}

struct Seen {
  std::vector<EncodedFrame> frames;
  int tracks = 0;
  int metadata = 0;
  std::optional<Error> error;
};

void Drain(Demuxer& demuxer, Seen& seen) {
  for (;;) {
    auto out = demuxer.Poll();
    auto* event = std::get_if<Demuxer::Event>(&out);
    if (event == nullptr) return;
    if (auto* frame = std::get_if<EncodedFrame>(event)) seen.frames.push_back(*frame);
    if (std::holds_alternative<TracksChanged>(*event)) ++seen.tracks;
    if (std::holds_alternative<Metadata>(*event)) ++seen.metadata;
    if (auto* failed = std::get_if<Demuxer::Failed>(event)) seen.error = failed->error;
  }
}

Seen Demux(ByteView stream) {
  Demuxer demuxer;
  Seen seen;
  demuxer.HandleBytes(stream, kNow);
  Drain(demuxer, seen);
  return seen;
}

TEST_CASE("Every frame that was written comes back") {
  const Seen seen = Demux(SampleStream());

  const auto frames = SampleFrames();
  REQUIRE_FALSE(seen.error);
  CHECK(seen.tracks == 2);
  CHECK(seen.metadata == 1);
  REQUIRE(seen.frames.size() == frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) CHECK(sample::Same(seen.frames[i], frames[i]));
}

TEST_CASE("The FLV demuxer obeys the laws of machines") {
  const auto make = [] { return std::make_unique<Demuxer>(); };
  laws::Case script{.script = {{TimeDelta::Millis(5), SampleStream()}}};
  laws::ExpectAll(make, script);
  laws::ExpectSilentAfterEnd(make, script, [](Demuxer& demuxer, Timestamp now) {
    demuxer.HandleBytes(Bytes(20, 'x'), now);
  });
}

TEST_CASE("Frames come out before the stream goes on") {
  const Bytes stream = SampleStream();
  Demuxer demuxer;
  Seen seen;
  std::size_t fed = 0;
  while (seen.frames.empty()) {
    demuxer.HandleBytes(ByteView(stream).subspan(fed++, 1), kNow);
    Drain(demuxer, seen);
  }

  Bytes until_key = FileHeader(sample::Tracks());
  Append(until_key, StartTags(sample::Tracks(), 0));
  Append(until_key, RawTag(TagType::kVideo, 0, VideoBody(sample::Key(0))));
  CHECK(fed == until_key.size() - 4);  // Not even the size behind the tag is waited for.
}

TEST_CASE("A stream cut off at any byte gives its whole tags and no error") {
  const Bytes stream = SampleStream();
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const Seen seen = Demux(ByteView(stream).first(size));
    INFO("cut at " << size);
    REQUIRE_FALSE(seen.error);
    REQUIRE(seen.frames.size() <= 5);
  }
}

TEST_CASE("Every flipped bit gives a typed error or media, never a crash") {
  const Bytes stream = SampleStream();
  int errors = 0;
  for (std::size_t bit = 0; bit < stream.size() * 8; ++bit) {
    Bytes bad = stream;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    const Seen seen = Demux(bad);
    if (!seen.error) continue;
    ++errors;
    INFO("bit " << bit << ": " << ToString(*seen.error));
    REQUIRE((seen.error->code == ErrorCode::kFlvMalformed ||
             seen.error->code == ErrorCode::kNothingToPlay));
  }
  CHECK(errors > 100);
}

TEST_CASE("What is not FLV is malformed") {
  const Bytes html = {'<', 'h', 't', 'm', 'l', '>', '<', 'b', 'o', 'd', 'y', '>'};
  REQUIRE(Demux(html).error);
  CHECK(Demux(html).error->code == ErrorCode::kFlvMalformed);
}

TEST_CASE("A tag above the limit is refused by its header") {
  Bytes stream = FileHeader({});
  Append(stream, Bytes{9, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0});

  const Seen seen = Demux(stream);

  REQUIRE(seen.error);
  CHECK(seen.error->detail == "a tag of 8388609 bytes");
}

TEST_CASE("A longer file header is skipped, an absurd one refused") {
  Bytes stream = {'F', 'L', 'V', 1, 5, 0, 0, 0, 12, 1, 2, 3, 0, 0, 0, 0};
  Append(stream, StartTags(sample::Tracks(), 0));
  CHECK(Demux(stream).tracks == 2);

  stream[7] = 0x40;
  CHECK(Demux(stream).error);
}

TEST_CASE("Wrong sizes behind tags are counted, not fatal") {
  Bytes stream = SampleStream();
  stream.back() ^= 1;
  Demuxer demuxer;
  demuxer.HandleBytes(stream, kNow);
  CHECK(demuxer.wrong_tag_sizes() == 1);
  CHECK(demuxer.is_between_tags());
}

TEST_CASE("Times stay continuous beyond 24 bits and over the 32-bit wrap") {
  for (const std::int64_t start : {std::int64_t{16'777'200}, std::int64_t{4'294'967'280}}) {
    Bytes stream = FileHeader(sample::Tracks());
    Append(stream, StartTags(sample::Tracks(), static_cast<std::uint32_t>(start)));
    for (std::int64_t ms = start; ms < start + 100; ms += 10) {
      Append(stream, Tag(sample::Sound(ms), WireTimestamp(MediaTime::Millis(ms))).view());
    }

    const Seen seen = Demux(stream);

    REQUIRE(seen.frames.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
      CHECK(seen.frames[i].pts == MediaTime::Millis(start + static_cast<std::int64_t>(i) * 10));
    }
  }
}

}  // namespace
}  // namespace onair::flv
