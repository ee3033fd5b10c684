// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/api/render_ports.h"
#include "core/base/result.h"
#include "samples/play/overlay.h"

namespace onair::samples {

// Where the pictures of this program go. Single-owner: the main thread, except Wake().
class Screen {
 public:
  struct Input {
    bool wants_quit = false;
    std::vector<int> keys;
  };

  virtual ~Screen() = default;

  // Shows what is due and waits for at most `at_most`.
  virtual Result<Input> Turn(TimeDelta at_most) = 0;
  // A picture came in. thread-safe.
  virtual void Wake() = 0;
  // Drawn onto the pictures; null: nothing. It outlives the screen or the next call.
  virtual void SetOverlay(Overlay* overlay) = 0;
  virtual void SetTitle(const std::string& title) = 0;
  // No call to the pictures after return.
  virtual void Stop() = 0;
};

// A display that only keeps time.
Result<std::unique_ptr<Screen>> OpenHeadlessScreen(PictureSource& pictures);
// kDeviceAbsent without a display.
Result<std::unique_ptr<Screen>> OpenWindow(PictureSource& pictures, const std::string& title);

}  // namespace onair::samples
