// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/audio_line.h"

#include <pthread.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// The rhythm in which missing sound is noticed: two capture blocks.
constexpr TimeDelta kTick = TimeDelta::Millis(20);

// Blocks are 10 ms and more; the span is the real bound, this only sizes the queue.
constexpr std::size_t kMaxBlocks = 400;

std::vector<AudioTrack> TracksOf(const std::vector<std::unique_ptr<AudioEncoder>>& encoders) {
  std::vector<AudioTrack> tracks;
  for (const auto& encoder : encoders) tracks.push_back(encoder->track());
  return tracks;
}

}  // namespace

AudioLine::AudioLine(Setup setup)
    : format_(setup.format),
      encoders_(std::move(setup.encoders)),
      rate_(setup.rate),
      tracks_(TracksOf(encoders_)),
      deliver_(std::move(setup.deliver)),
      trace_(*setup.trace),
      waiting_({.items = kMaxBlocks, .measure = setup.raw_sound.us()},
               runtime::WhenFull::kDropOldest,
               [](const AudioBlock& block) { return block.duration().us(); }) {}

AudioLine::~AudioLine() {
  Stop();
}

void AudioLine::Start(SharedLine& line) {
  line_ = &line;
  thread_ = std::thread([this] { Run(); });
}

void AudioLine::Stop() {
  is_stopping_ = true;
  waiting_.Close();
  waiting_.Clear();
  if (thread_.joinable()) thread_.join();
}

void AudioLine::Push(AudioBlock block) {
  waiting_.Push(std::move(block));
}

void AudioLine::Run() {
  pthread_setname_np(pthread_self(), "onair.audio");
  capture::SilenceFiller filler(format_, MediaTime::Zero(), line_->origin());
  while (!is_stopping_) {
    auto block = waiting_.PopUntil(runtime::Now() + kTick);
    if (block) {
      HandleBlock(std::move(*block), filler);
    } else {
      FillTo(line_->At(runtime::Now()), filler);
    }
  }
}

void AudioLine::HandleBlock(AudioBlock block, capture::SilenceFiller& filler) {
  bool has_gap = false;
  while (auto silence = filler.Before(block)) {
    has_gap = true;
    EncodeBlock(*silence);
  }
  if (has_gap) ++gaps_;
  filler.OnBlock(block);
  if (is_muted_ || is_paused_) std::fill(block.samples.begin(), block.samples.end(), 0.0F);
  EncodeBlock(block);
}

void AudioLine::FillTo(MediaTime line_now, capture::SilenceFiller& filler) {
  while (auto silence = filler.At(line_now)) {
    line_->OnFilled(TrackKind::kAudio, silence->pts + silence->duration());
    EncodeBlock(*silence);
  }
}

// Encoders take whole percents.
void AudioLine::FollowLoss() {
  const double loss = expected_loss_;
  if (std::abs(loss - told_loss_) < 0.01) return;
  told_loss_ = loss;
  // AAC has nothing to change.
  for (const auto& encoder : encoders_) static_cast<void>(encoder->Apply({rate_, loss}));
}

void AudioLine::EncodeBlock(const AudioBlock& block) {
  FollowLoss();
  for (std::size_t i = 0; i < encoders_.size(); ++i) {
    ready_.clear();
    const Timestamp begin = runtime::Now();
    if (auto status = encoders_[i]->Encode(block, ready_); !status) ++encode_errors_;
    trace_.Span(begin, runtime::Now(), "encode.audio");
    for (EncodedFrame& frame : ready_) {
      bytes_ += static_cast<std::int64_t>(frame.payload.size());
      deliver_(std::move(frame), tracks_[i].codec);
    }
  }
}

void AudioLine::AddTo(PublisherStats& stats) const {
  stats.audio_glitches = gaps_ + waiting_.stats().dropped;
  stats.encode_errors += encode_errors_;
  stats.audio_bytes = DataSize::Bytes(bytes_);
}

}  // namespace onair
