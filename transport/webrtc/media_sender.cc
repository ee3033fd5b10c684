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

// How often a packet of sound is said again: what is left then is below one in a hundred, and of
// that the decoder makes up something. Source: ours; 2 % and 10 % squared and cubed.
std::size_t RepetitionsFor(double loss) {
  if (loss < 0.01) return 0;
  return loss < 0.15 ? 1 : 2;
}

}  // namespace

MediaSender::MediaSender(const NegotiatedMedia& media, const SendSource& audio,
                         const SendSource& video, Origin origin, Rng& rng)
    : origin_(origin) {
  if (media.audio && media.audio->is_sent) {
    const auto start = static_cast<std::uint32_t>(rng.Next());
    audio_ = Audio{*media.audio, audio, {rtp::kOpusClockRate, start}, {}};
    // Its own type in front of each block costs a byte; a receiver is spared changes of type.
    if (media.audio->red_payload_type) {
      audio_->red.emplace(static_cast<std::uint8_t>(media.audio->payload_type), 0);
    }
  }
  if (media.video && media.video->is_sent) {
    const auto start = static_cast<std::uint32_t>(rng.Next());
    const VideoCodec codec = media.video->formats.front().format.codec;
    video_ = Video{*media.video, video, {rtp::kVideoClockRate, start}, rtp::VideoPacketizer(codec)};
  }
}

Status MediaSender::AddStreams(rtp::Transport& transport) {
  if (audio_) {
    const int payload_type = audio_->agreed.red_payload_type.value_or(audio_->agreed.payload_type);
    const auto config = StreamOf(audio_->agreed, audio_->source, TrackKind::kAudio, payload_type);
    if (Status added = transport.AddSendStream(config); !added) return added;
  }
  if (!video_) return {};
  const NegotiatedVideoFormat& format = video_->agreed.formats.front();
  auto config = StreamOf(video_->agreed, video_->source, TrackKind::kVideo, format.payload_type);
  if (format.rtx_payload_type && video_->source.rtx_ssrc) {
    config.rtx = rtp::RtxConfig{*video_->source.rtx_ssrc,
                                static_cast<std::uint8_t>(*format.rtx_payload_type)};
  }
  if (video_->agreed.fec_payload_type && video_->source.fec_ssrc) {
    config.fec = rtp::FecConfig{*video_->source.fec_ssrc,
                                static_cast<std::uint8_t>(*video_->agreed.fec_payload_type)};
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

void MediaSender::SetExpectedLoss(double share) {
  if (audio_ && audio_->red) audio_->red->SetDepth(RepetitionsFor(share));
}

bool MediaSender::SendAudio(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now) {
  if (!audio_) {
    ++stats_.unwanted;
    return true;
  }
  bool is_written = false;
  const rtp::OutgoingPacket packet{.timestamp = audio_->clock.RtpOf(frame.pts),
                                   .captured_at = frame.captured_at};
  const auto next = [&](std::span<std::uint8_t> room) -> std::optional<rtp::WrittenPayload> {
    if (is_written) return std::nullopt;
    is_written = true;
    const auto written = audio_->packetizer.Write(frame, room);
    if (!written || !audio_->red) return written;
    const std::size_t size = audio_->red->Write(frame.payload.view(), packet.timestamp, room);
    if (size == 0) return std::nullopt;
    return rtp::WrittenPayload{size, written->marker};
  };
  const bool is_sent = transport.SendFrame(audio_->source.ssrc, packet, now, next) == 1;
  ++(is_sent ? stats_.audio_frames : stats_.audio_dropped);
  return true;
}

bool MediaSender::IsCrowded(const rtp::Transport& transport, Timestamp now) const {
  if (origin_ == Origin::kRelay) return transport.queue_span(now) > kMostQueue;
  return !video_->budget.Takes({transport.video_span(now), transport.queue_drains_in()});
}

std::optional<Intake> MediaSender::TakeIntake(const rtp::Transport& transport) {
  if (!video_ || origin_ == Origin::kRelay) return std::nullopt;
  return video_->budget.OnQueue(transport.queue_drains_in());
}

bool MediaSender::SendVideo(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now) {
  if (!video_) {
    ++stats_.unwanted;
    return true;
  }
  video_->budget.OnPicture(frame.dts);
  if (!video_->has_track || IsCrowded(transport, now) || (video_->needs_key && !frame.is_key())) {
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
  transport.BeginFrame(ssrc, frame.payload.size(), frame.kind);
  transport.SendFrame(ssrc, packet, now,
                      [&](std::span<std::uint8_t> room) { return video_->packetizer.Next(room); });
  // Cut short by a full history: what was sent of it cannot be decoded.
  video_->needs_key = !video_->packetizer.is_done();
  ++(video_->needs_key ? stats_.frames_dropped : stats_.frames);
  return !video_->needs_key;
}

}  // namespace onair::webrtc
