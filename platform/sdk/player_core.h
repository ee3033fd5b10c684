// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/sdk/decode_line.h"
#include "platform/sdk/event_gate.h"
#include "platform/sdk/loop_share.h"
#include "platform/sdk/picture_queue.h"
#include "platform/sdk/play_recording.h"
#include "platform/sdk/play_switch.h"
#include "platform/sdk/player.h"
#include "platform/sdk/player_facts.h"
#include "platform/sdk/player_sound.h"
#include "platform/sdk/snapshot_writer.h"
#include "platform/sdk/stream_data.h"
#include "platform/sdk/surfaces.h"

namespace onair {

// What a player is made of, and where its session's events go. thread-safe as Player is, whose
// methods these are. The thread of `net_` runs the session; onair.decode belongs to `decode_`,
// onair.sound to `sound_`.
class Player::Core final : public PictureSource {
 public:
  Core(const PlayerConfig& config, Executor executor, Listener listener);
  ~Core() override { Close(); }

  // Before all others: decoders and the session, or a room of the pool.
  Status Open();
  void SetAudioOutput(std::unique_ptr<AudioOutput> output);
  void SetPictureReady(std::function<void()> on_ready) { on_picture_ready_ = std::move(on_ready); }
  Status Start();
  void Stop();
  void Close(const std::function<void()>& before_silence = {});

  void NetworkChanged(const std::optional<IpAddress>& from);
  Status SwitchTo(const std::string& url);
  Status PinQuality(std::size_t index);
  Status ChooseQuality();
  // `command` of files and playlists alone.
  Status Command(std::function<void(PlaySession&)> command);

  PlayerSound& sound() { return sound_; }
  PlayRecording& recording() { return recording_; }

  PictureSource& first_surface() { return *first_surface_; }
  std::shared_ptr<PictureSource> HandOverPictures();
  std::optional<VideoFrame> shown_picture() const { return surfaces_.shown(); }
  void TakeSnapshot(const std::string& path) { snapshots_.Write(path, surfaces_.shown()); }
  PlayerStats stats() const;

  // Of the surfaces, on the display's thread.
  std::optional<VideoFrame> TakePicture(Timestamp at) override { return pictures_.TakePicture(at); }
  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override;

 private:
  Status OpenDecoders();
  bool MayTake() const;
  void MakeSwitch(std::string url, std::unique_ptr<PlaySession> session);

  // On net.
  void ShowAhead();
  void Sample();
  void OnEvent(PlaySession::Event&& event);
  void OnMediaEvent(const PlaySession::Event& event);
  void OnState(const session::Play::StateChanged& state);
  void OnNoDecoder(std::int64_t tracks, const Error& error);

  // On onair.decode or onair.net.
  void OnPictureReady();
  std::shared_ptr<AudioRenderer> StartSound(const AudioFormat& format);

  void OnSoundOpened(const Status& status);
  void TraceFirst(Timestamp presented_at);
  void SetStopped();
  void WaitUntilStopped();

  const PlayerConfig config_;
  TraceSink& trace_;
  EventGate<PlayEvent> gate_;
  PlayRecording recording_;
  SnapshotWriter snapshots_;
  StreamData data_;
  PlayerFacts facts_{config_.url};
  PlayerSound sound_;
  Surfaces surfaces_{*this};
  const std::shared_ptr<PictureSource> first_surface_ = surfaces_.Add();
  std::optional<LoopShare> net_;  // Its own, or the pool's that it was made ready in.
  PictureQueue pictures_;
  std::unique_ptr<DecodeLine> decode_;
  std::unique_ptr<PlaySwitch> switch_;     // Of the net thread.
  std::optional<MediaTime> hidden_until_;  // Of the net thread.
  std::int64_t tracks_ = 0;                // Of the net thread: how often they came.
  std::optional<Error> end_;               // Of the net thread: why it ended itself.
  // Null: not from a pool.
  std::shared_ptr<std::optional<session::Play::StateChanged>> ended_ahead_;
  std::optional<VideoFrame> ahead_;  // Until Start(), then of the net thread.
  PreloadTier preloaded_ = PreloadTier::kNone;
  std::atomic<bool> was_ahead_{false};
  std::function<void()> on_picture_ready_;

  std::atomic<bool> is_started_{false};
  std::atomic<bool> is_stopping_{false};
  bool is_closed_ = false;
  std::atomic<bool> has_presented_{false};
  std::atomic<std::int64_t> started_at_{0};

  runtime::Mutex mutex_;
  runtime::CondVar stopped_;
  bool is_stopped_ ONAIR_GUARDED_BY(mutex_) = false;
};

}  // namespace onair
