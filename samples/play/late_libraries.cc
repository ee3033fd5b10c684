// SPDX-License-Identifier: Apache-2.0
//
// The first picture begins with the start of the program, and that was mostly the loading of
// libraries: FFmpeg and SDL bring 120, 20 ms on a desktop. A live stream's connection needs none of
// them, so each is loaded by the first call of one of its functions, while the network works. The
// linker takes the functions below for its own and leaves the libraries out.
#include <SDL.h>
#include <alsa/asoundlib.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <type_traits>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/log.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace {

// What main() says of messages before there is a library that writes any.
constinit std::atomic<int> g_ffmpeg_level{AV_LOG_INFO};
constinit std::atomic<snd_lib_error_handler_t> g_alsa_handler{nullptr};

void ToldOfMessages(void* ffmpeg) {
  auto* const tell =
      reinterpret_cast<decltype(&av_log_set_level)>(::dlsym(ffmpeg, "av_log_set_level"));
  if (tell != nullptr) tell(g_ffmpeg_level);
}

void AlsaToldOfMessages(void* sdl) {
  auto* const tell = reinterpret_cast<decltype(&snd_lib_error_set_handler)>(
      ::dlsym(sdl, "snd_lib_error_set_handler"));
  if (tell != nullptr) tell(g_alsa_handler);
}

// thread-safe.
class Library {
 public:
  constexpr Library(const char* file, void (*on_loaded)(void*))
      : file_(file), on_loaded_(on_loaded) {}

  // Null where it is not installed.
  void* Find(const char* function) {
    std::call_once(once_, [this] {
      handle_ = ::dlopen(file_, RTLD_LAZY | RTLD_LOCAL);
      if (handle_ != nullptr) on_loaded_(handle_);
    });
    return handle_ == nullptr ? nullptr : ::dlsym(handle_, function);
  }

 private:
  const char* const file_;
  void (*const on_loaded_)(void*);
  std::once_flag once_;
  void* handle_ = nullptr;
};

#define ONAIR_FFMPEG(name, major) "lib" name ".so." AV_STRINGIFY(major)
constinit Library g_avutil(ONAIR_FFMPEG("avutil", LIBAVUTIL_VERSION_MAJOR), ToldOfMessages);
constinit Library g_avcodec(ONAIR_FFMPEG("avcodec", LIBAVCODEC_VERSION_MAJOR), ToldOfMessages);
constinit Library g_avformat(ONAIR_FFMPEG("avformat", LIBAVFORMAT_VERSION_MAJOR), ToldOfMessages);
constinit Library g_swresample(ONAIR_FFMPEG("swresample", LIBSWRESAMPLE_VERSION_MAJOR),
                               ToldOfMessages);
constinit Library g_swscale(ONAIR_FFMPEG("swscale", LIBSWSCALE_VERSION_MAJOR), ToldOfMessages);
constinit Library g_sdl("libSDL2-2.0.so.0", AlsaToldOfMessages);

// A function's name as an argument of a template.
template <std::size_t kSize>
struct Name {
  // NOLINTNEXTLINE(google-explicit-constructor): from "text".
  constexpr Name(const char (&from)[kSize]) { std::copy_n(from, kSize, text); }
  char text[kSize];
};

// Of a function whose library is not installed: failed.
template <typename Result>
Result Absent() {
  if constexpr (std::is_same_v<Result, const char*>) {
    return "its library is not installed";
  } else if constexpr (std::is_integral_v<Result> && std::is_signed_v<Result>) {
    return AVERROR(ENOSYS);
  } else if constexpr (!std::is_void_v<Result>) {
    return Result{};
  }
}

template <Library& kLibrary, Name kName, typename Function>
struct Late;

template <Library& kLibrary, Name kName, typename Result, typename... Arguments>
struct Late<kLibrary, kName, Result(Arguments...)> {
  static Result Call(Arguments... arguments) {
    static auto* const found =
        reinterpret_cast<Result (*)(Arguments...)>(kLibrary.Find(kName.text));
    return found == nullptr ? Absent<Result>() : found(arguments...);
  }
};

}  // namespace

// Its type is the header's; what it does is chosen when the program is loaded.
#define ONAIR_LATE(library, name)                                \
  __attribute__((visibility("hidden"))) auto* Resolve_##name() { \
    return &Late<library, #name, decltype(name)>::Call;          \
  }                                                              \
  decltype(name) name __attribute__((ifunc("Resolve_" #name)));

extern "C" {

void av_log_set_level(int level) {
  g_ffmpeg_level = level;
}

int snd_lib_error_set_handler(snd_lib_error_handler_t handler) {
  g_alsa_handler = handler;
  return 0;
}

ONAIR_LATE(g_avutil, av_channel_layout_default)
ONAIR_LATE(g_avutil, av_d2q)
ONAIR_LATE(g_avutil, av_dict_free)
ONAIR_LATE(g_avutil, av_dict_set)
ONAIR_LATE(g_avutil, av_dict_set_int)
ONAIR_LATE(g_avutil, av_display_rotation_get)
ONAIR_LATE(g_avutil, av_frame_alloc)
ONAIR_LATE(g_avutil, av_frame_free)
ONAIR_LATE(g_avutil, av_frame_get_buffer)
ONAIR_LATE(g_avutil, av_frame_unref)
ONAIR_LATE(g_avutil, av_free)
ONAIR_LATE(g_avutil, av_freep)
ONAIR_LATE(g_avutil, av_get_pix_fmt_name)
ONAIR_LATE(g_avutil, av_malloc)
ONAIR_LATE(g_avutil, av_mallocz)
ONAIR_LATE(g_avutil, av_pix_fmt_desc_get)
ONAIR_LATE(g_avutil, av_rescale_q)
ONAIR_LATE(g_avutil, av_strerror)

ONAIR_LATE(g_avcodec, av_new_packet)
ONAIR_LATE(g_avcodec, av_packet_alloc)
ONAIR_LATE(g_avcodec, av_packet_free)
ONAIR_LATE(g_avcodec, av_packet_get_side_data)
ONAIR_LATE(g_avcodec, av_packet_new_side_data)
ONAIR_LATE(g_avcodec, av_packet_unref)
ONAIR_LATE(g_avcodec, avcodec_alloc_context3)
ONAIR_LATE(g_avcodec, avcodec_find_decoder)
ONAIR_LATE(g_avcodec, avcodec_find_encoder)
ONAIR_LATE(g_avcodec, avcodec_flush_buffers)
ONAIR_LATE(g_avcodec, avcodec_free_context)
ONAIR_LATE(g_avcodec, avcodec_open2)
ONAIR_LATE(g_avcodec, avcodec_receive_frame)
ONAIR_LATE(g_avcodec, avcodec_receive_packet)
ONAIR_LATE(g_avcodec, avcodec_send_frame)
ONAIR_LATE(g_avcodec, avcodec_send_packet)

ONAIR_LATE(g_avformat, av_find_best_stream)
ONAIR_LATE(g_avformat, av_probe_input_buffer2)
ONAIR_LATE(g_avformat, av_read_frame)
ONAIR_LATE(g_avformat, av_seek_frame)
ONAIR_LATE(g_avformat, av_stream_get_side_data)
ONAIR_LATE(g_avformat, av_write_frame)
ONAIR_LATE(g_avformat, av_write_trailer)
ONAIR_LATE(g_avformat, avformat_alloc_context)
ONAIR_LATE(g_avformat, avformat_alloc_output_context2)
ONAIR_LATE(g_avformat, avformat_close_input)
ONAIR_LATE(g_avformat, avformat_find_stream_info)
ONAIR_LATE(g_avformat, avformat_free_context)
ONAIR_LATE(g_avformat, avformat_new_stream)
ONAIR_LATE(g_avformat, avformat_open_input)
ONAIR_LATE(g_avformat, avformat_write_header)
ONAIR_LATE(g_avformat, avio_alloc_context)
ONAIR_LATE(g_avformat, avio_closep)
ONAIR_LATE(g_avformat, avio_context_free)
ONAIR_LATE(g_avformat, avio_flush)
ONAIR_LATE(g_avformat, avio_open)

ONAIR_LATE(g_swresample, swr_alloc_set_opts2)
ONAIR_LATE(g_swresample, swr_convert)
ONAIR_LATE(g_swresample, swr_free)
ONAIR_LATE(g_swresample, swr_init)

ONAIR_LATE(g_swscale, sws_freeContext)
ONAIR_LATE(g_swscale, sws_getCachedContext)
ONAIR_LATE(g_swscale, sws_getCoefficients)
ONAIR_LATE(g_swscale, sws_getContext)
ONAIR_LATE(g_swscale, sws_isSupportedInput)
ONAIR_LATE(g_swscale, sws_scale)
ONAIR_LATE(g_swscale, sws_setColorspaceDetails)

ONAIR_LATE(g_sdl, SDL_CloseAudioDevice)
ONAIR_LATE(g_sdl, SDL_CreateRenderer)
ONAIR_LATE(g_sdl, SDL_CreateTexture)
ONAIR_LATE(g_sdl, SDL_CreateWindow)
ONAIR_LATE(g_sdl, SDL_DestroyRenderer)
ONAIR_LATE(g_sdl, SDL_DestroyTexture)
ONAIR_LATE(g_sdl, SDL_DestroyWindow)
ONAIR_LATE(g_sdl, SDL_GetCurrentDisplayMode)
ONAIR_LATE(g_sdl, SDL_GetDisplayUsableBounds)
ONAIR_LATE(g_sdl, SDL_GetError)
ONAIR_LATE(g_sdl, SDL_GetHint)
ONAIR_LATE(g_sdl, SDL_GetRendererInfo)
ONAIR_LATE(g_sdl, SDL_GetRendererOutputSize)
ONAIR_LATE(g_sdl, SDL_GetWindowDisplayIndex)
ONAIR_LATE(g_sdl, SDL_GetWindowPixelFormat)
ONAIR_LATE(g_sdl, SDL_GetWindowSize)
ONAIR_LATE(g_sdl, SDL_GetWindowSurface)
ONAIR_LATE(g_sdl, SDL_InitSubSystem)
ONAIR_LATE(g_sdl, SDL_LockSurface)
ONAIR_LATE(g_sdl, SDL_OpenAudioDevice)
ONAIR_LATE(g_sdl, SDL_PauseAudioDevice)
ONAIR_LATE(g_sdl, SDL_PollEvent)
ONAIR_LATE(g_sdl, SDL_QuitSubSystem)
ONAIR_LATE(g_sdl, SDL_RenderClear)
ONAIR_LATE(g_sdl, SDL_RenderCopyExF)
ONAIR_LATE(g_sdl, SDL_RenderPresent)
ONAIR_LATE(g_sdl, SDL_RenderSetVSync)
ONAIR_LATE(g_sdl, SDL_SetHint)
ONAIR_LATE(g_sdl, SDL_SetHintWithPriority)
ONAIR_LATE(g_sdl, SDL_SetRenderDrawColor)
ONAIR_LATE(g_sdl, SDL_SetWindowTitle)
ONAIR_LATE(g_sdl, SDL_SetYUVConversionMode)
ONAIR_LATE(g_sdl, SDL_UnlockSurface)
ONAIR_LATE(g_sdl, SDL_UpdateNVTexture)
ONAIR_LATE(g_sdl, SDL_UpdateWindowSurface)
ONAIR_LATE(g_sdl, SDL_UpdateYUVTexture)

}  // extern "C"
