// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/media_reader.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
}

#include "codec/bitstream/access_unit.h"
#include "platform/devices/media_framer.h"
#include "platform/devices/media_input.h"
#include "platform/devices/media_times.h"

namespace onair::devices {
namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};

// Damaged packets in a row after which the rest counts as damaged too.
// Source: ours; ten seconds of pictures.
constexpr int kMostDamaged = 300;

// Looked at before the tracks count as known: what stands only in the stream (ADTS, parameter sets
// of MPEG-TS) comes with the first frames.
// Source: ours; two seconds of a film with 48 kHz sound.
constexpr int kMostPrimed = 200;

struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

// ISO/IEC 14496-12 section 8.3.2: the track header's matrix; FFmpeg turns it counterclockwise.
Rotation RotationOf(const AVStream& stream) {
  const auto* matrix = reinterpret_cast<const std::int32_t*>(
      av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr));
  if (matrix == nullptr) return Rotation::k0;
  const double degrees = -av_display_rotation_get(matrix);
  if (std::isnan(degrees)) return Rotation::k0;
  switch ((std::lround(degrees / 90) % 4 + 4) % 4) {
    case 1:
      return Rotation::k90;
    case 2:
      return Rotation::k180;
    case 3:
      return Rotation::k270;
    default:
      return Rotation::k0;
  }
}

class Reader final : public MediaReader {
 public:
  Reader(const MediaReaderConfig& config, const std::atomic<bool>& stopping)
      : input_(config, stopping), packet_(av_packet_alloc()) {}

  Status Open();
  const MediaInfo& info() const override { return info_; }
  Result<std::optional<Item>> Read() override;
  Status Seek(TimeDelta position) override;

 private:
  struct Track {
    AVStream* stream = nullptr;
    MediaTimes times;
  };

  void ChooseTracks();
  const AVStream* Best(AVMediaType type, const AVStream* related);
  Status Prime();
  bool AreTracksKnown() const;
  Result<bool> ReadPacket();
  void LearnTimes();
  void LearnInfo();
  StreamTracks TracksNow() const;
  Status Take(AVPacket& packet);
  EncodedFrame MakeFrame(const AVPacket& packet, Track& track, Bytes payload);
  std::optional<std::int64_t> Micros(std::int64_t stamp, const AVStream& stream) const;

  MediaInput input_;
  std::unique_ptr<AVPacket, FreePacket> packet_;
  Track video_;
  Track audio_;
  MediaSeam seam_;
  std::unique_ptr<VideoFramer> video_framer_;
  std::unique_ptr<AudioFramer> audio_framer_;
  std::int64_t start_us_ = 0;  // Of the container's own time.
  int damaged_ = 0;            // In a row.
  bool is_cut_ = false;        // The last packet is not whole.
  std::deque<Item> ready_;
  MediaInfo info_{MediaKind::kFile, {}, Rotation::k0, std::nullopt, 0};
};

Status Reader::Open() {
  if (!packet_) return Fail(ErrorCode::kOutOfMemory, "packet");
  if (auto opened = input_.Open(); !opened) return opened;
  ChooseTracks();
  if (!video_framer_ && !audio_framer_) {
    return Fail(ErrorCode::kNothingToPlay, "no track of H.264, H.265, AAC or Opus");
  }
  LearnTimes();
  if (auto primed = Prime(); !primed) return primed;
  LearnInfo();
  return {};
}

bool Reader::AreTracksKnown() const {
  return (!video_framer_ || video_framer_->track()) && (!audio_framer_ || audio_framer_->track());
}

// A track that stays unknown is told when it is.
Status Reader::Prime() {
  for (int i = 0; i < kMostPrimed && !AreTracksKnown(); ++i) {
    const auto read = ReadPacket();
    if (!read) return Forward(read);
    if (!*read) break;
  }
  const StreamTracks known = TracksNow();
  if (!known.video && !known.audio) {
    return Fail(ErrorCode::kNothingToPlay, "no decoder configuration");
  }
  std::erase_if(ready_, [](const Item& i) { return std::holds_alternative<StreamTracks>(i); });
  return {};
}

const AVStream* Reader::Best(AVMediaType type, const AVStream* related) {
  const int beside = related != nullptr ? related->index : -1;
  const int index = av_find_best_stream(&input_.context(), type, -1, beside, nullptr, 0);
  return index >= 0 ? input_.context().streams[index] : nullptr;
}

void Reader::ChooseTracks() {
  AVFormatContext& context = input_.context();
  const AVStream* video = Best(AVMEDIA_TYPE_VIDEO, nullptr);
  // The cover of an album is no moving picture.
  if (video != nullptr && (video->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) video = nullptr;
  const AVStream* audio = Best(AVMEDIA_TYPE_AUDIO, video);
  if (video != nullptr) video_framer_ = MakeVideoFramer(*video->codecpar);
  if (audio != nullptr) audio_framer_ = MakeAudioFramer(*audio->codecpar);
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream* stream = context.streams[i];
    if (stream == video && video_framer_) video_.stream = stream;
    if (stream == audio && audio_framer_) audio_.stream = stream;
    const bool is_used = stream == video_.stream || stream == audio_.stream;
    stream->discard = is_used ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

void Reader::LearnTimes() {
  const AVFormatContext& context = input_.context();
  info_.kind = input_.kind();
  if (context.start_time != AV_NOPTS_VALUE) start_us_ = context.start_time;
  if (info_.kind != MediaKind::kLiveHls && context.duration > 0) {
    info_.duration = TimeDelta::Micros(context.duration);
  }
}

void Reader::LearnInfo() {
  info_.tracks = TracksNow();
  if (video_.stream == nullptr) return;
  info_.rotation = RotationOf(*video_.stream);
  info_.reorder_depth = std::clamp(video_.stream->codecpar->video_delay, 0, 16);
  const AVRational rate = video_.stream->avg_frame_rate;
  if (info_.tracks.video && info_.tracks.video->frame_rate <= 0 && rate.num > 0 && rate.den > 0) {
    info_.tracks.video->frame_rate = av_q2d(rate);
  }
}

StreamTracks Reader::TracksNow() const {
  StreamTracks tracks;
  if (video_framer_) tracks.video = video_framer_->track();
  if (audio_framer_) tracks.audio = audio_framer_->track();
  return tracks;
}

Result<std::optional<MediaReader::Item>> Reader::Read() {
  while (ready_.empty()) {
    const auto read = ReadPacket();
    if (!read) return Forward(read);
    if (*read) continue;
    if (is_cut_) return Fail(ErrorCode::kFileMalformed, "the file is cut off");
    return std::optional<Item>();
  }
  Item item = std::move(ready_.front());
  ready_.pop_front();
  return std::optional<Item>(std::move(item));
}

// False: the end.
Result<bool> Reader::ReadPacket() {
  const auto read = input_.Read(*packet_);
  if (!read || !*read) return read;
  // The end of a file that is not whole; what is missing would only show as damage.
  is_cut_ = info_.kind == MediaKind::kFile && (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
  const Status taken = is_cut_ ? Status() : Take(*packet_);
  av_packet_unref(packet_.get());
  if (!taken && ++damaged_ >= kMostDamaged) {
    return Fail(ErrorCode::kFileMalformed, taken.error().detail);
  }
  return true;
}

Status Reader::Take(AVPacket& packet) {
  const bool is_video = video_.stream != nullptr && packet.stream_index == video_.stream->index;
  const bool is_audio = audio_.stream != nullptr && packet.stream_index == audio_.stream->index;
  if (!is_video && !is_audio) return {};
  MediaFramer& framer = is_video ? static_cast<MediaFramer&>(*video_framer_) : *audio_framer_;
  auto framed = framer.Frame(packet);
  if (!framed) return Forward(framed);
  if (!*framed) return {};
  damaged_ = 0;
  if ((*framed)->is_new_track) {
    info_.tracks = TracksNow();
    ready_.emplace_back(info_.tracks);
  }
  ready_.emplace_back(MakeFrame(packet, is_video ? video_ : audio_, std::move((*framed)->payload)));
  return {};
}

EncodedFrame Reader::MakeFrame(const AVPacket& packet, Track& track, Bytes payload) {
  const AVStream& stream = *track.stream;
  const TimeDelta span = TimeDelta::Micros(
      std::max<std::int64_t>(av_rescale_q(packet.duration, stream.time_base, kMicroseconds), 0));
  const auto times = track.times.Place(Micros(packet.pts, stream), Micros(packet.dts, stream), span,
                                       info_.kind == MediaKind::kLiveHls ? &seam_ : nullptr);
  EncodedFrame frame{Buffer::Own(std::move(payload)), FrameKind::kAudio, times.pts, times.dts,
                     Now()};
  if (span > TimeDelta::Zero()) frame.span = span;
  if (&track == &audio_) return frame;
  // Containers also know pictures to begin with that are no IDR (open GOPs).
  const bool is_key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  const auto codec = video_framer_->track()->codec;
  frame.kind = is_key ? FrameKind::kKey : codec::KindOf(frame.payload.view(), codec);
  return frame;
}

std::optional<std::int64_t> Reader::Micros(std::int64_t stamp, const AVStream& stream) const {
  if (stamp == AV_NOPTS_VALUE) return std::nullopt;
  return av_rescale_q(stamp, stream.time_base, kMicroseconds) - start_us_;
}

Status Reader::Seek(TimeDelta position) {
  const AVStream* stream = video_.stream != nullptr ? video_.stream : audio_.stream;
  const std::int64_t to = std::max<std::int64_t>(position.us(), 0) + start_us_;
  if (auto sought = input_.Seek(stream->index, to); !sought) return sought;
  ready_.clear();
  damaged_ = 0;
  video_.times = {};
  audio_.times = {};
  return {};
}

}  // namespace

Result<std::unique_ptr<MediaReader>> OpenMediaReader(const MediaReaderConfig& config,
                                                     const std::atomic<bool>& stopping) {
  if (!IsMediaAddress(config.url)) {
    return Fail(ErrorCode::kUnsupported, "neither a file nor an HLS playlist");
  }
  auto reader = std::make_unique<Reader>(config, stopping);
  if (auto opened = reader->Open(); !opened) return Forward(opened);
  return std::unique_ptr<MediaReader>(std::move(reader));
}

}  // namespace onair::devices
