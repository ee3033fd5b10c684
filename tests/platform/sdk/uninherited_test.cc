// SPDX-License-Identifier: Apache-2.0
#include "tests/support/inherited.h"

#include <algorithm>
#include <filesystem>

#include "platform/sdk/preload_pool.h"
#include "platform/sdk/trace_file.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;
using testing::InheritedNow;

// Publishing over both, watching over both, writing all files that there are.
TEST_CASE("A program that the app starts while it is live inherits nothing of ours") {
  const auto before = InheritedNow();
  REQUIRE_FALSE(before.empty());
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("onair-uninherited-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  {
    auto trace = TraceFile::Open((folder / "trace.json").string());
    REQUIRE(trace);
    EdgeHost edge;
    PublisherConfig by_tcp =
        SmallPublisher({edge.rtmp("room"), "file:" + (folder / "live.flv").string()});
    by_tcp.trace = trace->get();
    by_tcp.record_inputs = (folder / "inputs").string();
    PublisherConfig by_udp = SmallPublisher({edge.rts("other")});
    by_udp.audio->codec = AudioCodec::kOpus;
    Events<PublishEvent> published;
    std::vector<std::unique_ptr<Publisher>> publishers;
    for (const PublisherConfig& config : {by_tcp, by_udp}) {
      auto publisher = Publisher::Create(config, InPlace(), published.listener());
      REQUIRE(publisher);
      (*publisher)->SetSources(TestPicture());
      REQUIRE((*publisher)->Start());
      publishers.push_back(std::move(*publisher));
    }
    const auto pool = PreloadPool::Create({});
    REQUIRE(pool);
    (*pool)->SetRooms({{edge.flv("room"), 1}});
    Events<PlayEvent> played;
    std::vector<std::unique_ptr<Player>> players;
    for (const std::string& url : {edge.flv("room"), edge.rtmp("room"), edge.rts("other")}) {
      auto player = Player::Create({.url = url}, InPlace(), played.listener());
      REQUIRE(player);
      REQUIRE((*player)->Start());
      REQUIRE((*player)->StartRecording((folder / (std::to_string(players.size()) + ".mp4"))));
      players.push_back(std::move(*player));
    }
    REQUIRE(Eventually([&] {
      return std::ranges::all_of(players, [](auto& player) {
        const PlayerStats stats = player->stats();
        return stats.frames_decoded > 5 && stats.pictures_recorded > 0;
      });
    }));

    const auto live = InheritedNow();

    CHECK(live == before);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace onair
