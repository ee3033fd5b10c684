// SPDX-License-Identifier: Apache-2.0
//
// Tells a session again what a log says it was told, and holds its answers against the log's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/session/publish_log.h"

namespace onair::session {

// Where a replay came apart.
struct ReplayDifference {
  std::size_t position;  // In the log, of the answer that was recorded.
  Timestamp at;
  std::string recorded;  // In words.
  std::string replayed;
};
struct ReplayReport {
  std::int64_t inputs = 0;
  std::int64_t answers = 0;  // That came out byte for byte.
  DataSize transmitted = DataSize::Zero();
  std::optional<ReplayDifference> difference;  // The first; the replay ends there.
};
// Tells `session` all inputs that follow and holds its answers against the recorded ones.
// kFileMalformed as Next(); the report so far is lost then.
Result<ReplayReport> ReplayAll(PublishLogReader& log, Publish& session);

// Tells `session` what the entry says. kFileMalformed when its body is not what its kind needs;
// kInvalidState for a setup or an answer.
Status Replay(const PublishLogEntry& entry, Publish& session);

}  // namespace onair::session
