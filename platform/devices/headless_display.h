// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "core/api/render_ports.h"

namespace onair::devices {

// A display without a screen, as honest as a real one: it refreshes on a fixed grid, asks for
// the picture of each refresh when that refresh comes, and reports the picture visible at the
// moment it took it (never before the refresh, later when the machine was late). So a picture
// that is ready just after a refresh waits a whole period.
//
// The first picture: a grid has no phase before anything is shown. The first picture is taken
// the moment Wake() says there is one, and its moment is where the grid starts, as a window
// shows its first picture when it is mapped. Against a window that was already refreshing,
// this saves at most one period (16.7 ms at 60 Hz), once per Start(). Without Wake() the
// first picture waits for the next refresh like all others.
class HeadlessDisplay {
 public:
  // Counters; they only grow.
  struct Stats {
    std::int64_t refreshes = 0;  // That asked for a picture.
    std::int64_t presented = 0;  // Pictures shown.
    std::int64_t missed = 0;     // Refreshes that passed while the machine was busy.
  };

  HeadlessDisplay();   // Does nothing before Start().
  ~HeadlessDisplay();  // Stops.
  HeadlessDisplay(const HeadlessDisplay&) = delete;
  HeadlessDisplay& operator=(const HeadlessDisplay&) = delete;

  // Begins to ask `source`, which outlives the display's running, on the display's thread.
  // `refresh_rate` in Hz, range [1, 240]. kInvalidConfig; kInvalidState when it runs.
  Status Start(PictureSource& source, double refresh_rate = 60);

  // No call to the source after return. Bounded by one call to the source.
  void Stop();

  // There is a picture now. thread-safe; does nothing after the first picture.
  void Wake();

  // thread-safe.
  Stats stats() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace onair::devices
