// SPDX-License-Identifier: Apache-2.0
//
// x264 and x265 loaded at run time. This program has no symbol of theirs to link.
#include <catch2/catch.hpp>

#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

TEST_CASE("Loaded at run time x264 and x265 encode as they do when they are linked") {
  for (const auto choice : {EncoderChoice::kX264, EncoderChoice::kX265}) {
    VideoConfig config =
        SmallConfig(choice == EncoderChoice::kX264 ? VideoCodec::kH264 : VideoCodec::kH265);
    config.encoder = choice;
    auto encoder = Open(config);
    const auto frames = EncodeMany(*encoder, {}, 70, [](VideoEncoder& e, int i) {
      if (i == 40) REQUIRE(e.Apply({Kbps(200), 30, 0, KeyFrameWanted::kYes}));
    });
    CAPTURE(static_cast<int>(choice));
    CHECK(KeyFrames(frames) == 2);
    const auto decoded = DecodeAll(encoder->track(), frames);
    REQUIRE(decoded.size() == 70);
    CHECK(LumaPsnr(decoded[39].picture, DrawPicture({}, 39)) > 30);
  }
}

}  // namespace
}  // namespace onair::codec
