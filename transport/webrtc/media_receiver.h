// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "core/api/realtime_transport.h"
#include "core/media/encoded_frame.h"
#include "transport/rtp/audio_depacketizer.h"
#include "transport/rtp/frame_assembler.h"
#include "transport/rtp/transport.h"
#include "transport/webrtc/negotiated_media.h"
#include "transport/webrtc/stream_sync.h"

namespace onair::webrtc {

// Packets of the peer into frames on one line: pictures whole and in order, sound as it came.
// Single-owner.
class MediaReceiver {
 public:
  struct TracksChanged {  // All that is known, before the frames it is for.
    StreamTracks tracks;
  };
  // As RealtimeTransport's; when it changes.
  struct PlayoutDelayAsked {
    TimeDelta least;
    TimeDelta most;
  };
  using Event = std::variant<TracksChanged, EncodedFrame, PlayoutDelayAsked>;

  MediaReceiver(const NegotiatedMedia& media, Timestamp now);

  // Tells `transport` of the streams that the description names; once. kInvalidConfig, kLimit.
  Status AddStreams(rtp::Transport& transport);
  // A stream that no description named: taken by its payload type, where that says what it is, and
  // only in the place of one that ended, was silent for kMostSilence or never came.
  void HandleStream(const rtp::Transport::StreamAppeared& stream, rtp::Transport& transport,
                    Timestamp now);
  void HandleStreamEnd(const rtp::Transport::StreamEnded& stream);
  void HandlePacket(const rtp::Transport::PacketReceived& in, rtp::Transport& transport,
                    Timestamp now);
  void HandleSenderReport(const rtp::Transport::SenderReported& report);
  void HandleTimeout(rtp::Transport& transport, Timestamp now);
  // The decoder cannot go on.
  void RequestKeyFrame(rtp::Transport& transport);

  [[nodiscard]] std::optional<Event> Poll();
  Timestamp wake_at() const;

  // Of the pictures' stream; empty before it is known.
  std::optional<RealtimeTransport::Arrivals> arrivals(const rtp::Transport& transport) const;
  // Null before the first picture's stream is known.
  const rtp::FrameAssembler* assembler() const { return video_ ? &video_->assembler : nullptr; }

  // A peer that begins anew under another number does not always say goodbye.
  // Source: ours; longer than what Opus leaves out of silence (400 ms) and most outages of a path.
  static constexpr TimeDelta kMostSilence = TimeDelta::Seconds(1);

 private:
  // A stream that the transport knows: one of each kind.
  struct Known {
    std::uint32_t ssrc;
    std::optional<Timestamp> heard_at = {};  // Nothing: a description named it.
    bool has_ended = false;                  // It said goodbye.

    bool MayBeReplaced(Timestamp now) const {
      return has_ended || !heard_at || now - *heard_at >= kMostSilence;
    }
  };
  struct Audio {
    rtp::AudioDepacketizer depacketizer;
    StreamClock clock;
    bool has_begun = false;  // A packet came.
    // RED repeats what came: remembered are more than its repetitions and some disorder.
    std::array<std::optional<MediaTime>, 32> given = {};
    std::size_t next_given = 0;

    bool IsNew(MediaTime pts) {
      if (std::find(given.begin(), given.end(), pts) != given.end()) return false;
      given[next_given++ % given.size()] = pts;
      return true;
    }
  };
  struct Video {
    rtp::FrameAssembler assembler;
    StreamClock clock;
  };

  rtp::AudioPacking PackingOf(int payload_type) const;
  rtp::AudioDepacketizer NewDepacketizer(int payload_type, Timestamp now) const;
  // Whether a new stream may stand for its kind; what stood for it is forgotten then.
  bool MakeWay(std::optional<Known>& known, rtp::Transport& transport, Timestamp now);
  void AddVideo(int payload_type, Timestamp now);
  Status AddAudio(std::uint32_t ssrc, int payload_type, rtp::Transport& transport, Timestamp now);
  void AddRepair(const rtp::Transport::StreamAppeared& stream, rtp::Transport& transport);
  Status TellVideo(std::uint32_t ssrc, const NegotiatedVideoFormat& format,
                   rtp::Transport& transport);
  void TakeVideo(const rtp::Transport::PacketReceived& in, rtp::Transport& transport,
                 Timestamp now);
  void TakeAudio(const rtp::Transport::PacketReceived& in, Timestamp now);
  void DrainAssembler(rtp::Transport& transport);
  void Give(EncodedFrame frame);
  void NotePlayoutDelay(const std::optional<rtp::PlayoutDelay>& asked);
  const NegotiatedVideoFormat* FormatOf(int payload_type) const;
  // Where a stream that begins now stands: behind what the kind's last one gave.
  MediaTime OriginAt(Timestamp now, MediaTime given) const {
    return std::max(MediaTime::Zero() + (now - began_), given);
  }

  const std::optional<NegotiatedAudio> agreed_audio_;
  const std::optional<NegotiatedVideo> agreed_video_;
  const Timestamp began_;
  std::optional<Audio> audio_;
  std::optional<Video> video_;
  std::optional<Known> known_audio_;
  std::optional<Known> known_video_;
  // Just behind the last that was given.
  MediaTime pictures_end_ = MediaTime::Zero();
  MediaTime sounds_end_ = MediaTime::Zero();
  SoundShift shift_;
  std::optional<rtp::PlayoutDelay> playout_delay_;  // As last told.
  StreamTracks tracks_;
  bool is_tracks_told_ = true;
  std::vector<EncodedFrame> sounds_;
  std::deque<Event> out_;  // Bounded: drained after each packet, which gives a few.
};

}  // namespace onair::webrtc
