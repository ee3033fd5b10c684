// SPDX-License-Identifier: Apache-2.0
//
// The test of a line over the real protocol and modelled TCP.
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "core/session/uplink_probe.h"
#include "core/twin/fake_encoder.h"
#include "core/twin/random_loss.h"
#include "core/twin/session_world.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/server_session.h"

namespace onair::scenario {
namespace {

using session::UplinkProbe;
using Server = rtmp::ServerSession;

struct LineUnderTest {
  double kbps = 2000;
  DataSize queue = DataSize::Kibibytes(64);
  TimeDelta one_way = TimeDelta::Millis(25);
  twin::TcpAlgorithm algorithm = twin::TcpAlgorithm::kCubic;
  double loss = 0;
  std::uint64_t seed = 1;
};

class ProbeStage {
 public:
  explicit ProbeStage(const LineUnderTest& line, const UplinkProbeConfig& config = {})
      : world(Timestamp::Zero(), line.seed),
        network_(world, Uplink(line), twin::FreeWay(line.one_way)),
        url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
        client_rng_(world.ForkRng()),
        server_rng_(world.ForkRng()),
        probe(
            config, url_.endpoint,
            [this](Timestamp now) {
              return std::make_unique<rtmp::PublishClient>(
                  url_, rtmp::PublishClientConfig{}, Rng(client_rng_.Next()), NullTrace(), now);
            },
            {twin::FakeEncoder({}, Rng(1)).track(), Buffer::Own(Bytes(200, 0x65))}, NullTrace()),
        net(world, probe,
            {.link =
                 twin::StreamLink::Symmetric(twin::RateSchedule::Unlimited(), TimeDelta::Zero()),
             .peer = [this](const Endpoint&) { return Meet(); },
             .on_event =
                 [this](UplinkProbe::Event& event, Timestamp now) {
                   auto& finished = std::get<UplinkProbe::Finished>(event);
                   report = std::move(finished.report);
                   finished_at = now;
                 },
             .connect = {},
             .network = &network_,
             .tcp = twin::SetupOf(line.algorithm)}) {}

  const Result<UplinkReport>& Run() {
    net.Do([](UplinkProbe& p, Timestamp now) { p.Start(now); });
    world.RunFor(TimeDelta::Seconds(40));
    REQUIRE(report);
    if (!*report) UNSCOPED_INFO(ToString(report->error()));
    return *report;
  }

  twin::World world;
  std::optional<Result<UplinkReport>> report;
  std::optional<Timestamp> finished_at;
  std::int64_t pictures = 0;  // That the server saw.
  int goodbyes = 0;
  bool accepts = true;

 private:
  std::unique_ptr<twin::Path> Uplink(const LineUnderTest& line) {
    auto way = twin::Way(
        twin::RateSchedule(DataRate::BitsPerSec(static_cast<std::int64_t>(line.kbps * 1000))),
        line.queue, line.one_way);
    if (line.loss > 0) {
      way->Then(std::make_unique<twin::RandomLoss>(line.loss, world.ForkRng()));
    }
    return way;
  }
  twin::Answer Meet() {
    auto server =
        std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(server_rng_.Next()), world.now());
    return std::make_unique<twin::MachinePeer<Server>>(
        std::move(server), [this](auto& peer, Server::Event& event) {
          if (std::holds_alternative<Server::PublishRequested>(event)) {
            if (accepts) peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
          } else if (std::holds_alternative<EncodedFrame>(event)) {
            ++pictures;
          } else if (std::holds_alternative<Server::Closed>(event)) {
            ++goodbyes;
            peer.Finish();
          }
        });
  }

  twin::SharedNetwork network_;
  rtmp::RtmpUrl url_;
  Rng client_rng_;
  Rng server_rng_;

 public:
  UplinkProbe probe;
  twin::SessionWorld<UplinkProbe> net;
};

TEST_CASE("A probe tells the rate of a line within 15 percent, for each way of TCP") {
  for (const double kbps : {500.0, 2000.0, 8000.0}) {
    for (const auto algorithm : {twin::TcpAlgorithm::kCubic, twin::TcpAlgorithm::kBbr}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        INFO(kbps << " kbit/s, algorithm " << static_cast<int>(algorithm) << ", seed " << seed);
        ProbeStage stage({.kbps = kbps, .algorithm = algorithm, .seed = seed});
        const auto& report = stage.Run();
        REQUIRE(report);
        CHECK(report->delivered.kbps_f() == Approx(kbps).epsilon(0.15));
        CHECK(report->base_rtt >= TimeDelta::Millis(50));
        CHECK(report->base_rtt < TimeDelta::Millis(80));
        CHECK(report->rtt_under_load >= report->base_rtt);
        CHECK(report->preset);
        CHECK(stage.goodbyes == 1);
        CHECK(stage.pictures > 30);
      }
    }
  }
}

TEST_CASE("A probe sees a deep queue as congestion and random losses as a lossy line") {
  ProbeStage deep({.kbps = 1000, .queue = DataSize::Kibibytes(512)});
  REQUIRE(deep.Run());
  CHECK(deep.report->value().trouble == UplinkTrouble::kCongestion);
  CHECK(deep.report->value().rtt_under_load > TimeDelta::Millis(200));

  ProbeStage lossy({.kbps = 8000, .loss = 0.03});
  REQUIRE(lossy.Run());
  CHECK(lossy.report->value().trouble == UplinkTrouble::kLossy);
  CHECK(*lossy.report->value().retransmitted_percent > 1.5);
  CHECK(lossy.report->value().margin < 0.6);
}

TEST_CASE("A probe over a line of a whole second still ends in time and bytes") {
  ProbeStage stage({.kbps = 500, .one_way = TimeDelta::Millis(300)});
  const auto& report = stage.Run();
  REQUIRE(report);
  CHECK(report->delivered.kbps_f() == Approx(500).epsilon(0.25));
  CHECK(report->took < TimeDelta::Seconds(10));
  CHECK(report->bytes_sent < DataSize::Mebibytes(1));
}

TEST_CASE("A probe of a server that never accepts ends at the connect timeout") {
  ProbeStage stage({}, {.connect_timeout = TimeDelta::Seconds(4)});
  stage.accepts = false;
  const auto& report = stage.Run();
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::kTimeout);
  CHECK(*stage.finished_at == Timestamp::Zero() + TimeDelta::Seconds(4));
}

}  // namespace
}  // namespace onair::scenario
