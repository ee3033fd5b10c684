// SPDX-License-Identifier: Apache-2.0
//
// Every struct of the interface as it was first published. Never change a line; see sized.h.
#pragma once

#include "onair/onair.h"
#include "platform/c/sized.h"

namespace onair::c {

ONAIR_FIRST_SIZE(onair_picture, captured_utc_us);
ONAIR_FIRST_SIZE(onair_sound, at_us);
ONAIR_FIRST_SIZE(onair_encoded_frame, captured_at_us);
ONAIR_FIRST_SIZE(onair_ice_server, password);
ONAIR_FIRST_SIZE(onair_video_config, decoder_config_size);
ONAIR_FIRST_SIZE(onair_audio_config, decoder_config_size);
ONAIR_FIRST_SIZE(onair_publisher_config, on_key_frame_wanted);
ONAIR_FIRST_SIZE(onair_publisher_stats, reserved);
ONAIR_FIRST_SIZE(onair_destination_stats, hand_overs);
ONAIR_FIRST_SIZE(onair_player_config, on_picture_ready);
ONAIR_FIRST_SIZE(onair_player_stats, freeze_percent);
ONAIR_FIRST_SIZE(onair_region, reserved);
ONAIR_FIRST_SIZE(onair_watermark, y);
ONAIR_FIRST_SIZE(onair_preload_config, reserved);
ONAIR_FIRST_SIZE(onair_preload_room, reserved);
ONAIR_FIRST_SIZE(onair_preload_stats, reserved);
ONAIR_FIRST_SIZE(onair_quality, height);

}  // namespace onair::c
