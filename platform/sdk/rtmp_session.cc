// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/rtmp_session.h"

#include <type_traits>
#include <utility>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "transport/cc/registry.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair {
namespace {

using session::Publish;

// 2: parameters of the controller.
constexpr std::uint8_t kVersion = 2;

// More than any controller takes.
constexpr std::size_t kMostParameters = 64;

// One list of fields for both directions.
template <typename Setup, typename Visitor>
void VisitFields(Setup& s, Visitor&& visit) {
  auto& session = s.session;
  auto& limits = s.controller.limits;
  visit(s.url);
  visit(session.connect_timeout);
  visit(session.queue_span);
  visit(session.queue_size);
  visit(session.unsent_limit);
  visit(session.write_stall_timeout);
  visit(session.standby_after);
  visit(session.url_refresh);
  visit(session.url_refresh_timeout);
  visit(session.max_redirects);
  visit(session.hevc_rtmp);
  visit(session.reconnect.max_attempts);
  visit(session.reconnect.first_delay);
  visit(session.reconnect.max_delay);
  visit(session.reconnect.factor);
  visit(session.reconnect.jitter);
  visit(s.video);
  visit(s.video_rate);
  visit(s.audio_rate);
  visit(s.controller.name);
  visit(limits.min_rate);
  visit(limits.max_rate);
  visit(limits.start_rate);
  visit(limits.audio_rate);
  visit(s.controller.parameters);
  visit(s.seed);
}

class Writer {
 public:
  template <typename T>
  void operator()(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      out_.U32(static_cast<std::uint32_t>(value.size())).Text(value);
    } else if constexpr (std::is_same_v<T, double>) {
      out_.F64(value);
    } else if constexpr (std::is_same_v<T, cc::Parameters>) {
      out_.U32(static_cast<std::uint32_t>(value.size()));
      for (const cc::Parameter& parameter : value) {
        (*this)(parameter.name);
        (*this)(parameter.value);
      }
    } else {
      out_.U64(static_cast<std::uint64_t>(Number(value)));
    }
  }
  ByteWriter& out() { return out_; }

 private:
  static std::int64_t Number(TimeDelta value) { return value.us(); }
  static std::int64_t Number(DataSize value) { return value.bytes(); }
  static std::int64_t Number(DataRate value) { return value.bps(); }
  template <typename T>
  static std::int64_t Number(const T& value) {
    return static_cast<std::int64_t>(value);
  }
  ByteWriter out_;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : in_(bytes) {}
  ByteReader& in() { return in_; }

  void operator()(std::string& value) {
    const ByteView text = in_.Take(in_.U32());
    value.assign(text.begin(), text.end());
  }
  void operator()(double& value) { value = in_.F64(); }
  void operator()(cc::Parameters& value) {
    const std::size_t count = in_.U32();
    if (count > kMostParameters) return in_.Skip(in_.remaining() + 1);  // Not ok from here on.
    value.resize(count);
    for (cc::Parameter& parameter : value) {
      (*this)(parameter.name);
      (*this)(parameter.value);
    }
  }
  void operator()(TimeDelta& value) { value = TimeDelta::Micros(Number()); }
  void operator()(DataSize& value) { value = DataSize::Bytes(Number()); }
  void operator()(DataRate& value) { value = DataRate::BitsPerSec(Number()); }
  template <typename T>
  void operator()(T& value) {
    value = static_cast<T>(Number());
  }

 private:
  std::int64_t Number() { return static_cast<std::int64_t>(in_.U64()); }
  ByteReader in_;
};

tl::unexpected<Error> Damaged(const std::string& what) {
  return Fail(ErrorCode::kFileMalformed, "input log: its setup: " + what);
}

template <typename E>
bool IsBelow(E value, E end) {
  return value >= E{1} && value <= end;
}

}  // namespace

Result<std::unique_ptr<cc::Controller>> MakeChosen(const ControllerChoice& choice) {
  if (choice.name.empty()) return nullptr;
  return cc::MakeController(choice.name, choice.limits, choice.parameters);
}

Bytes Serialize(const RtmpSessionSetup& setup) {
  Writer writer;
  writer.out().U8(kVersion);
  VisitFields(setup, writer);
  return writer.out().Take();
}

Result<RtmpSessionSetup> ParseRtmpSessionSetup(ByteView bytes) {
  Reader reader(bytes);
  if (reader.in().U8() != kVersion) return Damaged("of another version");
  RtmpSessionSetup setup;
  VisitFields(setup, reader);
  if (!reader.in().ok()) return Damaged("cut short");
  const bool is_sound = IsBelow(setup.video, VideoCodec::kH265) &&
                        IsBelow(setup.session.hevc_rtmp, HevcSignalling::kLegacy12) &&
                        IsBelow(setup.session.url_refresh, UrlRefresh::kBeforeAttempts);
  if (!is_sound) return Damaged("an unknown choice");
  if (auto status = setup.session.Validate(); !status) return Damaged(status.error().detail);
  return setup;
}

Result<std::unique_ptr<RtmpSession>> RtmpSession::Make(RtmpSessionSetup setup, TraceSink& trace,
                                                       Wrap wrap) {
  auto url = ParseUrl(setup.url);
  if (!url) return Forward(url);
  auto address = rtmp::ParseRtmpStreamUrl(*url);
  if (!address) return Forward(address);
  auto controller = MakeChosen(setup.controller);
  if (!controller) return Forward(controller);
  // Paths lead back to it: it stays where it is.
  std::unique_ptr<RtmpSession> session(new RtmpSession(std::move(setup), trace, std::move(wrap)));
  session->publish_ = std::make_unique<Publish>(
      session->setup_.session, session->PathTo(*address),
      [s = session.get()](const std::string& to) { return s->FindPath(to); },
      Rng(session->seeds_.Next()), trace);
  if (*controller) session->publish_->SetController(std::move(*controller));
  return session;
}

RtmpSession::RtmpSession(RtmpSessionSetup setup, TraceSink& trace, Wrap wrap)
    : setup_(std::move(setup)), trace_(trace), wrap_(std::move(wrap)), seeds_(setup_.seed) {}

Publish::Path RtmpSession::PathTo(const rtmp::RtmpUrl& address) {
  return {address.endpoint, [this, address](Timestamp now) { return MakeTransport(address, now); }};
}

Result<Publish::Path> RtmpSession::FindPath(const std::string& to) {
  auto url = ParseUrl(to);
  if (!url) return Forward(url);
  auto address = rtmp::ParseRtmpStreamUrl(*url);
  if (!address) return Forward(address);
  return PathTo(*address);
}

std::unique_ptr<PublishTransport> RtmpSession::MakeTransport(const rtmp::RtmpUrl& address,
                                                             Timestamp now) {
  rtmp::PublishClientConfig config;
  config.rates = {.video = setup_.video_rate, .audio = setup_.audio_rate};
  config.video = setup_.video;
  config.hevc = setup_.session.hevc_rtmp;
  std::unique_ptr<PublishTransport> client =
      std::make_unique<rtmp::PublishClient>(address, config, Rng(seeds_.Next()), trace_, now);
  return wrap_ ? wrap_(std::move(client)) : std::move(client);
}

}  // namespace onair
