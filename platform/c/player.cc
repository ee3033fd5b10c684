// SPDX-License-Identifier: Apache-2.0
#include "onair/player.h"

#include <memory>
#include <utility>

#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"
#include "platform/c/player_config.h"
#include "platform/c/player_handle.h"
#include "platform/c/player_report.h"
#include "platform/runtime/clock.h"

using namespace onair;
using namespace onair::c;

struct onair_frame {
  VideoFrame frame;
};

namespace {

Player::Listener ListenerOf(const onair_player& handle, onair_play_event_fn on_event) {
  return [owner = &handle, on_event, user = handle.user](const PlayEvent& event) {
    if (on_event == nullptr) return;
    TellEvent(event, [&](const onair_play_event& told) { CallApp(owner, on_event, user, &told); });
  };
}

Status ReadSoundWish(const onair_player_config& in, onair_player& handle) {
  bool is_pulled = false;
  if (auto status = ReadSwitch(in.sound, "sound", is_pulled); !status) return status;
  if (is_pulled) handle.sound = std::make_shared<SoundTap>();
  return {};
}

// What is set before the start.
void Connect(const onair_player_config& in, onair_player& handle) {
  if (handle.sound) handle.player->SetAudioOutput(MakePulledOutput(handle.sound));
  if (in.on_picture_ready == nullptr) return;
  handle.player->SetPictureReady([owner = &handle, ready = in.on_picture_ready, user = in.user] {
    CallApp(owner, ready, user);
  });
}

Status Create(const onair_player_config* given, onair_player** out) {
  if (out == nullptr) return Refuse("out");
  *out = nullptr;
  const auto in = ReadSized(given, "config");
  if (!in) return Forward(in);
  const auto config = ReadConfig(*in);
  if (!config) return Forward(config);
  const auto stats_every = ReadStatsPeriod(in->stats_every_ms);
  if (!stats_every) return Forward(stats_every);

  auto handle = std::make_unique<onair_player>();
  handle->on_stats = in->on_stats;
  handle->user = in->user;
  handle->stats_every = *stats_every;
  if (auto status = ReadSoundWish(*in, *handle); !status) return status;
  if (auto status = handle->callbacks.Start(); !status) return status;
  auto player =
      Player::Create(*config, handle->callbacks.executor(), ListenerOf(*handle, in->on_event));
  if (!player) return Forward(player);
  handle->player = std::move(*player);
  Connect(*in, *handle);
  *out = handle.release();
  return {};
}

void TellStats(onair_player& handle) {
  const onair_player_stats stats = NumbersOf(handle.player->stats());
  CallApp(&handle, handle.on_stats, handle.user, &stats);
}

Status Start(onair_player& handle) {
  if (auto status = handle.player->Start(); !status) return status;
  if (handle.on_stats != nullptr) {
    handle.callbacks.Repeat(handle.stats_every, [&handle] { TellStats(handle); });
  }
  return {};
}

Timestamp MomentOf(std::int64_t us) {
  return us == 0 ? runtime::Now() : Timestamp::Micros(us);
}

Status TakePicture(onair_player& handle, std::int64_t at_us, onair_frame** out) {
  if (out == nullptr) return Refuse("out");
  *out = nullptr;
  const Timestamp at = MomentOf(at_us);
  PictureSource& pictures = handle.player->pictures();
  auto picture = pictures.TakePicture(at);
  if (!picture) return {};
  const UtcTime utc = runtime::UtcNow() + (at - runtime::Now());
  auto frame = std::make_unique<onair_frame>(onair_frame{std::move(*picture)});
  pictures.OnPresented(frame->frame, {at, utc});
  *out = frame.release();
  return {};
}

struct SoundRequest {
  float* out;
  std::size_t capacity;
  std::int32_t frame_count;
  std::int64_t heard_at_us;
};

Status PullSound(onair_player& handle, const SoundRequest& request, AudioFormat& format) {
  if (!handle.sound) return Fail(ErrorCode::kInvalidState, "sound is off in its config");
  if (request.out == nullptr) return Refuse("out");
  if (request.frame_count < 1) return Refuse("frame_count");
  return handle.sound->Pull({request.out, request.capacity},
                            static_cast<std::size_t>(request.frame_count),
                            MomentOf(request.heard_at_us), format);
}

}  // namespace

onair_code onair_player_create(const onair_player_config* config, onair_player** out) {
  return Guarded([&] { return Create(config, out); });
}

onair_code onair_player_destroy(onair_player* player) {
  if (player == nullptr) return ONAIR_OK;
  return Guarded([&]() -> Status {
    if (InCallback::Of(player)) {
      return Fail(ErrorCode::kInvalidState, "destroyed from its own callback");
    }
    player->callbacks.Quiet();
    // Its last callbacks still find it.
    player->player->Close([player] { player->callbacks.Drain(); });
    delete player;
    return {};
  });
}

onair_code onair_player_start(onair_player* player) {
  return With(player, [](onair_player& p) { return Start(p); });
}

onair_code onair_player_stop(onair_player* player) {
  return With(player, [](onair_player& p) -> Status {
    if (p.is_stopped.exchange(true)) return Fail(ErrorCode::kInvalidState, "already stopped");
    p.player->Stop();
    return {};
  });
}

onair_code onair_player_take_picture(onair_player* player, int64_t at_us, onair_frame** out) {
  return With(player, [&](onair_player& p) { return TakePicture(p, at_us, out); });
}

onair_code onair_frame_get_picture(const onair_frame* frame, onair_picture* out) {
  return Guarded([&]() -> Status {
    if (frame == nullptr) return Refuse("frame");
    return WriteSized(PictureOf(frame->frame), out, "out");
  });
}

void onair_frame_release(onair_frame* frame) {
  delete frame;
}

onair_code onair_player_pull_sound(onair_player* player, float* out, size_t capacity,
                                   int32_t frame_count, int64_t heard_at_us, int32_t* sample_rate,
                                   int32_t* channels) {
  return With(player, [&](onair_player& p) -> Status {
    if (sample_rate == nullptr) return Refuse("sample_rate");
    if (channels == nullptr) return Refuse("channels");
    AudioFormat format;
    const Status status = PullSound(p, {out, capacity, frame_count, heard_at_us}, format);
    if (status || status.error().code == ErrorCode::kLimit) {
      *sample_rate = format.sample_rate;
      *channels = format.channels;
    }
    return status;
  });
}

onair_code onair_player_take_snapshot(onair_player* player, const char* path) {
  return With(player, [&](onair_player& p) -> Status {
    if (path == nullptr) return Refuse("path");
    p.player->TakeSnapshot(path);
    return {};
  });
}

onair_code onair_player_start_recording(onair_player* player, const char* path) {
  return With(player, [&](onair_player& p) -> Status {
    if (path == nullptr) return Refuse("path");
    return p.player->StartRecording(path);
  });
}

onair_code onair_player_stop_recording(onair_player* player) {
  return With(player, [](onair_player& p) -> Status {
    p.player->StopRecording();
    return {};
  });
}

onair_code onair_player_set_muted(onair_player* player, int32_t on_or_off) {
  return With(player, [&](onair_player& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    if (on_or_off == ONAIR_ON) {
      p.player->Mute();
    } else {
      p.player->Unmute();
    }
    return {};
  });
}

onair_code onair_player_set_volume(onair_player* player, double gain) {
  return With(player, [&](onair_player& p) -> Status {
    if (!(gain == gain)) return Refuse("gain");
    p.player->SetVolume(gain);
    return {};
  });
}

onair_code onair_player_network_changed(onair_player* player, const char* from) {
  return With(player, [&](onair_player& p) -> Status {
    const auto address = ReadAddress(from);
    if (!address) return Forward(address);
    p.player->NetworkChanged(*address);
    return {};
  });
}

onair_code onair_player_get_stats(onair_player* player, onair_player_stats* out) {
  return With(player, [&](onair_player& p) {
    return WriteSized(NumbersOf(p.player->stats()), out, "out");
  });
}
