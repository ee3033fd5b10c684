// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/sdl_window.h"

#include <SDL.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "core/media/turn.h"
#include "platform/devices/surface_painter.h"

namespace onair::devices {
namespace {

constexpr int kMaxEvents = 256;  // Per poll: a mouse gives at most 1000 a second.
constexpr std::size_t kMaxKeys = 64;

// Without a card OpenGL is played by the processor: slower to draw, and 100 ms until it can.
bool MayHaveGraphicsCard() {
#ifdef __linux__
  std::error_code ignored;
  for (const char* device : {"/dev/dri", "/dev/nvidiactl", "/dev/dxg"}) {
    if (std::filesystem::exists(device, ignored)) return true;
  }
  return false;
#else
  return true;
#endif
}

// The environment's SDL_RENDER_DRIVER goes before.
void ChooseRenderer() {
  if (!MayHaveGraphicsCard()) {
    SDL_SetHintWithPriority(SDL_HINT_RENDER_DRIVER, "software", SDL_HINT_DEFAULT);
  }
  // Else what the processor draws would be handed to OpenGL.
  SDL_SetHintWithPriority(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0", SDL_HINT_DEFAULT);
}

// SDL's own software renderer takes five times as long as libyuv for the way to the screen's
// memory.
bool IsDrawnByProcessor(SDL_Window* window) {
  const char* const chosen = SDL_GetHint(SDL_HINT_RENDER_DRIVER);
  if (chosen == nullptr || std::string_view(chosen) != "software") return false;
  const Uint32 format = SDL_GetWindowPixelFormat(window);
  return format == SDL_PIXELFORMAT_RGB888 || format == SDL_PIXELFORMAT_ARGB8888;
}

// As SDL wants the box for a turned copy: not yet turned, around the same middle.
SDL_FRect TurnedBox(PictureSize window, PictureSize picture, Rotation rotation) {
  const PictureBox box = FitBox(window, Turned(picture, rotation));
  const PictureSize size = Turned(box.size, rotation);
  const auto width = static_cast<float>(size.width);
  const auto height = static_cast<float>(size.height);
  return {(static_cast<float>(window.width) - width) / 2,
          (static_cast<float>(window.height) - height) / 2, width, height};
}

// How pictures come into a window. Single-owner.
class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual bool Show(const VideoFrame& frame) = 0;
  // The last picture again, or black.
  virtual bool Redraw() = 0;
  virtual PictureSize size() const = 0;
  virtual bool SyncToRefresh() { return false; }
};

// By SDL's renderer: a graphics card, or what SDL has in its place.
class RenderedCanvas final : public Canvas {
 public:
  explicit RenderedCanvas(SDL_Renderer* renderer) : renderer_(renderer) {}
  RenderedCanvas(const RenderedCanvas&) = delete;
  RenderedCanvas& operator=(const RenderedCanvas&) = delete;
  ~RenderedCanvas() override {
    if (texture_ != nullptr) SDL_DestroyTexture(texture_);
    SDL_DestroyRenderer(renderer_);
  }

  bool Show(const VideoFrame& frame) override {
    rotation_ = frame.rotation;
    return PrepareTexture(frame.picture) && Upload(frame.picture) && Redraw();
  }
  bool Redraw() override;
  PictureSize size() const override {
    PictureSize drawable;
    SDL_GetRendererOutputSize(renderer_, &drawable.width, &drawable.height);
    return drawable;
  }
  bool SyncToRefresh() override {
    SDL_RendererInfo info{};
    return SDL_RenderSetVSync(renderer_, 1) == 0 && SDL_GetRendererInfo(renderer_, &info) == 0 &&
           (info.flags & SDL_RENDERER_PRESENTVSYNC) != 0;
  }

 private:
  bool PrepareTexture(const Picture& picture);
  bool Upload(const Picture& picture);

  SDL_Renderer* const renderer_;
  SDL_Texture* texture_ = nullptr;
  PixelFormat format_ = PixelFormat::kI420;
  PictureSize size_;  // Of the texture.
  Rotation rotation_ = Rotation::k0;
};

bool RenderedCanvas::PrepareTexture(const Picture& picture) {
  // SDL keeps the matrix in one process-wide setting that it reads while it uploads and draws.
  SDL_SetYUVConversionMode(picture.size().height >= 720 ? SDL_YUV_CONVERSION_BT709
                                                        : SDL_YUV_CONVERSION_BT601);
  if (texture_ != nullptr && format_ == picture.format() && size_ == picture.size()) return true;
  if (texture_ != nullptr) SDL_DestroyTexture(texture_);
  SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
  format_ = picture.format();
  size_ = picture.size();
  Uint32 layout = SDL_PIXELFORMAT_IYUV;
  if (format_ == PixelFormat::kNv12) layout = SDL_PIXELFORMAT_NV12;
  texture_ =
      SDL_CreateTexture(renderer_, layout, SDL_TEXTUREACCESS_STREAMING, size_.width, size_.height);
  return texture_ != nullptr;
}

bool RenderedCanvas::Upload(const Picture& picture) {
  const PlaneView y = picture.plane(0);
  const PlaneView u = picture.plane(1);
  if (format_ == PixelFormat::kNv12) {
    return SDL_UpdateNVTexture(texture_, nullptr, y.data, y.stride_bytes, u.data, u.stride_bytes) ==
           0;
  }
  const PlaneView v = picture.plane(2);
  return SDL_UpdateYUVTexture(texture_, nullptr, y.data, y.stride_bytes, u.data, u.stride_bytes,
                              v.data, v.stride_bytes) == 0;
}

bool RenderedCanvas::Redraw() {
  SDL_SetRenderDrawColor(renderer_, 0, 0, 0, 255);
  SDL_RenderClear(renderer_);
  bool is_drawn = true;
  if (texture_ != nullptr) {
    const SDL_FRect box = TurnedBox(size(), size_, rotation_);
    is_drawn = SDL_RenderCopyExF(renderer_, texture_, nullptr, &box, DegreesOf(rotation_), nullptr,
                                 SDL_FLIP_NONE) == 0;
  }
  SDL_RenderPresent(renderer_);
  return is_drawn;
}

// By the processor, into the memory that the window shows.
class PaintedCanvas final : public Canvas {
 public:
  explicit PaintedCanvas(SDL_Window* window) : window_(window) {}

  bool Show(const VideoFrame& frame) override {
    picture_ = frame.picture;
    rotation_ = frame.rotation;
    return Redraw();
  }
  bool Redraw() override;
  PictureSize size() const override {
    PictureSize size;
    SDL_GetWindowSize(window_, &size.width, &size.height);
    return size;
  }

 private:
  SDL_Window* const window_;
  SurfacePainter painter_;
  std::optional<Picture> picture_;
  Rotation rotation_ = Rotation::k0;
};

bool PaintedCanvas::Redraw() {
  SDL_Surface* const surface = SDL_GetWindowSurface(window_);  // Another one after each resize.
  if (surface == nullptr) return false;
  if (SDL_MUSTLOCK(surface) && SDL_LockSurface(surface) != 0) return false;
  const PixelSurface to{
      static_cast<std::uint8_t*>(surface->pixels), surface->pitch, {surface->w, surface->h}};
  bool is_painted = true;
  if (picture_) {
    is_painted = painter_.Paint(*picture_, rotation_, to).has_value();
  } else {
    std::fill_n(to.data,
                static_cast<std::size_t>(surface->pitch) * static_cast<std::size_t>(surface->h),
                std::uint8_t{0});
  }
  if (SDL_MUSTLOCK(surface)) SDL_UnlockSurface(surface);
  return is_painted && SDL_UpdateWindowSurface(window_) == 0;
}

std::unique_ptr<Canvas> OpenCanvas(SDL_Window* window) {
  if (IsDrawnByProcessor(window) && SDL_GetWindowSurface(window) != nullptr) {
    return std::make_unique<PaintedCanvas>(window);
  }
  SDL_Renderer* renderer = SDL_CreateRenderer(window, -1, 0);
  if (renderer == nullptr) renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE);
  if (renderer == nullptr) return nullptr;
  return std::make_unique<RenderedCanvas>(renderer);
}

void SetHints() {
  // Signals and screen savers are the program's business; a window that stops X11 compositing
  // disturbs the whole desktop.
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
#ifdef __linux__
  // Left alone, SDL ends at a screen that nobody sees. Wayland without its folder only complains
  // on stderr. The environment's SDL_VIDEODRIVER goes before.
  const bool may_be_wayland = std::getenv("XDG_RUNTIME_DIR") != nullptr;
  const char* const drivers = may_be_wayland ? "x11,wayland,kmsdrm" : "x11,kmsdrm";
  SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, drivers, SDL_HINT_DEFAULT);
#endif
  ChooseRenderer();
}

}  // namespace

struct SdlWindow::State {
  SDL_Window* window = nullptr;
  std::unique_ptr<Canvas> canvas;
  bool is_synced = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    canvas.reset();
    if (window != nullptr) SDL_DestroyWindow(window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }
};

void LoadWindowing() {
  SetHints();
}

void ForgoDesktopServices() {
#ifdef __linux__
  constexpr int kKeepTheUsers = 0;
  ::setenv("XCOMPOSEFILE", "/dev/null", kKeepTheUsers);
  ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null", kKeepTheUsers);
#endif
}

SdlWindow::SdlWindow(std::unique_ptr<State> state) : state_(std::move(state)) {}
SdlWindow::~SdlWindow() = default;

Result<std::unique_ptr<SdlWindow>> SdlWindow::Open(const WindowConfig& config) {
  const auto is_side = [](int side) { return side >= 16 && side <= 8192; };
  if (!is_side(config.size.width) || !is_side(config.size.height)) {
    return Fail(ErrorCode::kInvalidConfig, "size");
  }
  SetHints();
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
    return Fail(ErrorCode::kDeviceAbsent, std::string("window: ") + SDL_GetError());
  }
  auto state = std::make_unique<State>();
  SDL_Rect usable{0, 0, config.size.width, config.size.height};
  SDL_GetDisplayUsableBounds(0, &usable);
  state->window = SDL_CreateWindow(config.title.c_str(), SDL_WINDOWPOS_CENTERED,
                                   SDL_WINDOWPOS_CENTERED, std::min(config.size.width, usable.w),
                                   std::min(config.size.height, usable.h),
                                   SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
  if (state->window != nullptr) state->canvas = OpenCanvas(state->window);
  if (state->canvas == nullptr) {
    return Fail(ErrorCode::kDeviceAbsent, std::string("window: ") + SDL_GetError());
  }
  // Black, at once: the first picture is not to wait for the refresh after it.
  state->canvas->Redraw();
  if (config.vertical_sync == VerticalSync::kOn) state->is_synced = state->canvas->SyncToRefresh();
  return std::unique_ptr<SdlWindow>(new SdlWindow(std::move(state)));
}

Status SdlWindow::Present(const VideoFrame& frame) {
  if (!state_->canvas->Show(frame)) {
    return Fail(ErrorCode::kDeviceLost, std::string("window: ") + SDL_GetError());
  }
  return {};
}

SdlWindow::Events SdlWindow::PollEvents() {
  Events events;
  bool needs_redraw = false;
  SDL_Event event;
  for (int i = 0; i < kMaxEvents && SDL_PollEvent(&event) != 0; ++i) {
    if (event.type == SDL_QUIT) events.wants_quit = true;
    if (event.type == SDL_KEYDOWN && event.key.repeat == 0 && events.keys.size() < kMaxKeys) {
      events.keys.push_back(event.key.keysym.sym);
    }
    if (event.type == SDL_WINDOWEVENT) {
      const auto kind = event.window.event;
      events.wants_quit |= kind == SDL_WINDOWEVENT_CLOSE;
      needs_redraw |= kind == SDL_WINDOWEVENT_EXPOSED || kind == SDL_WINDOWEVENT_SIZE_CHANGED;
    }
  }
  if (needs_redraw) state_->canvas->Redraw();
  return events;
}

void SdlWindow::SetTitle(const std::string& title) {
  SDL_SetWindowTitle(state_->window, title.c_str());
}

PictureSize SdlWindow::size() const {
  return state_->canvas->size();
}
bool SdlWindow::refresh_synced() const {
  return state_->is_synced;
}

double SdlWindow::refresh_rate() const {
  SDL_DisplayMode mode{};
  const int display = SDL_GetWindowDisplayIndex(state_->window);
  if (display < 0 || SDL_GetCurrentDisplayMode(display, &mode) != 0) return 60;
  return mode.refresh_rate > 0 ? mode.refresh_rate : 60;
}

}  // namespace onair::devices
