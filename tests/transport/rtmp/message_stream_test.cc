// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/message_stream.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "tests/support/print_units.h"

namespace onair::rtmp {
namespace {

// Everything `stream` sent, as the other side reads it.
std::vector<Message> Sent(MessageStream& stream) {
  ChunkReader reader;
  const Bytes bytes = std::exchange(stream.outbox(), {});
  ByteView in(bytes);
  std::vector<Message> messages;
  for (;;) {
    auto message = reader.Next(in);
    REQUIRE(message);
    if (!*message) return messages;
    messages.push_back(std::move(**message));
  }
}

std::uint32_t Number(const Message& message, std::size_t at = 0) {
  return ByteReader(message.payload.view().subspan(at)).U32();
}

int Deliver(MessageStream& stream, ByteView in) {
  int messages = 0;
  for (;;) {
    const auto message = stream.Next(in);
    REQUIRE(message);
    if (!*message) return messages;
    ++messages;
  }
}

// A peer with a window of `window` bytes that then sends `count` sounds of 1000 bytes.
Bytes PeerBytes(std::uint32_t window, int count) {
  MessageStream peer;
  peer.SendWindowAckSize(window);
  const Bytes body(1000, 0xaf);
  for (int i = 0; i < count; ++i) {
    peer.Send({kAudioLane, 1}, MessageType::kAudio, static_cast<std::uint32_t>(i), {}, body);
  }
  return peer.outbox();
}

TEST_CASE("A ping is answered with its own time") {
  MessageStream peer;
  peer.SendUserEvent(UserEvent::kPingRequest, 0xdeadbeef);
  MessageStream stream;

  CHECK(Deliver(stream, peer.outbox()) == 0);

  const auto sent = Sent(stream);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].type == static_cast<std::uint8_t>(MessageType::kUserControl));
  CHECK(sent[0].payload.view()[1] == static_cast<std::uint8_t>(UserEvent::kPingResponse));
  CHECK(Number(sent[0], 2) == 0xdeadbeef);
}

TEST_CASE("Received bytes are acknowledged twice per window, at the same bytes in any cut") {
  const Bytes bytes = PeerBytes(20'000, 50);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t at = 10'000; at <= bytes.size(); at += 10'000) expected.push_back(at);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{999}, bytes.size()}) {
    MessageStream stream;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      Deliver(stream, ByteView(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    }
    std::vector<std::uint32_t> got;
    for (const Message& message : Sent(stream)) got.push_back(Number(message));
    INFO("pieces of " << piece);
    CHECK(got == expected);
  }
}

TEST_CASE("A tiny window does not make every byte answered") {
  MessageStream stream;
  const Bytes bytes = PeerBytes(1, 50);

  Deliver(stream, bytes);

  CHECK(Sent(stream).size() == bytes.size() / 2048);
}

TEST_CASE("Set Peer Bandwidth is answered with the window once") {
  MessageStream peer;
  peer.SendPeerBandwidth(50'000);
  peer.SendPeerBandwidth(50'000);
  MessageStream stream;

  Deliver(stream, peer.outbox());

  const auto sent = Sent(stream);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].type == static_cast<std::uint8_t>(MessageType::kWindowAckSize));
  CHECK(Number(sent[0]) == 50'000);
}

TEST_CASE("The peer's acknowledgements are followed over the wrap of their counter") {
  MessageStream stream;
  const auto acknowledge = [&](std::uint32_t low) {
    MessageStream peer;
    ByteWriter body;
    body.U32(low);
    peer.Send({kControlLane, 0}, MessageType::kAcknowledgement, 0, {}, body.view());
    Deliver(stream, peer.outbox());
  };

  acknowledge(3'000'000'000U);
  acknowledge(4'294'967'290U);
  CHECK(stream.acknowledged_bytes() == 4'294'967'290U);
  acknowledge(10);
  CHECK(stream.acknowledged_bytes() == 4'294'967'306U);
}

TEST_CASE("The own acknowledgement counter wraps at 32 bits") {
  MessageStream stream(0xffffffff - 5'000);
  const Bytes bytes = PeerBytes(20'000, 12);

  Deliver(stream, bytes);

  const auto sent = Sent(stream);
  REQUIRE(sent.size() == 1);
  CHECK(Number(sent[0]) == 4'294'970'000 - 0x1'0000'0000);
}

TEST_CASE("Control messages cut short are a protocol error") {
  for (const MessageType type : {MessageType::kAcknowledgement, MessageType::kWindowAckSize,
                                 MessageType::kSetPeerBandwidth, MessageType::kUserControl}) {
    MessageStream peer;
    peer.Send({kControlLane, 0}, type, 0, {}, Bytes{1});
    MessageStream stream;
    ByteView in(peer.outbox());
    const auto message = stream.Next(in);
    REQUIRE_FALSE(message);
    CHECK(message.error().code == ErrorCode::kRtmpProtocol);
  }
}

TEST_CASE("Messages of unknown types are passed over") {
  MessageStream peer;
  peer.Send({kDataLane, 1}, static_cast<MessageType>(19), 0, {}, Bytes{1, 2, 3});
  peer.Send({kAudioLane, 1}, MessageType::kAudio, 0, {}, Bytes{1});
  MessageStream stream;

  CHECK(Deliver(stream, peer.outbox()) == 1);
}

}  // namespace
}  // namespace onair::rtmp
