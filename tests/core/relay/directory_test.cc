// SPDX-License-Identifier: Apache-2.0
#include "core/relay/directory.h"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/core/relay/stream_fixture.h"
#include "tests/support/print_units.h"

namespace onair::relay {
namespace {

TEST_CASE("Stream names are plain segments") {
  for (const char* name : {"a", "live/cam", "live/room-1/cam_2.main~x", "a..b", "A/0"}) {
    INFO(name);
    CHECK(CheckStreamName(name).has_value());
  }
  CHECK(CheckStreamName(std::string(256, 'x')).has_value());
}

TEST_CASE("Names that could mean something to a path or a log are refused") {
  const std::string control("a\nb");
  const std::string zero("a\0b", 3);
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("/live"), std::string("live/"),
        std::string("live//cam"), std::string("."), std::string(".."), std::string("live/../etc"),
        std::string("live/./a"), std::string("a b"), std::string("a?b"), std::string("a%2fb"),
        std::string("a\\b"), std::string("\xc3\xa4"), control, zero, std::string(257, 'x')}) {
    INFO(name);
    const Status status = CheckStreamName(name);
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().code == ErrorCode::kInvalidUrl);
  }
}

TEST_CASE("One name is one stream") {
  Directory directory{DirectoryConfig{}};
  CHECK(directory.Find("live/a") == nullptr);

  LiveStream* a = *directory.FindOrAdd("live/a");

  CHECK(directory.Find("live/a") == a);
  CHECK(*directory.FindOrAdd("live/a") == a);
  CHECK(*directory.FindOrAdd("live/b") != a);
  CHECK(directory.size() == 2);
}

TEST_CASE("A second publisher of a name is refused while the first is there") {
  Directory directory{DirectoryConfig{}};
  LiveStream* stream = *directory.Publish("live/a", At(0));

  const auto second = directory.Publish("live/a", At(1));
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::kPublishConflict);
  CHECK(stream->stats().publishers == 1);

  stream->EndPublish(At(2));
  CHECK(directory.Publish("live/a", At(3)).has_value());
}

TEST_CASE("One stream too many is refused and leaves nothing behind") {
  DirectoryConfig config;
  config.max_streams = 2;
  Directory directory(config);
  REQUIRE(directory.FindOrAdd("a").has_value());
  REQUIRE(directory.FindOrAdd("b").has_value());

  const auto third = directory.Publish("c", At(0));
  REQUIRE_FALSE(third.has_value());
  CHECK(third.error().code == ErrorCode::kLimit);
  CHECK(directory.size() == 2);
  CHECK(directory.FindOrAdd("a").has_value());

  CHECK(directory.Release("b"));
  CHECK(directory.FindOrAdd("c").has_value());
}

TEST_CASE("A stream goes when nobody publishes or watches it") {
  Directory directory{DirectoryConfig{}};
  LiveStream* stream = *directory.Publish("a", At(0));
  const ViewerId viewer = *stream->AddViewer(StartPolicy::kNewestKeyFrame, At(0));

  CHECK_FALSE(directory.Release("a"));
  stream->EndPublish(At(1));
  CHECK_FALSE(directory.Release("a"));
  stream->RemoveViewer(viewer);
  CHECK(directory.Release("a"));

  CHECK(directory.Find("a") == nullptr);
  CHECK_FALSE(directory.Release("a"));
}

TEST_CASE("Streams are listed in the order of their names") {
  Directory directory{DirectoryConfig{}};
  for (const char* name : {"b", "a/x", "c"}) REQUIRE(directory.FindOrAdd(name).has_value());
  std::string all;
  directory.ForEach([&](const std::string& name, const LiveStream&) { all += name + " "; });
  CHECK(all == "a/x b c ");
}

TEST_CASE("Relay settings outside their range are named") {
  struct Row {
    const char* field;
    std::function<void(RelayConfig&)> spoil;
  };
  const Row rows[] = {
      {"cache_span", [](auto& c) { c.cache_span = TimeDelta::Millis(99); }},
      {"cache_span", [](auto& c) { c.cache_span = TimeDelta::Millis(60'001); }},
      {"cache_size", [](auto& c) { c.cache_size = DataSize::Bytes(65'535); }},
      {"cache_size",
       [](auto& c) { c.cache_size = DataSize::Mebibytes(1024) + DataSize::Bytes(1); }},
      {"backlog_span", [](auto& c) { c.backlog_span = TimeDelta::Millis(99); }},
      {"backlog_span", [](auto& c) { c.backlog_span = TimeDelta::Millis(60'001); }},
      {"backlog_size", [](auto& c) { c.backlog_size = DataSize::Bytes(65'535); }},
      {"backlog_size",
       [](auto& c) { c.backlog_size = DataSize::Mebibytes(1024) + DataSize::Bytes(1); }},
      {"max_viewers", [](auto& c) { c.max_viewers = 0; }},
      {"max_viewers", [](auto& c) { c.max_viewers = 1'000'001; }},
  };
  CHECK(RelayConfig{}.Validate().has_value());
  for (const Row& row : rows) {
    INFO(row.field);
    DirectoryConfig config;
    row.spoil(config.stream);
    const Status status = config.Validate();
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().code == ErrorCode::kInvalidConfig);
    CHECK(status.error().detail == row.field);
  }
  for (const int streams : {0, 100'001}) {
    DirectoryConfig config;
    config.max_streams = streams;
    REQUIRE_FALSE(config.Validate().has_value());
    CHECK(config.Validate().error().detail == "max_streams");
  }
}

}  // namespace
}  // namespace onair::relay
