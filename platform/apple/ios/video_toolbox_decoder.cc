// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/ios/video_toolbox_decoder.h"

#include <VideoToolbox/VideoToolbox.h>

#include <utility>

#include "codec/bitstream/capture_stamp.h"
#include "platform/apple/ios/cf.h"
#include "platform/apple/ios/pixel_buffer.h"
#include "platform/apple/policy/picture_order.h"

namespace onair::apple {
namespace {

// The picture of one frame, which its call waits for.
struct Answer {
  OSStatus status = noErr;
  CfRef<CVImageBufferRef> picture;
};

void OnOutput(void*, void* answer, OSStatus status, VTDecodeInfoFlags, CVImageBufferRef picture,
              CMTime, CMTime) {
  auto& into = *static_cast<Answer*>(answer);
  into.status = status;
  if (picture == nullptr) return;
  CFRetain(picture);
  into.picture = CfRef<CVImageBufferRef>(picture);
}

CfRef<CMFormatDescriptionRef> FormatOf(const VideoTrack& track) {
  const bool is_h264 = track.codec == VideoCodec::kH264;
  const CfRef<CFStringRef> name(CFStringCreateWithCString(
      kCFAllocatorDefault, is_h264 ? "avcC" : "hvcC", kCFStringEncodingUTF8));
  const CfRef<CFDataRef> record(CFDataCreate(kCFAllocatorDefault, track.config.data(),
                                             static_cast<CFIndex>(track.config.size())));
  const auto atoms = CfDictionary({{name.get(), record.get()}});
  const auto extensions =
      CfDictionary({{kCMFormatDescriptionExtension_SampleDescriptionExtensionAtoms, atoms.get()}});
  CfRef<CMFormatDescriptionRef> format;
  CMVideoFormatDescriptionCreate(
      kCFAllocatorDefault, is_h264 ? kCMVideoCodecType_H264 : kCMVideoCodecType_HEVC,
      track.size.width, track.size.height, extensions.get(), format.out());
  return format;
}

// A sample on the frame's own bytes, which outlive its use.
CfRef<CMSampleBufferRef> SampleOf(const EncodedFrame& frame, CMFormatDescriptionRef format) {
  CfRef<CMBlockBufferRef> block;
  const std::size_t size = frame.payload.size();
  auto* bytes = const_cast<std::uint8_t*>(frame.payload.data());  // Decoders read.
  const OSStatus wrapped = CMBlockBufferCreateWithMemoryBlock(
      kCFAllocatorDefault, bytes, size, kCFAllocatorNull, nullptr, 0, size, 0, block.out());
  CfRef<CMSampleBufferRef> sample;
  if (wrapped != noErr) return sample;
  const CMSampleTimingInfo timing{kCMTimeInvalid, CMTimeMake(frame.pts.us(), 1'000'000),
                                  CMTimeMake(frame.dts.us(), 1'000'000)};
  CMSampleBufferCreateReady(kCFAllocatorDefault, block.get(), format, 1, 1, &timing, 1, &size,
                            sample.out());
  return sample;
}

// single-owner.
class VideoToolboxDecoder final : public VideoDecoder {
 public:
  ~VideoToolboxDecoder() override { Close(); }

  Status Configure(const VideoTrack& track) override;
  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override;
  Status Flush(std::vector<VideoFrame>& out) override {
    order_.TakeAll(out);
    return {};
  }
  void Reset() override {
    order_.Clear();
    awaits_key_ = true;
  }

 private:
  Status Open();
  void Close();

  std::optional<VideoTrack> track_;
  CfRef<CMFormatDescriptionRef> format_;
  CfRef<VTDecompressionSessionRef> session_;
  PictureOrder order_;
  bool awaits_key_ = true;
};

bool IsSame(const VideoTrack& a, const VideoTrack& b) {
  const auto bytes = [](const VideoTrack& track) { return track.config.view(); };
  return a.codec == b.codec && a.size == b.size && bytes(a).size() == bytes(b).size() &&
         std::equal(bytes(a).begin(), bytes(a).end(), bytes(b).begin());
}

Status VideoToolboxDecoder::Configure(const VideoTrack& track) {
  if (track_ && session_ && IsSame(*track_, track)) return {};
  track_ = track;
  return Open();
}

Status VideoToolboxDecoder::Open() {
  Close();
  format_ = FormatOf(*track_);
  if (!format_) return Fail(ErrorCode::kCodecOpen, "parameter sets");
  const auto kind = CfNumber(std::int64_t{kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange});
  const auto wishes = CfDictionary({{kCVPixelBufferPixelFormatTypeKey, kind.get()}});
  const VTDecompressionOutputCallbackRecord callback{&OnOutput, nullptr};
  const OSStatus made = VTDecompressionSessionCreate(kCFAllocatorDefault, format_.get(), nullptr,
                                                     wishes.get(), &callback, session_.out());
  if (made != noErr) {
    // Others pass: an app in the background gets no decoder for a while.
    const bool is_never =
        made == kVTCouldNotFindVideoDecoderErr || made == kVTVideoDecoderUnsupportedDataFormatErr;
    return Fail(is_never ? ErrorCode::kCodecUnavailable : ErrorCode::kCodecOpen, "VideoToolbox",
                static_cast<int>(made));
  }
  awaits_key_ = true;
  return {};
}

void VideoToolboxDecoder::Close() {
  if (session_) VTDecompressionSessionInvalidate(session_.get());
  session_ = {};
}

Status VideoToolboxDecoder::Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) {
  if (!track_) return Fail(ErrorCode::kDecodeFailed, "not configured");
  if (awaits_key_ && !frame.is_key()) return Fail(ErrorCode::kDecodeFailed, "awaits a key frame");
  if (!session_) {
    if (auto status = Open(); !status) return Fail(ErrorCode::kDecodeFailed, "session");
  }
  const auto sample = SampleOf(frame, format_.get());
  if (!sample) return Fail(ErrorCode::kDecodeFailed, "sample");
  Answer answer;
  const OSStatus taken =
      VTDecompressionSessionDecodeFrame(session_.get(), sample.get(), 0, &answer, nullptr);
  const OSStatus status = taken != noErr ? taken : answer.status;
  if (status == kVTInvalidSessionErr) {
    Close();
    awaits_key_ = true;
  }
  if (status != noErr || !answer.picture) {
    return Fail(ErrorCode::kDecodeFailed, "VideoToolbox", static_cast<int>(status));
  }
  awaits_key_ = false;
  auto shown = FrameOn(answer.picture.get());
  if (!shown) return Fail(ErrorCode::kDecodeFailed, shown.error().detail);
  shown->pts = frame.pts;
  shown->captured_at = frame.captured_at;
  shown->captured_utc = codec::FindCaptureStamp(frame.payload.view(), track_->codec);
  order_.Add(std::move(*shown));
  order_.TakeDue(frame.dts, out);
  return {};
}

}  // namespace

std::unique_ptr<VideoDecoder> MakeVideoToolboxDecoder() {
  return std::make_unique<VideoToolboxDecoder>();
}

}  // namespace onair::apple
