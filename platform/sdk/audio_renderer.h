// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/api/render_ports.h"
#include "core/playout/audio_timeline.h"
#include "platform/runtime/mutex.h"

struct sonicStreamStruct;

namespace onair {

// Decoded sound on its way to the speaker (Q6): each sample heard when the play line says,
// small errors corrected by a stretch that keeps the pitch. thread-safe; Pull() on the
// device's thread.
class AudioRenderer final : public AudioPuller {
 public:
  // callback on the device's thread, rarely: sound must be decoded this long before it is
  // heard (the device's buffer and one pull).
  using OnLead = std::function<void(TimeDelta lead)>;

  AudioRenderer(const AudioFormat& format, OnLead on_lead);
  ~AudioRenderer() override;

  // Blocks of another format than the device's are refused and counted.
  void Push(const AudioBlock& block);
  void SetLine(const ClockMap& line);
  // Forgets what is decoded: a jump.
  void Clear();
  // Linear gain [0, 1], reached within 20 ms.
  void SetVolume(double gain);

  void Pull(std::span<float> interleaved, Timestamp heard_at) override;

  const AudioFormat& format() const { return format_; }
  // How much later than the line says sound is heard; empty while nothing sounds.
  std::optional<TimeDelta> error() const;
  // When the first sound left the speaker, by the device's estimate.
  std::optional<Timestamp> first_heard_at() const;
  // Times that sound ended for want of data while it was playing.
  std::int64_t gaps() const { return gaps_; }
  // The longest time between two sounds, whatever made it; zero: none.
  TimeDelta longest_gap() const;
  std::int64_t refused() const { return refused_; }

 private:
  struct FreeStretcher {
    void operator()(sonicStreamStruct* stream) const;
  };

  std::size_t FillFrom(std::span<float> out, double stretch) ONAIR_REQUIRES(mutex_);
  bool TakeFrame(std::array<float, 2>& frame) ONAIR_REQUIRES(mutex_);
  std::size_t ReadResampled(std::span<float> out, double stretch) ONAIR_REQUIRES(mutex_);
  std::size_t ReadStretched(std::span<float> out, double stretch) ONAIR_REQUIRES(mutex_);
  std::size_t ReadHeld(std::span<float> out) ONAIR_REQUIRES(mutex_);
  void DropHeld() ONAIR_REQUIRES(mutex_);
  void EaseIn(std::span<float> samples) ONAIR_REQUIRES(mutex_);
  void ApplyVolume(std::span<float> samples) ONAIR_REQUIRES(mutex_);
  TimeDelta Held() const ONAIR_REQUIRES(mutex_);

  void NoteLead(TimeDelta lead) ONAIR_REQUIRES(mutex_);
  void NoteHeard(Timestamp from, Timestamp until, bool has_silence) ONAIR_REQUIRES(mutex_);

  const AudioFormat format_;
  const OnLead on_lead_;
  mutable runtime::Mutex mutex_;
  playout::AudioTimeline timeline_ ONAIR_GUARDED_BY(mutex_);
  std::optional<ClockMap> line_ ONAIR_GUARDED_BY(mutex_);
  std::unique_ptr<sonicStreamStruct, FreeStretcher> stretcher_ ONAIR_GUARDED_BY(mutex_);
  double held_frames_ ONAIR_GUARDED_BY(mutex_) = 0;  // Media inside the stretcher.
  std::vector<float> scratch_ ONAIR_GUARDED_BY(mutex_);
  std::optional<TimeDelta> told_lead_ ONAIR_GUARDED_BY(mutex_);
  // Resampling: the two input frames around the next output frame, and its place between.
  std::array<float, 2> before_ ONAIR_GUARDED_BY(mutex_) = {};
  std::array<float, 2> after_ ONAIR_GUARDED_BY(mutex_) = {};
  double fraction_ ONAIR_GUARDED_BY(mutex_) = 0;
  bool is_resampling_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_sounding_ ONAIR_GUARDED_BY(mutex_) = false;
  std::optional<Timestamp> first_heard_at_ ONAIR_GUARDED_BY(mutex_);
  std::optional<Timestamp> heard_until_ ONAIR_GUARDED_BY(mutex_);
  TimeDelta longest_gap_ ONAIR_GUARDED_BY(mutex_) = TimeDelta::Zero();
  // Share of the gain: 0 where sound begins, 1 when it is in.
  double entry_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::optional<TimeDelta> error_ ONAIR_GUARDED_BY(mutex_);
  double gain_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  double wanted_gain_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  std::atomic<std::int64_t> gaps_{0};
  std::atomic<std::int64_t> refused_{0};
};

}  // namespace onair
