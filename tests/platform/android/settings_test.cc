// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/settings.h"

#include <catch2/catch.hpp>

namespace onair::jni {
namespace {

std::string Refused(const Pairs& pairs) {
  const auto settings = ReadPublisher(pairs);
  return settings ? "" : settings.error().detail;
}

}  // namespace

TEST_CASE("Settings of a publisher reach its config, and a later one replaces an earlier") {
  const auto settings =
      ReadPublisher({"url", "rtmp://a/b/c", "url", "rtmp://d/e/f", "video.rate", "900000",
                     "video.rate", "800000", "video", "0", "video.width", "640", "audio", "0"});

  REQUIRE(settings);
  CHECK(settings->config.urls == std::vector<std::string>{"rtmp://a/b/c", "rtmp://d/e/f"});
  REQUIRE(settings->config.video);
  CHECK(settings->config.video->size.width == 640);
  CHECK_FALSE(settings->config.audio);
}

TEST_CASE("What is unknown, no number or out of an enum is refused by its name") {
  CHECK(Refused({"video.colour", "1"}) == "video.colour");
  CHECK(Refused({"video.rate", "fast"}) == "video.rate");
  CHECK(Refused({"video.rate", ""}) == "video.rate");
  CHECK(Refused({"video.width", "99999999999"}) == "video.width");
  CHECK(Refused({"video.codec", "3"}) == "video.codec");
  CHECK(Refused({"video.codec", "0"}) == "video.codec");
  CHECK(Refused({"stats_every_ms", "99"}) == "stats_every_ms");
  CHECK(Refused({"stats_every_ms", "100"}).empty());
}

TEST_CASE("Settings of a player and of a pool reach theirs") {
  const auto player = ReadPlayer({"url", "http://a/b.flv", "buffer", "2", "sound", "1"});
  REQUIRE(player);
  CHECK(player->config.session.buffer == BufferMode::kFast);
  CHECK(player->pulls_sound);
  const auto pool = ReadPreload({"rooms", "3", "memory", "1048576"});
  REQUIRE(pool);
  CHECK(pool->rooms == 3);
  CHECK(pool->memory == DataSize::Mebibytes(1));
}

TEST_CASE("Rates and sizes belong to the quality before them") {
  const auto player =
      ReadPlayer({"quality.url", "http://a/1.flv", "quality.rate", "1000", "quality.width", "0",
                  "quality.height", "0", "quality.url", "http://a/2.flv", "quality.rate", "2000",
                  "quality.width", "64", "quality.height", "36", "quality_mode", "2"});
  REQUIRE(player);
  REQUIRE(player->config.qualities.size() == 2);
  CHECK(player->config.qualities[0].rate == DataRate::BitsPerSec(1000));
  CHECK(player->config.qualities[1].url == "http://a/2.flv");
  CHECK(player->config.qualities[1].size == PictureSize{64, 36});
  CHECK(player->config.quality_mode == QualityMode::kPinned);
}

TEST_CASE("Names and passwords belong to the server before them") {
  const auto player = ReadPlayer({"ice_server.url", "stun:a", "ice_server.username", "",
                                  "ice_server.password", "", "ice_server.url", "turn:b",
                                  "ice_server.username", "u", "ice_server.password", "p"});
  REQUIRE(player);
  REQUIRE(player->config.ice_servers.size() == 2);
  CHECK(player->config.ice_servers[0].username.empty());
  CHECK(player->config.ice_servers[1].password == "p");
}

}  // namespace onair::jni
