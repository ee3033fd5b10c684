// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/api/preload_config.h"
#include "core/media/video_frame.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/play_session.h"

namespace onair {

// What a player takes over from a pool. The session belongs to `loop`'s thread and is prepared;
// until SetHandler() its events go nowhere, but for its end, which is kept in `ended`.
struct PreloadedRoom {
  std::string
      url;  // What the session plays: where the room is WebRTC's, the same stream by HTTP-FLV.
  std::shared_ptr<runtime::Loop> loop;
  std::unique_ptr<PlaySession> session;
  std::optional<VideoFrame> picture;  // Of its newest key frame.
  PreloadTier tier = PreloadTier::kNone;
  // Of the loop's thread.
  std::shared_ptr<std::optional<session::Play::StateChanged>> ended;
};

}  // namespace onair
