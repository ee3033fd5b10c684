// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "onair/publisher.h"
#include "platform/sdk/publisher.h"

namespace onair::c {

// `tell` gets the event in the words of the interface; its texts live for the call.
void TellEvent(const PublishEvent& event,
               const std::function<void(const onair_publish_event&)>& tell);

onair_publisher_stats NumbersOf(const PublisherStats& stats);
onair_destination_stats NumbersOf(const DestinationStats& stats);

onair_encoder_target NumbersOf(const EncoderTarget& target);

}  // namespace onair::c
