// SPDX-License-Identifier: Apache-2.0
#include <xcb/xcb.h>

#include <cstdlib>
#include <optional>

#include "platform/devices/av_grabber.h"
#include "platform/devices/capture_devices.h"

namespace onair::devices {
namespace {

AvWay ScreenWay(const std::string& display, const ScreenConfig& config) {
  AvWay way{"x11grab", display, {}, ReadMode::kBlocks};
  way.options = {{"framerate", RationalText(config.frame_rate)},
                 {"draw_mouse", config.cursor == Cursor::kShown ? "1" : "0"},
                 {"grab_x", std::to_string(config.left)},
                 {"grab_y", std::to_string(config.top)}};
  if (config.size) way.options.emplace_back("video_size", SizeText(*config.size));
  return way;
}

struct CloseConnection {
  void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
};
struct FreeReply {
  void operator()(void* reply) const { std::free(reply); }
};

// A second connection beside x11grab's own: to measure the screen before the grab, because
// x11grab refuses a corner without a size, and to see that the server is alive, because
// FFmpeg 5.1's x11grab repeats the last picture for ever when its connection breaks.
class ScreenWatch {
 public:
  explicit ScreenWatch(const std::string& display)
      : connection_(xcb_connect(display.c_str(), &screen_index_)) {}

  bool is_alive() {
    while (const std::unique_ptr<void, FreeReply> event{xcb_poll_for_event(connection_.get())}) {
    }
    return xcb_connection_has_error(connection_.get()) == 0;
  }

  std::optional<PictureSize> ScreenSize() {
    if (!is_alive()) return std::nullopt;
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(connection_.get()));
    for (int i = 0; i < screen_index_ && screens.rem > 1; ++i) xcb_screen_next(&screens);
    const auto asked = xcb_get_geometry(connection_.get(), screens.data->root);
    const std::unique_ptr<xcb_get_geometry_reply_t, FreeReply> geometry(
        xcb_get_geometry_reply(connection_.get(), asked, nullptr));
    if (!geometry) return std::nullopt;
    return PictureSize{geometry->width, geometry->height};
  }

 private:
  int screen_index_ = 0;
  std::unique_ptr<xcb_connection_t, CloseConnection> connection_;
};

class ScreenGrabber : public Grabber {
 public:
  ScreenGrabber(std::string display, const ScreenConfig& config, const std::atomic<bool>& stopping)
      : display_(std::move(display)), config_(config), stopping_(stopping), watch_(display_) {}

  Status Open() override {
    const auto screen = watch_.ScreenSize();
    if (!screen) return Fail(ErrorCode::kDeviceAbsent, "screen " + display_ + ": cannot connect");
    const PictureSize rest{screen->width - config_.left, screen->height - config_.top};
    const PictureSize size = config_.size.value_or(rest);
    if (size.width > rest.width || size.height > rest.height || size.width < 16 ||
        size.height < 16) {
      return Fail(ErrorCode::kInvalidConfig, "size: the part lies outside the screen");
    }
    config_.size = size;
    inner_ = MakeAvGrabber("screen " + display_, {ScreenWay(display_, config_)}, stopping_);
    return inner_->Open();
  }
  const SourceInfo& info() const override { return inner_->info(); }
  Result<std::optional<Grabbed>> Grab() override {
    auto item = inner_->Grab();
    if (watch_.is_alive()) return item;
    return Fail(ErrorCode::kDeviceLost, "screen " + display_ + ": the X server is gone");
  }

 private:
  const std::string display_;
  ScreenConfig config_;
  const std::atomic<bool>& stopping_;
  ScreenWatch watch_;
  std::unique_ptr<Grabber> inner_;
};

}  // namespace

Status ScreenConfig::Validate() const {
  const auto is_side = [](int side) { return side >= 16 && side <= 4096; };
  const auto is_corner = [](int at) { return at >= 0 && at <= 16384; };
  if (!is_corner(left)) return Fail(ErrorCode::kInvalidConfig, "left");
  if (!is_corner(top)) return Fail(ErrorCode::kInvalidConfig, "top");
  if (size && (!is_side(size->width) || !is_side(size->height))) {
    return Fail(ErrorCode::kInvalidConfig, "size");
  }
  if (!(frame_rate >= 1 && frame_rate <= 60)) return Fail(ErrorCode::kInvalidConfig, "frame_rate");
  return {};
}

Result<std::unique_ptr<LiveSource>> OpenScreen(const ScreenConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  std::string display = config.display;
  if (display.empty()) {
    const char* from_environment = std::getenv("DISPLAY");
    if (from_environment != nullptr) display = from_environment;
  }
  if (display.empty()) return Fail(ErrorCode::kDeviceAbsent, "no display: $DISPLAY is not set");
  return std::make_unique<LiveThread>([config, display](const std::atomic<bool>& stopping) {
    return std::make_unique<ScreenGrabber>(display, config, stopping);
  });
}

}  // namespace onair::devices
