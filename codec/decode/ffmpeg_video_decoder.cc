// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/ffmpeg_video_decoder.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/h264_sps.h"
#include "codec/bitstream/h265_sps.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/decode/ffmpeg_handles.h"
#include "codec/decode/picture_export.h"

namespace onair::codec {
namespace {

// Frames whose pictures may still come: the largest decoded picture buffer is 16 (H.264
// section A.3.1), one more is in decoding; the rest is for frames that gave no picture.
constexpr std::size_t kMaxWaiting = 32;

// A configuration record above this is not one; it bounds the copy into the packet.
constexpr std::size_t kMaxRecordBytes = 64 * 1024;

// What a picture gets back from the frame that carried it.
struct Waiting {
  MediaTime pts;
  Timestamp captured_at;
  std::optional<UtcTime> captured_utc;
};

AVCodecID IdOf(VideoCodec codec) {
  return codec == VideoCodec::kH264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
}

Result<Ffmpeg<AVCodecContext>> OpenContext(VideoCodec codec, int threads) {
  const AVCodec* decoder = avcodec_find_decoder(IdOf(codec));
  if (decoder == nullptr) return Fail(ErrorCode::kCodecUnavailable, "video decoder");
  Ffmpeg<AVCodecContext> context(avcodec_alloc_context3(decoder));
  if (context == nullptr) return Fail(ErrorCode::kOutOfMemory, "video decoder");
  context->log_level_offset = kSilent;
  context->pkt_timebase = {1, 1'000'000};
  context->thread_count = threads;
  context->thread_type = FF_THREAD_SLICE;
  // UNALIGNED: crop to the pixel; else FFmpeg rounds the left edge for its own vectors.
  context->flags |= AV_CODEC_FLAG_LOW_DELAY | AV_CODEC_FLAG_UNALIGNED;
  context->max_pixels = std::int64_t{kMaxPictureSide} * kMaxPictureSide;
  if (const int error = avcodec_open2(context.get(), decoder, nullptr); error < 0) {
    return Fail(ErrorCode::kCodecOpen, "video decoder", error);
  }
  return context;
}

// Pictures to hold back as the parameter sets say; 0 where they are silent: FFmpeg then
// learns from the stream, and a live stream without B frames is not delayed by its whole
// picture buffer.
Result<int> ReorderDepth(const VideoTrack& track) {
  if (track.codec == VideoCodec::kH265) {
    const auto config = ParseHevcConfig(track.config.view());
    if (!config) return Forward(config);
    const auto sps = ParseH265Sps(config->sps.front());
    if (!sps) return Forward(sps);
    return sps->reorder_depth;
  }
  const auto config = ParseAvcConfig(track.config.view());
  if (!config) return Forward(config);
  const auto sps = ParseH264Sps(config->sps.front());
  if (!sps) return Forward(sps);
  return sps->reorder_depth().value_or(0);
}

// What Configure() asked for; it begins with the next key frame.
struct NextStream {
  VideoCodec codec;
  Buffer record;
  int reorder_depth;
  Ffmpeg<AVCodecContext> context;  // Null: the present one goes on.
};

class VideoDecoderByFfmpeg final : public VideoDecoder {
 public:
  explicit VideoDecoderByFfmpeg(const DecoderConfig& config)
      : config_(config), codec_(config.warm_up) {}

  void WarmUp() override { static_cast<void>(Open()); }
  Status Configure(const VideoTrack& track) override;
  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override;
  Status Flush(std::vector<VideoFrame>& out) override;
  void Reset() override;

 private:
  Status Open();
  void BeginNextStream(std::vector<VideoFrame>& out);
  Status FillPacket(const EncodedFrame& frame);
  Status Submit(const AVPacket* packet, std::vector<VideoFrame>& out);
  Status Collect(std::vector<VideoFrame>& out);
  Status Give(Ffmpeg<AVFrame> picture, std::vector<VideoFrame>& out);
  void Remember(const EncodedFrame& frame);
  std::optional<Waiting> TakeWaiting(std::int64_t pts_us);

  DecoderConfig config_;
  VideoCodec codec_;
  Ffmpeg<AVCodecContext> context_;  // Null: neither warmed up nor configured yet.
  Ffmpeg<AVPacket> packet_;
  PictureExport export_;
  Buffer record_;                // Empty: nothing is configured yet.
  bool is_record_sent_ = false;  // To FFmpeg.
  std::optional<NextStream> next_;
  bool awaits_key_ = true;
  std::deque<Waiting> waiting_;
};

Status VideoDecoderByFfmpeg::Open() {
  if (context_ != nullptr) return {};
  auto context = OpenContext(codec_, config_.threads);
  if (!context) return Forward(context);
  packet_.reset(av_packet_alloc());
  if (packet_ == nullptr) return Fail(ErrorCode::kOutOfMemory, "video packet");
  context_ = std::move(*context);
  return {};
}

Status VideoDecoderByFfmpeg::Configure(const VideoTrack& track) {
  if (track.config.empty() || track.config.size() > kMaxRecordBytes) {
    return Fail(ErrorCode::kCodecOpen, "size of the configuration record");
  }
  const bool is_same =
      track.codec == codec_ && !next_ && std::ranges::equal(track.config.view(), record_.view());
  if (is_same) return {};
  const auto depth = ReorderDepth(track);
  if (!depth) return Fail(ErrorCode::kCodecOpen, depth.error().detail);
  if (context_ == nullptr) codec_ = track.codec;
  if (auto opened = Open(); !opened) return opened;
  NextStream next{track.codec, track.config, *depth, nullptr};
  if (track.codec != codec_) {
    auto context = OpenContext(track.codec, config_.threads);
    if (!context) return Forward(context);
    next.context = std::move(*context);
  }
  next_ = std::move(next);
  awaits_key_ = true;
  return {};
}

Status VideoDecoderByFfmpeg::Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) {
  if (record_.empty() && !next_) return Fail(ErrorCode::kDecodeFailed, "no parameter sets yet");
  if (awaits_key_ && !frame.is_key()) return Fail(ErrorCode::kDecodeFailed, "no key frame yet");
  if (frame.payload.empty()) return Fail(ErrorCode::kDecodeFailed, "empty frame");
  if (next_) BeginNextStream(out);
  if (auto filled = FillPacket(frame); !filled) return filled;
  awaits_key_ = false;
  is_record_sent_ = true;
  Remember(frame);
  auto status = Submit(packet_.get(), out);
  av_packet_unref(packet_.get());
  return status;
}

// Old pictures come out first, or they would delay every new one.
void VideoDecoderByFfmpeg::BeginNextStream(std::vector<VideoFrame>& out) {
  if (!record_.empty()) {
    // A damaged end of the old stream is no fault of the new one.
    static_cast<void>(Submit(nullptr, out));
    avcodec_flush_buffers(context_.get());
    waiting_.clear();
  }
  if (next_->context != nullptr) context_ = std::move(next_->context);
  codec_ = next_->codec;
  record_ = std::move(next_->record);
  context_->has_b_frames = next_->reorder_depth;
  is_record_sent_ = false;
  next_.reset();
}

Status VideoDecoderByFfmpeg::FillPacket(const EncodedFrame& frame) {
  AVPacket* packet = packet_.get();
  // FFmpeg wants zeroed padding behind the bytes, so they are copied.
  if (const int error = av_new_packet(packet, static_cast<int>(frame.payload.size())); error < 0) {
    return Fail(ErrorCode::kOutOfMemory, "video packet", error);
  }
  std::copy_n(frame.payload.data(), frame.payload.size(), packet->data);
  packet->pts = frame.pts.us();
  packet->dts = frame.dts.us();
  if (frame.is_key()) packet->flags |= AV_PKT_FLAG_KEY;
  if (is_record_sent_) return {};
  std::uint8_t* extra = av_packet_new_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, record_.size());
  if (extra == nullptr) {
    av_packet_unref(packet);
    return Fail(ErrorCode::kOutOfMemory, "video packet");
  }
  std::copy_n(record_.data(), record_.size(), extra);
  return {};
}

void VideoDecoderByFfmpeg::Remember(const EncodedFrame& frame) {
  if (waiting_.size() == kMaxWaiting) waiting_.pop_front();
  waiting_.push_back(
      {frame.pts, frame.captured_at, FindCaptureStamp(frame.payload.view(), codec_)});
}

// A null packet asks for what is inside.
Status VideoDecoderByFfmpeg::Submit(const AVPacket* packet, std::vector<VideoFrame>& out) {
  const int error = avcodec_send_packet(context_.get(), packet);
  auto collected = Collect(out);
  if (error < 0) return Fail(ErrorCode::kDecodeFailed, "video", error);
  return collected;
}

Status VideoDecoderByFfmpeg::Collect(std::vector<VideoFrame>& out) {
  Status status;
  while (true) {
    Ffmpeg<AVFrame> picture(av_frame_alloc());
    if (picture == nullptr) return Fail(ErrorCode::kOutOfMemory, "picture");
    const int error = avcodec_receive_frame(context_.get(), picture.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return status;
    if (error < 0) return Fail(ErrorCode::kDecodeFailed, "video", error);
    if (auto given = Give(std::move(picture), out); !given) status = given;
  }
}

Status VideoDecoderByFfmpeg::Give(Ffmpeg<AVFrame> picture, std::vector<VideoFrame>& out) {
  const std::int64_t pts_us = picture->pts;
  const auto waiting = TakeWaiting(pts_us);
  if (picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
    return Fail(ErrorCode::kDecodeFailed, "picture is damaged", picture->decode_error_flags);
  }
  if (!waiting) return Fail(ErrorCode::kDecodeFailed, "picture without a frame");
  auto exported = export_.Export(std::move(picture));
  if (!exported) return Forward(exported);
  out.emplace_back(std::move(*exported), waiting->pts, waiting->captured_at, waiting->captured_utc);
  return {};
}

std::optional<Waiting> VideoDecoderByFfmpeg::TakeWaiting(std::int64_t pts_us) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& w) { return w.pts.us() == pts_us; });
  if (found == waiting_.end()) return std::nullopt;
  const Waiting waiting = *found;
  waiting_.erase(found);
  return waiting;
}

Status VideoDecoderByFfmpeg::Flush(std::vector<VideoFrame>& out) {
  if (record_.empty()) return {};
  auto status = Submit(nullptr, out);
  Reset();
  return status;
}

// FFmpeg keeps the parameter sets over a flush.
void VideoDecoderByFfmpeg::Reset() {
  if (context_ != nullptr) avcodec_flush_buffers(context_.get());
  waiting_.clear();
  awaits_key_ = true;
}

}  // namespace

Status DecoderConfig::Validate() const {
  if (threads < 1 || threads > 16) return Fail(ErrorCode::kInvalidConfig, "decoder.threads");
  return {};
}

Result<std::unique_ptr<VideoDecoder>> OpenFfmpegVideoDecoder(const DecoderConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  return std::unique_ptr<VideoDecoder>(std::make_unique<VideoDecoderByFfmpeg>(config));
}

}  // namespace onair::codec
