// SPDX-License-Identifier: Apache-2.0
#include "core/session/track_versions.h"

#include <catch2/catch.hpp>

#include "tests/support/record_wire.h"

namespace onair::session {
namespace {

TEST_CASE("Decoder configurations that no frame was made for are replaced") {
  TrackVersions tracks;
  for (int i = 0; i < 100; ++i) tracks.Set(wire::MakeTracks(true, true));

  CHECK(tracks.size() == 1);
  const auto used = tracks.Use();
  CHECK(used == tracks.newest());
  tracks.Set(wire::MakeTracks(true, false));
  CHECK(tracks.size() == 2);
  CHECK(tracks.newest() == used + 1);
}

TEST_CASE("Decoder configurations older than every frame that needs one are forgotten") {
  TrackVersions tracks;
  for (int i = 0; i < 5; ++i) {
    tracks.Set(wire::MakeTracks(true, true, static_cast<std::uint8_t>(i)));
    static_cast<void>(tracks.Use());
  }
  REQUIRE(tracks.size() == 5);

  tracks.DropBefore(3);
  CHECK(tracks.size() == 3);
  CHECK(tracks.oldest_tracks().video->config.view()[0] == 2);
  tracks.DropBefore(1000);
  CHECK(tracks.size() == 1);  // The newest stays.
}

}  // namespace
}  // namespace onair::session
