// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/stream_data.h"

#include <catch2/catch.hpp>
#include <vector>

#include "codec/bitstream/nal.h"

namespace onair {
namespace {

// A picture that brings one message, its number.
EncodedFrame FrameWith(std::int64_t pts_ms, std::uint8_t number) {
  const Bytes sei{0x06, 0x05, 0x01, number, 0x80};
  const Bytes slice{0x65, 0x88};
  const std::vector<ByteView> units{sei, slice};
  return {Buffer::Own(codec::JoinLengths(units)), FrameKind::kKey, MediaTime::Millis(pts_ms),
          MediaTime::Millis(pts_ms), Timestamp::Zero()};
}

struct App {
  std::vector<int> numbers;
  std::vector<MediaTime> times;
  std::vector<std::function<void()>> untold;
  bool is_slow = false;
  StreamData data{[this](const StreamDataEvent& event, std::function<void()> told) {
    numbers.push_back(event.payload.view()[0]);
    times.push_back(event.pts);
    if (is_slow) {
      untold.push_back(std::move(told));
    } else {
      told();
    }
  }};

  App() { data.SetTracks({VideoTrack{VideoCodec::kH264, {16, 16}, 0, {}}, std::nullopt}); }
};

TEST_CASE("Data is told when its picture is shown, not when it comes") {
  App app;
  app.data.Push(FrameWith(0, 1));
  app.data.Push(FrameWith(40, 2));
  CHECK(app.numbers.empty());

  app.data.OnPresented(MediaTime::Millis(0));
  CHECK(app.numbers == std::vector<int>{1});
  app.data.OnPresented(MediaTime::Millis(40));
  CHECK(app.numbers == std::vector<int>{1, 2});
  CHECK(app.times[1] == MediaTime::Millis(40));
}

TEST_CASE("Data of pictures that come out of order, or are dropped, is told in order") {
  App app;
  app.data.Push(FrameWith(0, 1));
  app.data.Push(FrameWith(120, 4));  // Decoded before the B frames between.
  app.data.Push(FrameWith(40, 2));
  app.data.Push(FrameWith(80, 3));

  app.data.OnPresented(MediaTime::Millis(80));  // 0 and 40 were dropped.
  CHECK(app.numbers == std::vector<int>{1, 2, 3});
  app.data.OnPresented(MediaTime::Millis(120));
  CHECK(app.numbers == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("Data before a jump is forgotten") {
  App app;
  app.data.Push(FrameWith(0, 1));
  app.data.Clear();
  app.data.Push(FrameWith(500, 2));
  app.data.OnPresented(MediaTime::Millis(500));
  CHECK(app.numbers == std::vector<int>{2});
}

TEST_CASE("A display that comes back gets the data of now, not that of when it went") {
  App app;
  const int most = static_cast<int>(StreamData::kMostWaiting);
  for (int i = 0; i < most + 100; ++i) {
    app.data.Push(FrameWith(40 * i, static_cast<std::uint8_t>(i % 100)));
  }
  app.data.OnPresented(MediaTime::Millis(40 * (most + 100)));
  REQUIRE(static_cast<int>(app.times.size()) == most);
  CHECK(app.times.front() == MediaTime::Millis(40 * 100));
  CHECK(app.times.back() == MediaTime::Millis(40 * (most + 99)));
  CHECK(app.data.dropped() == 100);
}

TEST_CASE("Data that nobody shows, or that an app does not take, is bounded and counted") {
  App app;
  const int most = static_cast<int>(StreamData::kMostWaiting);
  for (int i = 0; i < most + 10; ++i) app.data.Push(FrameWith(i, 1));
  CHECK(app.data.dropped() == 10);

  app.is_slow = true;
  app.data.OnPresented(MediaTime::Millis(most + 9));
  CHECK(static_cast<int>(app.numbers.size()) == most);
  app.data.Push(FrameWith(1000, 2));
  app.data.OnPresented(MediaTime::Millis(1000));
  CHECK(app.data.dropped() == 11);

  for (const auto& told : app.untold) told();
  app.data.Push(FrameWith(2000, 3));
  app.data.OnPresented(MediaTime::Millis(2000));
  CHECK(app.numbers.back() == 3);
}

}  // namespace
}  // namespace onair
