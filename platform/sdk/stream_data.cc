// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/stream_data.h"

#include <algorithm>
#include <utility>

#include "codec/bitstream/user_data.h"

namespace onair {

void StreamData::SetTracks(const StreamTracks& tracks) {
  const runtime::MutexLock lock(mutex_);
  codec_.reset();
  if (tracks.video) codec_ = tracks.video->codec;
}

void StreamData::Push(const EncodedFrame& frame) {
  if (frame.track() != TrackKind::kVideo) return;
  const runtime::MutexLock lock(mutex_);
  if (!codec_) return;
  for (codec::UserData& data : codec::FindUserData(frame.payload.view(), *codec_)) {
    // Frames come in the order of decoding.
    const auto later = std::ranges::upper_bound(waiting_, frame.pts, {}, &StreamDataEvent::pts);
    waiting_.insert(later, StreamDataEvent{frame.pts, static_cast<int>(data.kind),
                                           Buffer::Own(std::move(data.payload))});
    if (waiting_.size() <= kMostWaiting) continue;
    waiting_.pop_front();
    ++dropped_;
  }
}

void StreamData::Clear() {
  const runtime::MutexLock lock(mutex_);
  waiting_.clear();
}

void StreamData::OnPresented(MediaTime pts) {
  std::deque<StreamDataEvent> due;
  {
    const runtime::MutexLock lock(mutex_);
    while (!waiting_.empty() && waiting_.front().pts <= pts) {
      due.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (StreamDataEvent& event : due) {
    if (*untold_ >= kMostUntold) {
      ++dropped_;
      continue;
    }
    ++*untold_;
    report_(std::move(event), [untold = untold_] { --*untold; });
  }
}

}  // namespace onair
