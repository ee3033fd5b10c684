// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::devices {

// Whether pictures wait for the display's refresh.
enum class VerticalSync { kOn = 1, kOff = 2 };

// How a window opens. Read once, by Open().
struct WindowConfig {
  std::string title;  // In its frame; UTF-8.

  // First size in screen units; shrunk to the screen. Range [16, 8192].
  PictureSize size{960, 540};

  // kOn: Present() blocks until the refresh where the system can; see refresh_synced().
  VerticalSync vertical_sync = VerticalSync::kOn;
};

// X11 reads a table of composed characters before the first window: 10 to 50 ms for text that a
// player never takes. And where the environment names no message bus of a desktop, SDL's question
// for one starts a program that looks for it: 3 ms. Process-wide, by the environment, so nothing in
// the library calls this: it is the program's choice, made in main() before there are other
// threads.
void ForgoDesktopServices();

// Where SDL is loaded by its first call, that is here; elsewhere this does nothing that Open()
// would not do. On the thread of the window.
void LoadWindowing();

// A resizable window that shows pictures with their aspect ratio kept, on black. Single-owner,
// and on every platform that owner is the program's main thread.
class SdlWindow {
 public:
  // What its user did.
  struct Events {
    bool wants_quit = false;  // Closed by its user.
    std::vector<int> keys;    // Pressed since the last poll: SDL key codes, printable ones
                              // are their ASCII character. At most 64.
  };

  // kDeviceAbsent without a display; kInvalidConfig.
  static Result<std::unique_ptr<SdlWindow>> Open(const WindowConfig& config);
  ~SdlWindow();
  SdlWindow(const SdlWindow&) = delete;
  SdlWindow& operator=(const SdlWindow&) = delete;

  // Uploads and shows the picture, turned upright; visible when the call returns.
  // kDeviceLost when the display is gone.
  Status Present(const VideoFrame& frame);

  // Call at least each 100 ms; redraws the last picture when the window was changed.
  Events PollEvents();

  // UTF-8; at once.
  void SetTitle(const std::string& title);

  // In device pixels, now.
  PictureSize size() const;

  // Whether Present() waits for the display.
  bool refresh_synced() const;

  // Of the display that holds the window, Hz; 60 where the system does not say.
  double refresh_rate() const;

 private:
  struct State;
  explicit SdlWindow(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace onair::devices
