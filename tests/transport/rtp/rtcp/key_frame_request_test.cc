// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/key_frame_request.h"

#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

TEST_CASE("A picture loss comes back as it was written") {
  const Bytes bytes = Written(
      [](SpanWriter& out) { CHECK(WritePictureLoss({.sender_ssrc = 1, .media_ssrc = 2}, out)); });
  CHECK(bytes == Bytes{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2});
  const auto got = ReadPictureLoss(First(bytes));
  REQUIRE(got);
  CHECK(got->media_ssrc == 2);
  ExpectNoneOfCuts(bytes, [](const Block& block) { return ReadPictureLoss(block).has_value(); });
}

TEST_CASE("A full intra request comes back with its number") {
  const Bytes bytes = Written([](SpanWriter& out) {
    CHECK(WriteFullIntraRequest(1, {.media_ssrc = 3, .number = 200}, out));
  });
  CHECK(bytes == Bytes{0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 200, 0, 0, 0});
  const auto got = ReadFullIntraRequest(First(bytes));
  REQUIRE(got);
  REQUIRE(got->size() == 1);
  CHECK((*got)[0].media_ssrc == 3);
  CHECK((*got)[0].number == 200);
}

TEST_CASE("Neither request is taken for the other") {
  const Bytes loss = Written([](SpanWriter& out) { WritePictureLoss({}, out); });
  const Bytes intra = Written([](SpanWriter& out) { WriteFullIntraRequest(1, {}, out); });
  CHECK_FALSE(ReadFullIntraRequest(First(loss)));
  CHECK_FALSE(ReadPictureLoss(First(intra)));
}

}  // namespace
}  // namespace onair::rtp::rtcp
