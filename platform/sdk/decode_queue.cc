// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decode_queue.h"

#include <algorithm>
#include <bitset>
#include <utility>

namespace onair {
namespace {

std::int64_t SizeOf(const DecodeQueue::Decode& job) {
  return static_cast<std::int64_t>(job.frame.payload.size());
}

}  // namespace

DecodeQueue::Outcome DecodeQueue::Push(Job job) {
  Outcome outcome = Outcome::kTaken;
  {
    const runtime::MutexLock lock(mutex_);
    if (is_closed_) return Outcome::kDropped;
    if (auto* decode = std::get_if<Decode>(&job)) {
      outcome = Add(std::move(*decode));
    } else {
      outcome = AddSteering(std::move(job));
    }
  }
  filled_.NotifyOne();
  return outcome;
}

std::optional<DecodeQueue::Job> DecodeQueue::Pop() {
  const runtime::MutexLock lock(mutex_);
  while (jobs_.empty() && !is_closed_) filled_.Wait(mutex_);
  if (is_closed_) return std::nullopt;
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  if (const auto* decode = std::get_if<Decode>(&job)) bytes_ -= SizeOf(*decode);
  return job;
}

void DecodeQueue::Close() {
  {
    const runtime::MutexLock lock(mutex_);
    is_closed_ = true;
    jobs_.clear();
  }
  filled_.NotifyAll();
}

bool DecodeQueue::HoldsKey() const {
  const runtime::MutexLock lock(mutex_);
  return std::ranges::any_of(jobs_, [](const Job& job) {
    const auto* decode = std::get_if<Decode>(&job);
    return decode != nullptr && decode->frame.is_key();
  });
}

std::int64_t DecodeQueue::frames_dropped() const {
  const runtime::MutexLock lock(mutex_);
  return frames_dropped_;
}

DecodeQueue::Outcome DecodeQueue::Add(Decode job) {
  const bool is_video = job.frame.track() == TrackKind::kVideo;
  const bool follows_loss = is_video && awaits_key_ && !job.frame.is_key();
  const bool has_room =
      jobs_.size() < kMaxJobs && (jobs_.empty() || bytes_ + SizeOf(job) <= kMaxBytes.bytes());
  if (follows_loss || !has_room) {
    ++frames_dropped_;
    if (!is_video || follows_loss) return Outcome::kDropped;
    awaits_key_ = true;
    return Outcome::kPictureLost;
  }
  if (is_video) awaits_key_ = false;
  bytes_ += SizeOf(job);
  jobs_.emplace_back(std::move(job));
  return Outcome::kTaken;
}

// Of steering of one kind without frames between, the last holds.
DecodeQueue::Outcome DecodeQueue::AddSteering(Job job) {
  const bool is_flush = std::holds_alternative<Flush>(job);
  const bool is_full = jobs_.size() >= kMaxJobs;
  if (is_flush || is_full) DropFrames();
  if (!jobs_.empty() && jobs_.back().index() == job.index()) jobs_.pop_back();
  jobs_.push_back(std::move(job));
  return is_full && !is_flush ? Outcome::kPictureLost : Outcome::kTaken;
}

void DecodeQueue::DropFrames() {
  std::deque<Job> kept;
  std::bitset<std::variant_size_v<Job>> seen;
  for (; !jobs_.empty(); jobs_.pop_back()) {
    const std::size_t kind = jobs_.back().index();
    if (std::holds_alternative<Decode>(jobs_.back())) {
      ++frames_dropped_;
    } else if (!seen.test(kind)) {
      seen.set(kind);
      kept.push_front(std::move(jobs_.back()));
    }
  }
  jobs_.swap(kept);
  bytes_ = 0;
  awaits_key_ = true;
}

}  // namespace onair
