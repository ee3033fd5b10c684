// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/tag.h"

#include <catch2/catch.hpp>

#include "tests/transport/flv/sample_stream.h"

namespace onair::flv {
namespace {

TEST_CASE("The file header announces the known tracks, or both when none is known") {
  CHECK(FileHeader(sample::Tracks()) == Bytes{'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0});
  CHECK(FileHeader({.video = sample::Video(), .audio = {}})[4] == 1);
  CHECK(FileHeader({.video = {}, .audio = sample::Audio()})[4] == 4);
  CHECK(FileHeader({})[4] == 5);
}

TEST_CASE("A tag carries its time in 24 + 8 bits and its size behind it") {
  const Bytes tag = RawTag(TagType::kVideo, 0x12345678, Bytes{0xaa, 0xbb});

  CHECK(tag == Bytes{9, 0, 0, 2, 0x34, 0x56, 0x78, 0x12, 0, 0, 0, 0xaa, 0xbb, 0, 0, 0, 13});
}

TEST_CASE("A frame's tag is its body in a tag") {
  const EncodedFrame frame = sample::Reference(40, 20);
  const Buffer tag = Tag(frame, 40);
  CHECK(sample::SameBytes(tag.view(), RawTag(TagType::kVideo, 40, VideoBody(frame))));

  const EncodedFrame sound = sample::Sound(40);
  CHECK(sample::SameBytes(Tag(sound, 40).view(), RawTag(TagType::kAudio, 40, AudioBody(sound))));
}

TEST_CASE("A frame too large for a tag gives no tag") {
  EncodedFrame frame = sample::Key(0);
  frame.payload = Buffer::Own(Bytes(std::size_t{1} << 24));

  CHECK(Tag(frame, 0).empty());
}

TEST_CASE("Wire timestamps are milliseconds rounded down, in 32 bits") {
  CHECK(WireTimestamp(MediaTime::Micros(1999)) == 1);
  CHECK(WireTimestamp(MediaTime::Micros(-1)) == 0xffffffff);
  CHECK(WireTimestamp(MediaTime::Millis(0x1'0000'0005)) == 5);
}

TEST_CASE("Start tags hold metadata at time 0 and the known tracks' headers in this order") {
  const Bytes both = StartTags(sample::Tracks(), 7);
  Bytes expected = RawTag(TagType::kScript, 0, MetadataBody(sample::Tracks()));
  for (const Bytes& part : {RawTag(TagType::kVideo, 7, VideoSequenceHeaderBody(sample::Video())),
                            RawTag(TagType::kAudio, 7, AudioSequenceHeaderBody(sample::Audio()))}) {
    expected.insert(expected.end(), part.begin(), part.end());
  }

  CHECK(both == expected);
}

}  // namespace
}  // namespace onair::flv
