// SPDX-License-Identifier: Apache-2.0
#include "capture/file/track_decoder.h"

#include <cerrno>

namespace onair::capture {

Result<TrackDecoder> TrackDecoder::Open(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) {
    return Fail(ErrorCode::kCodecUnavailable, avcodec_get_name(stream.codecpar->codec_id));
  }
  AvPtr<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context) return Fail(ErrorCode::kOutOfMemory, codec->name);
  int error = avcodec_parameters_to_context(context.get(), stream.codecpar);
  context->pkt_timebase = stream.time_base;
  context->thread_count = 1;  // Rooms without an OS start no threads.
  if (error >= 0) error = avcodec_open2(context.get(), codec, nullptr);
  if (error < 0) return AvFail(ErrorCode::kCodecOpen, codec->name, error);
  return TrackDecoder(std::move(context));
}

Result<AvPtr<AVFrame>> TrackDecoder::Next(Demuxer& demuxer, TrackKind track) {
  AvPtr<AVFrame> frame(av_frame_alloc());
  if (!frame) return Fail(ErrorCode::kOutOfMemory, "frame");
  is_held_back_ = false;
  while (true) {
    const int error = avcodec_receive_frame(context_.get(), frame.get());
    if (error >= 0) {
      damaged_in_a_row_ = 0;
      return frame;
    }
    if (error == AVERROR_EOF) return AvPtr<AVFrame>();
    if (error != AVERROR(EAGAIN)) {
      ++damaged_;
      ++damaged_in_a_row_;
    }
    if (damaged_in_a_row_ >= kMaxDamaged) {
      return AvFail(ErrorCode::kDecodeFailed,
                    std::to_string(damaged_in_a_row_) + " damaged packets in a row", error);
    }
    if (auto fed = Feed(demuxer, track); !fed) return Forward(fed);
    if (is_held_back_) return AvPtr<AVFrame>();
  }
}

Status TrackDecoder::Feed(Demuxer& demuxer, TrackKind track) {
  auto packet = demuxer.Read(track);
  if (!packet) return Forward(packet);
  if (*packet == nullptr && !demuxer.is_at_end()) {
    is_held_back_ = true;
    return {};
  }
  if (*packet == nullptr && is_flushing_) {  // A decoder that fails while it is drained.
    ++damaged_in_a_row_;
    return {};
  }
  is_flushing_ = *packet == nullptr;
  if (avcodec_send_packet(context_.get(), packet->get()) < 0) {
    ++damaged_;
    ++damaged_in_a_row_;
  }
  return {};
}

double TrackDecoder::frame_rate() const {
  const AVRational rate = context_->framerate;
  return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
}

void TrackDecoder::Reset() {
  avcodec_flush_buffers(context_.get());
  damaged_in_a_row_ = 0;
  is_flushing_ = false;
}

}  // namespace onair::capture
