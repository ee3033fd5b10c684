// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/av_recorder.h"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "platform/devices/file_writer.h"
#include "platform/devices/record_line.h"

namespace onair::devices {
namespace {

constexpr int kIoBufferBytes = 64 * 1024;
constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr AVRational kVideoClock{1, 90'000};

// Longest MP4 fragment, which is what a crash loses and what is held in memory, where no key
// frame ends it sooner: µs and bytes.
// Source: ours; four GOPs of the default 2 s, and 8 s at 16 Mbit/s.
constexpr const char* kFragmentMicros = "8000000";
constexpr const char* kFragmentBytes = "16777216";

// Times from FLV are whole milliseconds: sound that is off by less follows on what came before it,
// or fragments would end a sample late and the next one overlap it.
constexpr std::int64_t kWobbleMillis = 2;

struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

// libavformat's view of one of our files. The first failure is kept in `failure`, because
// muxers swallow errors of their files on some paths.
struct AvioFile {
  std::unique_ptr<FileWriter> writer;
  std::optional<Error>* failure;

  int Answer(const Status& status) {
    if (status) return 0;
    if (!*failure) *failure = status.error();
    return AVERROR(status.error().native_code);
  }
};

int WriteFile(void* opaque, std::uint8_t* bytes, int size) {
  auto& file = *static_cast<AvioFile*>(opaque);
  const int failed = file.Answer(file.writer->Write({bytes, static_cast<std::size_t>(size)}));
  return failed != 0 ? failed : size;
}

std::int64_t SeekFile(void* opaque, std::int64_t offset, int whence) {
  auto& file = *static_cast<AvioFile*>(opaque);
  if (whence == AVSEEK_SIZE) return file.writer->size();
  if (whence != SEEK_SET) return AVERROR(ENOSYS);
  const int failed = file.Answer(file.writer->Seek(offset));
  return failed != 0 ? failed : offset;
}

AVIOContext* MakeAvio(std::unique_ptr<FileWriter> writer, std::optional<Error>* failure) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return nullptr;
  auto file = std::make_unique<AvioFile>(AvioFile{std::move(writer), failure});
  AVIOContext* avio =
      avio_alloc_context(buffer, kIoBufferBytes, 1, file.get(), nullptr, WriteFile, SeekFile);
  if (avio == nullptr) {
    av_free(buffer);
    return nullptr;
  }
  static_cast<void>(file.release());  // FreeAvio() takes it back.
  return avio;
}

int FreeAvio(AVIOContext* avio) {
  if (avio == nullptr) return 0;
  avio_flush(avio);
  const std::unique_ptr<AvioFile> file(static_cast<AvioFile*>(avio->opaque));
  int failed = file->Answer(file->writer->Close());
  if (avio->error < 0) failed = avio->error;
  av_freep(&avio->buffer);
  avio_context_free(&avio);
  return failed;
}

int OpenMuxerFile(AVFormatContext* muxer, AVIOContext** avio, const char* url, int flags,
                  AVDictionary**) {
  if ((flags & AVIO_FLAG_READ) != 0) return AVERROR(ENOSYS);
  auto* failure = static_cast<std::optional<Error>*>(muxer->opaque);
  // HLS would write a new playlist over a good one on the full disk, and rename it.
  if (*failure) return AVERROR((*failure)->native_code);
  auto writer = FileWriter::Create(url);
  if (!writer) {
    if (!*failure) *failure = writer.error();
    return AVERROR(writer.error().native_code);
  }
  *avio = MakeAvio(std::move(*writer), failure);
  return *avio != nullptr ? 0 : AVERROR(ENOMEM);
}

int CloseMuxerFile(AVFormatContext*, AVIOContext* avio) {
  return FreeAvio(avio);
}

bool SetExtradata(AVCodecParameters& parameters, const Buffer& config) {
  parameters.extradata =
      static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) return false;
  if (!config.empty()) std::memcpy(parameters.extradata, config.data(), config.size());
  parameters.extradata_size = static_cast<int>(config.size());
  return true;
}

bool IsSameConfig(const Buffer& a, const Buffer& b) {
  return std::equal(a.view().begin(), a.view().end(), b.view().begin(), b.view().end());
}

// "a/b%c.m3u8" -> "a/b%%c-%05d.ts".
std::string SegmentPattern(const std::string& playlist) {
  std::string pattern;
  for (const char c : playlist.substr(0, playlist.rfind('.'))) {
    pattern += c;
    if (c == '%') pattern += c;
  }
  return pattern + "-%05d.ts";
}

class AvRecorder : public Recorder {
 public:
  AvRecorder(std::string path, AvContainer container)
      : path_(std::move(path)), container_(container) {}
  ~AvRecorder() override { static_cast<void>(Close()); }

  Status Open();
  Status SetTracks(const StreamTracks& tracks) override;
  Status Write(const EncodedFrame& frame) override;
  Status Close() override;

 private:
  Status WriteHeader();
  Status AddVideo(const VideoTrack& track);
  Status AddAudio(const AudioTrack& track);
  AVPacket* Fill(const EncodedFrame& frame, const RecordLine::Times& times);
  Status Commit(int written, const char* what);
  Status Break(Error error);
  AvioFile* file() { return static_cast<AvioFile*>(muxer_->pb->opaque); }

  const std::string path_;
  const AvContainer container_;
  AVFormatContext* muxer_ = nullptr;
  AVStream* video_ = nullptr;
  AVStream* audio_ = nullptr;
  StreamTracks tracks_;
  RecordLine line_;
  bool has_header_ = false;
  std::optional<std::int64_t> sound_end_;  // In the audio stream's time base.
  std::int64_t committed_bytes_ = 0;       // MP4: end of the last whole fragment.
  std::optional<Error> failure_;           // Of any file, set inside libavformat's calls.
  std::optional<Error> broken_;            // What every later call answers.
};

Status AvRecorder::Open() {
  const bool is_mp4 = container_ == AvContainer::kMp4;
  avformat_alloc_output_context2(&muxer_, nullptr, is_mp4 ? "mp4" : "hls", path_.c_str());
  if (muxer_ == nullptr) return Fail(ErrorCode::kUnsupported, "this FFmpeg writes no such file");
  muxer_->opaque = &failure_;
  muxer_->io_open = OpenMuxerFile;
  muxer_->io_close2 = CloseMuxerFile;
  // Made now for both, so that a wrong path is told before anything is recorded.
  auto writer = FileWriter::Create(path_);
  if (!writer) return Forward(writer);
  if (!is_mp4) return {};
  muxer_->flags |= AVFMT_FLAG_CUSTOM_IO;
  muxer_->pb = MakeAvio(std::move(*writer), &failure_);
  if (muxer_->pb == nullptr) return Fail(ErrorCode::kOutOfMemory, path_);
  return {};
}

Status AvRecorder::SetTracks(const StreamTracks& tracks) {
  if (broken_) return Fail(*broken_);
  if (!has_header_) {
    if (tracks.audio && tracks.audio->codec == AudioCodec::kOpus &&
        container_ == AvContainer::kHls) {
      return Fail(ErrorCode::kUnsupported, "Opus in MPEG-TS segments");
    }
    tracks_ = tracks;
    if (tracks.video) line_.ExpectVideo();
    return {};
  }
  const bool is_same =
      tracks.video.has_value() == tracks_.video.has_value() &&
      tracks.audio.has_value() == tracks_.audio.has_value() &&
      (!tracks.video || IsSameConfig(tracks.video->config, tracks_.video->config)) &&
      (!tracks.audio || IsSameConfig(tracks.audio->config, tracks_.audio->config));
  if (is_same) return {};
  return Fail(ErrorCode::kUnsupported, "this container cannot change its tracks in the middle");
}

Status AvRecorder::AddVideo(const VideoTrack& track) {
  video_ = avformat_new_stream(muxer_, nullptr);
  if (video_ == nullptr) return Fail(ErrorCode::kOutOfMemory, path_);
  AVCodecParameters& parameters = *video_->codecpar;
  parameters.codec_type = AVMEDIA_TYPE_VIDEO;
  const bool is_h265 = track.codec == VideoCodec::kH265;
  parameters.codec_id = is_h265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
  // Apple's players take H.265 with parameter sets in the header only ("hvc1", not "hev1").
  if (is_h265 && container_ == AvContainer::kMp4) {
    parameters.codec_tag = MKTAG('h', 'v', 'c', '1');
  }
  parameters.format = AV_PIX_FMT_YUV420P;
  parameters.width = track.size.width;
  parameters.height = track.size.height;
  video_->time_base = kVideoClock;
  if (track.frame_rate > 0) video_->avg_frame_rate = av_d2q(track.frame_rate, 100'000);
  if (!SetExtradata(parameters, track.config)) return Fail(ErrorCode::kOutOfMemory, path_);
  return {};
}

Status AvRecorder::AddAudio(const AudioTrack& track) {
  audio_ = avformat_new_stream(muxer_, nullptr);
  if (audio_ == nullptr) return Fail(ErrorCode::kOutOfMemory, path_);
  AVCodecParameters& parameters = *audio_->codecpar;
  parameters.codec_type = AVMEDIA_TYPE_AUDIO;
  const bool is_aac = track.codec == AudioCodec::kAac;
  parameters.codec_id = is_aac ? AV_CODEC_ID_AAC : AV_CODEC_ID_OPUS;
  parameters.sample_rate = track.format.sample_rate;
  parameters.frame_size = is_aac ? 1024 : 960;
  av_channel_layout_default(&parameters.ch_layout, track.format.channels);
  audio_->time_base = {1, track.format.sample_rate};
  if (!SetExtradata(parameters, track.config)) return Fail(ErrorCode::kOutOfMemory, path_);
  return {};
}

Status AvRecorder::WriteHeader() {
  if (tracks_.video) {
    if (auto status = AddVideo(*tracks_.video); !status) return status;
  }
  if (tracks_.audio) {
    if (auto status = AddAudio(*tracks_.audio); !status) return status;
  }
  AVDictionary* options = nullptr;
  if (container_ == AvContainer::kMp4) {
    // delay_moov: the index comes with the first fragment, when it is known that a track begins
    // later than the other; else it would begin with it.
    av_dict_set(&options, "movflags", "frag_keyframe+empty_moov+delay_moov+default_base_moof", 0);
    av_dict_set(&options, "frag_duration", kFragmentMicros, 0);
    av_dict_set(&options, "frag_size", kFragmentBytes, 0);
  } else {
    av_dict_set(&options, "hls_time", "2", 0);
    av_dict_set(&options, "hls_list_size", "0", 0);
    av_dict_set(&options, "hls_playlist_type", "event", 0);
    av_dict_set(&options, "hls_flags", "independent_segments+temp_file", 0);
    av_dict_set(&options, "hls_segment_filename", SegmentPattern(path_).c_str(), 0);
  }
  const int written = avformat_write_header(muxer_, &options);
  av_dict_free(&options);
  has_header_ = written >= 0;
  return Commit(written, "header");
}

// After each call into the muxer: an error of a file goes before the muxer's own words.
Status AvRecorder::Commit(int written, const char* what) {
  if (container_ == AvContainer::kMp4 && written >= 0) avio_flush(muxer_->pb);
  if (failure_) return Break(*failure_);
  if (written < 0) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(written, text, sizeof text);
    return Break({ErrorCode::kFileWrite, path_ + ": " + what + ": " + text, written});
  }
  if (container_ == AvContainer::kMp4) committed_bytes_ = file()->writer->size();
  return {};
}

Status AvRecorder::Break(Error error) {
  broken_ = std::move(error);
  return Fail(*broken_);
}

Status AvRecorder::Write(const EncodedFrame& frame) {
  if (broken_) return Fail(*broken_);
  if (!muxer_) return Fail(ErrorCode::kInvalidState, "the recorder is closed");
  const bool is_audio = frame.track() == TrackKind::kAudio;
  if (is_audio ? !tracks_.audio.has_value() : !tracks_.video.has_value()) {
    return Fail(ErrorCode::kInvalidState, "a frame of a track that was not set");
  }
  const auto times = line_.Place(frame);
  if (!times) return {};
  if (!has_header_) {
    if (auto status = WriteHeader(); !status) return Break(status.error());
  }
  const std::unique_ptr<AVPacket, FreePacket> packet(Fill(frame, *times));
  if (!packet) return Fail(ErrorCode::kOutOfMemory, path_);
  return Commit(av_write_frame(muxer_, packet.get()), "frame");
}

AVPacket* AvRecorder::Fill(const EncodedFrame& frame, const RecordLine::Times& times) {
  AVPacket* packet = av_packet_alloc();
  if (packet == nullptr || av_new_packet(packet, static_cast<int>(frame.payload.size())) < 0) {
    av_packet_free(&packet);
    return nullptr;
  }
  std::memcpy(packet->data, frame.payload.data(), frame.payload.size());
  const bool is_audio = frame.track() == TrackKind::kAudio;
  const AVStream& stream = is_audio ? *audio_ : *video_;
  packet->stream_index = stream.index;
  packet->pts = av_rescale_q(times.pts.us(), kMicroseconds, stream.time_base);
  packet->dts = av_rescale_q(times.dts.us(), kMicroseconds, stream.time_base);
  if (is_audio || frame.is_key()) packet->flags |= AV_PKT_FLAG_KEY;
  if (is_audio) {
    const AVRational samples{1, stream.codecpar->sample_rate};
    packet->duration = av_rescale_q(stream.codecpar->frame_size, samples, stream.time_base);
    const std::int64_t wobble = av_rescale_q(kWobbleMillis, {1, 1000}, stream.time_base);
    if (sound_end_ && std::abs(*sound_end_ - packet->dts) <= wobble) {
      packet->pts = packet->dts = *sound_end_;
    }
    sound_end_ = packet->dts + packet->duration;
  } else if (stream.avg_frame_rate.num > 0) {
    packet->duration = av_rescale_q(1, av_inv_q(stream.avg_frame_rate), stream.time_base);
  }
  return packet;
}

Status AvRecorder::Close() {
  if (muxer_ == nullptr) return broken_ ? Status(Fail(*broken_)) : Status();
  const bool was_broken = broken_.has_value();
  if (has_header_) {
    // Also after a failure: only the trailer frees the muxer's own memory and files.
    const int written = av_write_trailer(muxer_);
    if (!was_broken) static_cast<void>(Commit(written, "trailer"));
  }
  if (container_ == AvContainer::kMp4 && muxer_->pb != nullptr) {
    if (broken_) {
      avio_flush(muxer_->pb);
      static_cast<void>(file()->writer->Truncate(committed_bytes_));
    }
    const int closed = FreeAvio(std::exchange(muxer_->pb, nullptr));
    if (closed < 0 && !broken_) broken_ = failure_;
  }
  avformat_free_context(std::exchange(muxer_, nullptr));
  return broken_ ? Status(Fail(*broken_)) : Status();
}

}  // namespace

Result<std::unique_ptr<Recorder>> OpenAvRecorder(const std::string& path, AvContainer container) {
  auto recorder = std::make_unique<AvRecorder>(path, container);
  if (auto status = recorder->Open(); !status) return Forward(status);
  return Result<std::unique_ptr<Recorder>>(std::move(recorder));
}

}  // namespace onair::devices
