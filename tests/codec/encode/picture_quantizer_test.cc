// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_quantizer.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace onair::codec {
namespace {

constexpr TimeDelta kGop = TimeDelta::Seconds(2);
constexpr DataRate kRate = DataRate::KilobitsPerSec(1200);
// Of 250 ms: 37500 bytes.
constexpr TimeDelta kVbv = TimeDelta::Millis(250);

PictureQuantizer Make() {
  return PictureQuantizer(kRate, kVbv, {1280, 720});
}

// An encoder whose pictures take 2^(level - quantiser / 6) bits.
DataSize SizeAt(double level, int quantizer) {
  return DataSize::Bytes(static_cast<std::int64_t>(std::exp2(level - quantizer / 6.0) / 8));
}

TEST_CASE("The quantiser settles where pictures take the rate") {
  PictureQuantizer plan = Make();
  int quantizer = 0;
  double bits = 0;
  for (int i = 0; i < 90; ++i) {
    quantizer = plan.Next(FrameKind::kReference, 30, kGop);
    const DataSize size = SizeAt(20, quantizer);
    if (i >= 30) bits += 8.0 * static_cast<double>(size.bytes());
    plan.OnPicture(FrameKind::kReference, size, quantizer, 30);
  }
  CHECK(bits / 2 == Approx(1'200'000).epsilon(0.03));
  CHECK(plan.Next(FrameKind::kKey, 30, kGop) < quantizer);
}

TEST_CASE("A key frame is planned within the VBV as soon as one was seen") {
  PictureQuantizer plan = Make();
  plan.OnPicture(FrameKind::kKey, SizeAt(25, 30), 30, 30);
  const int quantizer = plan.Next(FrameKind::kKey, 30, kGop);
  CHECK(SizeAt(25, quantizer).bytes() <= 30'000);
  CHECK(SizeAt(25, quantizer).bytes() > 20'000);
}

TEST_CASE("A limit is planned with room, for key frames and others") {
  PictureQuantizer plan = Make();
  plan.OnPicture(FrameKind::kKey, SizeAt(21, 30), 30, 30);
  for (int i = 0; i < 20; ++i) plan.OnPicture(FrameKind::kReference, SizeAt(20, 28), 28, 30);
  plan.SetFrameLimit(DataSize::Bytes(2000));
  CHECK(SizeAt(21, plan.Next(FrameKind::kKey, 30, kGop)).bytes() <= 1200);
  CHECK(SizeAt(20, plan.Next(FrameKind::kReference, 30, kGop)).bytes() <= 1200);
  plan.SetFrameLimit(std::nullopt);
  CHECK(SizeAt(20, plan.Next(FrameKind::kReference, 30, kGop)).bytes() > 2000);
}

TEST_CASE("What is larger than the VBV is coded anew, coarse enough; what fits is not") {
  const PictureQuantizer plan = Make();
  CHECK_FALSE(plan.Again(FrameKind::kKey, DataSize::Bytes(37'500), 25));
  const auto coarser = plan.Again(FrameKind::kKey, DataSize::Bytes(37'501), 25);
  REQUIRE(coarser);
  CHECK(*coarser == 27);
  const DataSize size = SizeAt(26, 25);
  CHECK(SizeAt(26, *plan.Again(FrameKind::kReference, size, 25)).bytes() <= 37'500);
  CHECK_FALSE(plan.Again(FrameKind::kKey, DataSize::Bytes(900'000), 51));
}

TEST_CASE("A picture a little above a limit is not made a key frame, one far above is") {
  PictureQuantizer plan = Make();
  plan.SetFrameLimit(DataSize::Bytes(2000));
  CHECK_FALSE(plan.Again(FrameKind::kReference, DataSize::Bytes(3000), 30));
  CHECK(plan.Again(FrameKind::kReference, DataSize::Bytes(4000), 30) == 37);
  CHECK(plan.Again(FrameKind::kKey, DataSize::Bytes(4000), 30) == 37);
}

TEST_CASE("Under a limit pictures become finer step by step, without one at once") {
  PictureQuantizer plan = Make();
  for (int i = 0; i < 20; ++i) plan.OnPicture(FrameKind::kReference, SizeAt(18, 20), 20, 30);
  plan.SetFrameLimit(DataSize::Bytes(30'000));
  plan.OnPicture(FrameKind::kKey, SizeAt(21, 44), 44, 30);
  CHECK(plan.Next(FrameKind::kReference, 30, kGop) == 42);
  plan.SetFrameLimit(std::nullopt);
  CHECK(plan.Next(FrameKind::kReference, 30, kGop) < 30);
}

}  // namespace
}  // namespace onair::codec
