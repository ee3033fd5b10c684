// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONStatistics.h>

#include "platform/sdk/player_stats.h"
#include "platform/sdk/publisher_stats.h"

namespace onair::apple {

// Autoreleased.
ONPublisherStatistics* StatisticsOf(const PublisherStats& stats);
ONPlayerStatistics* StatisticsOf(const PlayerStats& stats);
ONPolicyChoice* ChoiceOf(const QosChoice& choice, NetworkKind network);

}  // namespace onair::apple
