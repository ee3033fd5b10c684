// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/rng.h"
#include "core/media/encoded_frame.h"
#include "transport/rtp/frame_budget.h"
#include "transport/rtp/opus_payload.h"
#include "transport/rtp/payload_clock.h"
#include "transport/rtp/payload_packetizer.h"
#include "transport/rtp/red.h"
#include "transport/rtp/transport.h"
#include "transport/webrtc/negotiated_media.h"

namespace onair::webrtc {

// Counters only grow.
struct MediaSenderStats {
  std::int64_t frames = 0;
  std::int64_t frames_dropped = 0;  // No room in the pacer or the history, or behind such a one.
  std::int64_t audio_frames = 0;
  std::int64_t audio_dropped = 0;
  std::int64_t unwanted = 0;  // Frames of a kind that the peer did not take.
};

// Frames of ours into the packets of one connection. Single-owner.
class MediaSender {
 public:
  // Where pictures come from, and with that how many may wait behind others; one more is not sent,
  // and none up to the next key frame.
  enum class Origin {
    kRelay = 1,    // Whole groups at a time: kMostQueue.
    kEncoder = 2,  // One by one, by an encoder that can skip: rtp::FrameBudget.
  };
  // Source: ours; half of what an interactive viewer bears.
  static constexpr TimeDelta kMostQueue = TimeDelta::Millis(300);

  // `sources` as in the description that `media` came of.
  MediaSender(const NegotiatedMedia& media, const SendSource& audio, const SendSource& video,
              Origin origin, Rng& rng);

  // Tells `transport` of the streams; once. kInvalidConfig, kLimit.
  Status AddStreams(rtp::Transport& transport);

  // kUnsupported: another codec than agreed; kBitstream.
  Status SetTracks(const StreamTracks& tracks);

  // False: it was dropped, and pictures want a key frame.
  bool Send(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now);

  // Whether the encoder should go on, where that has changed since the last answer.
  std::optional<Intake> TakeIntake(const rtp::Transport& transport);

  // Of packets, what the line loses: sound is repeated as that asks for. Range [0, 1].
  void SetExpectedLoss(double share);

  bool sends_video() const { return video_.has_value(); }
  bool IsOurVideo(std::uint32_t ssrc) const { return video_ && video_->source.ssrc == ssrc; }
  // Whose reports tell of the line: pictures', and where none are sent the sound's.
  bool IsMeasured(std::uint32_t ssrc) const {
    return video_ ? video_->source.ssrc == ssrc : audio_ && audio_->source.ssrc == ssrc;
  }
  const MediaSenderStats& stats() const { return stats_; }

 private:
  struct Audio {
    NegotiatedAudio agreed;
    SendSource source;
    rtp::SendClock clock;
    rtp::OpusPacketizer packetizer;
    std::optional<rtp::RedWriter> red = {};  // Where the peer takes it.
  };
  struct Video {
    NegotiatedVideo agreed;
    SendSource source;
    rtp::SendClock clock;
    rtp::VideoPacketizer packetizer;
    rtp::FrameBudget budget = {};
    bool has_track = false;
    bool needs_key = true;
  };

  bool SendAudio(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now);
  bool SendVideo(const EncodedFrame& frame, rtp::Transport& transport, Timestamp now);
  bool IsCrowded(const rtp::Transport& transport, Timestamp now) const;

  Origin origin_;
  std::optional<Audio> audio_;
  std::optional<Video> video_;
  MediaSenderStats stats_;
};

}  // namespace onair::webrtc
