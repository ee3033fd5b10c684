// SPDX-License-Identifier: Apache-2.0
//
// An open OpenH264. Private to the room.
#pragma once

#include <wels/codec_api.h>

#include <memory>

#include "codec/encode/chroma_planes.h"
#include "core/api/publish_config.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

struct OpenH264Api {
  decltype(&::WelsCreateSVCEncoder) create;
  decltype(&::WelsDestroySVCEncoder) destroy;
};

// From the library that `config` names. kCodecUnavailable.
Result<OpenH264Api> LoadOpenH264(const VideoConfig& config);

// Single-owner. After an error it takes no more.
class OpenH264Engine {
 public:
  // kInvalidConfig, kCodecUnavailable, kCodecOpen.
  static Result<OpenH264Engine> Open(const VideoConfig& config);

  const VideoTrack& track() const { return track_; }

  // One picture, coded with just this quantiser; NAL units behind 4-byte lengths, without parameter
  // sets. kEncodeFailed.
  struct Wish {
    FrameKind kind;  // kKey or kReference.
    int quantizer;   // [0, 51].
  };
  Result<Bytes> Encode(const Picture& picture, MediaTime pts, const Wish& wish);

 private:
  struct Destroy {
    void (*destroy)(ISVCEncoder*);
    void operator()(ISVCEncoder* encoder) const { destroy(encoder); }
  };

  explicit OpenH264Engine(std::unique_ptr<ISVCEncoder, Destroy> encoder)
      : encoder_(std::move(encoder)) {}
  Status ReadTrack(double frame_rate);
  Status SetQuantizer(int quantizer);

  std::unique_ptr<ISVCEncoder, Destroy> encoder_;
  SEncParamExt param_{};
  VideoTrack track_{VideoCodec::kH264, {}, 0, {}};
  ChromaPlanes chroma_;
};

}  // namespace onair::codec
