// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/media_sender.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/byte_reader.h"
#include "tests/transport/flv/sample_stream.h"
#include "transport/flv/amf0.h"

namespace onair::rtmp {
namespace {

// Reads what was sent as the other side would.
std::vector<Message> Read(MessageStream& from) {
  ChunkReader reader;
  std::vector<Message> messages;
  ByteView in(from.outbox());
  while (true) {
    auto message = reader.Next(in);
    REQUIRE(message);
    if (!*message) break;
    messages.push_back(**message);
  }
  from.outbox().clear();
  return messages;
}

TEST_CASE("Servers are told metadata as a command, players as it is") {
  for (const auto& [to, first] :
       {std::pair(MediaTo::kServer, "@setDataFrame"), std::pair(MediaTo::kPlayer, "onMetaData")}) {
    MediaSender sender(to, {});
    MessageStream out;
    sender.SetTracks(sample::Tracks());

    sender.Send(sample::Key(0), {1, 70, 0}, out);

    const auto messages = Read(out);
    REQUIRE(messages.size() == 4);
    CHECK(*flv::amf0::Parse(messages[0].payload.view()).values[0].text() == first);
    CHECK(messages[0].timestamp_ms == flv::kMetadataTimestampMs);
    for (std::size_t i = 1; i < 4; ++i) CHECK(messages[i].timestamp_ms == 70);
  }
}

TEST_CASE("A frame that no message can hold is left out and counted, its headers wait") {
  MediaSender sender(MediaTo::kServer, {});
  MessageStream out;
  sender.SetTracks(sample::Tracks());

  sender.Send(sample::Key(0, kMaxMessage), {1, 0, 0}, out);

  CHECK(out.outbox().empty());
  CHECK(sender.too_large() == 1);
  sender.Send(sample::Key(40), {1, 40, 0}, out);
  CHECK(Read(out).size() == 4);
}

}  // namespace
}  // namespace onair::rtmp
