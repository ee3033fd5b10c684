// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "platform/apple/policy/broadcast_budget.h"
#include "platform/apple/policy/camera_turn.h"
#include "platform/apple/policy/path_plan.h"
#include "platform/apple/policy/pcm.h"
#include "platform/apple/policy/picture_order.h"
#include "platform/apple/policy/sample_clock.h"
#include "platform/apple/policy/thermal_plan.h"

namespace onair::apple {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();
constexpr Timestamp At(int seconds) {
  return kStart + TimeDelta::Seconds(seconds);
}

TEST_CASE("A phone that gets hot does less at once") {
  ThermalPlan plan;
  CHECK(plan.OnHeat(Heat::kFair, At(0)).limit == HeatLimit{1, 1});

  const auto decision = plan.OnHeat(Heat::kCritical, At(1));

  CHECK(decision.limit == ThermalPlan::LimitOf(Heat::kCritical));
  CHECK(decision.limit.rate_share < ThermalPlan::LimitOf(Heat::kSerious).rate_share);
  CHECK(decision.decide_again_at == Timestamp::PlusInfinity());
}

TEST_CASE("A phone that cools down does more step by step, each after a while") {
  ThermalPlan plan;
  (void)plan.OnHeat(Heat::kCritical, At(0));

  auto decision = plan.OnHeat(Heat::kNominal, At(10));
  CHECK(decision.limit == ThermalPlan::LimitOf(Heat::kCritical));
  REQUIRE(decision.decide_again_at == At(30));
  decision = plan.OnHeat(Heat::kNominal, At(30));
  CHECK(decision.limit == ThermalPlan::LimitOf(Heat::kSerious));
  REQUIRE(decision.decide_again_at == At(60));
  decision = plan.OnHeat(Heat::kNominal, At(60));

  CHECK(decision.limit == HeatLimit{1, 1});
  (void)plan.OnHeat(Heat::kNominal, decision.decide_again_at);
  CHECK(plan.OnHeat(Heat::kNominal, At(500)).decide_again_at == Timestamp::PlusInfinity());
}

TEST_CASE("Heat that comes back while a phone cools down starts the wait anew") {
  ThermalPlan plan;
  (void)plan.OnHeat(Heat::kSerious, At(0));
  (void)plan.OnHeat(Heat::kFair, At(20));
  (void)plan.OnHeat(Heat::kSerious, At(25));

  const auto decision = plan.OnHeat(Heat::kFair, At(40));

  CHECK(decision.limit == ThermalPlan::LimitOf(Heat::kSerious));
  CHECK(decision.decide_again_at == At(55));
}

TEST_CASE("A watch of heat that was turned off decides nothing until it is on again") {
  ThermalSwitch watch;
  CHECK_FALSE(watch.OnHeat(Heat::kCritical, At(0)));
  watch.Start();
  REQUIRE(watch.OnHeat(Heat::kCritical, At(1)));
  watch.Stop();
  CHECK_FALSE(watch.OnHeat(Heat::kNominal, At(31)));  // It had asked to be woken.

  watch.Start();

  const auto decision = watch.OnHeat(Heat::kSerious, At(32));
  REQUIRE(decision);
  CHECK(decision->limit == ThermalPlan::LimitOf(Heat::kSerious));  // Of now, not of then.
}

TEST_CASE("A broadcast extension takes a picture only where its reserve stays free") {
  BroadcastBudget budget;
  constexpr std::size_t kPicture = 1280 * 592 * 3 / 2;
  CHECK(budget.TakesPicture(BroadcastBudget::kReserve + kPicture, kPicture));
  CHECK(budget.refused() == 0);

  CHECK_FALSE(budget.TakesPicture(BroadcastBudget::kReserve + kPicture - 1, kPicture));

  CHECK(budget.refused() == 1);
  CHECK(budget.TakesPicture(0, kPicture));  // A system that does not tell.
}

TEST_CASE("A screen is encoded in its shape, within a bound, with even sides") {
  CHECK(BroadcastBudget::SizeFor({1290, 2796}) == PictureSize{590, 1280});
  CHECK(BroadcastBudget::SizeFor({2796, 1290}) == PictureSize{1280, 590});
  CHECK(BroadcastBudget::SizeFor({641, 361}) == PictureSize{640, 360});
  CHECK(BroadcastBudget::SizeFor({1280, 1}) == PictureSize{1280, 16});
}

TEST_CASE("A sample's time is as long ago on our clock as on the host's") {
  const TimeDelta host_now = TimeDelta::Seconds(1000);
  CHECK(SampleClock::At(host_now - TimeDelta::Millis(40), host_now, At(7)) ==
        At(7) - TimeDelta::Millis(40));
}

TEST_CASE("A sample's time that is to come, or of another clock, is now") {
  const TimeDelta host_now = TimeDelta::Seconds(1000);
  CHECK(SampleClock::At(host_now + TimeDelta::Millis(1), host_now, At(7)) == At(7));
  CHECK(SampleClock::At(TimeDelta::Zero(), host_now, At(7)) == At(7));
}

TEST_CASE("Pictures of both cameras stand upright however the device is held") {
  CHECK(UprightTurn(Held::kPortrait, Facing::kBack) == Rotation::k90);
  CHECK(UprightTurn(Held::kPortrait, Facing::kFront) == Rotation::k90);
  CHECK(UprightTurn(Held::kUpsideDown, Facing::kBack) == Rotation::k270);
  CHECK(UprightTurn(Held::kHomeRight, Facing::kBack) == Rotation::k0);
  CHECK(UprightTurn(Held::kHomeLeft, Facing::kBack) == Rotation::k180);
  CHECK(UprightTurn(Held::kHomeRight, Facing::kFront) == Rotation::k180);
  CHECK(UprightTurn(Held::kHomeLeft, Facing::kFront) == Rotation::k0);
}

TEST_CASE("Sessions move when the usable path is another one, not for the first nor for none") {
  PathPlan plan;
  const NetworkPath wifi{true, "en0", NetworkKind::kWifi};
  const NetworkPath cellular{true, "pdp_ip0", NetworkKind::kCellular};
  CHECK_FALSE(plan.OnPath(wifi));
  CHECK_FALSE(plan.OnPath(wifi));
  CHECK(plan.OnPath(cellular) == NetworkKind::kCellular);
  CHECK_FALSE(plan.OnPath({}));
  CHECK(plan.OnPath(cellular) == NetworkKind::kCellular);  // Its connections may have died.
  CHECK(plan.OnPath(wifi) == NetworkKind::kWifi);
}

TEST_CASE("A tunnel over another kind of network is another path") {
  PathPlan plan;
  CHECK_FALSE(plan.OnPath({true, "utun4", NetworkKind::kWifi}));
  CHECK(plan.OnPath({true, "utun4", NetworkKind::kCellular}) == NetworkKind::kCellular);
}

TEST_CASE("An app that starts without a network hands over to its first one") {
  PathPlan plan;
  CHECK_FALSE(plan.OnPath({}));
  CHECK(plan.OnPath({true, "en0", NetworkKind::kWifi}) == NetworkKind::kWifi);
}

VideoFrame At(MediaTime pts) {
  auto pixels = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
  return VideoFrame(std::move(*pixels).Freeze(), pts, kStart);
}

std::vector<int> Shown(PictureOrder& order, int dts) {
  std::vector<VideoFrame> out;
  order.TakeDue(MediaTime::Micros(dts), out);
  std::vector<int> shown;
  for (const VideoFrame& frame : out) shown.push_back(static_cast<int>(frame.pts.us()));
  return shown;
}

TEST_CASE("Pictures that are decoded in display order leave at once") {
  PictureOrder order;
  for (int i = 0; i < 4; ++i) {
    order.Add(At(MediaTime::Micros(i)));
    CHECK(Shown(order, i) == std::vector<int>{i});
  }
}

TEST_CASE("Pictures of a stream with B pictures leave in display order") {
  PictureOrder order;
  std::vector<int> shown;
  const std::array<int, 6> pts{2, 5, 3, 4, 8, 6};  // Decoded at 0, 1, 2, ...
  for (int dts = 0; dts < 6; ++dts) {
    order.Add(At(MediaTime::Micros(pts[static_cast<std::size_t>(dts)])));
    for (const int one : Shown(order, dts)) shown.push_back(one);
  }
  CHECK(shown == std::vector<int>{2, 3, 4, 5});
  std::vector<VideoFrame> rest;
  order.TakeAll(rest);
  CHECK(rest.size() == 2);
}

TEST_CASE("Pictures whose time never comes are not held without bound") {
  PictureOrder order;
  std::size_t out = 0;
  for (int i = 0; i < 100; ++i) {
    order.Add(At(MediaTime::Micros(1'000'000 + i)));
    out += Shown(order, 0).size();
  }
  CHECK(out == 100 - PictureOrder::kMostHeld);
}

std::vector<float> Floats(const std::vector<std::vector<std::uint8_t>>& buffers, PcmLayout layout,
                          std::size_t frames) {
  std::vector<std::span<const std::uint8_t>> views(buffers.begin(), buffers.end());
  return ToFloats(views, layout, frames);
}

TEST_CASE("Integers of either byte order become the same samples") {
  using P = PcmLayout;
  const std::vector<float> wanted{0.5F, -1.0F};
  CHECK(Floats({{0x00, 0x40, 0x00, 0x80}},
               {P::Kind::kInt16, P::Order::kLittle, P::Planes::kInterleaved, 2}, 1) == wanted);
  CHECK(Floats({{0x40, 0x00, 0x80, 0x00}},
               {P::Kind::kInt16, P::Order::kBig, P::Planes::kInterleaved, 2}, 1) == wanted);
}

TEST_CASE("A buffer for each channel is interleaved") {
  using P = PcmLayout;
  const PcmLayout layout{P::Kind::kInt16, P::Order::kLittle, P::Planes::kOneEach, 2};
  CHECK(Floats({{0, 0x40, 0, 0x20}, {0, 0xc0, 0, 0xe0}}, layout, 2) ==
        std::vector<float>{0.5F, -0.5F, 0.25F, -0.25F});
}

TEST_CASE("Buffers shorter than their frames give no sound") {
  using P = PcmLayout;
  const PcmLayout planar{P::Kind::kFloat32, P::Order::kLittle, P::Planes::kOneEach, 2};
  CHECK(Floats({{0, 0, 0, 0}}, planar, 1).empty());
  CHECK(Floats({{0, 0, 0, 0}, {0, 0, 0}}, planar, 1).empty());
  CHECK(Floats({}, planar, 1).empty());
  CHECK(Floats({{0, 0}}, {P::Kind::kInt16, P::Order::kLittle, P::Planes::kInterleaved, 0}, 1)
            .empty());
}

}  // namespace
}  // namespace onair::apple
