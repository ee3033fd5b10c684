// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "platform/sdk/play_session.h"

namespace onair {

// Whether a session of files and playlists is for this address (devices/media_reader.h).
bool IsMediaPlay(const std::string& url);

// Files and HLS: read on a thread of their own (onair.media), which a disk or a name service may
// hold for as long as it likes, and which is left behind then.
std::unique_ptr<PlaySession> MakeMediaSession(runtime::Loop& loop, const PlayerConfig& config,
                                              PlaySession::Handler on_event);

}  // namespace onair
