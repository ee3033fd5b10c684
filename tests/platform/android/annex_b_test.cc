// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/annex_b.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "tests/codec/support/hex.h"

namespace onair::jni {
namespace {

using codec::testing::Hex;
const Bytes kSps = Hex(codec::testing::kHigh720Sps);
const Bytes kPps = Hex(codec::testing::kHigh720Pps);

Bytes Joined(const std::vector<Bytes>& nals, std::size_t zeros) {
  Bytes out;
  for (const Bytes& nal : nals) {
    out.insert(out.end(), zeros, 0);
    out.push_back(1);
    out.insert(out.end(), nal.begin(), nal.end());
  }
  return out;
}

}  // namespace

TEST_CASE("Parameter sets behind start codes of either length become the record") {
  for (const std::size_t zeros : {2U, 3U}) {
    const auto record = RecordOf(Joined({kSps, kPps}, zeros), VideoCodec::kH264, "config");

    REQUIRE(record);
    const auto config = codec::ParseAvcConfig(*record);
    REQUIRE(config);
    CHECK(config->sps == std::vector<Bytes>{kSps});
    CHECK(config->pps == std::vector<Bytes>{kPps});
  }
}

TEST_CASE("Parameter sets of H.265 become its record") {
  const std::vector<Bytes> sets{Hex(codec::testing::kHevc720Vps), Hex(codec::testing::kHevc720Sps),
                                Hex(codec::testing::kHevcPps)};

  const auto record = RecordOf(Joined(sets, 3), VideoCodec::kH265, "config");

  REQUIRE(record);
  const auto config = codec::ParseHevcConfig(*record);
  REQUIRE(config);
  CHECK(config->sps == std::vector<Bytes>{sets[1]});
}

TEST_CASE("A record stays as it is") {
  const Bytes record = *codec::MakeAvcConfig(kSps, kPps);
  CHECK(*RecordOf(record, VideoCodec::kH264, "config") == record);
}

TEST_CASE("Parameter sets that are missing are refused by the name they were given under") {
  for (const Bytes& config : {Bytes{}, Joined({kSps}, 3), Joined({kPps}, 3), Bytes{0, 0, 1}}) {
    const auto record = RecordOf(config, VideoCodec::kH264, "frame.config");
    REQUIRE_FALSE(record);
    CHECK(record.error().code == ErrorCode::kInvalidConfig);
    CHECK(record.error().detail == "frame.config");
  }
  CHECK_FALSE(RecordOf(Joined({kSps, kPps}, 3), VideoCodec::kH265, "config"));
}

TEST_CASE("Start codes become lengths, and what has none is refused") {
  const Bytes nal{0x65, 1, 2, 3};
  CHECK(*LengthsOf(Joined({nal}, 3)) == Bytes{0, 0, 0, 4, 0x65, 1, 2, 3});
  CHECK_FALSE(LengthsOf(Bytes{9, 9, 9, 9, 9}));
}

}  // namespace onair::jni
