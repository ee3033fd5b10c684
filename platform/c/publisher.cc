// SPDX-License-Identifier: Apache-2.0
#include "onair/publisher.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/c/convert.h"
#include "platform/c/encoded_tap.h"
#include "platform/c/first_sizes.h"
#include "platform/c/publisher_config.h"
#include "platform/c/publisher_handle.h"
#include "platform/c/publisher_report.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/encoders.h"
#include "platform/sdk/qos_file.h"

using namespace onair;
using namespace onair::c;

namespace {

// What the network wants of an app that encodes.
void TellWishes(onair_publisher& handle, const onair_publisher_config& in,
                PublisherConfig& config) {
  if (!config.encoded) return;
  if (in.on_encoder_target != nullptr) {
    config.encoded->on_target = [owner = &handle, tell = in.on_encoder_target,
                                 user = in.user](const EncoderTarget& target) {
      const onair_encoder_target told = NumbersOf(target);
      CallApp(owner, tell, user, &told);
    };
  }
  if (in.on_key_frame_wanted != nullptr) {
    config.encoded->on_key_frame_wanted = [owner = &handle, tell = in.on_key_frame_wanted,
                                           user = in.user] { CallApp(owner, tell, user); };
  }
}

Publisher::Listener ListenerOf(const onair_publisher& handle, onair_publish_event_fn on_event) {
  return [owner = &handle, on_event, user = handle.user](const PublishEvent& event) {
    if (on_event == nullptr) return;
    TellEvent(event,
              [&](const onair_publish_event& told) { CallApp(owner, on_event, user, &told); });
  };
}

Status Create(const onair_publisher_config* given, onair_publisher** out) {
  if (out == nullptr) return Refuse("out");
  *out = nullptr;
  const auto in = ReadSized(given, "config");
  if (!in) return Forward(in);
  auto handle = std::make_unique<onair_publisher>();
  auto config = ReadConfig(*in, handle.get());
  if (!config) return Forward(config);
  const auto stats_every = ReadStatsPeriod(in->stats_every_ms);
  if (!stats_every) return Forward(stats_every);

  handle->on_stats = in->on_stats;
  handle->user = in->user;
  handle->stats_every = *stats_every;
  if (config->video) handle->video = *config->video;
  if (config->audio) handle->audio = config->audio->codec;
  if (in->on_encoded != nullptr) {
    TapEncoders(*config, TapOf(in->on_encoded, handle->user, handle.get()));
  }
  TellWishes(*handle, *in, *config);
  if (in->policy != nullptr) {
    auto policy = MakeQosPolicy(in->policy);
    if (!policy) return Forward(policy);
    handle->policy = std::move(*policy);
    config->qos = handle->policy.get();
  }
  if (auto status = handle->callbacks.Start(); !status) return status;
  auto publisher =
      Publisher::Create(*config, handle->callbacks.executor(), ListenerOf(*handle, in->on_event));
  if (!publisher) return Forward(publisher);
  handle->publisher = std::move(*publisher);
  *out = handle.release();
  return {};
}

void TellStats(onair_publisher& handle) {
  const onair_publisher_stats stats = NumbersOf(handle.publisher->stats());
  CallApp(&handle, handle.on_stats, handle.user, &stats);
}

Status Start(onair_publisher& handle) {
  if (auto status = handle.publisher->Start(); !status) return status;
  if (handle.on_stats != nullptr) {
    handle.callbacks.Repeat(handle.stats_every, [&handle] { TellStats(handle); });
  }
  return {};
}

// Pixels that the app lent. Before they are taken they are still the app's.
struct Loan {
  const void* owner;
  onair_release_fn release;
  void* user;
  bool is_taken = false;

  Loan(const void* whose, onair_release_fn give_back, void* given)
      : owner(whose), release(give_back), user(given) {}
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() {
    if (is_taken) CallApp(owner, release, user);
  }
};

VideoFrame FrameOf(const onair_picture& given, Picture pixels) {
  const Timestamp now = runtime::Now();
  const Timestamp at = given.at_us == 0 ? now : std::min(now, Timestamp::Micros(given.at_us));
  VideoFrame frame(std::move(pixels), MediaTime::Zero(), at, runtime::UtcNow() + (at - now));
  frame.rotation = RotationOf(given);
  return frame;
}

Status PushLent(onair_publisher& handle, const onair_picture& given, onair_release_fn release,
                void* user) {
  const auto loan = std::make_shared<Loan>(&handle, release, user);
  VideoFrame frame = FrameOf(
      given, Picture(PixelFormatOf(given), {given.width, given.height}, PlanesOf(given), loan));
  loan->is_taken = true;
  try {
    handle.publisher->PushVideo(std::move(frame));
  } catch (const std::bad_alloc&) {  // Taken and let go, like one that came too late.
  }
  return {};
}

Status PushPicture(onair_publisher& handle, const onair_picture* given, onair_release_fn release,
                   void* user) {
  const auto picture = ReadPicture(given);
  if (!picture) return Forward(picture);
  if (release != nullptr) return PushLent(handle, *picture, release, user);
  auto copy = CopyOf(*picture);
  if (!copy) return Forward(copy);
  handle.publisher->PushVideo(FrameOf(*picture, std::move(*copy)));
  return {};
}

Status ChangeNetwork(onair_publisher& handle, const char* from, std::optional<NetworkKind> kind) {
  const auto address = ReadAddress(from);
  if (!address) return Forward(address);
  handle.publisher->NetworkChanged(*address, kind);
  return {};
}

Status SetLimits(onair_publisher& handle, std::int64_t rate_bps, double frame_rate) {
  if (rate_bps < 0) return Refuse("rate_bps");
  if (!(frame_rate >= 0)) return Refuse("frame_rate");
  const VideoConfig& video = handle.video;
  return handle.publisher->SetTarget(
      {.video_rate = rate_bps == 0 ? video.rate : DataRate::BitsPerSec(rate_bps),
       .frame_rate = frame_rate == 0 ? video.frame_rate : frame_rate});
}

std::int32_t CodecFor(const onair_publisher& handle, std::int32_t kind) {
  return kind == ONAIR_FRAME_AUDIO ? CodecOf(handle.audio) : CodecOf(handle.video.codec);
}

// Errors name fields of C++; these are what a caller of C knows them by.
Status ByNameInC(Status status) {
  if (status) return status;
  const std::string& name = status.error().detail;
  if (name == "frame.payload") return Refuse("frame.data");
  if (name == "new_track.config") return Refuse("frame.config");
  if (name == "new_track.size.width") return Refuse("frame.width");
  if (name == "new_track.size.height") return Refuse("frame.height");
  return status;
}

// How to decode a key frame and what follows; empty where the frame does not tell.
std::optional<VideoTrack> NewTrack(const onair_publisher& handle,
                                   const onair_encoded_frame& frame) {
  if (frame.config == nullptr || frame.kind != ONAIR_FRAME_KEY) return std::nullopt;
  const PictureSize size = frame.width == 0 && frame.height == 0
                               ? handle.video.size
                               : PictureSize{frame.width, frame.height};
  const VideoCodec codec = frame.codec == ONAIR_CODEC_H264 ? VideoCodec::kH264 : VideoCodec::kH265;
  return VideoTrack{codec, size, handle.video.frame_rate, CopyOf(frame.config, frame.config_size)};
}

Status PushEncoded(onair_publisher& handle, const onair_encoded_frame* given,
                   onair_release_fn release, void* user) {
  const auto frame = ReadEncoded(given);
  if (!frame) return Forward(frame);
  const Timestamp now = runtime::Now();
  const auto loan = std::make_shared<Loan>(&handle, release, user);
  if (frame->codec != CodecFor(handle, frame->kind)) return Refuse("frame.codec");
  auto payload = release == nullptr ? CopyOf(frame->data, frame->data_size)
                                    : Buffer::Wrap({frame->data, frame->data_size}, [loan] {});
  EncodedFrame encoded{
      std::move(payload), static_cast<FrameKind>(frame->kind), MediaTime::Micros(frame->pts_us),
      MediaTime::Micros(frame->dts_us),
      frame->captured_at_us == 0 ? now : std::min(now, Timestamp::Micros(frame->captured_at_us))};
  // Ours before it is pushed, because it may be gone by the end of that; theirs where it is
  // refused.
  loan->is_taken = release != nullptr;
  try {
    auto status =
        ByNameInC(handle.publisher->PushEncoded(std::move(encoded), NewTrack(handle, *frame)));
    if (!status) loan->is_taken = false;
    return status;
  } catch (const std::bad_alloc&) {  // Taken and let go.
    return {};
  }
}

}  // namespace

onair_code onair_publisher_create(const onair_publisher_config* config, onair_publisher** out) {
  return Guarded([&] { return Create(config, out); });
}

onair_code onair_publisher_destroy(onair_publisher* publisher) {
  if (publisher == nullptr) return ONAIR_OK;
  return Guarded([&]() -> Status {
    if (InCallback::Of(publisher)) {
      return Fail(ErrorCode::kInvalidState, "destroyed from its own callback");
    }
    publisher->callbacks.Quiet();
    // Its last callbacks still find it.
    publisher->publisher->Close([publisher] { publisher->callbacks.Drain(); });
    delete publisher;
    return {};
  });
}

onair_code onair_publisher_start(onair_publisher* publisher) {
  return With(publisher, [](onair_publisher& p) { return Start(p); });
}

onair_code onair_publisher_stop(onair_publisher* publisher) {
  return With(publisher, [](onair_publisher& p) -> Status {
    if (p.is_stopped.exchange(true)) return Fail(ErrorCode::kInvalidState, "already stopped");
    p.publisher->Stop();
    return {};
  });
}

onair_code onair_publisher_push_picture(onair_publisher* publisher, const onair_picture* picture,
                                        onair_release_fn release, void* user) {
  return With(publisher,
              [&](onair_publisher& p) { return PushPicture(p, picture, release, user); });
}

onair_code onair_publisher_push_encoded(onair_publisher* publisher,
                                        const onair_encoded_frame* frame, onair_release_fn release,
                                        void* user) {
  return With(publisher, [&](onair_publisher& p) { return PushEncoded(p, frame, release, user); });
}

onair_code onair_publisher_push_sound(onair_publisher* publisher, const onair_sound* sound) {
  return With(publisher, [&](onair_publisher& p) -> Status {
    auto block = ReadSound(sound, runtime::Now());
    if (!block) return Forward(block);
    p.publisher->PushAudio(std::move(*block));
    return {};
  });
}

onair_code onair_publisher_set_muted(onair_publisher* publisher, int32_t on_or_off) {
  return With(publisher, [&](onair_publisher& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    p.publisher->SetMuted(on_or_off == ONAIR_ON ? Mute::kOn : Mute::kOff);
    return {};
  });
}

onair_code onair_publisher_set_paused(onair_publisher* publisher, int32_t on_or_off) {
  return With(publisher, [&](onair_publisher& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    if (on_or_off == ONAIR_OFF) {
      p.publisher->Resume();
    } else {
      p.publisher->Pause(std::nullopt);
    }
    return {};
  });
}

onair_code onair_publisher_set_limits(onair_publisher* publisher, int64_t rate_bps,
                                      double frame_rate) {
  return With(publisher, [&](onair_publisher& p) { return SetLimits(p, rate_bps, frame_rate); });
}

onair_code onair_publisher_network_changed(onair_publisher* publisher, const char* from) {
  return With(publisher, [&](onair_publisher& p) { return ChangeNetwork(p, from, std::nullopt); });
}

onair_code onair_publisher_network_changed_to(onair_publisher* publisher, const char* from,
                                              int32_t kind) {
  return With(publisher, [&](onair_publisher& p) -> Status {
    if (kind == 0) return Refuse("kind");
    NetworkKind read = NetworkKind::kUnknown;
    if (auto status = ReadEnum(kind, NetworkKind::kEthernet, "kind", read); !status) return status;
    return ChangeNetwork(p, from, read);
  });
}

onair_code onair_publisher_get_stats(onair_publisher* publisher, onair_publisher_stats* out) {
  return With(publisher, [&](onair_publisher& p) {
    return WriteSized(NumbersOf(p.publisher->stats()), out, "out");
  });
}

onair_code onair_publisher_get_destination_stats(onair_publisher* publisher, int32_t destination,
                                                 onair_destination_stats* out) {
  return With(publisher, [&](onair_publisher& p) -> Status {
    const PublisherStats stats = p.publisher->stats();
    if (destination < 0 || static_cast<std::size_t>(destination) >= stats.destinations.size()) {
      return Refuse("destination");
    }
    return WriteSized(NumbersOf(stats.destinations[static_cast<std::size_t>(destination)]), out,
                      "out");
  });
}
