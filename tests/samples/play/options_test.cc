// SPDX-License-Identifier: Apache-2.0
#include "samples/play/options.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

struct Parsed {
  PlayOptions options;
  PlayerConfig config;
  std::optional<int> status;  // Empty: all is well.
};

Parsed Parse(std::vector<std::string> words) {
  Parsed parsed;
  const auto line = MakePlayCommandLine(parsed.options);
  std::vector<char*> arguments{const_cast<char*>("onair-play")};
  for (auto& word : words) arguments.push_back(word.data());
  parsed.status = line->Parse(static_cast<int>(arguments.size()), arguments.data());
  if (!parsed.status) parsed.status = ToConfig(*line, parsed.options, parsed.config);
  return parsed;
}

const std::string kUrl = "http://127.0.0.1/live/a.flv";

TEST_CASE("Rooms to preload may come before and behind the address") {
  const auto parsed =
      Parse({"--preload", kUrl + "?1", kUrl, "--preload", "rtmp://127.0.0.1/live/b"});
  REQUIRE_FALSE(parsed.status);
  CHECK(parsed.options.url == kUrl);
  CHECK(parsed.options.preload == std::vector<std::string>{kUrl + "?1", "rtmp://127.0.0.1/live/b"});
}

TEST_CASE("How to catch up is one of two words, and a jump unless told") {
  CHECK(Parse({kUrl}).config.session.catch_up == CatchUp::kJump);
  CHECK(Parse({kUrl, "--catch-up", "speed"}).config.session.catch_up == CatchUp::kSpeed);
  CHECK(Parse({kUrl, "--catch-up", "fast"}).status == 2);
}

TEST_CASE("Snapshot and switch become steps in the order of their time") {
  const auto parsed =
      Parse({kUrl, "--snapshot", "a.png@5", "--preload", kUrl, "--then-switch", "2"});
  REQUIRE_FALSE(parsed.status);
  REQUIRE(parsed.options.steps.size() == 2);
  CHECK(parsed.options.steps[0].action == PlayAction::kNext);
  CHECK(parsed.options.steps[1].action == PlayAction::kSnapshot);
  CHECK(parsed.options.steps[1].value == "a.png");
}

TEST_CASE("Other addresses of the stream: qualities, switches by the clock, a fallback") {
  const std::string rts = "rts://127.0.0.1/live/a";
  const auto parsed =
      Parse({rts, "--qualities", kUrl + "?1," + kUrl + "?2", "--switch-at",
             "2.5=" + kUrl + "?key=1", "--switch-at", "1=" + kUrl, "--fallback", kUrl + "?3"});
  REQUIRE_FALSE(parsed.status);
  CHECK(parsed.options.qualities == std::vector<std::string>{kUrl + "?1", kUrl + "?2"});
  REQUIRE(parsed.options.steps.size() == 2);
  CHECK(parsed.options.steps[0].value == kUrl);
  CHECK(parsed.options.steps[1].at == TimeDelta::Millis(2500));
  CHECK(parsed.options.steps[1].action == PlayAction::kSwitch);
  CHECK(parsed.options.steps[1].value == kUrl + "?key=1");
  CHECK(parsed.config.fallback_url == kUrl + "?3");
  CHECK(Parse({rts, "--no-fallback"}).config.fallback_use == FallbackUse::kNever);
}

TEST_CASE("Qualities with their rates are for the player to choose among, the least first") {
  const auto parsed = Parse({kUrl, "--qualities", kUrl + "@2500," + kUrl + "?low@500"});
  REQUIRE_FALSE(parsed.status);
  CHECK(parsed.options.qualities == std::vector<std::string>{kUrl, kUrl + "?low"});
  REQUIRE(parsed.config.qualities.size() == 2);
  CHECK(parsed.config.qualities[0].url == kUrl + "?low");
  CHECK(parsed.config.qualities[0].rate == DataRate::KilobitsPerSec(500));
  CHECK(Parse({kUrl, "--qualities", kUrl + "@2500," + kUrl + "?low"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--qualities", kUrl + "?a@2500," + kUrl + "?b@500"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--qualities", kUrl + "@0"}).status == kExitUsage);
}

TEST_CASE("Files and playlists are played, and recordings begin with the run") {
  CHECK_FALSE(Parse({"clip.mp4", "--loop"}).status);
  CHECK_FALSE(Parse({"http://127.0.0.1/a.m3u8?token=1"}).status);
  const auto parsed = Parse({kUrl, "--record", "a.flv"});
  REQUIRE_FALSE(parsed.status);
  CHECK(parsed.options.record == "a.flv");
  CHECK(Parse({"ftp://127.0.0.1/a.mp4"}).status == kExitUsage);
}

TEST_CASE("What cannot be done is refused as wrong usage") {
  CHECK(Parse({kUrl, "--then-switch", "2"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--preload", "ftp://127.0.0.1/a"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--script", "/no/such/file"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--http-dns", "ftp://x"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--volume", "2"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--qualities", kUrl + ",ftp://127.0.0.1/a"}).status == kExitUsage);
  CHECK(Parse({"clip.mp4", "--qualities", kUrl}).status == kExitUsage);
  CHECK(Parse({kUrl, "--switch-at", kUrl}).status == kExitUsage);
  CHECK(Parse({kUrl, "--switch-at", "x=" + kUrl}).status == kExitUsage);
  CHECK(Parse({kUrl, "--switch-at", "2=clip.mp4"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--fallback", kUrl, "--no-fallback"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--fallback", "clip.mp4"}).status == kExitUsage);
  CHECK(Parse({kUrl, "--loop"}).status == kExitUsage);
}

TEST_CASE("An HTTPDNS service makes a name service for the player") {
  const auto parsed = Parse({kUrl, "--http-dns", "http://127.0.0.1:1/1"});
  REQUIRE_FALSE(parsed.status);
  CHECK(parsed.config.names != nullptr);
}

}  // namespace
}  // namespace onair::samples
