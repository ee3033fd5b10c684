// SPDX-License-Identifier: Apache-2.0
#include "platform/c/player_config.h"

#include <utility>

#include "platform/c/convert.h"
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
  if (in.fixed_delay_ms != 0) config.session.fixed_delay = TimeDelta::Millis(in.fixed_delay_ms);
  if (in.decode_threads != 0) config.decode_threads = in.decode_threads;
  if (in.seed != 0) config.seed = in.seed;
  return config;
}

Result<PlayerConfig> ReadConfig(const onair_player_config& in) {
  if (in.url == nullptr) return Refuse("url");
  auto config = ReadPlaying(in);
  if (!config) return config;
  config->url = in.url;
  if (in.preload != nullptr) config->preload = in.preload->pool;
  return config;
}

}  // namespace onair::c
