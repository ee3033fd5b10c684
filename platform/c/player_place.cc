// SPDX-License-Identifier: Apache-2.0
//
// Where a player of a file or playlist is.
#include "onair/player.h"
#include "platform/c/player_handle.h"

using namespace onair;
using namespace onair::c;

onair_code onair_player_set_paused(onair_player* player, int32_t on_or_off) {
  return With(player, [&](onair_player& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    return on_or_off == ONAIR_ON ? p.player->Pause() : p.player->Resume();
  });
}

onair_code onair_player_seek(onair_player* player, int64_t position_us) {
  return With(player,
              [&](onair_player& p) { return p.player->Seek(TimeDelta::Micros(position_us)); });
}

onair_code onair_player_set_repeated(onair_player* player, int32_t on_or_off) {
  return With(player, [&](onair_player& p) -> Status {
    if (on_or_off != ONAIR_ON && on_or_off != ONAIR_OFF) return Refuse("on_or_off");
    return p.player->SetRepeat(on_or_off == ONAIR_ON ? Repeat::kForever : Repeat::kOnce);
  });
}
