// SPDX-License-Identifier: Apache-2.0
//
// Encoders and decoders as sessions and the SDK see them. An app may give its own.
// Single-owner: one thread per object for life. All calls answer at once or block only on
// the codec itself.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/media/audio_block.h"
#include "core/media/encoded_frame.h"
#include "core/media/encoder_target.h"
#include "core/media/video_frame.h"
#include "core/units/data.h"

namespace onair {

// How an encoder follows regions of interest.
enum class RoiSupport {
  kNone = 1,       // Not at all; see beauty/filters for the low-pass that stands in.
  kQuantizer = 2,  // By quantiser offsets inside the picture.
};
// How a new rate takes effect.
enum class RateChange {
  kInFlight = 1,      // From the next picture, without a key frame.
  kWithKeyFrame = 2,  // The encoder begins anew with a key frame.
};
// How EncoderTarget::frame_limit is kept.
enum class FrameLimitSupport {
  kNone = 1,     // Not at all.
  kGuessed = 2,  // By what pictures before took: single ones are up to two thirds above.
  kKept = 3,     // Within the picture.
};
// What is in force, after opening.
struct EncoderCapabilities {
  std::string_view name = "app";                   // Who codes: "x264", "openh264", ..; a literal.
  RoiSupport roi = RoiSupport::kNone;              // Of regions of interest (VideoFrame::roi).
  RateChange rate_change = RateChange::kInFlight;  // What EncoderTarget::video_rate costs.
  int held_pictures = 0;                           // Pictures inside while the encoder looks ahead.
  FrameLimitSupport frame_limit = FrameLimitSupport::kNone;  // Of EncoderTarget::frame_limit.
};

// Raw pictures in, coded ones out. The size is that of the VideoConfig it was made with.
class VideoEncoder {
 public:
  virtual ~VideoEncoder() = default;

  // Does not change.
  virtual EncoderCapabilities capabilities() const { return {}; }

  // Takes effect from the next Encode(). kInvalidConfig leaves everything as it was.
  virtual Status Apply(const EncoderTarget& target) = 0;

  // Appends the frames that became ready (0..n) to `out`. A frame whose size is not the
  // configured one is refused with kEncodeFailed. pts must rise.
  virtual Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) = 0;

  // Appends what is still inside.
  virtual Status Flush(std::vector<EncodedFrame>& out) = 0;

  // Valid from construction on: parameter sets are known before the first frame.
  virtual const VideoTrack& track() const = 0;
};

// What the network tells an audio encoder.
struct AudioTarget {
  DataRate rate;             // Range as AudioConfig::rate.
  double expected_loss = 0;  // Share of frames that will not arrive. Range [0, 1].
};

// Raw sound in, coded frames out.
class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;

  // Takes effect from the next frame. kInvalidConfig, which names the field, leaves everything
  // as it was; kUnsupported where the rate cannot change in flight.
  virtual Status Apply(const AudioTarget&) {
    return Fail(ErrorCode::kUnsupported, "audio rate in flight");
  }

  // Takes blocks of any length in any sample rate and channel count and converts; appends
  // whole frames to `out`. A gap in pts over 100 ms restarts the line at the new pts.
  virtual Status Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) = 0;
  // Appends what is still inside.
  virtual Status Flush(std::vector<EncodedFrame>& out) = 0;
  // Valid from construction on.
  virtual const AudioTrack& track() const = 0;
};

// Coded pictures in, raw ones out.
class VideoDecoder {
 public:
  virtual ~VideoDecoder() = default;

  // Does ahead what the first Configure() of the usual codec would wait for. What fails here fails
  // there again. Before all other calls, or never.
  virtual void WarmUp() {}

  // New parameter sets; the next frame is a key frame. The present ones again change nothing.
  // kCodecUnavailable, kCodecOpen.
  virtual Status Configure(const VideoTrack& track) = 0;

  // Appends pictures in display order, each with its pts and, where the stream is stamped,
  // captured_utc. kDecodeFailed: the frame is lost, the decoder goes on with the next.
  virtual Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) = 0;

  // Appends what is still inside (end of stream) or forgets it (a jump).
  virtual Status Flush(std::vector<VideoFrame>& out) = 0;
  // Forgets what is inside, for a jump; the next frame is a key frame.
  virtual void Reset() = 0;
};

// Sound that did not arrive.
struct LostAudio {
  MediaTime pts;   // Of its first sample.
  TimeDelta span;  // > 0.
  // The frame right behind it, where that one is here: it may hold a copy of what is missing.
  // Borrowed; it is decoded by Decode() afterwards as ever.
  const EncodedFrame* next = nullptr;
  Timestamp at;  // AudioBlock::captured_at of what is made up.
};

// Coded sound in, raw sound out.
class AudioDecoder {
 public:
  virtual ~AudioDecoder() = default;

  // As VideoDecoder::WarmUp().
  virtual void WarmUp() {}

  // The present configuration again changes nothing.
  virtual Status Configure(const AudioTrack& track) = 0;
  // Appends the sound of one frame, its pts with it. kDecodeFailed: the frame is lost, the decoder
  // goes on with the next.
  virtual Status Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) = 0;
  // Appends sound in the place of a loss, as long as it or shorter, in the order of Decode().
  // Codecs without such means append nothing.
  virtual Status Conceal(const LostAudio&, std::vector<AudioBlock>&) { return {}; }
  // Forgets what is inside, for a jump.
  virtual void Reset() = 0;
};

}  // namespace onair
