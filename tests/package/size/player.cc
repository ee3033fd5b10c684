// SPDX-License-Identifier: Apache-2.0
//
// An app that only plays: what the SDK adds to it is measured.
#include "platform/sdk/player.h"

int main(int argc, char** argv) {
  onair::PlayerConfig config;
  config.url = argc > 1 ? argv[1] : "";
  auto player = onair::Player::Create(
      config, [](auto task) { task(); }, [](const onair::PlayEvent&) {});
  return player && (*player)->Start() ? 0 : 1;
}
