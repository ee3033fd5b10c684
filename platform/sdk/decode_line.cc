// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decode_line.h"

#include <pthread.h>

#include <utility>

#include "platform/runtime/clock.h"
#include "platform/sdk/upright.h"

namespace onair {
namespace {

// Times in whole milliseconds wobble by less than Opus's shortest frame.
constexpr TimeDelta kLeastHole = TimeDelta::Micros(2'500);
// Longer ones are pauses of the sender, or another line.
constexpr TimeDelta kMostHole = TimeDelta::Seconds(1);

}  // namespace

DecodeLine::DecodeLine(std::unique_ptr<VideoDecoder> video, std::unique_ptr<AudioDecoder> audio,
                       PictureQueue& pictures, Outputs outputs, TraceSink& trace)
    : video_(std::move(video)),
      audio_(std::move(audio)),
      pictures_(pictures),
      outputs_(std::move(outputs)),
      trace_(trace) {}

DecodeLine::~DecodeLine() {
  Stop();
}

void DecodeLine::Start() {
  thread_ = std::thread([this] { Run(); });
}

void DecodeLine::Stop() {
  jobs_.Close();
  if (thread_.joinable()) thread_.join();
}

void DecodeLine::Push(Job job) {
  if (jobs_.Push(std::move(job)) == DecodeQueue::Outcome::kPictureLost) outputs_.decode_failed();
}

DecodeLine::Counts DecodeLine::counts() const {
  const runtime::MutexLock lock(mutex_);
  Counts counts = counts_;
  counts.dropped = jobs_.frames_dropped();
  return counts;
}

void DecodeLine::Run() {
  pthread_setname_np(pthread_self(), "onair.decode");
  WarmUp();
  while (auto job = jobs_.Pop()) std::visit([this](auto& one) { Do(one); }, *job);
}

// While the network works.
void DecodeLine::WarmUp() {
  const Timestamp begin = runtime::Now();
  video_->WarmUp();
  audio_->WarmUp();
  const Timestamp end = runtime::Now();
  trace_.Span(begin, end, "play.decoder_open");
  const runtime::MutexLock lock(mutex_);
  counts_.open_began_at = begin;
  counts_.opened_at = end;
}

void DecodeLine::Do(NewTracks& job) {
  has_video_ = job.tracks.video.has_value();
  has_audio_ = job.tracks.audio.has_value();
  refused_.reset();
  Status status = has_video_ ? video_->Configure(*job.tracks.video) : Status();
  if (!status) has_video_ = false;
  if (!status && status.error().code == ErrorCode::kCodecUnavailable) {
    outputs_.has_no_decoder(job.number, status.error());
  } else if (!status) {
    refused_ = job.tracks.video;
  }
  Status audio_status = has_audio_ ? audio_->Configure(*job.tracks.audio) : Status();
  if (!audio_status) has_audio_ = false;
  sound_end_.reset();
  if (status && audio_status) return;
  const runtime::MutexLock lock(mutex_);
  ++counts_.errors;
}

void DecodeLine::Do(Flush&) {
  if (has_video_) video_->Reset();
  if (has_audio_) audio_->Reset();
  sound_end_.reset();
  hidden_until_.reset();
  pictures_.Clear();
  if (renderer_) renderer_->Clear();
}

void DecodeLine::Do(Line& job) {
  line_ = job.map;
  pictures_.SetLine(job.map);
  if (renderer_) renderer_->SetLine(job.map);
}

void DecodeLine::Do(Decode& job) {
  if (job.frame.track() == TrackKind::kVideo) return DecodeVideo(job);
  DecodeAudio(job);
}

// What was refused may pass: an app comes back from the background, other hardware becomes free.
void DecodeLine::TryAgain() {
  if (!video_->Configure(*refused_)) return;
  has_video_ = true;
  refused_.reset();
}

void DecodeLine::DecodeVideo(Decode& job) {
  if (refused_ && job.frame.is_key()) TryAgain();
  if (!has_video_) return;
  const Timestamp begin = runtime::Now();
  pictures_out_.clear();
  const Status status = video_->Decode(job.frame, pictures_out_);
  const Timestamp end = runtime::Now();
  trace_.Span(begin, end, "decode");
  {
    const runtime::MutexLock lock(mutex_);
    counts_.decoded += static_cast<std::int64_t>(pictures_out_.size());
    if (!status) ++counts_.errors;
    if (!pictures_out_.empty() && !counts_.first_decoded_at) counts_.first_decoded_at = end;
  }
  // A decoder that reorders gives another picture than the one that went in: the line
  // knows its time. The picture of this very frame keeps what the session said, which for
  // the first key frame is "now".
  ShowPictures([&](const VideoFrame& picture, Timestamp on_line) {
    const bool is_same = picture.pts == job.frame.pts;
    return is_same || !line_ ? job.render_at : on_line;
  });
  if (!status && !jobs_.HoldsKey()) outputs_.decode_failed();
}

// The end of a file.
void DecodeLine::Do(Drain&) {
  if (!has_video_) return;
  pictures_out_.clear();
  const Status status = video_->Flush(pictures_out_);
  {
    const runtime::MutexLock lock(mutex_);
    counts_.decoded += static_cast<std::int64_t>(pictures_out_.size());
    if (!status) ++counts_.errors;
  }
  ShowPictures([](const VideoFrame&, Timestamp on_line) { return on_line; });
}

void DecodeLine::ShowPictures(
    const std::function<Timestamp(const VideoFrame&, Timestamp on_line)>& due_of) {
  bool has_pictures = false;
  for (VideoFrame& picture : pictures_out_) {
    if (show_from_ && picture.pts < *show_from_) continue;
    if (hidden_until_ && picture.pts <= *hidden_until_) continue;
    if (!MakeUpright(picture)) continue;
    const Timestamp now = runtime::Now();
    const bool is_awaited = std::exchange(show_from_, std::nullopt).has_value();
    const Timestamp on_line = line_ ? line_->AtOf(picture.pts) : now;
    const Timestamp due = is_awaited ? now : due_of(picture, on_line);
    // Earlier than the line says: it is to be shown at once, wherever the line moves.
    const Timestamp latest = due < on_line ? due : Timestamp::PlusInfinity();
    pictures_.Push(std::move(picture), due, latest);
    has_pictures = true;
    if (is_awaited) outputs_.shown_from();
  }
  if (has_pictures) outputs_.picture_ready();
}

bool DecodeLine::MakeUpright(VideoFrame& picture) {
  if (form_.are_stamps_past) picture.captured_utc.reset();
  if (form_.turn == Rotation::k0) return true;
  auto upright = Upright(picture.picture, form_.turn);
  if (!upright) return false;
  picture.picture = std::move(*upright);
  return true;
}

void DecodeLine::DecodeAudio(Decode& job) {
  if (!has_audio_) return;
  blocks_out_.clear();
  ConcealHole(job.frame);
  if (auto status = audio_->Decode(job.frame, blocks_out_); !status) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.errors;  // One frame of sound; the next decodes by itself.
  }
  if (!blocks_out_.empty()) sound_end_ = blocks_out_.back().pts + blocks_out_.back().duration();
  for (const AudioBlock& block : blocks_out_) {
    if (!renderer_ || renderer_->format() != block.format) {
      renderer_ = outputs_.audio(block.format);
      if (renderer_ && line_) renderer_->SetLine(*line_);
    }
    if (renderer_) renderer_->Push(block);
  }
}

// Sound that was lost on its way, or silence that was not sent: the decoder stands in as far as
// it can, from the frame behind it where that holds a copy.
void DecodeLine::ConcealHole(const EncodedFrame& next) {
  if (!sound_end_) return;
  const TimeDelta hole = next.pts - *sound_end_;
  if (hole < kLeastHole || hole > kMostHole) return;
  // What cannot be made up is silence.
  static_cast<void>(audio_->Conceal({*sound_end_, hole, &next, next.captured_at}, blocks_out_));
}

}  // namespace onair
