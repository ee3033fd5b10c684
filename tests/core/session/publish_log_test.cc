// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_log.h"

#include <catch2/catch.hpp>
#include <memory>

#include "core/session/publish_replay.h"
#include "core/session/recorded_publish.h"
#include "tests/core/session/publish_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// The same setup for a session and for its replay, but for the seed.
std::unique_ptr<Publish> MakeSession(std::uint64_t seed = 7) {
  PublishSessionConfig config;
  config.reconnect.first_delay = TimeDelta::Millis(300);
  return std::make_unique<Publish>(
      config, PublishRig::PathTo("live.example"),
      [](const std::string& address) -> Result<Publish::Path> {
        return PublishRig::PathTo(address);
      },
      Rng(seed), NullTrace());
}

// A session's life with every kind of input: a redirect, media, a slow socket, a loss, a return.
class Story {
 public:
  Story() : session_(MakeSession()), recorded_(*session_) {
    const std::string_view magic = kPublishLogMagic;
    log_.assign(magic.begin(), magic.end());
    const Bytes setup = {1, 2, 3};
    recorded_.RecordTo([this](Bytes entry) { log_.insert(log_.end(), entry.begin(), entry.end()); },
                       setup);
    Tell();
  }
  const Bytes& log() const { return log_; }
  DataSize bytes_sent() const { return recorded_.stats().bytes_sent; }

 private:
  void Settle() {
    while (!std::holds_alternative<Idle>(recorded_.Poll())) {
    }
  }
  template <typename Input>
  void Give(Input input) {
    input();
    Settle();
  }

  void Tell() {
    auto& s = recorded_;
    StreamTracks tracks = wire::MakeTracks(true, true);
    Give([&] { s.SetTracks(tracks, At(0)); });
    Give([&] { s.Start(At(0)); });
    Give([&] { s.HandleConnected(At(50)); });
    Give([&] { s.HandleBytes(wire::PutText('M', "elsewhere"), At(90)); });
    Give([&] { s.HandleConnected(At(130)); });
    Give([&] { s.HandleBytes(wire::Put('R'), At(170)); });
    for (int i = 0; i < 30; ++i) {
      const std::int64_t ms = 200 + i * 33;
      Give([&] { s.Push(wire::MakeFrame(i == 0 ? kKey : kReference, ms, 3000), At(ms)); });
      Give([&] { s.Push(wire::MakeFrame(kAudio, ms, 170), At(ms)); });
      SocketFacts facts;
      facts.rtt = TimeDelta::Micros(40'123);
      facts.bytes_acked = DataSize::Bytes(i * 2500);
      s.HandleSocketFacts(facts, At(ms));
      Give([&] { s.HandleUnsent(DataSize::Bytes(i * 700), At(ms)); });
    }
    Give([&] { s.HandleNetworkChanged(*IpAddress::Parse("2001:db8::7"), At(1250)); });
    Give([&] { s.HandleStandbyClosed({ErrorCode::kLocalAddress, "test", 99}, At(1260)); });
    const Error lost{ErrorCode::kConnectionLost, "test", 104};
    Give([&] { s.HandleClosed(lost, At(1300)); });
    Give([&] { s.HandleNetworkChanged(std::nullopt, At(1310)); });
    Give([&] { s.HandleClosed(lost, At(1320)); });
    Give([&] { s.HandleTimeout(At(2000)); });
    Give([&] { s.HandleConnected(At(2100)); });
    Give([&] { s.Stop(At(2200)); });
  }

  Bytes log_;
  std::unique_ptr<Publish> session_;
  RecordedPublish recorded_;
};

Result<ReplayReport> ReplayLog(const Bytes& log, std::uint64_t seed = 7) {
  auto reader = PublishLogReader::Open(log);
  if (!reader) return Forward(reader);
  const auto setup = reader->Next();
  if (!setup) return Forward(setup);
  auto session = MakeSession(seed);
  return ReplayAll(*reader, *session);
}

TEST_CASE("A replayed session answers what the recorded one answered, byte for byte") {
  const Story story;
  const auto report = ReplayLog(story.log());
  REQUIRE(report);
  CHECK_FALSE(report->difference);
  CHECK(report->inputs == 6 + 30 * 4 + 8);
  CHECK(report->answers > report->inputs - 30);
  CHECK(report->transmitted == story.bytes_sent());
}

TEST_CASE("The setup comes first and is given back as it was") {
  const Story story;
  auto reader = PublishLogReader::Open(story.log());
  REQUIRE(reader);
  const auto setup = reader->Next();
  REQUIRE(setup);
  REQUIRE(*setup);
  CHECK((*setup)->kind == PublishEntry::kSetup);
  CHECK(Bytes((*setup)->body.begin(), (*setup)->body.end()) == Bytes{1, 2, 3});
}

TEST_CASE("A replay with another seed comes apart where chance has a say") {
  const Story story;
  const auto report = ReplayLog(story.log(), 8);
  REQUIRE(report);
  REQUIRE(report->difference);
  CHECK(report->difference->at == At(1300));  // The wait before the next attempt.
  CHECK(report->difference->recorded != report->difference->replayed);
}

TEST_CASE("One changed byte of media is found where it was sent") {
  Bytes log = Story().log();
  auto reader = PublishLogReader::Open(log);
  REQUIRE(reader);
  std::size_t begin = 0;
  while (true) {
    begin = reader->position();
    const auto entry = reader->Next();
    REQUIRE(entry);
    REQUIRE(*entry);
    if ((*entry)->kind == PublishEntry::kFrame) break;
  }
  log[begin + 100] ^= 1;
  const auto report = ReplayLog(log);
  REQUIRE(report);
  REQUIRE(report->difference);
  CHECK(report->difference->at == At(200));
  CHECK(report->difference->replayed.find("other from byte") != std::string::npos);
}

TEST_CASE("A log cut anywhere is an error or an earlier end, never more") {
  const Bytes log = Story().log();
  const auto whole = ReplayLog(log);
  REQUIRE(whole);
  int ends = 0;
  for (std::size_t size = 0; size < log.size(); size += 97) {
    const auto report =
        ReplayLog(Bytes(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size)));
    if (!report) {
      CHECK(report.error().code == ErrorCode::kFileMalformed);
      continue;
    }
    ++ends;
    CHECK(report->inputs < whole->inputs);
  }
  CHECK(ends < 20);
}

TEST_CASE("Bodies that do not fit their kind are refused") {
  auto session = MakeSession();
  for (const PublishEntry kind :
       {PublishEntry::kTracks, PublishEntry::kFrame, PublishEntry::kClosed, PublishEntry::kUnsent,
        PublishEntry::kFacts}) {
    const auto status = Replay({kind, At(0), {}}, *session);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == ErrorCode::kFileMalformed);
  }
  const Bytes no_address = {0, 1, 'x'};
  CHECK(Replay({PublishEntry::kNetworkChanged, At(0), no_address}, *session).error().code ==
        ErrorCode::kFileMalformed);
  CHECK(Replay({PublishEntry::kNetworkChanged, At(0), {}}, *session));
  CHECK(Replay({PublishEntry::kIdle, At(0), {}}, *session).error().code ==
        ErrorCode::kInvalidState);
}

}  // namespace
}  // namespace onair::session
