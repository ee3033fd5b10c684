// SPDX-License-Identifier: Apache-2.0
//
// What a publish session tells its controller, and how it obeys.
#include <catch2/catch.hpp>
#include <utility>

#include "tests/core/session/publish_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

// Remembers reports and answers as told.
class RecordingController final : public cc::Controller {
 public:
  struct Log {
    std::vector<cc::TcpReport> reports;
    DataRate target = DataRate::KilobitsPerSec(1000);
    std::optional<DataSize> window;
    Intake intake = Intake::kOpen;
  };
  explicit RecordingController(Log& log) : log_(log) {}

  cc::CongestionDecision OnReport(const cc::TcpReport& report) override {
    log_.reports.push_back(report);
    return {.target_rate = log_.target,
            .pacing_rate = {},
            .congestion_window = log_.window,
            .probe = {},
            .repair = {},
            .intake = log_.intake,
            .cause = cc::Cause::kNone,
            .decide_again_at = report.at + TimeDelta::Millis(50),
            .reason = "test"};
  }
  cc::CongestionDecision OnReport(const cc::FeedbackReport&) override {
    return OnReport(cc::TcpReport{.at = Timestamp::Zero()});
  }

 private:
  Log& log_;
};

struct ControlledRig : PublishRig {
  ControlledRig() {
    session.SetController(std::make_unique<RecordingController>(log));
    GoLive();
  }
  std::vector<cc::CongestionDecision> Decisions() const {
    std::vector<cc::CongestionDecision> found;
    for (const auto& decided : All<Publish::RateDecided>()) found.push_back(decided.decision);
    return found;
  }
  void PushAt(FrameKind kind, std::int64_t ms, std::size_t size = 100) {
    now = Timestamp::Zero() + TimeDelta::Millis(ms);
    Push(kind, ms, size);
  }
  RecordingController::Log log;
};

TEST_CASE("Each picture and each deadline of its own brings the controller a report") {
  ControlledRig rig;
  rig.PushAt(kKey, 0);
  const std::size_t before = rig.log.reports.size();
  rig.PushAt(kReference, 33);
  CHECK(rig.log.reports.size() == before + 1);
  REQUIRE(rig.idle.wake_at == rig.now + TimeDelta::Millis(50));
  CHECK(rig.idle.timer == "publish.decide");
  rig.now = rig.idle.wake_at;
  rig.session.HandleTimeout(rig.now);
  rig.Drain();
  CHECK(rig.log.reports.size() == before + 2);
  CHECK(rig.log.reports.back().at == rig.now);
}

TEST_CASE("A report holds what waits here, what left, and what the system tells") {
  ControlledRig rig;
  rig.PushAt(kKey, 0, 70'000);  // Above unsent_limit: what follows waits.
  rig.PushAt(kReference, 33, 500);
  rig.PushAt(kReference, 66, 500);
  rig.session.HandleUnsent(DataSize::Bytes(65'536), rig.now);
  SocketFacts facts;
  facts.rtt = TimeDelta::Millis(80);
  facts.unacked = DataSize::Bytes(1234);
  rig.session.HandleSocketFacts(facts, rig.now);
  rig.PushAt(kReference, 99, 500);

  const cc::TcpReport& report = rig.log.reports.back();
  CHECK(report.queue_frames == 3);
  CHECK(report.queue_span == TimeDelta::Millis(66));
  CHECK(report.queue_size > DataSize::Bytes(1500));
  CHECK(report.socket.rtt == TimeDelta::Millis(80));
  CHECK(report.socket.unacked == DataSize::Bytes(1234));
  CHECK(report.socket.unsent == DataSize::Bytes(65'536));
  CHECK(report.written == rig.session.stats().bytes_sent - DataSize::Bytes(65'536));
  CHECK(report.frames_written == 1);
  CHECK_FALSE(report.is_encoder_application_limited);
}

TEST_CASE("A decision is told once and again when it changes") {
  ControlledRig rig;
  rig.PushAt(kKey, 0);
  rig.PushAt(kReference, 33);
  REQUIRE(rig.Decisions().size() == 1);
  CHECK(rig.Decisions().back().target_rate == DataRate::KilobitsPerSec(1000));
  rig.log.intake = Intake::kPaused;
  rig.PushAt(kReference, 66);
  REQUIRE(rig.Decisions().size() == 2);
  CHECK(rig.Decisions().back().intake == Intake::kPaused);
}

TEST_CASE("Nothing is written while a whole window is unsent and unconfirmed") {
  ControlledRig rig;
  rig.log.window = DataSize::Bytes(2000);
  rig.PushAt(kKey, 0, 100);
  SocketFacts facts;
  facts.unacked = DataSize::Bytes(2000);
  rig.session.HandleSocketFacts(facts, rig.now);
  const std::size_t before = rig.sent.size();
  rig.PushAt(kReference, 33, 100);
  CHECK(rig.sent.size() == before);

  facts.unacked = DataSize::Zero();
  rig.session.HandleSocketFacts(facts, rig.now);
  rig.session.HandleUnsent(DataSize::Zero(), rig.now);
  rig.Drain();
  CHECK(rig.sent.size() == before + 1);
}

TEST_CASE(
    "The socket may hold a frame's time of the rate, never less than 4 KiB or above the limit") {
  ControlledRig rig;
  const auto limit_at = [&](std::int64_t kbps) {
    rig.log.target = DataRate::KilobitsPerSec(kbps);
    rig.PushAt(kReference, rig.now.us() / 1000 + 33);
    return rig.All<Publish::RateDecided>().back().unsent_limit;
  };
  rig.PushAt(kKey, 0);
  CHECK(limit_at(2000) == DataSize::Bytes(12'500));
  CHECK(limit_at(300) == DataSize::Kibibytes(4));
  CHECK(limit_at(50'000) == PublishSessionConfig{}.unsent_limit);

  static_cast<void>(limit_at(2000));
  rig.Unsent(DataSize::Bytes(12'500));
  const std::size_t before = rig.sent.size();
  rig.PushAt(kReference, rig.now.us() / 1000 + 33);
  CHECK(rig.sent.size() == before);
  rig.Unsent(DataSize::Bytes(12'499));
  CHECK(rig.sent.size() == before + 1);
}

TEST_CASE("An encoder that gives less than it may is told from a network that takes less") {
  ControlledRig rig;
  for (int i = 0; i < 60; ++i) rig.PushAt(i == 0 ? kKey : kReference, i * 33, 1000);  // 240 kbit/s.
  CHECK(rig.log.reports.back().is_encoder_application_limited);
  for (int i = 60; i < 120; ++i) rig.PushAt(kReference, i * 33, 4000);  // 970 kbit/s.
  CHECK_FALSE(rig.log.reports.back().is_encoder_application_limited);
}

}  // namespace
}  // namespace onair::session
