// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/media_input.h"

#include <cerrno>
#include <utility>

extern "C" {
#include <libavformat/avformat.h>
}

namespace onair::devices {
namespace {

// Decided by the bytes, so that a text called .mp4 cannot make FFmpeg read other files.
constexpr const char* kContainers = "mov,flv,matroska,mpegts,aac";
constexpr const char* kPlaylistContainers = "hls,mov,mpegts,aac";
constexpr const char* kLocal = "file,crypto,data";
constexpr const char* kRemote = "http,https,tls,tcp,crypto,data";

// What is looked at to learn of the tracks.
// Source: ours; key frames of MPEG-TS are at most a few seconds apart. FFmpeg stops as soon as it
// knows all tracks.
constexpr std::int64_t kProbeBytes = 4 << 20;
constexpr std::int64_t kProbeMicros = 3'000'000;

bool BeginsWith(const std::string& text, const char* prefix) {
  return text.rfind(prefix, 0) == 0;
}

bool IsHttp(const std::string& url) {
  return BeginsWith(url, "http://") || BeginsWith(url, "https://");
}

bool IsPlaylist(const std::string& url) {
  return url.substr(0, url.find_first_of("?#")).ends_with(".m3u8");
}

std::string Text(int av_error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(av_error, text, sizeof text);
  return text;
}

// Empty: none of them.
std::optional<ErrorCode> HttpCode(int av_error) {
  switch (av_error) {
    case AVERROR_HTTP_NOT_FOUND:
      return ErrorCode::kHttpNotFound;
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
      return ErrorCode::kHttpForbidden;
    case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_OTHER_4XX:
      return ErrorCode::kHttpStatus;
    case AVERROR_HTTP_SERVER_ERROR:
      return ErrorCode::kHttpServerError;
    case AVERROR(ECONNREFUSED):
      return ErrorCode::kConnectRefused;
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
      return ErrorCode::kUnreachable;
    case AVERROR(ETIMEDOUT):
      return ErrorCode::kTimeout;
    default:
      return std::nullopt;
  }
}

// Whether the bytes of a local file are of a container that is read here.
bool HoldsContainer(const std::string& path) {
  AVIOContext* io = nullptr;
  if (avio_open(&io, path.c_str(), AVIO_FLAG_READ) < 0) return false;
  const AVInputFormat* format = nullptr;
  const int score = av_probe_input_buffer2(io, &format, "", nullptr, 0, 0);
  avio_closep(&io);
  if (score < 0 || format == nullptr) return false;
  const std::string known = std::string(",") + kContainers + ",";
  const std::string name = format->name;
  return known.find("," + name.substr(0, name.find(',')) + ",") != std::string::npos;
}

}  // namespace

bool IsMediaAddress(const std::string& url) {
  if (url.empty()) return false;
  if (IsHttp(url)) return IsPlaylist(url);
  return BeginsWith(url, "file:") || url.find("://") == std::string::npos;
}

MediaInput::MediaInput(MediaReaderConfig config, const std::atomic<bool>& stopping)
    : config_(std::move(config)),
      stopping_(stopping),
      is_playlist_(IsPlaylist(config_.url)),
      is_http_(IsHttp(config_.url)) {
  path_ = config_.url;
  if (BeginsWith(path_, "file://")) path_ = path_.substr(7);
  if (BeginsWith(path_, "file:")) path_ = path_.substr(5);
  // The protocol is said, so that no path is taken for an address.
  if (!is_http_) path_ = "file:" + path_;
}

MediaInput::~MediaInput() {
  Allow(TimeDelta::Zero());  // Closing does not wait for a server.
  avformat_close_input(&context_);
}

Status MediaInput::Open() {
  Allow(config_.open_timeout);
  if (auto prepared = Prepare(); !prepared) return prepared;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", is_http_ ? kRemote : kLocal, 0);
  av_dict_set(&options, "format_whitelist", is_playlist_ ? kPlaylistContainers : kContainers, 0);
  if (is_playlist_) av_dict_set(&options, "http_persistent", "0", 0);  // All opens come by OpenIo.
  const int opened = avformat_open_input(&context_, path_.c_str(), nullptr, &options);
  av_dict_free(&options);
  if (opened < 0) return Fail(OpenError(opened));  // FFmpeg has freed the context.
  context_->probesize = kProbeBytes;
  context_->max_analyze_duration = kProbeMicros;
  const int found = avformat_find_stream_info(context_, nullptr);
  if (found < 0) return Fail(OpenError(found));
  return {};
}

Status MediaInput::Prepare() {
  context_ = avformat_alloc_context();
  if (context_ == nullptr) return Fail(ErrorCode::kOutOfMemory, config_.url);
  context_->interrupt_callback = {IsInterrupted, this};
  context_->opaque = this;
  open_io_ = std::exchange(context_->io_open, OpenIo);
  return {};
}

int MediaInput::IsInterrupted(void* self) {
  auto& input = *static_cast<MediaInput*>(self);
  if (input.stopping_) return 1;
  if (Now() < input.deadline_) return 0;
  input.has_timed_out_ = true;
  return 1;
}

// HLS drops most options on its way to playlists and segments, those of TLS too.
int MediaInput::OpenIo(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                       AVDictionary** options) {
  auto& input = *static_cast<MediaInput*>(context->opaque);
  AVDictionary* own = nullptr;
  AVDictionary** with = options != nullptr ? options : &own;
  if (IsHttp(url)) {
    av_dict_set_int(with, "rw_timeout", input.config_.silence_timeout.us(), 0);
    const bool verifies = input.config_.verify == MediaReaderConfig::Verify::kYes;
    av_dict_set(with, "tls_verify", verifies ? "1" : "0", 0);
    if (!input.config_.ca_file.empty()) {
      av_dict_set(with, "ca_file", input.config_.ca_file.c_str(), 0);
    }
  }
  const int opened = input.open_io_(context, io, url, flags, with);
  av_dict_free(&own);
  input.last_open_error_ = opened < 0 ? opened : 0;
  return opened;
}

MediaKind MediaInput::kind() const {
  if (!is_playlist_) return MediaKind::kFile;
  return context_->duration > 0 ? MediaKind::kHls : MediaKind::kLiveHls;
}

Error MediaInput::OpenError(int av_error) const {
  if (is_http_ || has_timed_out_ || stopping_) return ErrorOf(av_error);
  const auto code = [&] {
    switch (av_error) {
      case AVERROR(ENOENT):
        return ErrorCode::kFileNotFound;
      case AVERROR(EACCES):
      case AVERROR(EPERM):
      case AVERROR(EIO):
        return ErrorCode::kFileRead;
      case AVERROR(ENOMEM):
        return ErrorCode::kOutOfMemory;
      default:
        return HoldsContainer(path_) ? ErrorCode::kFileMalformed : ErrorCode::kNotMedia;
    }
  }();
  return {code, config_.url + ": " + Text(av_error), av_error};
}

Error MediaInput::ErrorOf(int av_error) const {
  const std::string what = is_http_ ? "the playlist" : config_.url;  // An address has secrets.
  if (has_timed_out_ || stopping_) {
    return {ErrorCode::kTimeout, what + ": no answer in time", av_error};
  }
  const int cause = last_open_error_ != 0 ? last_open_error_ : av_error;
  const auto http = is_http_ ? HttpCode(cause) : std::nullopt;
  const bool is_damaged = cause == AVERROR_INVALIDDATA || cause == AVERROR(EINVAL);
  const ErrorCode code = http ? *http
                         : is_damaged
                             ? (is_http_ ? ErrorCode::kNotMedia : ErrorCode::kFileMalformed)
                         : is_http_ ? ErrorCode::kConnectionLost
                                    : ErrorCode::kFileRead;
  return {code, what + ": " + Text(cause), cause};
}

Result<bool> MediaInput::Read(AVPacket& packet) {
  Allow(config_.read_timeout);
  has_timed_out_ = false;
  const int read = av_read_frame(context_, &packet);
  if (read >= 0) return true;
  const bool is_over = read == AVERROR_EOF && !has_timed_out_ && !stopping_;
  // A live playlist that cannot be read any more looks like its end.
  if (is_over && (kind() != MediaKind::kLiveHls || last_open_error_ == 0)) return false;
  return Fail(ErrorOf(read));
}

Status MediaInput::Seek(int stream, std::int64_t us) {
  if (kind() == MediaKind::kLiveHls) return Fail(ErrorCode::kUnsupported, "seeking in live media");
  Allow(config_.read_timeout);
  has_timed_out_ = false;
  const AVRational base = context_->streams[stream]->time_base;
  const std::int64_t to = av_rescale_q(us, {1, 1'000'000}, base);
  const int sought = av_seek_frame(context_, stream, to, AVSEEK_FLAG_BACKWARD);
  if (sought < 0) return Fail(ErrorOf(sought));
  return {};
}

}  // namespace onair::devices
