// SPDX-License-Identifier: Apache-2.0
//
// A protocol as small as it can be, for tests of sessions: records of type, length and body
// in both directions. Behaves as a real transport does towards any bytes.
//
//   publisher: 'H' hello ->, <- 'R' ready | 'X' wrong key | 'K' name in use | 'M' moved |
//              'C' closing | 'Q' come anew,
//              'T' tracks ->, 'F' frame ->, 'B' bye ->
//   player:    'G' request ->, <- 'A' accepted, 'T', 'F', 'M' moved, 'E' end, 'P' the publisher
//              left, 'N' not found, 'D' denied
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "core/api/play_transport.h"
#include "core/api/publish_transport.h"
#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair::wire {

struct Record {
  char type;
  Bytes body;
};

inline Bytes Put(char type, ByteView body = {}) {
  ByteWriter out;
  out.U8(static_cast<std::uint8_t>(type)).U32(static_cast<std::uint32_t>(body.size())).Append(body);
  return out.Take();
}
inline Bytes PutText(char type, const std::string& text) {
  return Put(type, Bytes(text.begin(), text.end()));
}

// Cuts a stream of bytes into records.
class Records {
 public:
  static constexpr std::size_t kMaxBody = 1 << 20;

  void Add(ByteView in) { bytes_.insert(bytes_.end(), in.begin(), in.end()); }
  std::optional<Record> Next() {
    ByteReader reader(ByteView(bytes_).subspan(at_));
    const char type = static_cast<char>(reader.U8());
    const std::size_t size = reader.U32();
    if (reader.ok() && size > kMaxBody) is_broken_ = true;
    const ByteView body = is_broken_ ? ByteView() : reader.Take(size);
    if (!reader.ok() || is_broken_) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
      at_ = 0;
      return std::nullopt;
    }
    at_ += reader.position();
    return Record{type, Bytes(body.begin(), body.end())};
  }
  bool is_broken() const { return is_broken_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool is_broken_ = false;
};

inline Bytes PutFrame(const EncodedFrame& frame) {
  ByteWriter body;
  body.U8(static_cast<std::uint8_t>(frame.kind))
      .U64(static_cast<std::uint64_t>(frame.dts.us()))
      .U64(static_cast<std::uint64_t>(frame.pts.us()))
      .Append(frame.payload.view());
  return Put('F', body.view());
}
inline std::optional<EncodedFrame> ParseFrame(ByteView body, Timestamp now) {
  ByteReader reader(body);
  const int kind = reader.U8();
  const auto dts = MediaTime::Micros(static_cast<std::int64_t>(reader.U64()));
  const auto pts = MediaTime::Micros(static_cast<std::int64_t>(reader.U64()));
  if (!reader.ok() || kind < 1 || kind > 4) return std::nullopt;
  const ByteView payload = reader.TakeRest();
  return EncodedFrame{Buffer::Own(Bytes(payload.begin(), payload.end())),
                      static_cast<FrameKind>(kind), pts, dts, now};
}

// Bit 0: video, bit 1: audio; then one byte that stands for the decoder configuration.
inline Bytes PutTracks(const StreamTracks& tracks) {
  Bytes body{static_cast<std::uint8_t>((tracks.video ? 1 : 0) | (tracks.audio ? 2 : 0)), 0};
  if (tracks.video && !tracks.video->config.empty()) body[1] = tracks.video->config.view()[0];
  return Put('T', body);
}
inline StreamTracks MakeTracks(bool has_video, bool has_audio, std::uint8_t config = 1) {
  StreamTracks tracks;
  if (has_video) {
    tracks.video = VideoTrack{VideoCodec::kH264, {1280, 720}, 30, Buffer::Own(Bytes{config})};
  }
  if (has_audio) tracks.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, Buffer::Own(Bytes{1})};
  return tracks;
}
inline StreamTracks ParseTracks(ByteView body) {
  ByteReader reader(body);
  const int bits = reader.U8();
  return MakeTracks((bits & 1) != 0, (bits & 2) != 0, reader.U8());
}

class Publisher final : public PublishTransport {
 public:
  Publisher() : out_(Put('H')) {}

  void HandleBytes(ByteView in, Timestamp) override {
    records_.Add(in);
    while (const auto record = records_.Next()) {
      switch (record->type) {
        case 'R':
          Say(Ready{});
          is_ready_ = true;
          break;
        case 'X':
          Say(Closed{{ErrorCode::kPublishRejected, "key"}});
          break;
        case 'C':
          Say(Closed{{ErrorCode::kPeerClosed, "peer"}});
          break;
        case 'K':
          Say(Closed{{ErrorCode::kPublishConflict, "in use"}});
          break;
        case 'Q':
          if (is_ready_ && !std::exchange(is_asked_, true)) {
            Say(ReconnectRequested{std::string(record->body.begin(), record->body.end())});
          }
          break;
        case 'A':
          break;  // Acknowledged.
        case 'M':
          if (!is_ready_) Say(Moved{std::string(record->body.begin(), record->body.end())});
          break;
        default:
          Say(Closed{{ErrorCode::kRtmpProtocol, "type"}});
          break;
      }
    }
    if (records_.is_broken()) Say(Closed{{ErrorCode::kRtmpProtocol, "length"}});
  }
  void HandleUnsent(DataSize, Timestamp) override {}
  void HandleTimeout(Timestamp) override {}
  void SetTracks(const StreamTracks& tracks, Timestamp) override { tracks_ = tracks; }
  void ContinueLine(MediaTime) override {}  // Records carry media time as it is.
  void Send(const EncodedFrame& frame, Timestamp) override {
    if (!is_ready_) std::abort();
    if (tracks_) Append(PutTracks(*std::exchange(tracks_, std::nullopt)));
    Append(PutFrame(frame));
  }
  void Close(Timestamp) override { Append(Put('B')); }
  Output<Event> Poll() override {
    if (!out_.empty()) return Transmit{std::exchange(out_, {})};
    if (!events_.empty()) {
      Event event = events_.front();
      events_.pop_front();
      return event;
    }
    return Idle{};
  }

 private:
  void Append(const Bytes& bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void Say(Event event) {
    if (is_closed_) return;
    is_closed_ = std::holds_alternative<Closed>(event) || std::holds_alternative<Moved>(event);
    events_.push_back(std::move(event));
  }

  Records records_;
  Bytes out_;
  std::deque<Event> events_;
  std::optional<StreamTracks> tracks_;
  bool is_ready_ = false;
  bool is_asked_ = false;
  bool is_closed_ = false;
};

class Player final : public PlayTransport {
 public:
  Player() : out_(Put('G')) {}

  void HandleBytes(ByteView in, Timestamp now) override {
    records_.Add(in);
    while (const auto record = records_.Next()) Take(*record, now);
    if (records_.is_broken()) Say(Closed{{ErrorCode::kFlvMalformed, "length"}});
  }
  void HandleUnsent(DataSize, Timestamp) override {}
  void HandleTimeout(Timestamp) override {}
  void HandleEnd(Timestamp) override { Say(Closed{{ErrorCode::kPeerClosed, "cut"}}); }
  void Close(Timestamp) override {}
  Output<Event> Poll() override {
    if (!out_.empty()) return Transmit{std::exchange(out_, {})};
    if (!events_.empty()) {
      Event event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    return Idle{};
  }

 private:
  void Take(const Record& record, Timestamp now) {
    switch (record.type) {
      case 'A':
        return Say(Accepted{});
      case 'T':
        return Say(TracksChanged{ParseTracks(record.body)});
      case 'M':
        return Say(Moved{std::string(record.body.begin(), record.body.end())});
      case 'P':
        return Say(PublisherLeft{});
      case 'E':
        return Say(Closed{{ErrorCode::kStreamEnded, "end"}});
      case 'N':
        return Say(Closed{{ErrorCode::kHttpNotFound, "404"}});
      case 'D':
        return Say(Closed{{ErrorCode::kHttpForbidden, "403"}});
      case 'F':
        if (auto frame = ParseFrame(record.body, now)) return Say(std::move(*frame));
        break;
      default:
        break;
    }
    Say(Closed{{ErrorCode::kFlvMalformed, "record"}});
  }
  void Say(Event event) {
    if (is_over_) return;
    is_over_ = std::holds_alternative<Closed>(event) || std::holds_alternative<Moved>(event);
    events_.push_back(std::move(event));
  }

  Records records_;
  Bytes out_;
  std::deque<Event> events_;
  bool is_over_ = false;
};

inline EncodedFrame MakeFrame(FrameKind kind, std::int64_t dts_ms, std::size_t size = 100) {
  return {Buffer::Own(Bytes(size, 7)), kind, MediaTime::Millis(dts_ms), MediaTime::Millis(dts_ms),
          Timestamp::Zero()};
}

}  // namespace onair::wire
