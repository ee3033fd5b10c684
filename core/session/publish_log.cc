// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_log.h"

#include "core/session/publish_log_values.h"

namespace onair::session {
namespace {

using namespace log;

Bytes Entry(PublishEntry kind, Timestamp at, ByteView body) {
  ByteWriter out;
  out.Reserve(kPublishEntryHead + body.size());
  out.U8(static_cast<std::uint8_t>(kind)).U64(static_cast<std::uint64_t>(at.us()));
  out.U32(static_cast<std::uint32_t>(body.size())).Append(body);
  return out.Take();
}
Bytes Entry(PublishEntry kind, Timestamp at) {
  return Entry(kind, at, {});
}

// Events as text, one line each.
class EventText {
 public:
  std::string operator()(const Publish::OpenStream& e) const {
    return "open " + e.endpoint.host + ":" + std::to_string(e.endpoint.port) +
           (e.endpoint.security == Security::kTls ? " tls" : "") +
           (e.endpoint.from ? " from " + ToString(*e.endpoint.from) : "");
  }
  std::string operator()(const Publish::CloseStream&) const { return "close"; }
  std::string operator()(const Publish::OpenStandby& e) const {
    return "standby_" + (*this)(Publish::OpenStream{e.endpoint});
  }
  std::string operator()(const Publish::StandbyTransmit&) const { return "standby_transmit"; }
  std::string operator()(const Publish::CloseStandby&) const { return "standby_close"; }
  std::string operator()(const Publish::PromoteStandby&) const { return "standby_promote"; }
  std::string operator()(const Publish::WantsUrl& e) const {
    return "wants_url " + Number(static_cast<int>(e.why));
  }
  std::string operator()(const Publish::StateChanged& e) const {
    return "state " + std::to_string(static_cast<int>(e.state)) + " " +
           (e.error ? ToString(*e.error) : "ok") + " retry_us " + Number(e.retry_in.us());
  }
  std::string operator()(const Publish::HandOverFailed& e) const {
    return "hand_over_failed " + ToString(e.error);
  }
  std::string operator()(const Publish::KeyFrameWanted&) const { return "key_frame_wanted"; }
  std::string operator()(const Publish::FirstFrameSent&) const { return "first_frame_sent"; }
  std::string operator()(const Publish::FramesDropped& e) const {
    return "frames_dropped " + Number(e.frames);
  }
  std::string operator()(const Publish::RateDecided& e) const {
    const cc::CongestionDecision& d = e.decision;
    return "rate_decided bps " + Number(d.target_rate.bps()) + " window " +
           Number(d.congestion_window ? d.congestion_window->bytes() : -1) + " intake " +
           Number(static_cast<int>(d.intake)) + " carriage " +
           Number(static_cast<int>(e.carriage)) + " cause " + Number(static_cast<int>(d.cause)) +
           " unsent " + Number(e.unsent_limit.bytes()) + " again_us " +
           Number(d.decide_again_at.us()) + " " + d.reason;
  }
  std::string operator()(const Publish::NetworkQualityChanged& e) const {
    return "network " + Number(static_cast<int>(e.quality)) + " " +
           Number(static_cast<int>(e.trouble));
  }
  std::string operator()(const Publish::RateChanged& e) const {
    return "rate_changed bps " + Number(e.video_rate.bps()) + " cause " +
           Number(static_cast<int>(e.cause));
  }

 private:
  static std::string Number(std::int64_t value) { return std::to_string(value); }
};

}  // namespace

Bytes LogSetup(ByteView setup) {
  return Entry(PublishEntry::kSetup, Timestamp::Zero(), setup);
}
Bytes LogStart(Timestamp now) {
  return Entry(PublishEntry::kStart, now);
}
Bytes LogStop(Timestamp now) {
  return Entry(PublishEntry::kStop, now);
}
Bytes LogTracks(const StreamTracks& tracks, Timestamp now) {
  ByteWriter body;
  PutOptional(body, tracks.video, [&](const VideoTrack& track) { Put(body, track); });
  PutOptional(body, tracks.audio, [&](const AudioTrack& track) { Put(body, track); });
  return Entry(PublishEntry::kTracks, now, body.view());
}
Bytes LogFrame(const EncodedFrame& frame, Timestamp now) {
  ByteWriter body;
  body.Reserve(frame.payload.size() + 32);
  body.U8(static_cast<std::uint8_t>(frame.kind));
  Put(body, frame.pts.us());
  Put(body, frame.dts.us());
  Put(body, frame.captured_at.us());
  PutBuffer(body, frame.payload);
  return Entry(PublishEntry::kFrame, now, body.view());
}
Bytes LogConnected(Timestamp now) {
  return Entry(PublishEntry::kConnected, now);
}
Bytes LogClosed(const Error& error, Timestamp now) {
  ByteWriter body;
  Put(body, error);
  return Entry(PublishEntry::kClosed, now, body.view());
}
Bytes LogBytes(ByteView in, Timestamp now) {
  return Entry(PublishEntry::kBytes, now, in);
}
Bytes LogUnsent(DataSize unsent, Timestamp now) {
  ByteWriter body;
  Put(body, unsent.bytes());
  return Entry(PublishEntry::kUnsent, now, body.view());
}
Bytes LogFacts(const SocketFacts& facts, Timestamp now) {
  ByteWriter body;
  const auto size = [&](DataSize value) { Put(body, value.bytes()); };
  const auto span = [&](TimeDelta value) { Put(body, value.us()); };
  PutOptional(body, facts.unsent, size);
  PutOptional(body, facts.unacked, size);
  PutOptional(body, facts.bytes_acked, size);
  PutOptional(body, facts.rtt, span);
  PutOptional(body, facts.min_rtt, span);
  PutOptional(body, facts.delivery_rate, [&](DataRate rate) { Put(body, rate.bps()); });
  body.U8(facts.is_delivery_application_limited ? 1 : 0);
  PutOptional(body, facts.segments_retransmitted, [&](std::int64_t n) { Put(body, n); });
  return Entry(PublishEntry::kFacts, now, body.view());
}
Bytes LogTimeout(Timestamp now) {
  return Entry(PublishEntry::kTimeout, now);
}

Bytes LogStandbyConnected(Timestamp now) {
  return Entry(PublishEntry::kStandbyConnected, now);
}
Bytes LogStandbyClosed(const Error& error, Timestamp now) {
  ByteWriter body;
  Put(body, error);
  return Entry(PublishEntry::kStandbyClosed, now, body.view());
}
Bytes LogStandbyBytes(ByteView in, Timestamp now) {
  return Entry(PublishEntry::kStandbyBytes, now, in);
}
Bytes LogNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  ByteWriter body;
  if (from) PutText(body, ToString(*from));
  return Entry(PublishEntry::kNetworkChanged, now, body.view());
}
Bytes LogUrl(std::string_view address, Timestamp now) {
  ByteWriter body;
  PutText(body, address);
  return Entry(PublishEntry::kUrl, now, body.view());
}

Bytes LogOutput(const Output<Publish::Event>& output, Timestamp now) {
  ByteWriter body;
  if (const auto* idle = std::get_if<Idle>(&output)) {
    Put(body, idle->wake_at.us());
    PutText(body, idle->timer);
    return Entry(PublishEntry::kIdle, now, body.view());
  }
  if (const auto* transmit = std::get_if<Transmit>(&output)) {
    return Entry(PublishEntry::kTransmit, now, transmit->bytes);
  }
  const auto& event = std::get<Publish::Event>(output);
  if (const auto* transmit = std::get_if<Publish::StandbyTransmit>(&event)) {
    return Entry(PublishEntry::kStandbyTransmit, now, transmit->bytes);
  }
  PutText(body, std::visit(EventText(), event));
  return Entry(PublishEntry::kEvent, now, body.view());
}

Result<PublishLogReader> PublishLogReader::Open(ByteView log) {
  ByteReader reader(log);
  const ByteView magic = reader.Take(kPublishLogMagic.size());
  if (!reader.ok() || std::string_view(reinterpret_cast<const char*>(magic.data()), magic.size()) !=
                          kPublishLogMagic) {
    return Damaged("it does not begin as one");
  }
  return PublishLogReader(reader);
}

Result<std::optional<PublishLogEntry>> PublishLogReader::Next() {
  if (reader_.remaining() == 0) return std::optional<PublishLogEntry>();
  const auto kind = static_cast<PublishEntry>(reader_.U8());
  const Timestamp at = Timestamp::Micros(TakeNumber(reader_));
  const std::uint32_t size = reader_.U32();
  if (size > kMostEntryBytes) return Damaged("an entry is too large");
  const ByteView body = reader_.Take(size);
  if (!reader_.ok()) return Damaged("the last entry is cut short");
  const bool is_known = (kind >= PublishEntry::kSetup && kind <= PublishEntry::kUrl) ||
                        (kind >= PublishEntry::kIdle && kind <= PublishEntry::kStandbyTransmit);
  if (!is_known) return Damaged("an entry of an unknown kind");
  return std::optional(PublishLogEntry{kind, at, body});
}

}  // namespace onair::session
