// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/first_picture.h"

#include <utility>
#include <vector>

#include "codec/decode/ffmpeg_video_decoder.h"

namespace onair {

void FirstPicture::Decode(const VideoTrack& track, EncodedFrame key, Done done) {
  loop_.Post(
      [this, track, key = std::move(key), done = std::move(done)] { done(DecodeNow(track, key)); });
}

std::optional<VideoFrame> FirstPicture::DecodeNow(const VideoTrack& track,
                                                  const EncodedFrame& key) {
  if (!decoder_) {
    auto opened = codec::OpenFfmpegVideoDecoder({.threads = 1, .warm_up = track.codec});
    if (!opened) return std::nullopt;
    decoder_ = *std::move(opened);
  }
  std::vector<VideoFrame> pictures;
  if (!decoder_->Configure(track) || !decoder_->Decode(key, pictures)) {
    decoder_.reset();
    return std::nullopt;
  }
  // A decoder that reorders holds it back until it is asked for what is inside.
  if (pictures.empty()) static_cast<void>(decoder_->Flush(pictures));
  decoder_->Reset();
  if (pictures.empty()) return std::nullopt;
  return std::move(pictures.front());
}

}  // namespace onair
