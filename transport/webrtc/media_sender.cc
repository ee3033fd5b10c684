// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/media_sender.h"

namespace onair::webrtc {
namespace {

rtp::SendStreamConfig StreamOf(const NegotiatedTrack& track, const SendSource& source,
                               TrackKind kind, int payload_type) {
  rtp::SendStreamConfig config;
  config.kind = kind;
  config.ssrc = source.ssrc;
  config.payload_type = static_cast<std::uint8_t>(payload_type);
  config.clock_rate = kind == TrackKind::kAudio ? rtp::kOpusClockRate : rtp::kVideoClockRate;
  config.mid = track.mid;
  return config;
}

}  // namespace

MediaSender::MediaSender(const NegotiatedMedia& media, const SendSource& audio,
                         const SendSource& video, Rng& rng) {
  if (media.audio && media.audio->is_sent) {
    const auto start = static_cast<std::uint32_t>(rng.Next());
    audio_ = Audio{*media.audio, audio, {rtp::kOpusClockRate, start}, {}};
  }
  if (media.video && media.video->is_sent) {
    const auto start = static_cast<std::uint32_t>(rng.Next());
    const VideoCodec codec = media.video->formats.front().format.codec;
    video_ = Video{*media.video, video, {rtp::kVideoClockRate, start}, rtp::VideoPacketizer(codec)};
  }
}

Status MediaSender::AddStreams(rtp::Transport& transport) {
  if (audio_) {
    const auto config =
        StreamOf(audio_->agreed, audio_->source, TrackKind::kAudio, audio_->agreed.payload_type);
    if (Status added = transport.AddSendStream(config); !added) return added;
  }
  if (!video_) return {};
  const NegotiatedVideoFormat& format = video_->agreed.formats.front();
  auto config = StreamOf(video_->agreed, video_->source, TrackKind::kVideo, format.payload_type);
  if (format.rtx_payload_type && video_->source.rtx_ssrc) {
    config.rtx = rtp::RtxConfig{*video_->source.rtx_ssrc,
                                static_cast<std::uint8_t>(*format.rtx_payload_type)};
  }
  return transport.AddSendStream(config);
}

Status MediaSender::SetTracks(const StreamTracks& tracks) {
  if (video_ && tracks.video) {
    if (tracks.video->codec != video_->agreed.formats.front().format.codec) {
      return Fail(ErrorCode::kUnsupported, "the peer agreed to another video codec");
    }
    if (Status taken = video_->packetizer.Configure(*tracks.video); !taken) return taken;
    video_->has_track = true;
  }
  if (audio_ && tracks.audio && tracks.audio->codec != AudioCodec::kOpus) {
    return Fail(ErrorCode::kUnsupported, "sound over WebRTC is Opus");
  }
  return {};
}

bool MediaSender::Send(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now) {
  return frame.track() == TrackKind::kAudio ? SendAudio(frame, transport, now)
                                            : SendVideo(frame, transport, now);
}

bool MediaSender::SendAudio(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now) {
  if (!audio_) return true;  // The peer did not want it.
  bool is_written = false;
  const rtp::OutgoingPacket packet{.timestamp = audio_->clock.RtpOf(frame.pts),
                                   .captured_at = frame.captured_at};
  const auto next = [&](std::span<std::uint8_t> room) -> std::optional<rtp::WrittenPayload> {
    if (is_written) return std::nullopt;
    is_written = true;
    return audio_->packetizer.Write(frame, room);
  };
  const bool is_sent = transport.SendFrame(audio_->source.ssrc, packet, now, next) == 1;
  ++(is_sent ? stats_.audio_frames : stats_.audio_dropped);
  return true;
}

bool MediaSender::SendVideo(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now) {
  if (!video_) return true;
  const bool is_crowded = transport.queue_span(now) > kMostQueue;
  if (!video_->has_track || is_crowded || (video_->needs_key && !frame.is_key())) {
    ++stats_.frames_dropped;
    if (frame.kind != FrameKind::kDroppable) video_->needs_key = true;
    return !video_->needs_key;
  }
  const std::uint32_t ssrc = video_->source.ssrc;
  if (!video_->packetizer.Begin(frame, transport.max_payload_bytes(ssrc))) {
    ++stats_.frames_dropped;
    video_->needs_key = true;
    return false;
  }
  const rtp::OutgoingPacket packet{.timestamp = video_->clock.RtpOf(frame.pts),
                                   .captured_at = frame.captured_at};
  transport.SendFrame(ssrc, packet, now,
                      [&](std::span<std::uint8_t> room) { return video_->packetizer.Next(room); });
  // Cut short by a full history: what was sent of it cannot be decoded.
  video_->needs_key = !video_->packetizer.is_done();
  ++(video_->needs_key ? stats_.frames_dropped : stats_.frames);
  return !video_->needs_key;
}

}  // namespace onair::webrtc
