// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/media_receiver.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"
#include "transport/flv/tag.h"

namespace onair::rtmp {
namespace {

constexpr Timestamp kNow = Timestamp::Zero();

void Append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

Message Aggregate(Bytes payload) {
  return {static_cast<std::uint8_t>(MessageType::kAggregate), 1, 5000,
          Buffer::Own(std::move(payload))};
}

TEST_CASE("An aggregate's tags count from the message's own time") {
  Bytes payload = flv::RawTag(flv::TagType::kScript, 90, flv::MetadataBody(sample::Tracks()));
  Append(payload, flv::RawTag(flv::TagType::kVideo, 90,
                              flv::VideoSequenceHeaderBody(*sample::Tracks().video)));
  Append(payload, flv::RawTag(flv::TagType::kAudio, 90,
                              flv::AudioSequenceHeaderBody(*sample::Tracks().audio)));
  Append(payload, flv::Tag(sample::Sound(0), 100).view());
  Append(payload, flv::Tag(sample::Key(0), 120).view());
  MediaReceiver receiver;
  std::vector<flv::StreamReader::Event> events;

  REQUIRE(receiver.Handle(Aggregate(payload), kNow, events));

  REQUIRE(events.size() == 5);  // Metadata, two changes of tracks, two frames.
  CHECK(std::get<EncodedFrame>(events[3]).pts == MediaTime::Millis(5010));
  CHECK(std::get<EncodedFrame>(events[4]).pts == MediaTime::Millis(5030));
}

TEST_CASE("An aggregate cut off anywhere is a protocol error or shorter") {
  Bytes payload = flv::StartTags(sample::Tracks(), 0);
  Append(payload, flv::Tag(sample::Key(0), 0).view());
  for (std::size_t size = 0; size < payload.size(); ++size) {
    MediaReceiver receiver;
    std::vector<flv::StreamReader::Event> events;
    Bytes part(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
    const Status status = receiver.Handle(Aggregate(std::move(part)), kNow, events);
    INFO("cut at " << size);
    REQUIRE(events.size() <= 4);
    if (!status) REQUIRE(status.error().code == ErrorCode::kRtmpProtocol);
  }
}

TEST_CASE("Metadata comes in the AMF3 message too, behind its zero byte") {
  Bytes body = {0};
  Append(body, flv::MetadataBody(sample::Tracks()));
  MediaReceiver receiver;
  std::vector<flv::StreamReader::Event> events;

  REQUIRE(receiver.Handle(
      {static_cast<std::uint8_t>(MessageType::kDataAmf3), 1, 0, Buffer::Own(std::move(body))}, kNow,
      events));

  REQUIRE(events.size() == 1);
  CHECK(std::get<flv::Metadata>(events[0]).values.FindNumber("width") == 1280);
}

}  // namespace
}  // namespace onair::rtmp
