// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/media_receiver.h"

#include <algorithm>
#include <utility>

namespace onair::webrtc {
namespace {

// Until we know more, an Opus stream is stereo: mono decodes into both channels.
constexpr int kOpusChannels = 2;

bool IsSame(const AudioTrack& a, const AudioTrack& b) {
  return a.codec == b.codec && a.format == b.format &&
         std::ranges::equal(a.config.view(), b.config.view());
}

std::uint8_t PayloadType(int number) {
  return static_cast<std::uint8_t>(number);
}

}  // namespace

MediaReceiver::MediaReceiver(const NegotiatedMedia& media, Timestamp now)
    : agreed_audio_(media.audio && media.audio->is_received ? media.audio : std::nullopt),
      agreed_video_(media.video && media.video->is_received ? media.video : std::nullopt),
      began_(now) {}

Status MediaReceiver::AddStreams(rtp::Transport& transport) {
  if (agreed_audio_ && agreed_audio_->peer_source) {
    const std::uint32_t ssrc = agreed_audio_->peer_source->ssrc;
    if (Status added = AddAudio(ssrc, agreed_audio_->payload_type, transport, began_); !added) {
      return added;
    }
  }
  if (!agreed_video_ || !agreed_video_->peer_source) return {};
  // Which of several formats comes is told by its first packet; resends are asked for before.
  return TellVideo(agreed_video_->peer_source->ssrc, agreed_video_->formats.front(), transport);
}

Status MediaReceiver::TellVideo(std::uint32_t ssrc, const NegotiatedVideoFormat& format,
                                rtp::Transport& transport) {
  using Config = rtp::ReceiveStreamConfig;
  Config config;
  config.kind = TrackKind::kVideo;
  config.ssrc = ssrc;
  config.payload_type = static_cast<std::uint8_t>(format.payload_type);
  config.clock_rate = rtp::kVideoClockRate;
  config.has_nack = agreed_video_->feedback.has_nack;
  const bool has_pli = agreed_video_->feedback.has_pli || !agreed_video_->feedback.has_fir;
  config.key_frame_request =
      has_pli ? Config::KeyFrameRequest::kPictureLoss : Config::KeyFrameRequest::kFullIntra;
  const auto& source = agreed_video_->peer_source;
  const bool is_known = source && source->ssrc == ssrc;
  if (format.rtx_payload_type && is_known && source->rtx_ssrc) {
    config.rtx = rtp::RtxConfig{*source->rtx_ssrc, PayloadType(*format.rtx_payload_type)};
  }
  if (agreed_video_->fec_payload_type && is_known && source->fec_ssrc) {
    config.fec = rtp::FecConfig{*source->fec_ssrc, PayloadType(*agreed_video_->fec_payload_type)};
  }
  if (const auto& red = agreed_video_->red) {
    config.red = rtp::RedConfig{.payload_type = PayloadType(red->payload_type),
                                .ulpfec_payload_type = PayloadType(red->ulpfec_payload_type)};
    if (red->rtx_payload_type) config.red->rtx_payload_type = PayloadType(*red->rtx_payload_type);
  }
  Status added = transport.AddReceiveStream(config);
  if (added) known_video_ = Known{.ssrc = ssrc};
  return added;
}

// RTX or FEC whose SSRC no description named: told by its payload type, as there is one video.
void MediaReceiver::AddRepair(const rtp::Transport::StreamAppeared& stream,
                              rtp::Transport& transport) {
  if (!known_video_) return;
  if (agreed_video_->fec_payload_type == stream.payload_type) {
    static_cast<void>(transport.AddFec(known_video_->ssrc, {stream.ssrc, stream.payload_type}));
    return;
  }
  const bool is_red_rtx =
      agreed_video_->red && agreed_video_->red->rtx_payload_type == stream.payload_type;
  const bool is_rtx = is_red_rtx || std::ranges::any_of(agreed_video_->formats, [&](const auto& f) {
                        return f.rtx_payload_type == stream.payload_type;
                      });
  if (!is_rtx) return;
  static_cast<void>(transport.AddRtx(known_video_->ssrc, {stream.ssrc, stream.payload_type}));
}

Status MediaReceiver::AddAudio(std::uint32_t ssrc, int payload_type, rtp::Transport& transport,
                               Timestamp now) {
  rtp::ReceiveStreamConfig config;
  config.kind = TrackKind::kAudio;
  config.ssrc = ssrc;
  config.payload_type = static_cast<std::uint8_t>(payload_type);
  config.clock_rate = agreed_audio_->clock_rate;
  config.has_nack = agreed_audio_->feedback.has_nack;
  if (Status added = transport.AddReceiveStream(config); !added) return added;
  known_audio_ = Known{.ssrc = ssrc};
  audio_.emplace(Audio{NewDepacketizer(payload_type, now), StreamClock(agreed_audio_->clock_rate)});
  return {};
}

rtp::AudioPacking MediaReceiver::PackingOf(int payload_type) const {
  const bool is_red = agreed_audio_->red_payload_type == payload_type;
  return is_red ? rtp::AudioPacking::kRedOpus : agreed_audio_->packing;
}

rtp::AudioDepacketizer MediaReceiver::NewDepacketizer(int payload_type, Timestamp now) const {
  rtp::AudioDepacketizer made(PackingOf(payload_type), agreed_audio_->clock_rate, kOpusChannels,
                              OriginAt(now, sounds_end_));
  // It was read before, or the description had been refused.
  const bool has_config = agreed_audio_->packing == rtp::AudioPacking::kLatmInSdp;
  if (has_config) static_cast<void>(made.ConfigureLatm(agreed_audio_->latm_config));
  return made;
}

void MediaReceiver::AddVideo(int payload_type, Timestamp now) {
  const NegotiatedVideoFormat* format = FormatOf(payload_type);
  if (format == nullptr) return;
  rtp::AssemblerConfig config;
  config.codec = format->format.codec;
  video_.emplace(Video{rtp::FrameAssembler(config, OriginAt(now, pictures_end_)),
                       StreamClock(rtp::kVideoClockRate)});
}

bool MediaReceiver::MakeWay(std::optional<Known>& known, rtp::Transport& transport, Timestamp now) {
  if (!known) return true;
  if (!known->MayBeReplaced(now)) return false;
  transport.RemoveReceiveStream(known->ssrc);
  known.reset();
  shift_ = {};  // It was told of the old one's clock.
  return true;
}

void MediaReceiver::HandleStream(const rtp::Transport::StreamAppeared& stream,
                                 rtp::Transport& transport, Timestamp now) {
  // A stream that cannot be added is one that nobody watches: its packets are counted.
  const bool is_red = agreed_video_ && agreed_video_->red &&
                      agreed_video_->red->payload_type == stream.payload_type;
  const auto* format = is_red ? &agreed_video_->formats.front() : FormatOf(stream.payload_type);
  if (format != nullptr) {
    if (!MakeWay(known_video_, transport, now)) return;
    video_.reset();
    static_cast<void>(TellVideo(stream.ssrc, *format, transport));
    return;
  }
  if (agreed_video_) AddRepair(stream, transport);
  const bool is_sound = agreed_audio_ && (agreed_audio_->payload_type == stream.payload_type ||
                                          agreed_audio_->red_payload_type == stream.payload_type);
  if (is_sound && MakeWay(known_audio_, transport, now)) {
    audio_.reset();
    static_cast<void>(AddAudio(stream.ssrc, stream.payload_type, transport, now));
  }
}

void MediaReceiver::HandleStreamEnd(const rtp::Transport::StreamEnded& stream) {
  if (known_audio_ && known_audio_->ssrc == stream.ssrc) known_audio_->has_ended = true;
  if (known_video_ && known_video_->ssrc == stream.ssrc) known_video_->has_ended = true;
}

void MediaReceiver::HandlePacket(const rtp::Transport::PacketReceived& in,
                                 rtp::Transport& transport, Timestamp now) {
  if (known_audio_ && in.ssrc == known_audio_->ssrc) {
    known_audio_->heard_at = now;
    return TakeAudio(in, now);
  }
  if (!known_video_ || in.ssrc != known_video_->ssrc) return;
  if (FormatOf(in.packet.header.payload_type) == nullptr) return;
  known_video_->heard_at = now;
  if (!video_) AddVideo(in.packet.header.payload_type, now);
  NotePlayoutDelay(in.extensions.playout_delay);
  TakeVideo(in, transport, now);
}

// A packet without it asks for nothing new.
void MediaReceiver::NotePlayoutDelay(const std::optional<rtp::PlayoutDelay>& asked) {
  if (!asked || asked == playout_delay_ || asked->max < asked->min) return;
  playout_delay_ = asked;
  out_.emplace_back(PlayoutDelayAsked{asked->min, asked->max});
}

void MediaReceiver::TakeVideo(const rtp::Transport::PacketReceived& in, rtp::Transport& transport,
                              Timestamp now) {
  video_->assembler.HandlePacket(
      {in.number, in.packet.header.timestamp, in.packet.header.marker, in.packet.payload}, now);
  if (const auto& captured = in.extensions.abs_capture_time) {
    video_->clock.OnCaptureTime(captured->captured, in.packet.header.timestamp);
  }
  DrainAssembler(transport);
}

void MediaReceiver::DrainAssembler(rtp::Transport& transport) {
  while (auto event = video_->assembler.Poll()) {
    if (auto* track = std::get_if<rtp::FrameAssembler::TrackChanged>(&*event)) {
      tracks_.video = std::move(track->track);
      is_tracks_told_ = false;
    } else if (auto* ready = std::get_if<rtp::FrameAssembler::FrameReady>(&*event)) {
      video_->clock.Anchor(ready->timestamp, ready->frame.pts);
      if (ready->frame.is_key()) transport.OnKeyFrame(known_video_->ssrc, ready->first_sequence);
      Give(std::move(ready->frame));
    } else {
      transport.RequestKeyFrame(known_video_->ssrc);
    }
  }
}

void MediaReceiver::TakeAudio(const rtp::Transport::PacketReceived& in, Timestamp now) {
  sounds_.clear();
  const int payload_type = in.packet.header.payload_type;
  audio_->depacketizer.SetOpusPacking(PackingOf(payload_type));
  // Counted from now on, as the pictures are from their first packet; AAC may come in pieces.
  const bool begins = !audio_->clock.is_anchored() && !audio_->has_begun;
  if (begins) audio_->depacketizer = NewDepacketizer(payload_type, now);
  audio_->has_begun = true;
  audio_->depacketizer.HandlePacket(
      {in.number, in.packet.header.timestamp, in.packet.header.marker, in.packet.payload}, now,
      sounds_);
  if (sounds_.empty()) return;
  audio_->clock.Anchor(in.packet.header.timestamp, sounds_.back().pts);
  if (const auto& captured = in.extensions.abs_capture_time) {
    audio_->clock.OnCaptureTime(captured->captured, in.packet.header.timestamp);
    if (video_) shift_.Update(video_->clock, audio_->clock);
  }
  // AAC may change its config in its midst.
  const auto& track = audio_->depacketizer.track();
  if (track && (!tracks_.audio || !IsSame(*tracks_.audio, *track))) {
    tracks_.audio = track;
    is_tracks_told_ = false;
  }
  for (EncodedFrame& sound : sounds_) {
    if (!audio_->IsNew(sound.pts)) continue;
    sound.pts += shift_.shift();
    sound.dts = sound.pts;
    Give(std::move(sound));
  }
}

void MediaReceiver::Give(EncodedFrame frame) {
  if (!std::exchange(is_tracks_told_, true)) out_.emplace_back(TracksChanged{tracks_});
  MediaTime& end = frame.track() == TrackKind::kAudio ? sounds_end_ : pictures_end_;
  end = std::max(end, frame.pts + TimeDelta::Millis(1));
  out_.emplace_back(std::move(frame));
}

void MediaReceiver::HandleSenderReport(const rtp::Transport::SenderReported& report) {
  if (audio_ && report.ssrc == known_audio_->ssrc) {
    audio_->clock.OnSenderReport(report.ntp, report.rtp_timestamp);
  }
  if (video_ && report.ssrc == known_video_->ssrc) {
    video_->clock.OnSenderReport(report.ntp, report.rtp_timestamp);
  }
  if (audio_ && video_) shift_.Update(video_->clock, audio_->clock);
}

void MediaReceiver::HandleTimeout(rtp::Transport& transport, Timestamp now) {
  if (!video_) return;
  video_->assembler.HandleTimeout(now);
  DrainAssembler(transport);
}

void MediaReceiver::RequestKeyFrame(rtp::Transport& transport) {
  if (video_) transport.RequestKeyFrame(known_video_->ssrc);
}

std::optional<MediaReceiver::Event> MediaReceiver::Poll() {
  if (out_.empty()) return std::nullopt;
  Event first = std::move(out_.front());
  out_.pop_front();
  return first;
}

std::optional<RealtimeTransport::Arrivals> MediaReceiver::arrivals(
    const rtp::Transport& transport) const {
  if (!known_video_ || !video_) return std::nullopt;
  const rtp::ReceiveStatistics* came = transport.receive_statistics(known_video_->ssrc);
  const rtp::NackStats* asked = transport.nack_stats(known_video_->ssrc);
  if (came == nullptr || asked == nullptr) return std::nullopt;
  // A peer that resends nothing is asked for nothing.
  const std::int64_t missing = std::max(asked->missing - asked->reordered, came->lost());
  return RealtimeTransport::Arrivals{.packets = came->stats().packets,
                                     .missing = missing,
                                     .pictures_lost = video_->assembler.stats().frames_lost};
}

Timestamp MediaReceiver::wake_at() const {
  return video_ ? video_->assembler.wake_at() : Timestamp::PlusInfinity();
}

const NegotiatedVideoFormat* MediaReceiver::FormatOf(int payload_type) const {
  if (!agreed_video_) return nullptr;
  const auto found =
      std::ranges::find(agreed_video_->formats, payload_type, &NegotiatedVideoFormat::payload_type);
  return found == agreed_video_->formats.end() ? nullptr : &*found;
}

}  // namespace onair::webrtc
