// SPDX-License-Identifier: Apache-2.0
//
// The floor of the first picture: a plain socket, one request, FFmpeg's decoder, and, where a
// display is given, the picture put on an X screen. One thread, nothing else; first_frame_race.py
// races players against it. Prints "MONOTONIC_NS BYTES": when the first key frame was decoded, and
// its size.
//
// usage: first_frame_floor URL [DISPLAY]     (what it shows stays until the program is killed)
#include <X11/Xlib.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/bench/first_frame_source.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
#include <libswscale/swscale.h>
}

namespace onair::bench {
namespace {

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "first_frame_floor: %s\n", what);
  std::exit(1);
}

AVFrame* DecodePicture(const FirstKey& key) {
  AVCodecContext* decoder = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));
  decoder->thread_count = 1;
  decoder->extradata_size = static_cast<int>(key.config.size());
  decoder->extradata =
      static_cast<std::uint8_t*>(av_mallocz(key.config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  std::memcpy(decoder->extradata, key.config.data(), key.config.size());
  if (avcodec_open2(decoder, nullptr, nullptr) != 0) Die("no decoder");
  AVPacket* packet = av_packet_alloc();
  if (av_new_packet(packet, static_cast<int>(key.frame.size())) != 0) Die("no memory");
  std::memcpy(packet->data, key.frame.data(), key.frame.size());
  AVFrame* picture = av_frame_alloc();
  if (avcodec_send_packet(decoder, packet) != 0) Die("the key frame is refused");
  avcodec_send_packet(decoder, nullptr);  // No picture waits for the next one.
  if (avcodec_receive_frame(decoder, picture) != 0) Die("no picture");
  return picture;
}

class Window {
 public:
  explicit Window(const char* display) : display_(XOpenDisplay(display)) {
    if (display_ == nullptr) Die("no display");
    screen_ = DefaultScreen(display_);
    width_ = DisplayWidth(display_, screen_);
    height_ = DisplayHeight(display_, screen_);
    window_ =
        XCreateSimpleWindow(display_, RootWindow(display_, screen_), 0, 0,
                            static_cast<unsigned>(width_), static_cast<unsigned>(height_), 0, 0, 0);
    XMapWindow(display_, window_);
    XFlush(display_);
  }

  void Show(const AVFrame& picture) {
    const std::size_t stride = static_cast<std::size_t>(width_) * 4;
    auto* const pixels =
        static_cast<char*>(std::malloc(stride * static_cast<std::size_t>(height_)));
    SwsContext* const scaler =
        sws_getContext(picture.width, picture.height, static_cast<AVPixelFormat>(picture.format),
                       width_, height_, AV_PIX_FMT_BGR0, SWS_POINT, nullptr, nullptr, nullptr);
    if (pixels == nullptr || scaler == nullptr) Die("no scaler");
    std::uint8_t* const rows[] = {reinterpret_cast<std::uint8_t*>(pixels)};
    const int strides[] = {static_cast<int>(stride)};
    sws_scale(scaler, picture.data, picture.linesize, 0, picture.height, rows, strides);
    XImage* const image =
        XCreateImage(display_, DefaultVisual(display_, screen_), 24, ZPixmap, 0, pixels,
                     static_cast<unsigned>(width_), static_cast<unsigned>(height_), 32, 0);
    XPutImage(display_, window_, DefaultGC(display_, screen_), image, 0, 0, 0, 0,
              static_cast<unsigned>(width_), static_cast<unsigned>(height_));
    XSync(display_, 0);
  }

 private:
  Display* display_;
  int screen_ = 0;
  int width_ = 0;
  int height_ = 0;
  ::Window window_ = 0;
};

int Main(const char* url, const char* display) {
  FirstFrameSource source(url);
  // The server's answer is on its way meanwhile.
  Window* const window = display == nullptr ? nullptr : new Window(display);
  const FirstKey key = source.ReadFirstKey();
  AVFrame* const picture = DecodePicture(key);
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf(
      "%lld %zu\n",
      static_cast<long long>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()),
      key.frame.size());
  std::fflush(stdout);
  if (window == nullptr) return 0;
  window->Show(*picture);
  while (true) ::pause();
}

}  // namespace
}  // namespace onair::bench

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: first_frame_floor URL [DISPLAY]\n");
    return 2;
  }
  return onair::bench::Main(argv[1], argc == 3 ? argv[2] : nullptr);
}
