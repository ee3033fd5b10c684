// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/replay_command.h"

#include <cinttypes>
#include <cstdio>

#include "core/session/publish_replay.h"
#include "platform/sdk/rtmp_session.h"
#include "samples/common/report.h"
#include "samples/twin/mapped_file.h"

namespace onair::samples {
namespace {

using session::PublishEntry;
using session::PublishLogReader;
using session::ReplayReport;

Result<ReplayReport> ReplayFile(const std::string& path) {
  auto file = MappedFile::Open(path);
  if (!file) return Forward(file);
  auto log = PublishLogReader::Open(file->view());
  if (!log) return Forward(log);
  auto head = log->Next();
  if (!head) return Forward(head);
  if (!*head || (*head)->kind != PublishEntry::kSetup) {
    return Fail(ErrorCode::kFileMalformed, "input log: it has no setup");
  }
  auto setup = ParseRtmpSessionSetup((*head)->body);
  if (!setup) return Forward(setup);
  auto session = RtmpSession::Make(std::move(*setup), NullTrace(), nullptr);
  if (!session) return Forward(session);
  return session::ReplayAll(*log, (*session)->publish());
}

Json ToJson(const ReplayReport& report) {
  Json json = {{"inputs", report.inputs},
               {"answers", report.answers},
               {"bytes", report.transmitted.bytes()},
               {"identical", !report.difference}};
  json["difference"] = nullptr;
  if (const auto& difference = report.difference) {
    json["difference"] = {{"at_s", (difference->at - Timestamp::Zero()).seconds_f()},
                          {"log_byte", difference->position},
                          {"recorded", difference->recorded},
                          {"replayed", difference->replayed}};
  }
  return json;
}

}  // namespace

CLI::App* AddReplayCommand(CommandLine& line, ReplayOptions& options) {
  CLI::App* command = line.app().add_subcommand(
      "replay",
      "Tells a session again what a live one was told (onair-publish --record-inputs FILE) and "
      "holds its answers against the recorded ones, byte for byte. Exit 1 where one differs.");
  command->fallthrough();
  command->add_option("FILE", options.file, "The recorded inputs")->required();
  return command;
}

int RunReplayCommand(const CommandLine& line, const ReplayOptions& options) {
  const auto report = ReplayFile(options.file);
  if (!report) {
    line.Complain(ToString(report.error()));
    return kExitFailed;
  }
  if (!line.common().report.empty()) {
    if (auto status = WriteReport(line.common().report, ToJson(*report)); !status) {
      line.Complain(ToString(status.error()));
      return kExitFailed;
    }
  }
  if (const auto& difference = report->difference) {
    line.Complain(ToString(Error{ErrorCode::kReplayDiffers,
                                 "at byte " + std::to_string(difference->position) + " of " +
                                     options.file + ": recorded " + difference->recorded +
                                     "; replayed " + difference->replayed}));
    return kExitFailed;
  }
  std::printf("%" PRId64 " inputs, %" PRId64 " answers and %" PRId64
              " sent bytes came out as recorded\n",
              report->inputs, report->answers, report->transmitted.bytes());
  return kExitDone;
}

}  // namespace onair::samples
