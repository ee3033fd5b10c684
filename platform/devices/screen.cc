// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

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

// x11grab takes the screen's own size for a missing one, and with a corner that reaches
// outside. So the screen is measured first.
class CornerGrabber : public Grabber {
 public:
  CornerGrabber(std::string display, const ScreenConfig& config, const std::atomic<bool>& stopping)
      : display_(std::move(display)), config_(config), stopping_(stopping) {}

  Status Open() override {
    ScreenConfig whole = config_;
    whole.left = whole.top = 0;
    if (auto status = OpenArea(whole); !status) return status;
    const PictureSize screen = inner_->info().video->size;
    config_.size = PictureSize{screen.width - config_.left, screen.height - config_.top};
    inner_.reset();
    if (config_.size->width < 16 || config_.size->height < 16) {
      return Fail(ErrorCode::kInvalidConfig, "left and top lie outside the screen");
    }
    return OpenArea(config_);
  }
  const SourceInfo& info() const override { return inner_->info(); }
  Result<std::optional<Grabbed>> Grab() override { return inner_->Grab(); }

 private:
  Status OpenArea(const ScreenConfig& area) {
    inner_ = MakeAvGrabber("screen " + display_, {ScreenWay(display_, area)}, stopping_);
    return inner_->Open();
  }

  const std::string display_;
  ScreenConfig config_;
  const std::atomic<bool>& stopping_;
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
  const bool needs_measure = !config.size && (config.left > 0 || config.top > 0);
  return std::make_unique<LiveThread>(
      [config, display,
       needs_measure](const std::atomic<bool>& stopping) -> std::unique_ptr<Grabber> {
        if (needs_measure) return std::make_unique<CornerGrabber>(display, config, stopping);
        return MakeAvGrabber("screen " + display, {ScreenWay(display, config)}, stopping);
      });
}

}  // namespace onair::devices
