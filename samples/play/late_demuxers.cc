// SPDX-License-Identifier: Apache-2.0
//
// Files, HLS and recordings are libavformat's work. It brings 40 libraries, which took a third of
// the time from the start of the program to main(), and who watches a live stream needs none of
// them: so it is loaded by its first call. The linker takes these functions for its own and leaves
// the library out.
#include <dlfcn.h>

#include <cstdint>

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/macros.h>
}

namespace {

// Null where it is not installed: the functions then fail as they do without memory.
template <typename Function>
Function Find(const char* name) {
  static void* const library =
      ::dlopen("libavformat.so." AV_STRINGIFY(LIBAVFORMAT_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
  return library == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(library, name));
}

}  // namespace

#define ONAIR_LATE(result, name, parameters, arguments, otherwise) \
  result name parameters {                                         \
    static const auto found = Find<decltype(&name)>(#name);        \
    return found == nullptr ? otherwise : found arguments;         \
  }

constexpr int kAbsent = AVERROR(ENOSYS);

extern "C" {

ONAIR_LATE(int, avformat_open_input,
           (AVFormatContext * *context, const char* url, const AVInputFormat* format,
            AVDictionary** options),
           (context, url, format, options), kAbsent)
ONAIR_LATE(int, avformat_find_stream_info, (AVFormatContext * context, AVDictionary** options),
           (context, options), kAbsent)
ONAIR_LATE(void, avformat_close_input, (AVFormatContext * *context), (context), void())
ONAIR_LATE(int, av_probe_input_buffer2,
           (AVIOContext * io, const AVInputFormat** format, const char* url, void* logger,
            unsigned offset, unsigned most),
           (io, format, url, logger, offset, most), kAbsent)
ONAIR_LATE(int, av_find_best_stream,
           (AVFormatContext * context, AVMediaType type, int wanted, int related,
            const AVCodec** decoder, int flags),
           (context, type, wanted, related, decoder, flags), kAbsent)
ONAIR_LATE(int, av_read_frame, (AVFormatContext * context, AVPacket* packet), (context, packet),
           kAbsent)
ONAIR_LATE(int, av_seek_frame, (AVFormatContext * context, int stream, std::int64_t at, int flags),
           (context, stream, at, flags), kAbsent)
ONAIR_LATE(std::uint8_t*, av_stream_get_side_data,
           (const AVStream* stream, AVPacketSideDataType type, size_t* size), (stream, type, size),
           nullptr)

ONAIR_LATE(AVFormatContext*, avformat_alloc_context, (), (), nullptr)
ONAIR_LATE(void, avformat_free_context, (AVFormatContext * context), (context), void())
ONAIR_LATE(int, avformat_alloc_output_context2,
           (AVFormatContext * *context, const AVOutputFormat* format, const char* name,
            const char* file),
           (context, format, name, file), kAbsent)
ONAIR_LATE(AVStream*, avformat_new_stream, (AVFormatContext * context, const AVCodec* codec),
           (context, codec), nullptr)
ONAIR_LATE(int, avformat_write_header, (AVFormatContext * context, AVDictionary** options),
           (context, options), kAbsent)
ONAIR_LATE(int, av_write_frame, (AVFormatContext * context, AVPacket* packet), (context, packet),
           kAbsent)
ONAIR_LATE(int, av_write_trailer, (AVFormatContext * context), (context), kAbsent)

ONAIR_LATE(AVIOContext*, avio_alloc_context,
           (unsigned char* buffer, int size, int flag, void* owner,
            int (*read)(void* owner, std::uint8_t* bytes, int size),
            int (*write)(void* owner, std::uint8_t* bytes, int size),
            std::int64_t (*seek)(void* owner, std::int64_t offset, int whence)),
           (buffer, size, flag, owner, read, write, seek), nullptr)
ONAIR_LATE(void, avio_context_free, (AVIOContext * *io), (io), void())
ONAIR_LATE(void, avio_flush, (AVIOContext * io), (io), void())
ONAIR_LATE(int, avio_open, (AVIOContext * *io, const char* url, int flags), (io, url, flags),
           kAbsent)
ONAIR_LATE(int, avio_closep, (AVIOContext * *io), (io), kAbsent)

}  // extern "C"
