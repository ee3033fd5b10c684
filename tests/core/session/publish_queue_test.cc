// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_queue.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "tests/support/record_wire.h"

namespace onair::session {
namespace {

using enum FrameKind;

TEST_CASE("Publish queue never breaks a reference chain, whatever is pushed and popped") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Rng rng(seed);
    PublishQueue queue(TimeDelta::Millis(300 + static_cast<std::int64_t>(rng.Below(700))),
                       DataSize::Kibibytes(64));
    if (rng.Below(2) == 0) static_cast<void>(queue.SetMode(PublishQueue::Mode::kLive));
    std::int64_t pushed = 0, popped = 0, dropped = 0;
    std::int64_t last_reference = -1;  // Number of the newest non-droppable frame pushed.
    std::int64_t decodable = -2;       // The newest such frame that left the queue.
    // pts carries the number of the frame that each one refers to.
    for (std::int64_t n = 0; n < 500; ++n) {
      const bool is_key = n == 0 || rng.Below(20) == 0;
      const auto kind = is_key ? kKey : rng.Below(3) == 0 ? kDroppable : kReference;
      auto frame = wire::MakeFrame(kind, n * 33, rng.Below(4000));
      frame.pts = MediaTime::Micros(is_key ? -1 : last_reference);
      frame.captured_at = Timestamp::Micros(n);
      if (kind != kDroppable) last_reference = n;
      ++pushed;
      dropped += queue.Push({std::move(frame), 0}).video;
      for (std::uint64_t i = rng.Below(3); i > 0 && !queue.empty() && rng.Below(3) != 0; --i) {
        const auto out = queue.Pop().frame;
        ++popped;
        if (out.kind != kKey) REQUIRE(out.pts.us() == decodable);
        if (out.kind != kDroppable) decodable = out.captured_at.us();
      }
      REQUIRE(queue.size() <= DataSize::Kibibytes(64));
    }
    dropped += queue.Clear().video;
    CHECK(pushed == popped + dropped);
  }
}

TEST_CASE("Publish queue keeps a key frame at its head on a link too slow for a whole GOP") {
  PublishQueue queue(TimeDelta::Millis(200), DataSize::Mebibytes(4));
  static_cast<void>(queue.SetMode(PublishQueue::Mode::kLive));
  static_cast<void>(queue.Push({wire::MakeFrame(kKey, 0), 0}));

  std::int64_t dropped = 0;
  for (int ms = 40; ms <= 400; ms += 40) {
    dropped += queue.Push({wire::MakeFrame(kReference, ms), 0}).video;
  }

  CHECK(dropped == 10);
  REQUIRE(queue.has_video());
  CHECK(queue.Front()->frame.is_key());
  CHECK(queue.awaits_key());
}

TEST_CASE("Publish queue jumps to the newest key frame that makes room") {
  PublishQueue queue(TimeDelta::Millis(200), DataSize::Mebibytes(4));
  static_cast<void>(queue.SetMode(PublishQueue::Mode::kLive));
  for (int ms = 0; ms <= 200; ms += 40) {
    static_cast<void>(queue.Push({wire::MakeFrame(ms % 120 == 0 ? kKey : kReference, ms), 0}));
  }

  const auto dropped = queue.Push({wire::MakeFrame(kReference, 240), 0});

  CHECK(dropped.video == 3);
  CHECK(queue.Front()->frame.dts == MediaTime::Millis(120));
  CHECK_FALSE(queue.awaits_key());
}

TEST_CASE("Publish queue holds sound within its bounds while there is no connection") {
  PublishQueue queue(TimeDelta::Millis(200), DataSize::Mebibytes(4));

  std::int64_t dropped = 0;
  for (int ms = 0; ms < 1000; ms += 20) {
    dropped += queue.Push({wire::MakeFrame(kAudio, ms), 0}).audio;
  }

  CHECK(queue.audio_span() == TimeDelta::Millis(200));
  CHECK(dropped == 50 - 11);
}

}  // namespace
}  // namespace onair::session
