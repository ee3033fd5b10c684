// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/turn_stream.h"

#include <catch2/catch.hpp>
#include <vector>

#include "transport/ice/stun_writer.h"

namespace onair::ice {
namespace {

Bytes Message() {
  Bytes buffer(100);
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, TransactionId{});
  writer.Text(StunAttribute::kUsername, "abc");
  buffer.resize(writer.Finish().size());
  return buffer;
}

// Channel data of five bytes, with the padding of a stream.
const Bytes kChannel{0x40, 0x01, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0};

std::vector<Bytes> Frames(TurnDeframer& deframer) {
  std::vector<Bytes> frames;
  while (const auto frame = deframer.Next()) frames.emplace_back(frame->begin(), frame->end());
  return frames;
}

TEST_CASE("A stream of TURN falls into the same frames wherever it is cut") {
  Bytes stream = Message();
  stream.insert(stream.end(), kChannel.begin(), kChannel.end());
  const Bytes message = Message();
  stream.insert(stream.end(), message.begin(), message.end());
  const std::vector<Bytes> expected{message, Bytes(kChannel.begin(), kChannel.begin() + 9),
                                    message};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    TurnDeframer deframer;
    deframer.HandleBytes(ByteView(stream).first(cut));
    std::vector<Bytes> frames = Frames(deframer);
    deframer.HandleBytes(ByteView(stream).subspan(cut));
    for (Bytes& frame : Frames(deframer)) frames.push_back(std::move(frame));
    INFO("cut at " << cut);
    CHECK(frames == expected);
  }
}

TEST_CASE("A stream that is no TURN is broken for good") {
  TurnDeframer deframer;
  const Bytes http{'H', 'T', 'T', 'P', '/', '1'};
  deframer.HandleBytes(http);
  CHECK_FALSE(deframer.Next());
  // 'H' is a channel number; the length that follows is too long.
  CHECK(deframer.is_broken());
  deframer.HandleBytes(kChannel);
  CHECK_FALSE(deframer.Next());
}

TEST_CASE("A frame over the limit is not waited for") {
  TurnDeframer deframer;
  const Bytes longest{0x40, 0x00, 0x0f, 0xfc};
  deframer.HandleBytes(longest);
  CHECK_FALSE(deframer.Next());
  CHECK_FALSE(deframer.is_broken());

  TurnDeframer other;
  const Bytes longer{0x40, 0x00, 0x0f, 0xfd};
  other.HandleBytes(longer);
  CHECK_FALSE(other.Next());
  CHECK(other.is_broken());
}

}  // namespace
}  // namespace onair::ice
