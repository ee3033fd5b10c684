// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/api/reconnect_config.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair {

// Which tools of H.264 are used. Others read all of a profile; browsers and phones in a realtime
// session agree on the constrained baseline.
enum class H264Profile {
  kHigh = 1,                 // CABAC, and B pictures with look-ahead.
  kConstrainedBaseline = 2,  // ITU-T H.264 section A.2.1.1: no B pictures, no CABAC.
};

// Which of our encoders codes the pictures. What is in a build and on a machine differs:
// codec/encode/video_encoder.h tells.
enum class EncoderChoice {
  kAuto = 1,      // H.264: x264, without it OpenH264. H.265: x265.
  kX264 = 2,      // GPL.
  kX265 = 3,      // GPL.
  kOpenH264 = 4,  // BSD, loaded at run time. No regions of interest, no look-ahead.
};

// What the video encoder is asked for. Size, codec and GOP hold for the session; the rate
// may change in flight through EncoderTarget.
struct VideoConfig {
  VideoCodec codec = VideoCodec::kH264;  // H.265 wants fewer bits and more CPU; not all take it.

  // Named, it is that one or kCodecUnavailable.
  EncoderChoice encoder = EncoderChoice::kAuto;

  // File of the OpenH264 library, such as Cisco's binary that the app has fetched; under 4096
  // bytes. Empty: by its name (libopenh264.so.7) where the system looks.
  std::string openh264_library = {};

  // Read for H.264 only. The baseline needs about a fifth more rate for the same picture.
  H264Profile h264_profile = H264Profile::kHigh;

  // Pixels; each side even, range [16, 4096].
  PictureSize size{1280, 720};

  // Pictures per second. Range [1, 120].
  double frame_rate = 30;

  // Time between key frames. Range [0.2 s, 20 s]. Longer saves bits; a viewer that joins a
  // server without a GOP cache waits up to this long.
  TimeDelta gop = TimeDelta::Seconds(2);

  // Target rate. Range [50 kbit/s, 50 Mbit/s].
  DataRate rate = DataRate::KilobitsPerSec(1500);

  // Size of the VBV as a span at `rate`: the hard limit of a burst. Range [0.1 s, 2 s]. Smaller
  // makes key frames poorer, larger lets them wait longer on a line of just this rate.
  // Source: ours; codec_bench "rate steps": with 0.1 s up to 5 % of the rate stays unused, with
  // 1 s the second after a key frame is up to 25 % low.
  TimeDelta vbv = TimeDelta::Millis(250);

  // Preset name of x264 and x265, ultrafast to placebo; OpenH264 makes its three steps of them.
  // Slower presets give better pictures for
  // more CPU. "auto": veryfast for H.264, superfast for H.265.
  // Source: measured, 720p, ms per picture on one core: 7.5 and 29; x265 veryfast is not live.
  std::string preset = "auto";

  // Encoder threads. Range [1, 16]. Sliced threads: more lowers latency, not throughput per
  // core.
  int threads = 2;

  // How long the encoder may hold a picture back to look ahead. 0 s: none, each picture leaves
  // at once. Range [0 s, 1 s]. More spends the same bits better and adds to the delay, once here,
  // once by a VBV that grows by the same span, and by a picture at the decoder (B pictures). x265
  // and OpenH264 hold none in any case.
  // Source: ours; onair-quality, x264 veryfast: 10 pictures (333 ms) save a third of the rate.
  TimeDelta look_ahead = TimeDelta::Zero();

  // How much of the regions of interest (VideoFrame::roi) the encoder follows. Range [0, 1];
  // 0 ignores them.
  double roi_strength = 1.0;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Whether an Opus frame also carries the one before it, coarser, for the case that it was lost.
enum class OpusFec { kOff = 1, kOn = 2 };
// Whether silence sends next to nothing ("discontinuous transmission").
enum class OpusDtx { kOff = 1, kOn = 2 };

// What only the Opus encoder reads.
struct OpusOptions {
  // Sound in one frame: 10, 20, 40 or 60 ms. Longer saves packet headers (20 ms: 50 a second,
  // about 20 kbit/s on UDP) and adds its own length to the delay.
  TimeDelta frame = TimeDelta::Millis(20);

  // Costs nothing while `expected_loss` is 0. RFC 6716 section 2.1.7.
  OpusFec fec = OpusFec::kOn;

  // Share of frames that will not arrive, until AudioTarget says otherwise. Range [0, 1].
  // Higher spends more of the rate on copies; below about 0.05 music gets none.
  double expected_loss = 0;

  // RFC 6716 section 2.1.9. Frames of silence are left out: their pts leave holes.
  OpusDtx dtx = OpusDtx::kOff;
};

// What the audio encoder is asked for.
struct AudioConfig {
  AudioCodec codec = AudioCodec::kAac;  // Opus for WebRTC, AAC for all else.

  // AAC: 16000, 22050, 24000, 32000, 44100 or 48000 Hz. Opus: 48000 Hz. 1 or 2 channels.
  AudioFormat format{48000, 2};

  // Target rate. Range [16 kbit/s, 320 kbit/s].
  DataRate rate = DataRate::KilobitsPerSec(64);

  OpusOptions opus;  // Not read for AAC.

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// How H.265 is marked on its way to an RTMP server.
enum class HevcSignalling {
  // As the server's answer to connect tells: codec id 12 where it names codecs and "hvc1" is not
  // among them; "hvc1" otherwise.
  kByServer = 1,
  kEnhanced = 2,  // "hvc1" of Enhanced RTMP.
  kLegacy12 = 3,  // Codec id 12, as Chinese CDNs know it.
};

// Whether a session asks for its address before every attempt but the first.
enum class UrlRefresh { kNever = 1, kBeforeAttempts = 2 };

// How one destination's session behaves. Built once per session.
struct PublishSessionConfig {
  // From OpenStream to the peer's acceptance of the stream. Range [0.5 s, 60 s].
  // Source: ours; three SYN retransmissions (1 + 2 + 4 s) and a slow handshake.
  TimeDelta connect_timeout = TimeDelta::Seconds(10);

  // Queue before the socket (Q3): bound in media time. Range [100 ms, 10 s]. Above it video
  // is dropped up to the next key frame; audio never. Higher bridges longer outages and
  // lets delay grow.
  TimeDelta queue_span = TimeDelta::Seconds(1);

  // The same bound in bytes. Range [64 KiB, 64 MiB].
  DataSize queue_size = DataSize::Mebibytes(4);

  // Media goes to the socket only while it holds less than this, or less than 50 ms of the rate
  // where a controller decides it (4 KiB at least). Range [4 KiB, 4 MiB].
  // Lower keeps more of the backlog where it can still be dropped; too low starves TCP.
  // Source: transport facts, TCP_NOTSENT_LOWAT 8..16 kB plus one frame.
  DataSize unsent_limit = DataSize::Kibibytes(64);

  // A peer that takes nothing for this long is dead. Range [0.5 s, 60 s].
  TimeDelta write_stall_timeout = TimeDelta::Seconds(5);

  // A live connection whose peer confirmed nothing for this long while it owes something gets a
  // standby beside it; whichever works first goes on. Range [200 ms, 60 s]. Lower bridges a lost
  // network sooner and opens connections for nothing on paths that hiccup.
  // Source: ours; RFC 6298's least retransmission time-out, which one lost segment takes.
  TimeDelta standby_after = TimeDelta::Seconds(1);

  // For addresses with tokens that expire (PublisherConfig::refresh_url).
  UrlRefresh url_refresh = UrlRefresh::kNever;
  // How long an attempt waits for a new address before it goes on with the old one.
  // Range [100 ms, 60 s]. Longer holds the stream up where the app's server is slow.
  TimeDelta url_refresh_timeout = TimeDelta::Seconds(3);

  // Redirects in a row before an attempt fails. Range [0, 20]. As for players.
  int max_redirects = 5;

  HevcSignalling hevc_rtmp = HevcSignalling::kByServer;  // Read for H.265 over RTMP only.

  ReconnectConfig reconnect;  // After errors that are retryable.

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
