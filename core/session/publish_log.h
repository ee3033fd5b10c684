// SPDX-License-Identifier: Apache-2.0
//
// All that a publish session is told and all that it answers, in order, as bytes: a session
// rebuilt from the same setup and told the same gives the same answers, byte for byte.
//
//   log:    magic "onair.in" | entry*
//   entry:  +------+------------------+----------------+---------------------+
//           | kind | driver time, us  | size           | body, by kind       |
//           | u8   | i64, big endian  | u32            | size bytes          |
//           +------+------------------+----------------+---------------------+
//
// The setup is the first entry; its body is not looked at here. Logs hold the whole media and
// the stream key: they are as secret as the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/byte_reader.h"
#include "core/session/publish.h"

namespace onair::session {

enum class PublishEntry : std::uint8_t {
  kSetup = 1,
  // Inputs.
  kStart = 2,
  kStop = 3,
  kTracks = 4,
  kFrame = 5,
  kConnected = 6,
  kClosed = 7,
  kBytes = 8,
  kUnsent = 9,
  kFacts = 10,
  kTimeout = 11,
  kStandbyConnected = 12,
  kStandbyClosed = 13,
  kStandbyBytes = 14,
  kNetworkChanged = 15,
  kUrl = 16,
  // What Poll() answered.
  kIdle = 32,
  kTransmit = 33,
  kEvent = 34,
  kStandbyTransmit = 35,
};

inline constexpr std::string_view kPublishLogMagic = "onair.in";
// Of every entry, before its body.
inline constexpr std::size_t kPublishEntryHead = 1 + 8 + 4;
// A frame and what stands around it; a session transmits one frame at a time.
inline constexpr std::size_t kMostEntryBytes = std::size_t{80} << 20;

// One entry, whole. Pure.
Bytes LogSetup(ByteView setup);
Bytes LogStart(Timestamp now);
Bytes LogStop(Timestamp now);
Bytes LogTracks(const StreamTracks& tracks, Timestamp now);
Bytes LogFrame(const EncodedFrame& frame, Timestamp now);
Bytes LogConnected(Timestamp now);
Bytes LogClosed(const Error& error, Timestamp now);
Bytes LogBytes(ByteView in, Timestamp now);
Bytes LogUnsent(DataSize unsent, Timestamp now);
Bytes LogFacts(const SocketFacts& facts, Timestamp now);
Bytes LogTimeout(Timestamp now);
Bytes LogStandbyConnected(Timestamp now);
Bytes LogStandbyClosed(const Error& error, Timestamp now);
Bytes LogStandbyBytes(ByteView in, Timestamp now);
Bytes LogNetworkChanged(const std::optional<IpAddress>& from, Timestamp now);
Bytes LogUrl(std::string_view address, Timestamp now);
// Events as text: they are compared, not read back. `now`: of the input before.
Bytes LogOutput(const Output<Publish::Event>& output, Timestamp now);

// An entry as read, borrowed from the log.
struct PublishLogEntry {
  PublishEntry kind;
  Timestamp at;
  ByteView body;

  bool is_answer() const { return kind >= PublishEntry::kIdle; }
};

// Any bytes give entries, then an end or an error. Pure; the log outlives it.
class PublishLogReader {
 public:
  // kFileMalformed: not such a log.
  static Result<PublishLogReader> Open(ByteView log);

  // The next entry; empty at the end; kFileMalformed for an unknown kind or one that is cut short.
  Result<std::optional<PublishLogEntry>> Next();
  std::size_t position() const { return reader_.position(); }

 private:
  explicit PublishLogReader(ByteReader reader) : reader_(reader) {}
  ByteReader reader_;
};

}  // namespace onair::session
