// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/ios/video_toolbox_encoder.h"

#include <VideoToolbox/VideoToolbox.h>

#include <atomic>
#include <utility>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/hevc_config.h"
#include "platform/apple/ios/cf.h"
#include "platform/apple/ios/pixel_buffer.h"
#include "platform/apple/ios/sample_buffer.h"
#include "platform/runtime/mutex.h"

namespace onair::apple {
namespace {

CMTime TimeOf(MediaTime at) {
  return CMTimeMake(at.us(), kTicksPerSecond);
}

// What goes with a picture through the encoder.
struct Companion {
  Timestamp captured_at;
  std::optional<UtcTime> captured_utc;
  bool is_key_forced = false;
};

Result<VideoTrack> TrackOf(CMSampleBufferRef sample, const VideoConfig& config) {
  CMFormatDescriptionRef format = CMSampleBufferGetFormatDescription(sample);
  if (format == nullptr) return Fail(ErrorCode::kCodecOpen, "format");
  Buffer record = RecordOf(format, config.codec);
  auto track = config.codec == VideoCodec::kH264 ? codec::TrackFromAvcConfig(std::move(record))
                                                 : codec::TrackFromHevcConfig(std::move(record));
  if (track) track->frame_rate = config.frame_rate;
  return track;
}

// single-owner, but for Take() and its friends: callback on a thread of VideoToolbox.
class VideoToolboxEncoder final : public VideoEncoder {
 public:
  explicit VideoToolboxEncoder(const VideoConfig& config)
      : config_(config), rate_(config.rate), frame_rate_(config.frame_rate) {}
  ~VideoToolboxEncoder() override {
    if (session_) VTCompressionSessionCompleteFrames(session_.get(), kCMTimeInvalid);
    Close();
  }

  Status Open();

  EncoderCapabilities capabilities() const override {
    return {.roi = RoiSupport::kNone, .rate_change = RateChange::kInFlight, .held_pictures = 0};
  }
  Status Apply(const EncoderTarget& target) override;
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>& out) override;
  const VideoTrack& track() const override { return *track_; }

 private:
  static void OnOutput(void* self, void* companion, OSStatus status, VTEncodeInfoFlags flags,
                       CMSampleBufferRef sample);

  Status OpenSession();
  Status Create();
  Status Configure();
  void Close();
  // The system takes sessions away from apps in the background: the next picture makes another.
  OSStatus CloseIfLost(OSStatus status) {
    if (status == kVTInvalidSessionErr) Close();
    return status;
  }
  Status Set(CFStringRef key, CFTypeRef value);
  void TrySet(CFStringRef key, CFTypeRef value) {
    VTSessionSetProperty(session_.get(), key, value);
  }
  Status SetRate(DataRate rate);
  // Parameter sets come with the first picture: a grey one is coded for them, and thrown away.
  Status LearnTrack();
  Status Submit(const VideoFrame& frame);
  void Take(CMSampleBufferRef sample, const Companion& companion);
  Status Collect(std::vector<EncodedFrame>& out);

  const VideoConfig config_;
  DataRate rate_;  // Wanted last, also of the next session.
  double frame_rate_;
  CfRef<VTCompressionSessionRef> session_;  // Empty: lost.
  std::optional<VideoTrack> track_;
  std::atomic<bool> is_key_wanted_{true};  // Set by callbacks too.

  runtime::Mutex mutex_;
  std::vector<EncodedFrame> ready_ ONAIR_GUARDED_BY(mutex_);
  std::optional<VideoTrack> learnt_ ONAIR_GUARDED_BY(mutex_);
  std::optional<Error> failure_ ONAIR_GUARDED_BY(mutex_);
};

Status VideoToolboxEncoder::Open() {
  if (auto status = config_.Validate(); !status) return status;
  if (auto status = OpenSession(); !status) return status;
  return LearnTrack();
}

Status VideoToolboxEncoder::OpenSession() {
  if (auto status = Create(); !status) return status;
  auto status = Configure();
  if (!status) Close();
  return status;
}

void VideoToolboxEncoder::Close() {
  if (session_) VTCompressionSessionInvalidate(session_.get());
  session_ = {};
  is_key_wanted_ = true;
}

Status VideoToolboxEncoder::Create() {
  const bool is_h264 = config_.codec == VideoCodec::kH264;
  // Low latency rate control keeps each picture near its share; for H.264 alone.
  auto wishes = is_h264 ? CfDictionary({{kVTVideoEncoderSpecification_EnableLowLatencyRateControl,
                                         kCFBooleanTrue}})
                        : CfRef<CFDictionaryRef>();
  const OSStatus made = VTCompressionSessionCreate(
      kCFAllocatorDefault, config_.size.width, config_.size.height,
      is_h264 ? kCMVideoCodecType_H264 : kCMVideoCodecType_HEVC, wishes.get(), nullptr, nullptr,
      &VideoToolboxEncoder::OnOutput, this, session_.out());
  if (made == noErr) return {};
  return Fail(ErrorCode::kCodecUnavailable, "VideoToolbox", static_cast<int>(made));
}

Status VideoToolboxEncoder::Set(CFStringRef key, CFTypeRef value) {
  const OSStatus status = CloseIfLost(VTSessionSetProperty(session_.get(), key, value));
  if (status == noErr) return {};
  return Fail(ErrorCode::kCodecOpen, "VideoToolbox", static_cast<int>(status));
}

Status VideoToolboxEncoder::Configure() {
  TrySet(kVTCompressionPropertyKey_RealTime, kCFBooleanTrue);
  if (auto status = Set(kVTCompressionPropertyKey_AllowFrameReordering, kCFBooleanFalse); !status) {
    return status;
  }
  if (config_.codec == VideoCodec::kH265) {
    TrySet(kVTCompressionPropertyKey_ProfileLevel, kVTProfileLevel_HEVC_Main_AutoLevel);
  } else if (config_.h264_profile == H264Profile::kHigh) {
    TrySet(kVTCompressionPropertyKey_ProfileLevel, kVTProfileLevel_H264_High_AutoLevel);
  } else if (auto status = Set(kVTCompressionPropertyKey_ProfileLevel,
                               kVTProfileLevel_H264_ConstrainedBaseline_AutoLevel);
             !status) {
    return status;
  }
  const double gop = static_cast<double>(config_.gop.us()) / 1e6;
  TrySet(kVTCompressionPropertyKey_MaxKeyFrameIntervalDuration, CfNumber(gop).get());
  TrySet(kVTCompressionPropertyKey_MaxKeyFrameInterval,
         CfNumber(static_cast<std::int64_t>(gop * config_.frame_rate + 0.5)).get());
  TrySet(kVTCompressionPropertyKey_ExpectedFrameRate, CfNumber(frame_rate_).get());
  return SetRate(rate_);
}

Status VideoToolboxEncoder::SetRate(DataRate rate) {
  if (auto status = Set(kVTCompressionPropertyKey_AverageBitRate, CfNumber(rate.bps()).get());
      !status) {
    return status;
  }
  if (config_.codec == VideoCodec::kH264) return {};  // Low latency rate control bounds by itself.
  // Bytes in seconds, in turns: the VBV's span at the rate.
  const double span = static_cast<double>(config_.vbv.us()) / 1e6;
  const auto bytes =
      CfNumber(static_cast<std::int64_t>(static_cast<double>(rate.bps()) / 8 * (1 + span)));
  const auto seconds = CfNumber(1.0);
  const void* values[] = {bytes.get(), seconds.get()};
  const CfRef<CFArrayRef> limits(
      CFArrayCreate(kCFAllocatorDefault, values, 2, &kCFTypeArrayCallBacks));
  TrySet(kVTCompressionPropertyKey_DataRateLimits, limits.get());
  return {};
}

Status VideoToolboxEncoder::LearnTrack() {
  auto grey = PictureBuilder::Allocate(PixelFormat::kNv12, config_.size);
  if (!grey) return Forward(grey);
  const auto rows = static_cast<std::size_t>(config_.size.height);
  const auto chroma = static_cast<std::size_t>(ChromaSide(config_.size.height));
  for (const auto& [plane, count] : {std::pair{grey->plane(0), rows}, {grey->plane(1), chroma}}) {
    std::fill_n(plane.data, static_cast<std::size_t>(plane.stride_bytes) * count,
                std::uint8_t{128});
  }
  // Before any time that a stream has.
  const VideoFrame frame(std::move(*grey).Freeze(), MediaTime::Micros(-kTicksPerSecond),
                         Timestamp::Zero());
  if (auto status = Submit(frame); !status) return status;
  std::vector<EncodedFrame> thrown_away;
  if (auto status = Collect(thrown_away); !status) return status;
  const runtime::MutexLock lock(mutex_);
  if (!learnt_) return Fail(ErrorCode::kCodecOpen, "parameter sets");
  track_ = std::move(learnt_);
  is_key_wanted_ = true;
  return {};
}

Status VideoToolboxEncoder::Apply(const EncoderTarget& target) {
  if (target.video_rate <= DataRate::Zero()) {
    return Fail(ErrorCode::kInvalidConfig, "target.video_rate");
  }
  rate_ = target.video_rate;
  frame_rate_ = target.frame_rate;
  if (target.key_frame == KeyFrameWanted::kYes) is_key_wanted_ = true;
  if (!session_) return {};
  if (auto status = SetRate(rate_); !status) return session_ ? status : Status();
  TrySet(kVTCompressionPropertyKey_ExpectedFrameRate, CfNumber(frame_rate_).get());
  return {};
}

Status VideoToolboxEncoder::Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) {
  if (frame.picture.size() != config_.size) return Fail(ErrorCode::kEncodeFailed, "picture size");
  if (!session_) {
    if (auto status = OpenSession(); !status) return Fail(ErrorCode::kEncodeFailed, "session");
  }
  if (auto status = Submit(frame); !status) return status;
  return Collect(out);
}

Status VideoToolboxEncoder::Submit(const VideoFrame& frame) {
  const auto buffer = BufferOn(frame.picture);
  if (!buffer) return Fail(ErrorCode::kEncodeFailed, "pixel buffer");
  const bool is_key = is_key_wanted_.exchange(false);
  const auto options = is_key
                           ? CfDictionary({{kVTEncodeFrameOptionKey_ForceKeyFrame, kCFBooleanTrue}})
                           : CfRef<CFDictionaryRef>();
  auto companion =
      std::make_unique<Companion>(Companion{frame.captured_at, frame.captured_utc, is_key});
  const OSStatus taken =
      VTCompressionSessionEncodeFrame(session_.get(), buffer.get(), TimeOf(frame.pts),
                                      kCMTimeInvalid, options.get(), companion.get(), nullptr);
  // Refused, there is no output, and with it nobody who deletes the companion.
  if (taken != noErr) {
    if (is_key) is_key_wanted_ = true;
    return Fail(ErrorCode::kEncodeFailed, "", static_cast<int>(CloseIfLost(taken)));
  }
  (void)companion.release();
  const OSStatus done = VTCompressionSessionCompleteFrames(session_.get(), TimeOf(frame.pts));
  if (done != noErr) {
    return Fail(ErrorCode::kEncodeFailed, "", static_cast<int>(CloseIfLost(done)));
  }
  return {};
}

Status VideoToolboxEncoder::Flush(std::vector<EncodedFrame>& out) {
  if (session_) VTCompressionSessionCompleteFrames(session_.get(), kCMTimeInvalid);
  return Collect(out);
}

void VideoToolboxEncoder::OnOutput(void* self, void* companion, OSStatus status,
                                   VTEncodeInfoFlags flags, CMSampleBufferRef sample) {
  auto& encoder = *static_cast<VideoToolboxEncoder*>(self);
  const std::unique_ptr<Companion> with(static_cast<Companion*>(companion));
  if (status == noErr && sample != nullptr) return encoder.Take(sample, *with);
  if (with->is_key_forced) encoder.is_key_wanted_ = true;  // Still.
  // A picture that its rate control left out is none that failed.
  if (status == noErr && (flags & kVTEncodeInfo_FrameDropped) != 0) return;
  const runtime::MutexLock lock(encoder.mutex_);
  encoder.failure_ = Error{ErrorCode::kEncodeFailed, "VideoToolbox", static_cast<int>(status)};
}

void VideoToolboxEncoder::Take(CMSampleBufferRef sample, const Companion& companion) {
  Bytes bytes = BytesOf(sample);
  if (companion.captured_utc) {
    const Bytes stamp = codec::CaptureStampNal(*companion.captured_utc, config_.codec);
    const auto size = static_cast<std::uint32_t>(stamp.size());
    const std::uint8_t length[] = {
        static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16),
        static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
    bytes.insert(bytes.begin(), stamp.begin(), stamp.end());
    bytes.insert(bytes.begin(), std::begin(length), std::end(length));
  }
  // Without B pictures both times are one.
  const MediaTime pts = MediaTimeOf(CMSampleBufferGetPresentationTimeStamp(sample));
  const FrameKind kind = KindOf(sample);
  const runtime::MutexLock lock(mutex_);
  if (kind == FrameKind::kKey && !learnt_) {
    if (auto track = TrackOf(sample, config_)) learnt_ = std::move(*track);
  }
  ready_.push_back({Buffer::Own(std::move(bytes)), kind, pts, pts, companion.captured_at});
}

Status VideoToolboxEncoder::Collect(std::vector<EncodedFrame>& out) {
  std::optional<Error> failure;
  {
    const runtime::MutexLock lock(mutex_);
    for (EncodedFrame& frame : ready_) out.push_back(std::move(frame));
    ready_.clear();
    failure = std::exchange(failure_, std::nullopt);
  }
  if (!failure) return {};
  CloseIfLost(failure->native_code);  // Callbacks may wait for the lock until it is closed.
  return Fail(*failure);
}

}  // namespace

Result<std::unique_ptr<VideoEncoder>> OpenVideoToolboxEncoder(const VideoConfig& config) {
  auto encoder = std::make_unique<VideoToolboxEncoder>(config);
  if (auto status = encoder->Open(); !status) return Forward(status);
  return encoder;
}

}  // namespace onair::apple
