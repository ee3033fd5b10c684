// SPDX-License-Identifier: Apache-2.0
//
// Packets of pictures, in any order, into pictures that can be decoded: whole ones only, each
// right behind the one before it, or a key frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/media/encoded_frame.h"
#include "core/units/data.h"
#include "transport/rtp/packet.h"
#include "transport/rtp/payload_access_unit.h"
#include "transport/rtp/payload_clock.h"

namespace onair::rtp {

// A packet of a video stream, unsealed. `sequence` is straightened (SequenceUnwrapper), `payload`
// is borrowed for the call and may be empty (padding).
struct MediaPacket {
  std::int64_t sequence = 0;
  std::uint32_t timestamp = 0;
  Marker marker = Marker::kClear;
  ByteView payload;
};

struct AssemblerConfig {
  VideoCodec codec = VideoCodec::kH264;

  // Packets that wait: slots of a ring. Range [64, 16384]. Too few lose key frames that are larger.
  // Source: libwebrtc rtp_video_stream_receiver2.cc, kPacketBufferMaxSize.
  std::size_t max_packets = 2048;

  // Bytes that wait. Range [256 KiB, 64 MiB]. As above.
  DataSize max_bytes = DataSize::Mebibytes(4);

  // How long a missing packet is waited for. Then its picture and all that refer to it are given
  // up and a key frame is asked for. Range [20 ms, 10 s]. Longer freezes longer before it asks,
  // shorter asks for key frames that resends would have spared.
  // Source: ours; several resends of a path of 100 ms, and a key frame still within a second.
  TimeDelta patience = TimeDelta::Millis(500);

  // The same while a whole key frame waits behind the gap. Range [0 s, 10 s]. Shorter skips
  // pictures that a resend would still have brought in time.
  // Source: ours; one resend of a path of 100 ms.
  TimeDelta key_patience = TimeDelta::Millis(150);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A decider with a clock of its own: Handle*(), then Poll() until it gives nothing, then again at
// wake_at(). Single-owner. Bytes of a packet are copied once, into slots that are used again.
//
// Never gives a picture that is not whole, nor one behind a hole in the sequence unless it is a key
// frame whose parameter sets are known, or what is missing was droppable pictures, whole ones with
// known ends. Streams that reorder pictures come with dts = pts, which is wrong for them.
class FrameAssembler {
 public:
  // From here on pictures are of this track. Comes before the first one.
  struct TrackChanged {
    VideoTrack track;
  };
  // captured_at is when the last of its packets came, dts = pts.
  struct FrameReady {
    EncodedFrame frame;
    std::int64_t first_sequence;
    std::int64_t last_sequence;
    std::uint32_t timestamp;  // Of RTP, what frame.pts was made from.
  };
  // Nothing can be decoded until a key frame comes, and none is coming in. Once each time it
  // begins to be so: the owner repeats its request while awaits_key().
  struct KeyFrameNeeded {};
  using Event = std::variant<TrackChanged, FrameReady, KeyFrameNeeded>;

  struct Stats {
    std::int64_t frames = 0;
    std::int64_t key_frames = 0;
    std::int64_t frames_lost = 0;  // Known to have been there: begun, never whole, or skipped.
    std::int64_t malformed = 0;    // Whole by their packets, but no picture.
    std::int64_t duplicates = 0;   // Packets, as below.
    std::int64_t late = 0;         // Behind what was given or given up.
    std::int64_t overflows = 0;    // Times that packets or bytes were too many.
    std::int64_t restarts = 0;     // The sequence jumped back for good.
  };

  // The first packet's timestamp stands at `origin`. Keyless until a key frame comes.
  explicit FrameAssembler(const AssemblerConfig& config, MediaTime origin = MediaTime::Zero());

  void HandlePacket(const MediaPacket& packet, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Parameter sets from outside (SDP), for key frames that bring none.
  void SetTrack(const VideoTrack& track);
  // Forgets packets and place; the track stays. The next picture is a key frame.
  void Reset();

  [[nodiscard]] std::optional<Event> Poll();
  Timestamp wake_at() const { return deadline_; }

  // Writes the sequences that are waited for, lowest first; answers how many.
  std::size_t Missing(std::span<std::int64_t> out) const;
  // Below this nothing is of use any more; empty before the first packet.
  std::optional<std::int64_t> oldest_wanted() const;

  bool awaits_key() const { return !next_.has_value(); }
  DataSize held() const { return DataSize::Bytes(static_cast<std::int64_t>(held_bytes_)); }
  const Stats& stats() const { return stats_; }

 private:
  struct Slot {
    std::int64_t sequence = -1;  // -1: empty.
    std::uint32_t timestamp = 0;
    Marker marker = Marker::kClear;
    PayloadGlance glance;
    Timestamp came_at = Timestamp::Zero();
    Bytes payload;
  };
  struct Range {
    std::int64_t first;
    std::int64_t last;
  };

  const Slot* Find(std::int64_t sequence) const;
  Slot& SlotOf(std::int64_t sequence) { return slots_[Index(sequence)]; }
  std::size_t Index(std::int64_t sequence) const {
    return static_cast<std::size_t>(sequence) % slots_.size();
  }
  bool Admit(const MediaPacket& packet);
  void Store(const MediaPacket& packet, Timestamp now);
  void Free(std::int64_t sequence);
  void FreeBelow(std::int64_t sequence);
  void MakeRoom(std::int64_t sequence);

  void Advance(Timestamp now);
  void NoteKey(std::int64_t sequence);
  void FindKey();
  bool KeyComesIn(std::int64_t before) const;
  void Build(Range range);
  bool BeginsPicture(const Slot& slot) const;
  std::optional<Range> PictureAround(std::int64_t sequence) const;
  bool Give(Range range);
  void JumpToKey();
  bool SkipDroppable();
  void GiveUp();
  void LoseThread();
  void Ask();
  void WatchGap(Timestamp now);

  AssemblerConfig config_;
  ReceiveClock clock_;
  bool has_begun_ = false;
  AccessUnitBuilder builder_;
  std::vector<Slot> slots_;
  std::size_t held_bytes_ = 0;
  std::optional<std::int64_t> oldest_;  // No slot below is taken, none will be.
  std::int64_t newest_ = 0;             // Valid when oldest_ is.
  std::optional<std::int64_t> first_;   // The very first packet.
  std::optional<std::int64_t> next_;    // Where the next picture begins; empty: awaits a key.
  std::int64_t scan_ = 0;               // From next_ up to here nothing is missing.
  std::optional<Range> key_;            // Whole, behind a gap.
  // The hole at scan_: since when its other side is here.
  struct Gap {
    std::int64_t at;
    Timestamp since;
  };
  std::optional<Gap> gap_;
  std::optional<Timestamp> awaiting_since_;  // First packet without a thread.
  Timestamp deadline_ = Timestamp::PlusInfinity();
  bool has_asked_ = false;
  std::optional<std::int64_t> stray_;  // The last of a run of late packets.
  int strays_ = 0;
  std::optional<VideoTrack> track_;
  std::deque<Event> out_;  // Bounded: max_packets pictures at most.
  Stats stats_;
};

}  // namespace onair::rtp
