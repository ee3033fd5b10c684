// SPDX-License-Identifier: Apache-2.0
//
// The smallest program on the installed package: a player whose address nobody serves.
#include <cstdio>
#include <future>

#include "platform/sdk/player.h"

int main() {
  onair::PlayerConfig config;
  config.url = "http://127.0.0.1:1/live/nobody.flv";
  config.session.reconnect.max_attempts = 0;
  std::promise<onair::Error> ended;
  auto player = onair::Player::Create(
      config, [](auto task) { task(); },
      [&](const onair::PlayEvent& event) {
        const auto* state = std::get_if<onair::PlayStateEvent>(&event);
        if (state != nullptr && state->state == onair::PlayState::kEnded && state->error) {
          ended.set_value(*state->error);
        }
      });
  if (!player) return std::puts(onair::ToString(player.error()).c_str()), 1;
  if (auto status = (*player)->Start(); !status) return 1;
  const onair::Error error = ended.get_future().get();
  std::puts(onair::ToString(error).c_str());
  return error.code == onair::ErrorCode::kConnectRefused ? 0 : 1;
}
