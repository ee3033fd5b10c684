// SPDX-License-Identifier: Apache-2.0
#include "capture/file/demuxer.h"

#include <cerrno>
#include <cstring>

namespace onair::capture {
namespace {

// Packets held back for the other track. Raw 720p pictures are 1.4 MB each: a second fits.
// Source: ours; MP4 files from phones interleave by half a second to a second.
constexpr std::int64_t kMaxAheadBytes = 64 << 20;
constexpr std::size_t kMaxAheadPackets = 4096;

ErrorCode OpenErrorCode(int error) {
  if (error == AVERROR(ENOENT)) return ErrorCode::kFileNotFound;
  if (error == AVERROR(EACCES) || error == AVERROR(EPERM) || error == AVERROR(EIO)) {
    return ErrorCode::kFileRead;
  }
  return ErrorCode::kNotMedia;
}

// Text art is no picture and playlists name other files: neither is what is meant by a
// media file here.
bool IsRefused(const AVInputFormat& format) {
  for (const char* name : {"tty", "concat", "hls", "dash", "webvtt", "srt", "ass", "image2"}) {
    if (std::strcmp(format.name, name) == 0) return true;
  }
  return false;
}

}  // namespace

void Demuxer::Close::operator()(AVFormatContext* context) const {
  AVIOContext* io = context->pb;
  avformat_close_input(&context);  // Leaves io alone: it is ours (AVFMT_FLAG_CUSTOM_IO).
  avio_closep(&io);
}

Result<Demuxer::Context> Demuxer::OpenContext(const std::string& path) {
  // The protocol is fixed, so that no path is taken for an address.
  const std::string url = "file:" + path;
  AVIOContext* io = nullptr;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  int error = avio_open2(&io, url.c_str(), AVIO_FLAG_READ, nullptr, &options);
  av_dict_free(&options);
  if (error < 0) return AvFail(OpenErrorCode(error), path, error);

  // Probed without its name: bytes decide.
  const AVInputFormat* format = nullptr;
  error = av_probe_input_buffer2(io, &format, "", nullptr, 0, 0);
  if (error < 0 || format == nullptr || IsRefused(*format)) {
    avio_closep(&io);
    return AvFail(error == AVERROR(EIO) ? ErrorCode::kFileRead : ErrorCode::kNotMedia, path, error);
  }
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) {
    avio_closep(&io);
    return Fail(ErrorCode::kOutOfMemory, path);
  }
  context->pb = io;
  context->protocol_whitelist = av_strdup("file");
  error = avformat_open_input(&context, "", format, nullptr);
  if (error < 0) {  // The context is freed already.
    avio_closep(&io);
    return AvFail(ErrorCode::kNotMedia, path, error);
  }
  Context owner(context);
  error = avformat_find_stream_info(context, nullptr);
  if (error < 0) return AvFail(ErrorCode::kNotMedia, path, error);
  return owner;
}

Result<Demuxer> Demuxer::Open(const std::string& path) {
  auto context = OpenContext(path);
  if (!context) return Forward(context);
  Demuxer demuxer(path, std::move(*context));
  if (demuxer.streams_[0] == nullptr && demuxer.streams_[1] == nullptr) {
    return Fail(ErrorCode::kNotMedia, path + ": no picture or sound track");
  }
  return demuxer;
}

Demuxer::Demuxer(std::string path, Context context)
    : path_(std::move(path)), context_(std::move(context)) {
  ChooseStreams();
}

void Demuxer::ChooseStreams() {
  const auto best = [&](AVMediaType type) -> const AVStream* {
    const int index = av_find_best_stream(context_.get(), type, -1, -1, nullptr, 0);
    return index >= 0 ? context_->streams[index] : nullptr;
  };
  streams_ = {best(AVMEDIA_TYPE_VIDEO), best(AVMEDIA_TYPE_AUDIO)};
  // The cover of an album is no moving picture.
  if (streams_[0] != nullptr && (streams_[0]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    streams_[0] = nullptr;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (is_off_[i]) streams_[i] = nullptr;
  }
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    AVStream* stream = context_->streams[i];
    const bool is_used = stream == streams_[0] || stream == streams_[1];
    stream->discard = is_used ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

bool Demuxer::is_untimed() const {
  if ((context_->iformat->flags & AVFMT_NOTIMESTAMPS) != 0) return true;
  for (const char* name : {"h264", "hevc", "m4v", "mpegvideo", "mjpeg", "h263", "h261", "vc1"}) {
    if (std::strcmp(context_->iformat->name, name) == 0) return true;
  }
  return false;
}

void Demuxer::SwitchOff(TrackKind track) {
  is_off_[Index(track)] = true;
  for (const auto& packet : ahead_[Index(track)]) ahead_bytes_ -= packet->size;
  ahead_[Index(track)].clear();
  ChooseStreams();
}

bool Demuxer::IsFull() const {
  return ahead_bytes_ > kMaxAheadBytes || ahead_[0].size() + ahead_[1].size() > kMaxAheadPackets;
}

Result<AvPtr<AVPacket>> Demuxer::Read(TrackKind track) {
  auto& wanted = ahead_[Index(track)];
  while (wanted.empty() && !is_at_end_ && !IsFull()) {
    AvPtr<AVPacket> packet(av_packet_alloc());
    if (!packet) return Fail(ErrorCode::kOutOfMemory, path_);
    const int error = av_read_frame(context_.get(), packet.get());
    if (error == AVERROR(EIO)) return AvFail(ErrorCode::kFileRead, path_, error);
    // Damage ends the file where it stands; what came before has been played.
    if (error < 0) is_at_end_ = true;
    for (std::size_t i = 0; error >= 0 && i < 2; ++i) {
      if (streams_[i] == nullptr || packet->stream_index != streams_[i]->index) continue;
      ahead_bytes_ += packet->size;
      ahead_[i].push_back(std::move(packet));
      break;
    }
  }
  if (wanted.empty()) return AvPtr<AVPacket>();
  AvPtr<AVPacket> packet = std::move(wanted.front());
  wanted.pop_front();
  ahead_bytes_ -= packet->size;
  return packet;
}

Status Demuxer::Rewind() {
  for (auto& queue : ahead_) queue.clear();
  ahead_bytes_ = 0;
  is_at_end_ = false;
  const std::int64_t start = context_->start_time == AV_NOPTS_VALUE ? 0 : context_->start_time;
  const auto seek = [&](std::int64_t to, int flags) {
    return avformat_seek_file(context_.get(), -1, INT64_MIN, to, to, flags) >= 0;
  };
  // Formats whose times may jump or are missing are found by byte, others by time.
  const bool is_by_byte = is_untimed() || (context_->iformat->flags & AVFMT_TS_DISCONT) != 0;
  if (is_by_byte && seek(0, AVSEEK_FLAG_BYTE)) return {};
  if (!is_by_byte && seek(start, 0)) return {};

  auto context = OpenContext(path_);
  if (!context) return Forward(context);
  context_ = std::move(*context);
  ChooseStreams();
  return {};
}

}  // namespace onair::capture
