// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_window.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

using Event = ScreamWindow::Event;
using Growth = ScreamWindow::Growth;

// A feedback each 50 ms of round trip in which all of the window was acknowledged.
struct Path {
  ScreamDelay delay;
  ScreamWindow window{20'000};
  std::int64_t ms = 0;
  double used = 1;

  Event Step(std::int64_t delay_ms, bool has_loss = false, bool has_mark = false) {
    const TimeDelta each = TimeDelta::Millis(delay_ms);
    delay.OnFeedback(each, each, TimeDelta::Millis(50), At(ms));
    const ScreamWindow::Feedback feedback{.acked = window.bytes() * used,
                                          .in_flight = window.bytes() * used,
                                          .has_loss = has_loss,
                                          .has_mark = has_mark};
    const Event event = window.OnFeedback(feedback, delay, Growth::kAllowed, At(ms));
    ms += 51;
    return event;
  }
};

}  // namespace

TEST_CASE("A window grows by about a packet and 5 % each round trip while nothing waits") {
  Path path;
  path.window = ScreamWindow(40'000);
  path.Step(25, true);  // So that it shrank once, long ago and far from here.
  path.ms += 60'000;
  path.used = 0.6;
  const double before = path.window.bytes();
  path.Step(25);
  const double growth = path.window.bytes() - before;
  CHECK(growth > 0.25 * 0.6 * 1200);
  CHECK(growth < 1200 + 0.05 * before);
}

TEST_CASE("A window shrinks to 0.7 by losses and to 0.9 by marks, once in a round trip") {
  Path path;
  path.used = 0.1;  // So that it does not grow in the same moment.
  double before = path.window.bytes();
  CHECK(path.Step(25, true) == Event::kLoss);
  CHECK(path.window.bytes() == Approx(0.7 * before).epsilon(0.05));
  path.ms -= 40;
  CHECK(path.Step(25, true) == Event::kNone);
  path.ms += 1000;
  before = path.window.bytes();
  CHECK(path.Step(25, false, true) == Event::kMark);
  CHECK(path.window.bytes() == Approx(0.9 * before).epsilon(0.05));
}

TEST_CASE("A window shrinks while packets wait longer than half the target") {
  Path path;
  for (int i = 0; i < 20; ++i) path.Step(25);
  const double before = path.window.bytes();
  Event event = Event::kNone;
  for (int i = 0; i < 20; ++i) event = path.Step(125);
  CHECK(event == Event::kDelay);
  CHECK(path.window.bytes() < before * 0.5);
}

TEST_CASE("A window does not grow far beyond what is used of it") {
  Path path;
  path.used = 0.2;
  for (int i = 0; i < 2000; ++i) path.Step(25);
  CHECK(path.window.bytes() <= 21'200);
}

TEST_CASE("A window has an end in both directions, however long it goes one way") {
  Path path;
  for (int i = 0; i < 80'000; ++i) path.Step(25);  // An hour and more.
  CHECK(path.window.bytes() <= 12'500'000);
  for (int i = 0; i < 2000; ++i) path.Step(25, true);
  CHECK(path.window.bytes() >= 3600);
  CHECK(path.window.bytes() < 6000);
}

}  // namespace onair::cc
