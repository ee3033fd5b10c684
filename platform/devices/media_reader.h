// SPDX-License-Identifier: Apache-2.0
//
// A media file, or HLS over HTTP, as coded frames: containers and HTTP by FFmpeg, what is in them
// in our own forms (core/media/encoded_frame.h).
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::devices {

// What is read, and how long it may take. Read once, by OpenMediaReader().
struct MediaReaderConfig {
  // A path or file:PATH (MP4, FLV, Matroska, MPEG-TS, ADTS, .m3u8), http(s)://….m3u8.
  std::string url;

  // What Open() may take in all. Range [0.5 s, 60 s].
  TimeDelta open_timeout = TimeDelta::Seconds(10);
  // What one Read() or Seek() may take: of a live playlist, up to its next segment.
  TimeDelta read_timeout = TimeDelta::Seconds(30);
  // A connection that gives nothing for this long is dead.
  TimeDelta silence_timeout = TimeDelta::Seconds(5);

  // Of https. Empty: the system's issuers.
  std::string ca_file = {};
  // Whether the server of https must prove its name.
  enum class Verify { kYes = 1, kNo = 2 };
  Verify verify = Verify::kYes;  // kNo for test benches only.
};

// What is behind an address.
enum class MediaKind {
  kFile = 1,     // Can be sought.
  kHls = 2,      // With an end.
  kLiveHls = 3,  // Grows; cannot be sought.
};

// What is in it.
struct MediaInfo {
  MediaKind kind;                     // By its container and list.
  StreamTracks tracks;                // At most one of each kind: FFmpeg's choice of the best.
  Rotation rotation = Rotation::k0;   // That makes its pictures upright.
  std::optional<TimeDelta> duration;  // Empty: unknown, or live.
  // Pictures that a decoder may hold back before it gives one.
  int reorder_depth = 0;
};

// Whether Open() is for this address: no other scheme, and of http only playlists.
bool IsMediaAddress(const std::string& url);

// Single-owner, on a thread that may block.
class MediaReader {
 public:
  // A frame, or the tracks where a decoder configuration changes, right before the first frame
  // of it. `captured_at` is the moment of reading. Times begin at zero; where a live playlist
  // jumps they go on without a hole.
  using Item = std::variant<EncodedFrame, StreamTracks>;

  virtual ~MediaReader() = default;

  // Known from opening on.
  virtual const MediaInfo& info() const = 0;

  // Empty: the end. kFileRead; kFileMalformed: the rest is damaged or cut off; of HTTP what Open()
  // says. Read() again after that answers the same or the end.
  virtual Result<std::optional<Item>> Read() = 0;

  // The next frame is the last key frame at or before `position`, as near as the container's
  // index allows; 0 is its start. kUnsupported: live. Reading goes on where it was after a failure.
  virtual Status Seek(TimeDelta position) = 0;
};

// kFileNotFound, kFileRead, kNotMedia; kFileMalformed: cut off or damaged before anything can be
// read; kNothingToPlay: no track of H.264, H.265, AAC or Opus. Of HTTP: kHttpNotFound,
// kHttpForbidden, kHttpStatus, kHttpServerError, kConnectRefused, kUnreachable, kTimeout,
// kConnectionLost. kInvalidUrl, kUnsupported: see IsMediaAddress(). `stopping`, which outlives the
// reader, ends every call soon with kTimeout.
Result<std::unique_ptr<MediaReader>> OpenMediaReader(const MediaReaderConfig& config,
                                                     const std::atomic<bool>& stopping);

}  // namespace onair::devices
