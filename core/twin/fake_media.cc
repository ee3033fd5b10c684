// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_media.h"

#include <utility>

namespace onair::twin {

FakeMedia::FakeMedia(World& world, std::optional<FakeEncoder> video, std::optional<FakeAudio> audio,
                     Sink sink)
    : world_(world),
      video_(std::move(video)),
      audio_(std::move(audio)),
      sink_(std::move(sink)),
      started_at_(world.now()),
      video_due_(world, "fake.video", [this] { GiveVideo(); }),
      audio_due_(world, "fake.audio", [this] { GiveAudio(); }) {}

void FakeMedia::Start() {
  started_at_ = world_.now();
  if (video_) video_due_.Set(At(video_->next_pts()));
  if (audio_) audio_due_.Set(At(audio_->next_pts()));
}

void FakeMedia::Stop() {
  video_due_.Stop();
  audio_due_.Stop();
}

void FakeMedia::Resume() {
  const MediaTime position = MediaTime::Zero() + (world_.now() - started_at_);
  if (video_) {
    video_->SkipTo(position);
    video_due_.Set(At(video_->next_pts()));
  }
  if (audio_) {
    audio_->SkipTo(position);
    audio_due_.Set(At(audio_->next_pts()));
  }
}

void FakeMedia::Apply(const EncoderTarget& target) {
  video_->Apply(target, world_.now());
}

void FakeMedia::RequestKeyFrame() {
  video_->RequestKeyFrame(world_.now());
}

StreamTracks FakeMedia::tracks() const {
  StreamTracks tracks;
  if (video_) tracks.video = video_->track();
  if (audio_) tracks.audio = audio_->track();
  return tracks;
}

void FakeMedia::GiveVideo() {
  if (video_->IntakeAt(world_.now()) == Intake::kPaused) {
    skipped_ += video_->SkipTo(video_->next_pts() + TimeDelta::Micros(1));
    return video_due_.Set(At(video_->next_pts()));
  }
  EncodedFrame frame = video_->Next(world_.now());
  video_due_.Set(At(video_->next_pts()));
  sink_(std::move(frame), world_.now());
}

void FakeMedia::GiveAudio() {
  EncodedFrame frame = audio_->Next(world_.now());
  audio_due_.Set(At(audio_->next_pts()));
  sink_(std::move(frame), world_.now());
}

}  // namespace onair::twin
