// SPDX-License-Identifier: Apache-2.0
#include "platform/c/player_config.h"

#include <algorithm>
#include <utility>

#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"
#include "platform/c/preload_handle.h"

namespace onair::c {

Result<PlayerConfig> ReadPlaying(const onair_player_config& in) {
  PlayerConfig config;
  if (in.reserved != 0 || in.reserved_2 != 0) return Refuse("reserved");
  config.bearer_token = TextOf(in.bearer_token);
  auto ice_servers = ReadIceServers(in.ice_servers, in.ice_server_count);
  if (!ice_servers) return Forward(ice_servers);
  config.ice_servers = std::move(*ice_servers);
  if (auto status = ReadTls(in.ca_file, in.tls_verify, config.tls); !status) {
    return Forward(status);
  }
  ReadReconnects(in.max_reconnects, config.session.reconnect);
  if (auto status = ReadEnum(in.buffer, BufferMode::kRealtime, "buffer", config.session.buffer);
      !status) {
    return Forward(status);
  }
  if (auto status = ReadEnum(in.catch_up, CatchUp::kSpeed, "catch_up", config.session.catch_up);
      !status) {
    return Forward(status);
  }
  ReadMillis(in.fixed_delay_ms, config.session.fixed_delay);
  if (in.decode_threads != 0) config.decode_threads = in.decode_threads;
  if (in.seed != 0) config.seed = in.seed;
  return config;
}

namespace {

Status ReadQualities(const onair_player_config& in, PlayerConfig& config) {
  auto status = ForEachSized(
      in.qualities, in.quality_count, "qualities", [&](const onair_quality& one) -> Status {
        if (one.url == nullptr) return Refuse("qualities.url");
        config.qualities.push_back(
            {one.url, DataRate::BitsPerSec(one.rate_bps), {one.width, one.height}});
        return {};
      });
  if (!status) return status;
  ReadMillis(in.climb_after_ms, config.quality.climb_after);
  config.quality.most_climb_after =
      std::max(config.quality.most_climb_after, config.quality.climb_after);
  ReadMillis(in.most_climb_after_ms, config.quality.most_climb_after);
  ReadMillis(in.proof_ms, config.quality.proof);
  if (in.quality_share != 0) config.quality.share = in.quality_share;
  return ReadEnum(in.quality_mode, QualityMode::kPinned, "quality_mode", config.quality_mode);
}

Status ReadFallback(const onair_player_config& in, PlayerConfig& config) {
  config.fallback_url = TextOf(in.fallback_url);
  ReadMillis(in.fallback_after_ms, config.fallback.after);
  ReadMillis(in.first_return_ms, config.fallback.first_return);
  config.fallback.most_return = std::max(config.fallback.most_return, config.fallback.first_return);
  ReadMillis(in.most_return_ms, config.fallback.most_return);
  bool is_used = true;
  auto status = ReadSwitch(in.fallback, "fallback", is_used);
  if (!is_used) config.fallback_use = FallbackUse::kNever;
  return status;
}

}  // namespace

Result<PlayerConfig> ReadConfig(const onair_player_config& in) {
  if (in.url == nullptr) return Refuse("url");
  auto config = ReadPlaying(in);
  if (!config) return config;
  config->url = in.url;
  if (auto status = ReadQualities(in, *config); !status) return Forward(status);
  if (auto status = ReadFallback(in, *config); !status) return Forward(status);
  if (in.preload != nullptr) config->preload = in.preload->pool;
  return config;
}

}  // namespace onair::c
