// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/sdl_window.h"

#include <SDL.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace onair::devices {
namespace {

constexpr int kMaxEvents = 256;  // Per poll: a mouse gives at most 1000 a second.
constexpr std::size_t kMaxKeys = 64;

bool IsTurned(Rotation rotation) {
  return rotation == Rotation::k90 || rotation == Rotation::k270;
}

double Degrees(Rotation rotation) {
  switch (rotation) {
    case Rotation::k0:
      return 0;
    case Rotation::k90:
      return 90;
    case Rotation::k180:
      return 180;
    case Rotation::k270:
      return 270;
  }
  return 0;
}

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
  const char* const chosen = SDL_GetHint(SDL_HINT_RENDER_DRIVER);
  if (chosen == nullptr || std::string_view(chosen) != "software") return;
  // Else it would draw by itself and hand the result to OpenGL.
  SDL_SetHintWithPriority(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0", SDL_HINT_DEFAULT);
}

// The largest box of the picture's shape in the middle of the window, as SDL wants it for a
// turned copy: not yet turned, around the same middle.
SDL_FRect FitBox(PictureSize window, PictureSize picture, Rotation rotation) {
  auto width = static_cast<float>(picture.width);
  auto height = static_cast<float>(picture.height);
  const float across = IsTurned(rotation) ? height : width;
  const float down = IsTurned(rotation) ? width : height;
  const float scale =
      std::min(static_cast<float>(window.width) / across, static_cast<float>(window.height) / down);
  width *= scale;
  height *= scale;
  return {(static_cast<float>(window.width) - width) / 2,
          (static_cast<float>(window.height) - height) / 2, width, height};
}

}  // namespace

struct SdlWindow::State {
  SDL_Window* window = nullptr;
  SDL_Renderer* renderer = nullptr;
  SDL_Texture* texture = nullptr;
  PixelFormat format = PixelFormat::kI420;
  PictureSize size;  // Of the texture.
  Rotation rotation = Rotation::k0;
  bool is_synced = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (texture != nullptr) SDL_DestroyTexture(texture);
    if (renderer != nullptr) SDL_DestroyRenderer(renderer);
    if (window != nullptr) SDL_DestroyWindow(window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }

  bool CreateRenderer();
  void Sync();
  bool PrepareTexture(const Picture& picture);
  bool Upload(const Picture& picture);
  bool Draw();
  PictureSize DrawableSize() const;
};

bool SdlWindow::State::CreateRenderer() {
  renderer = SDL_CreateRenderer(window, -1, 0);
  if (renderer == nullptr) renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE);
  return renderer != nullptr;
}

void SdlWindow::State::Sync() {
  SDL_RendererInfo info{};
  is_synced = SDL_RenderSetVSync(renderer, 1) == 0 && SDL_GetRendererInfo(renderer, &info) == 0 &&
              (info.flags & SDL_RENDERER_PRESENTVSYNC) != 0;
}

bool SdlWindow::State::PrepareTexture(const Picture& picture) {
  // SDL keeps the matrix in one process-wide setting that it reads while it uploads and draws.
  SDL_SetYUVConversionMode(picture.size().height >= 720 ? SDL_YUV_CONVERSION_BT709
                                                        : SDL_YUV_CONVERSION_BT601);
  if (texture != nullptr && format == picture.format() && size == picture.size()) return true;
  if (texture != nullptr) SDL_DestroyTexture(texture);
  SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
  format = picture.format();
  size = picture.size();
  Uint32 layout = SDL_PIXELFORMAT_IYUV;
  if (format == PixelFormat::kNv12) layout = SDL_PIXELFORMAT_NV12;
  texture =
      SDL_CreateTexture(renderer, layout, SDL_TEXTUREACCESS_STREAMING, size.width, size.height);
  return texture != nullptr;
}

bool SdlWindow::State::Upload(const Picture& picture) {
  const PlaneView y = picture.plane(0);
  const PlaneView u = picture.plane(1);
  if (format == PixelFormat::kNv12) {
    return SDL_UpdateNVTexture(texture, nullptr, y.data, y.stride_bytes, u.data, u.stride_bytes) ==
           0;
  }
  const PlaneView v = picture.plane(2);
  return SDL_UpdateYUVTexture(texture, nullptr, y.data, y.stride_bytes, u.data, u.stride_bytes,
                              v.data, v.stride_bytes) == 0;
}

bool SdlWindow::State::Draw() {
  SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255);
  SDL_RenderClear(renderer);
  bool is_drawn = true;
  if (texture != nullptr) {
    const SDL_FRect box = FitBox(DrawableSize(), size, rotation);
    is_drawn = SDL_RenderCopyExF(renderer, texture, nullptr, &box, Degrees(rotation), nullptr,
                                 SDL_FLIP_NONE) == 0;
  }
  SDL_RenderPresent(renderer);
  return is_drawn;
}

PictureSize SdlWindow::State::DrawableSize() const {
  PictureSize drawable;
  SDL_GetRendererOutputSize(renderer, &drawable.width, &drawable.height);
  return drawable;
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
  if (state->window == nullptr || !state->CreateRenderer()) {
    return Fail(ErrorCode::kDeviceAbsent, std::string("window: ") + SDL_GetError());
  }
  state->Draw();  // Black, at once: the first picture is not to wait for the refresh after it.
  if (config.vertical_sync == VerticalSync::kOn) state->Sync();
  return std::unique_ptr<SdlWindow>(new SdlWindow(std::move(state)));
}

Status SdlWindow::Present(const VideoFrame& frame) {
  state_->rotation = frame.rotation;
  if (!state_->PrepareTexture(frame.picture) || !state_->Upload(frame.picture) || !state_->Draw()) {
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
  if (needs_redraw) state_->Draw();
  return events;
}

void SdlWindow::SetTitle(const std::string& title) {
  SDL_SetWindowTitle(state_->window, title.c_str());
}

PictureSize SdlWindow::size() const {
  return state_->DrawableSize();
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
