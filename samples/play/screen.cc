// SPDX-License-Identifier: Apache-2.0
#include "samples/play/screen.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "platform/devices/headless_display.h"
#include "platform/devices/sdl_window.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"

namespace onair::samples {
namespace {

class HeadlessScreen final : public Screen {
 public:
  Status Start(PictureSource& pictures) { return display_.Start(pictures); }

  Result<Input> Turn(TimeDelta at_most) override {
    std::this_thread::sleep_for(std::chrono::microseconds(at_most.us()));
    return Input{};
  }
  void Wake() override { display_.Wake(); }
  void SetOverlay(Overlay*) override {}
  void SetTitle(const std::string&) override {}
  void Stop() override { display_.Stop(); }

 private:
  devices::HeadlessDisplay display_;
};

class Window final : public Screen {
 public:
  Window(std::unique_ptr<devices::SdlWindow> window, PictureSource& pictures)
      : window_(std::move(window)), pictures_(pictures) {}

  // A window's refreshes: take the picture that is due, show it, wait for a new one.
  Result<Input> Turn(TimeDelta at_most) override {
    const Timestamp end = runtime::Now() + at_most;
    do {
      if (auto frame = pictures_.TakePicture(runtime::Now())) {
        const Status shown = overlay_ != nullptr ? window_->Present(overlay_->Draw(*frame))
                                                 : window_->Present(*frame);
        if (!shown) return Forward(shown);
        pictures_.OnPresented(*frame, {runtime::Now(), runtime::UtcNow()});
      } else {
        WaitForPicture();
      }
    } while (runtime::Now() < end);
    auto events = window_->PollEvents();
    return Input{events.wants_quit, std::move(events.keys)};
  }
  void Wake() override {
    {
      const runtime::MutexLock lock(mutex_);
      has_picture_ = true;
    }
    wake_.NotifyOne();
  }
  void SetOverlay(Overlay* overlay) override { overlay_ = overlay; }
  void SetTitle(const std::string& title) override { window_->SetTitle(title); }
  void Stop() override {}

 private:
  // At most a quarter of a refresh: a picture that is in the queue may be due any moment.
  void WaitForPicture() {
    const Timestamp deadline = runtime::Now() + TimeDelta::Millis(4);
    const runtime::MutexLock lock(mutex_);
    if (!has_picture_) wake_.WaitUntil(mutex_, deadline);
    has_picture_ = false;
  }

  std::unique_ptr<devices::SdlWindow> window_;
  PictureSource& pictures_;
  Overlay* overlay_ = nullptr;
  runtime::Mutex mutex_;
  runtime::CondVar wake_;
  bool has_picture_ ONAIR_GUARDED_BY(mutex_) = false;
};

}  // namespace

Result<std::unique_ptr<Screen>> OpenHeadlessScreen(PictureSource& pictures) {
  auto screen = std::make_unique<HeadlessScreen>();
  if (auto status = screen->Start(pictures); !status) return Forward(status);
  return std::unique_ptr<Screen>(std::move(screen));
}

Result<std::unique_ptr<Screen>> OpenWindow(PictureSource& pictures, const std::string& title) {
  devices::WindowConfig config;
  config.title = title;
  auto window = devices::SdlWindow::Open(config);
  if (!window) return Forward(window);
  return std::unique_ptr<Screen>(std::make_unique<Window>(std::move(*window), pictures));
}

}  // namespace onair::samples
