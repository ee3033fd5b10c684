// SPDX-License-Identifier: Apache-2.0
//
// Which of a stream's addresses plays.
#include <cstring>

#include "onair/player.h"
#include "platform/c/player_handle.h"

using namespace onair;
using namespace onair::c;

onair_code onair_player_switch_to(onair_player* player, const char* url) {
  return With(player, [&](onair_player& p) -> Status {
    if (url == nullptr) return Refuse("url");
    return p.player->SwitchTo(url);
  });
}

onair_code onair_player_pin_quality(onair_player* player, int32_t index) {
  return With(player, [&](onair_player& p) {
    return p.player->PinQuality(static_cast<std::size_t>(index));  // One below 0 is too large.
  });
}

onair_code onair_player_choose_quality(onair_player* player) {
  return With(player, [](onair_player& p) { return p.player->ChooseQuality(); });
}

onair_code onair_player_get_url(onair_player* player, char* out, size_t capacity, size_t* needed) {
  return With(player, [&](onair_player& p) -> Status {
    const std::string url = p.player->stats().url;
    const std::size_t size = url.size() + 1;
    if (needed != nullptr) *needed = size;
    if (capacity < size) return Fail(ErrorCode::kLimit, "capacity");
    if (out == nullptr) return Refuse("out");
    std::memcpy(out, url.c_str(), size);
    return {};
  });
}
