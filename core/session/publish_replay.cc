// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_replay.h"

#include <algorithm>
#include <utility>

#include "core/session/publish_log_values.h"

namespace onair::session {
namespace {

using namespace log;

bool IsIn(std::int64_t value, std::int64_t low, std::int64_t high) {
  return value >= low && value <= high;
}

bool IsSound(const StreamTracks& tracks) {
  const auto is_codec = [](auto codec) { return IsIn(static_cast<int>(codec), 1, 2); };
  if (tracks.video && !is_codec(tracks.video->codec)) return false;
  return !tracks.audio || is_codec(tracks.audio->codec);
}

EncodedFrame TakeFrame(ByteReader& in) {
  EncodedFrame frame{
      {}, static_cast<FrameKind>(in.U8()), MediaTime::Zero(), MediaTime::Zero(), Timestamp::Zero()};
  frame.pts = MediaTime::Micros(TakeNumber(in));
  frame.dts = MediaTime::Micros(TakeNumber(in));
  frame.captured_at = Timestamp::Micros(TakeNumber(in));
  frame.payload = TakeBuffer(in);
  return frame;
}

SocketFacts TakeFacts(ByteReader& in) {
  const auto size = [&] { return DataSize::Bytes(TakeNumber(in)); };
  const auto span = [&] { return TimeDelta::Micros(TakeNumber(in)); };
  SocketFacts facts;
  facts.unsent = TakeOptional<DataSize>(in, size);
  facts.unacked = TakeOptional<DataSize>(in, size);
  facts.bytes_acked = TakeOptional<DataSize>(in, size);
  facts.rtt = TakeOptional<TimeDelta>(in, span);
  facts.min_rtt = TakeOptional<TimeDelta>(in, span);
  facts.delivery_rate =
      TakeOptional<DataRate>(in, [&] { return DataRate::BitsPerSec(TakeNumber(in)); });
  facts.is_delivery_application_limited = in.U8() != 0;
  facts.segments_retransmitted = TakeOptional<std::int64_t>(in, [&] { return TakeNumber(in); });
  return facts;
}

std::string InWords(PublishEntry kind, ByteView body) {
  ByteReader in(body);
  if (kind == PublishEntry::kIdle) {
    const std::string wake_us = std::to_string(TakeNumber(in));
    return "idle until " + wake_us + " us for " + TakeText(in);
  }
  if (kind == PublishEntry::kEvent) return "event " + TakeText(in);
  return "transmit of " + std::to_string(body.size()) + " bytes";
}

ReplayDifference Compare(const PublishLogEntry& recorded, std::size_t position, PublishEntry kind,
                         ByteView body) {
  ReplayDifference difference{position, recorded.at, InWords(recorded.kind, recorded.body),
                              InWords(kind, body)};
  if (kind == PublishEntry::kTransmit && recorded.kind == kind) {
    const auto [there, here] = std::ranges::mismatch(recorded.body, body);
    difference.replayed +=
        ", other from byte " + std::to_string(there - recorded.body.begin()) + " on";
  }
  return difference;
}

}  // namespace

Status Replay(const PublishLogEntry& entry, Publish& session) {
  ByteReader in(entry.body);
  const Timestamp at = entry.at;
  switch (entry.kind) {
    case PublishEntry::kStart:
      session.Start(at);
      break;
    case PublishEntry::kStop:
      session.Stop(at);
      break;
    case PublishEntry::kTracks: {
      StreamTracks tracks;
      tracks.video = TakeOptional<VideoTrack>(in, [&] { return TakeVideoTrack(in); });
      tracks.audio = TakeOptional<AudioTrack>(in, [&] { return TakeAudioTrack(in); });
      if (!in.ok() || !IsSound(tracks)) return Damaged("tracks");
      session.SetTracks(tracks, at);
      break;
    }
    case PublishEntry::kFrame: {
      EncodedFrame frame = TakeFrame(in);
      if (!in.ok() || !IsIn(static_cast<int>(frame.kind), 1, 4)) return Damaged("a frame");
      session.Push(std::move(frame), at);
      break;
    }
    case PublishEntry::kConnected:
      session.HandleConnected(at);
      break;
    case PublishEntry::kClosed: {
      const Error error = TakeError(in);
      if (!in.ok()) return Damaged("an error");
      session.HandleClosed(error, at);
      break;
    }
    case PublishEntry::kBytes:
      session.HandleBytes(entry.body, at);
      break;
    case PublishEntry::kUnsent: {
      const DataSize unsent = DataSize::Bytes(TakeNumber(in));
      if (!in.ok()) return Damaged("a backlog");
      session.HandleUnsent(unsent, at);
      break;
    }
    case PublishEntry::kFacts: {
      const SocketFacts facts = TakeFacts(in);
      if (!in.ok()) return Damaged("socket facts");
      session.HandleSocketFacts(facts, at);
      break;
    }
    case PublishEntry::kTimeout:
      session.HandleTimeout(at);
      break;
    case PublishEntry::kStandbyConnected:
      session.HandleStandbyConnected(at);
      break;
    case PublishEntry::kStandbyClosed: {
      const Error error = TakeError(in);
      if (!in.ok()) return Damaged("an error");
      session.HandleStandbyClosed(error, at);
      break;
    }
    case PublishEntry::kStandbyBytes:
      session.HandleStandbyBytes(entry.body, at);
      break;
    case PublishEntry::kNetworkChanged: {
      std::optional<IpAddress> from;
      if (!entry.body.empty()) {  // As in all logs before there were local addresses.
        from = IpAddress::Parse(TakeText(in));
        if (!from) return Damaged("a local address");
      }
      session.HandleNetworkChanged(from, at);
      break;
    }
    case PublishEntry::kUrl: {
      const std::string address = TakeText(in);
      if (!in.ok()) return Damaged("an address");
      session.RefreshUrl(address, at);
      break;
    }
    case PublishEntry::kSetup:
    case PublishEntry::kIdle:
    case PublishEntry::kTransmit:
    case PublishEntry::kEvent:
    case PublishEntry::kStandbyTransmit:
      return onair::Fail(ErrorCode::kInvalidState, "not an input");
  }
  return {};
}

Result<ReplayReport> ReplayAll(PublishLogReader& log, Publish& session) {
  ReplayReport report;
  while (true) {
    const std::size_t position = log.position();
    auto entry = log.Next();
    if (!entry) return Forward(entry);
    if (!*entry) return report;
    if (!(*entry)->is_answer()) {
      if (auto status = Replay(**entry, session); !status) return Forward(status);
      ++report.inputs;
      continue;
    }
    const auto output = session.Poll();
    const Bytes again = LogOutput(output, (*entry)->at);
    const ByteView body = ByteView(again).subspan(kPublishEntryHead);
    const auto kind = static_cast<PublishEntry>(again.front());
    if (kind != (*entry)->kind || !std::ranges::equal(body, (*entry)->body)) {
      report.difference = Compare(**entry, position, kind, body);
      return report;
    }
    ++report.answers;
    if (kind == PublishEntry::kTransmit) {
      report.transmitted += DataSize::Bytes(static_cast<std::int64_t>(body.size()));
    }
  }
}

}  // namespace onair::session
