// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/app_decoder.h"

#include <optional>
#include <utility>
#include <vector>

#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/encoded.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/held.h"

namespace onair::apple {
namespace {

using Decoder = id<ONPictureDecoder>;

// What the app's decoder answered a question.
struct Outcome {
  BOOL is_yes = NO;
  NSInteger code = 0;
  BOOL is_ours = NO;  // A code of ONErrorDomain.
};

// Single-owner, on the player's onair.decode; ends on whatever thread.
class AppsDecoder final : public VideoDecoder {
 public:
  // `decoder` is retained.
  explicit AppsDecoder(Decoder decoder)
      : decoder_(Held(decoder)), made_(std::make_shared<DecodedPictures>()) {
    ONDecodedPictures* out = [[ONDecodedPictures alloc] initWithPictures:made_];
    out_ = Held(out);
    [out release];
  }
  ~AppsDecoder() override {
    Tell(^(Decoder decoder, ONDecodedPictures*) {
      [decoder invalidate];
    });
    made_->Forget();
  }

  Status Configure(const VideoTrack& track) override {
    if (track_ && AreSame(*track_, track)) return {};
    // What is inside comes out before the other stream goes in.
    if (std::exchange(track_, std::nullopt)) Tell(kFlush);
    const Buffer record = track.config;
    const auto codec = static_cast<ONVideoCodec>(track.codec);
    const PictureSize size = track.size;
    const Outcome outcome = Ask(^(Decoder decoder, ONDecodedPictures*, NSError** error) {
      NSData* bytes = [NSData dataWithBytes:record.data() length:record.size()];
      return [decoder configureWithCodec:codec
                                  record:bytes
                                   width:size.width
                                  height:size.height
                                   error:error];
    });
    if (outcome.is_yes) {
      track_ = track;
      return {};
    }
    const bool is_never = outcome.is_ours && outcome.code == ONErrorCodecUnavailable;
    return Fail(is_never ? ErrorCode::kCodecUnavailable : ErrorCode::kCodecOpen,
                "the app's decoder", static_cast<int>(outcome.code));
  }

  Status Decode(const EncodedFrame& frame, std::vector<VideoFrame>& out) override {
    if (!track_) return Fail(ErrorCode::kDecodeFailed, "not configured");
    made_->Expect(frame, track_->codec);
    const EncodedFrame* coded = &frame;
    const Outcome outcome = Ask(^(Decoder decoder, ONDecodedPictures* pictures, NSError** error) {
      return [decoder decodeFrame:FrameOf(*coded) toPictures:pictures error:error];
    });
    made_->TakeAll(out);
    if (outcome.is_yes) return {};
    return Fail(ErrorCode::kDecodeFailed, "the app's decoder", static_cast<int>(outcome.code));
  }

  Status Flush(std::vector<VideoFrame>& out) override {
    Tell(kFlush);
    made_->TakeAll(out);
    return {};
  }
  void Reset() override {
    Tell(^(Decoder decoder, ONDecodedPictures*) {
      [decoder reset];
    });
    made_->Forget();
  }

 private:
  using Word = void (^)(Decoder decoder, ONDecodedPictures* pictures);
  using Question = BOOL (^)(Decoder decoder, ONDecodedPictures* pictures, NSError** error);

  // NO: it raised.
  BOOL Tell(Word word) const {
    const AppCall call;  // What the pool lets go of belongs to it.
    NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
    auto decoder = static_cast<Decoder>(decoder_.get());
    auto* pictures = static_cast<ONDecodedPictures*>(out_.get());
    const BOOL is_contained = ONContained(^{
      word(decoder, pictures);
    });
    [pool drain];
    return is_contained;
  }
  Outcome Ask(Question question) const {
    __block Outcome outcome;
    const BOOL is_contained = Tell(^(Decoder decoder, ONDecodedPictures* pictures) {
      NSError* why = nil;
      outcome.is_yes = question(decoder, pictures, &why);
      outcome.code = [why code];
      outcome.is_ours = [[why domain] isEqual:ONErrorDomain];
    });
    if (!is_contained) outcome = Outcome{};
    return outcome;
  }

  static inline const Word kFlush = ^(Decoder decoder, ONDecodedPictures* pictures) {
    [decoder flushToPictures:pictures];
  };

  const std::shared_ptr<void> decoder_;
  const std::shared_ptr<DecodedPictures> made_;
  std::shared_ptr<void> out_;
  std::optional<VideoTrack> track_;
};

Result<std::unique_ptr<VideoDecoder>> MakeOf(ONDecoderProvider provider) {
  __block Decoder decoder = nil;
  NSAutoreleasePool* pool = [[NSAutoreleasePool alloc] init];
  const BOOL is_contained = ONContained(^{
    decoder = [provider() retain];
  });
  [pool drain];
  if (!is_contained) return Fail(ErrorCode::kInternal, "decoderProvider raised");
  if (decoder == nil) return Fail(ErrorCode::kCodecUnavailable, "decoderProvider");
  auto made = std::make_unique<AppsDecoder>(decoder);
  [decoder release];
  return made;
}

}  // namespace

std::function<Result<std::unique_ptr<VideoDecoder>>()> DecoderOf(ONDecoderProvider provider) {
  return [kept = HeldBlock((void*)Block_copy(provider))] {
    return MakeOf((ONDecoderProvider)kept.get());
  };
}

}  // namespace onair::apple
