// SPDX-License-Identifier: Apache-2.0
//
// Chunk reader and writer, alone by bytes of the specification and against each other.
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/byte_writer.h"
#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "transport/rtmp/chunk_reader.h"
#include "transport/rtmp/chunk_writer.h"

namespace onair::rtmp {
namespace {

Bytes Pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 13 + 5);
  return out;
}

struct Seen {
  std::vector<Message> messages;
  std::optional<Error> error;
};

void Feed(ChunkReader& reader, ByteView in, Seen& seen) {
  for (;;) {
    auto message = reader.Next(in);
    if (!message) {
      seen.error = message.error();
      return;
    }
    if (!*message) return;
    seen.messages.push_back(std::move(**message));
  }
}

Seen Read(ByteView in) {
  ChunkReader reader;
  Seen seen;
  Feed(reader, in, seen);
  return seen;
}

Bytes PayloadOf(const Message& message) {
  return Bytes(message.payload.view().begin(), message.payload.view().end());
}

// A full header on a one-byte chunk stream id.
ByteWriter Full(std::uint8_t csid, std::uint32_t time, std::uint32_t length,
                std::uint8_t type = 8) {
  ByteWriter out;
  out.U8(csid).U24(time < 0xffffff ? time : 0xffffff).U24(length).U8(type).U32Little(1);
  if (time >= 0xffffff) out.U32(time);
  return out;
}

TEST_CASE("A message in one chunk is read") {
  ByteWriter in = Full(4, 1000, 3);
  in.Append(Bytes{1, 2, 3});

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 1);
  CHECK(seen.messages[0].type == 8);
  CHECK(seen.messages[0].stream_id == 1);
  CHECK(seen.messages[0].timestamp_ms == 1000);
  CHECK(PayloadOf(seen.messages[0]) == Bytes{1, 2, 3});
}

TEST_CASE("The specification's example of a message in three chunks is read") {
  // Adobe RTMP 1.0 section 5.3.2.2: 307 bytes in chunks of 128.
  const Bytes body = Pattern(307);
  ByteWriter in = Full(4, 1000, 307, 9);
  in.Append(ByteView(body).first(128)).U8(0xc4).Append(ByteView(body).subspan(128, 128));
  in.U8(0xc4).Append(ByteView(body).subspan(256));

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 1);
  CHECK(PayloadOf(seen.messages[0]) == body);
}

TEST_CASE("Short headers take the rest from the message before") {
  ByteWriter in = Full(4, 1000, 2);
  in.Append(Bytes{1, 2});
  in.U8(0x44).U24(20).U24(1).U8(9).U8(7);  // Type 1: delta, length, type.
  in.U8(0x84).U24(30).U8(8);               // Type 2: delta.
  in.U8(0xc4).U8(9);                       // Type 3: the same delta.

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 4);
  CHECK(seen.messages[1].timestamp_ms == 1020);
  CHECK(seen.messages[1].type == 9);
  CHECK(seen.messages[1].stream_id == 1);
  CHECK(seen.messages[2].timestamp_ms == 1050);
  CHECK(seen.messages[3].timestamp_ms == 1080);
}

TEST_CASE("A type 3 header after a full one repeats its timestamp as the delta") {
  ByteWriter in = Full(4, 1000, 1);
  in.U8(7).U8(0xc4).U8(8);

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 2);
  CHECK(seen.messages[1].timestamp_ms == 2000);
}

TEST_CASE("Chunk stream ids of one, two and three bytes are told apart") {
  ByteWriter in;
  in.Append(Full(63, 1, 0).view());
  in.U8(0).U8(255).U24(2).U24(0).U8(8).U32Little(1);            // 319.
  in.U8(1).U8(0x01).U8(0x02).U24(3).U24(0).U8(8).U32Little(1);  // 64 + 1 + 2 * 256.
  in.U8(0xc0 | 1).U8(0x01).U8(0x02);

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 4);
  CHECK(seen.messages[3].timestamp_ms == 6);
}

TEST_CASE("Messages of several chunk streams may interleave") {
  const Bytes video = Pattern(300);
  ByteWriter in = Full(6, 10, 300, 9);
  in.Append(ByteView(video).first(128));
  in.Append(Full(4, 12, 2).view()).Append(Bytes{1, 2});
  in.U8(0xc6).Append(ByteView(video).subspan(128, 128));
  in.U8(0xc6).Append(ByteView(video).subspan(256));

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 2);
  CHECK(seen.messages[0].type == 8);
  CHECK(PayloadOf(seen.messages[1]) == video);
}

TEST_CASE("A new chunk size holds from the next chunk on") {
  const Bytes body = Pattern(200);
  ByteWriter in = Full(2, 0, 4, 1);
  in.U32(200).Append(Full(4, 0, 200).view()).Append(body);

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 2);
  CHECK(PayloadOf(seen.messages[1]) == body);
}

TEST_CASE("Abort throws an unfinished message away") {
  ByteWriter in = Full(6, 10, 300, 9);
  in.Append(Pattern(128));
  in.Append(Full(2, 0, 4, 2).view()).U32(6);
  in.Append(Full(6, 20, 1, 9).view()).U8(5);

  const Seen seen = Read(in.view());

  REQUIRE_FALSE(seen.error);
  REQUIRE(seen.messages.size() == 2);
  CHECK(seen.messages[1].timestamp_ms == 20);
}

TEST_CASE("Extended timestamps are read with and without their repetition") {
  const Bytes body = Pattern(300);
  for (const std::uint32_t time : {0xffffffU, 0x1234567U, 0xfffffff0U}) {
    for (const bool repeats : {true, false}) {
      ByteWriter in = Full(6, time, 300, 9);
      in.Append(ByteView(body).first(128)).U8(0xc6);
      if (repeats) in.U32(time);
      in.Append(ByteView(body).subspan(128, 128)).U8(0xc6);
      if (repeats) in.U32(time);
      in.Append(ByteView(body).subspan(256));
      in.Append(Full(4, 5, 1).view()).U8(9);
      const Bytes all = in.Take();
      for (std::size_t cut = 1; cut < all.size(); ++cut) {
        ChunkReader reader;
        Seen seen;
        Feed(reader, ByteView(all).first(cut), seen);
        Feed(reader, ByteView(all).subspan(cut), seen);
        INFO("time " << time << ", repeats " << repeats << ", cut " << cut);
        REQUIRE(seen.messages.size() == 2);
        REQUIRE(PayloadOf(seen.messages[0]) == body);
        REQUIRE(seen.messages[0].timestamp_ms == time);
      }
    }
  }
}

TEST_CASE("A continuation that leaves the extended time out may be shorter than it") {
  const Bytes body = Pattern(130);
  ByteWriter in = Full(6, 0x1234567, 130, 9);
  in.Append(ByteView(body).first(128)).U8(0xc6).Append(ByteView(body).subspan(128));

  const Seen seen = Read(in.view());

  REQUIRE(seen.messages.size() == 1);
  CHECK(PayloadOf(seen.messages[0]) == body);
}

TEST_CASE("Broken chunk streams end with a protocol error") {
  const auto code = [](const ByteWriter& in) {
    const Seen seen = Read(in.view());
    REQUIRE(seen.error);
    return seen.error->code;
  };
  ByteWriter first_is_short;
  first_is_short.U8(0x84).U24(1);
  CHECK(code(first_is_short) == ErrorCode::kRtmpProtocol);

  ByteWriter new_inside_old = Full(6, 10, 300, 9);
  new_inside_old.Append(Pattern(128)).Append(Full(6, 20, 300, 9).view());
  CHECK(code(new_inside_old) == ErrorCode::kRtmpProtocol);

  CHECK(code(Full(6, 10, kMaxMessage + 1, 9)) == ErrorCode::kRtmpProtocol);

  ByteWriter zero_chunks = Full(2, 0, 4, 1);
  zero_chunks.U32(0);
  CHECK(code(zero_chunks) == ErrorCode::kRtmpProtocol);

  ByteWriter many;
  for (std::uint8_t csid = 2; csid < 40; ++csid) many.Append(Full(csid, 0, 0).view());
  CHECK(code(many) == ErrorCode::kRtmpProtocol);
}

TEST_CASE("Unfinished messages together stay under their limit") {
  ChunkReader reader;
  Seen seen;
  ByteWriter size = Full(2, 0, 4, 1);
  size.U32(kMaxMessage);
  Feed(reader, size.view(), seen);
  // One chunk short of whole on each chunk stream.
  const Bytes nearly(kMaxMessage / 2, 0);
  std::size_t fed = 0;
  for (std::uint8_t csid = 3; csid < 30 && !seen.error; ++csid) {
    ByteWriter small = Full(2, 0, 4, 1);
    small.U32(kMaxMessage / 2);
    Feed(reader, small.view(), seen);
    Feed(reader, Full(csid, 0, kMaxMessage).view(), seen);
    Feed(reader, nearly, seen);
    fed += nearly.size();
  }

  REQUIRE(seen.error);
  CHECK(fed <= kMaxPending + nearly.size());
}

TEST_CASE("The first full header has the bytes of the specification") {
  ChunkWriter writer;
  Bytes out;
  writer.Write({3, 1}, MessageType::kAudio, 1000, Bytes{0xaf}, Bytes{1, 2}, out);
  writer.Write({3, 1}, MessageType::kAudio, 1020, {}, Bytes{4, 5, 6}, out);
  writer.Write({3, 1}, MessageType::kAudio, 1040, {}, Bytes{7, 8, 9}, out);
  writer.Write({3, 1}, MessageType::kAudio, 1060, {}, Bytes{1}, out);

  CHECK(out == Bytes{0x03, 0, 3, 0xe8, 0, 0, 3, 8, 1, 0, 0, 0, 0xaf, 1, 2,  // Full.
                     0x83, 0, 0, 20,   4, 5, 6,                             // The same shape.
                     0xc3, 7, 8, 9,                                         // The same delta.
                     0x43, 0, 0, 20,   0, 0, 1, 8, 1});                     // Another length.
}

TEST_CASE("A type 3 header never follows a full one for a new message") {
  ChunkWriter writer;
  Bytes out;
  writer.Write({3, 1}, MessageType::kAudio, 20, {}, Bytes{1}, out);
  const std::size_t first = out.size();
  writer.Write({3, 1}, MessageType::kAudio, 40, {}, Bytes{1}, out);

  CHECK(out[first] == 0x83);
}

TEST_CASE("Continuation chunks repeat the extended timestamp") {
  ChunkWriter writer;
  Bytes out;
  writer.Write({6, 1}, MessageType::kVideo, 0x1234567, {}, Pattern(130), out);

  CHECK(Bytes(out.begin(), out.begin() + 16) ==
        Bytes{0x06, 0xff, 0xff, 0xff, 0, 0, 130, 9, 1, 0, 0, 0, 0x01, 0x23, 0x45, 0x67});
  CHECK(Bytes(out.begin() + 16 + 128, out.begin() + 16 + 128 + 5) ==
        Bytes{0xc6, 0x01, 0x23, 0x45, 0x67});
}

TEST_CASE("What the writer writes the reader reads, over long times and in any cut") {
  struct Sent {
    Lane lane;
    MessageType type;
    std::uint32_t timestamp_ms;
    Bytes body;
  };
  Rng rng(7);
  for (const std::uint32_t start : {0U, 16'777'000U, 0x7fffff00U, 0xffffff00U}) {
    std::vector<Sent> sent;
    ChunkWriter writer;
    Bytes out;
    std::uint32_t time = start;
    for (int i = 0; i < 60; ++i) {
      const bool is_audio = rng.Below(2) == 0;
      Sent one{{is_audio ? 4U : static_cast<std::uint32_t>(60 + rng.Below(3) * 300), 1},
               is_audio ? MessageType::kAudio : MessageType::kVideo,
               time,
               Pattern(static_cast<std::size_t>(rng.Below(400)))};
      writer.Write(one.lane, one.type, one.timestamp_ms,
                   ByteView(one.body).first(one.body.size() / 3),
                   ByteView(one.body).subspan(one.body.size() / 3), out);
      sent.push_back(std::move(one));
      time += static_cast<std::uint32_t>(rng.Below(12) == 0 ? 0 - 5 : rng.Below(40));
    }
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{129}, out.size()}) {
      ChunkReader reader;
      Seen seen;
      for (std::size_t at = 0; at < out.size(); at += piece) {
        Feed(reader, ByteView(out).subspan(at, std::min(piece, out.size() - at)), seen);
      }
      INFO("start " << start << ", pieces of " << piece);
      REQUIRE(seen.messages.size() == sent.size());
      for (std::size_t i = 0; i < sent.size(); ++i) {
        REQUIRE(seen.messages[i].timestamp_ms == sent[i].timestamp_ms);
        REQUIRE(seen.messages[i].type == static_cast<std::uint8_t>(sent[i].type));
        REQUIRE(PayloadOf(seen.messages[i]) == sent[i].body);
      }
    }
  }
}

}  // namespace
}  // namespace onair::rtmp
