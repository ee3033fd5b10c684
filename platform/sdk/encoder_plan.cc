// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoder_plan.h"

#include <algorithm>

#include "platform/sdk/destination.h"

namespace onair {
namespace {

// A key frame waits no longer than this in a line of just the rate, at each hop, and a player waits
// for it all the time. Source: ours; 720p at 1500 kbit/s: with the default of 250 ms the edge's
// viewers see pictures 70 ms later.
constexpr TimeDelta kRealtimeVbv = TimeDelta::Millis(100);

AudioConfig SoundOf(AudioConfig config, AudioCodec codec) {
  if (config.codec == codec) return config;
  config.codec = codec;
  if (codec == AudioCodec::kOpus) config.format.sample_rate = 48'000;
  return config;
}

}  // namespace

EncoderPlan PlanEncoders(const PublisherConfig& config) {
  EncoderPlan plan;
  plan.video = config.video;
  if (plan.video && std::any_of(config.urls.begin(), config.urls.end(), IsRealtime)) {
    plan.video->h264_profile = H264Profile::kConstrainedBaseline;
    plan.video->look_ahead = TimeDelta::Zero();
    plan.video->vbv = std::min(plan.video->vbv, kRealtimeVbv);
  }
  for (const std::string& url : config.urls) {
    const auto codec = SoundFor(config, url);
    if (!codec) continue;
    const auto is_it = [&](const AudioConfig& audio) { return audio.codec == *codec; };
    if (std::any_of(plan.audio.begin(), plan.audio.end(), is_it)) continue;
    plan.audio.push_back(SoundOf(*config.audio, *codec));
  }
  return plan;
}

std::optional<AudioCodec> SoundFor(const PublisherConfig& config, const std::string& url) {
  if (!config.audio) return std::nullopt;
  return IsRealtime(url) ? AudioCodec::kOpus : config.audio->codec;
}

}  // namespace onair
