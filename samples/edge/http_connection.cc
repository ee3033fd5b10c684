// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/check.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/machine_driver.h"
#include "samples/edge/connection.h"
#include "samples/edge/page_files.h"
#include "samples/edge/pages.h"
#include "samples/edge/rtc_service.h"
#include "samples/edge/tapped.h"
#include "samples/edge/tcp_viewer.h"
#include "transport/flv/tag.h"
#include "transport/http/server_connection.h"

namespace onair::edge {
namespace {

using Server = http::ServerConnection;

constexpr std::string_view kFlvSuffix = ".flv";

// Pages of other origins may play and read what is here: nothing depends on cookies.
http::Headers HeadersFor(const char* content_type) {
  return {{"Content-Type", content_type},
          {"Cache-Control", "no-store"},
          {"Access-Control-Allow-Origin", "*"},
          {"Content-Security-Policy", kPagePolicy},
          {"X-Content-Type-Options", "nosniff"}};
}

http::ServerConfig ConfigFor(const EdgeConfig& edge) {
  http::ServerConfig config;
  config.request_timeout = edge.setup_timeout;
  config.body_limit = DataSize::Kibibytes(64);  // The longest description that is read.
  return config;
}

// A page, a number for a monitor, or a viewer over HTTP-FLV.
class HttpConnection final : public Connection, private Viewer {
 public:
  HttpConnection(const Surroundings& around, std::unique_ptr<runtime::ByteStream> stream,
                 std::function<void()> on_closed)
      : around_(around),
        on_closed_(std::move(on_closed)),
        server_(Server(ConfigFor(around.config), runtime::Now()),
                [this](DataSize, Timestamp now) { Pump(now); }),
        driver_(
            around.loop, std::move(stream), server_,
            {.on_event = [this](Server::Event&& event,
                                Timestamp now) { std::visit([&](auto& e) { On(e, now); }, event); },
             .on_closed = [this](const Error&, Timestamp) { OnClosed(); },
             // A client that has asked may end its side and still wants its answer.
             .after_peer_end = runtime::AfterPeerEnd::kKeepSending}),
        stall_(around.config.viewer_stall_timeout),
        opening_(around, [this](Timestamp now) { Pump(now); }) {}

  ~HttpConnection() override { LeaveIfSeated(); }

  void Start() override { driver_.Start(); }

  void Close(TimeDelta flush_within, Timestamp) override {
    LeaveIfSeated();
    driver_.Do([](auto& server, Timestamp at) { server->FinishStream(at); });
    driver_.Close(flush_within);
  }

  bool IsAlive(Timestamp now) override {
    if (seat_) opening_.NoteLine(driver_.stream(), now);
    if (!stall_.IsStalled(driver_.stream(), now)) return true;
    if (seat_) ++around_.counters.viewers_stalled;
    return false;
  }

  DataSize held() const override { return driver_.stream().queued() + server_->held(); }

 private:
  // For the last answer to leave. Source: ours; a page of a thousand streams at 1 Mbit/s.
  static constexpr TimeDelta kFarewell = TimeDelta::Seconds(10);

  void On(const Server::Request& request, Timestamp now) {
    ++around_.counters.http_requests;
    // Who asks again and again and does not read must not fill the memory.
    const bool does_not_read = driver_.stream().queued() > around_.config.viewer_unsent_limit;
    if (does_not_read) return Respond(503, "text/plain", "full\n", now);
    if (webrtc::IsWhipPath(request.path)) return AnswerWhip(request, now);
    if (request.method == http::Method::kOptions) return AnswerOptions(now);
    if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
      return Respond(405, "text/plain", "only GET, HEAD and OPTIONS\n", now);
    }
    const std::string& path = request.path;
    if (path.ends_with(kFlvSuffix)) return StartFlv(request, now);
    if (around_.hub.is_full() && path != "/metrics") {
      return Respond(503, "text/plain", "full\n", now);
    }
    if (const PageFile* file = FindPageFile(path)) {
      return Respond(200, file->content_type, file->text, now);
    }
    if (path == "/api/streams") {
      return Respond(200, "application/json", StreamsJson(PlaceOf(request), Streams()), now);
    }
    if (path == "/metrics") {
      return Respond(200, "text/plain; version=0.0.4", MetricsText(around_.stats(), Streams()),
                     now);
    }
    Respond(404, "text/plain", "there is nothing here\n", now);
  }
  void On(const Server::Finished&, Timestamp) { driver_.Close(kFarewell); }
  void On(const Server::Closed& closed, Timestamp) {
    const bool is_fault = closed.error.code == ErrorCode::kHttpProtocol ||
                          closed.error.code == ErrorCode::kLimit ||
                          closed.error.code == ErrorCode::kTimeout;
    if (is_fault) ++around_.counters.http_errors;
    LeaveIfSeated();
    driver_.Close(kFarewell);
  }

  void OnClosed() {
    LeaveIfSeated();
    std::exchange(on_closed_, nullptr)();  // Destroys this.
  }

  // What we write here is ours, so refusing it would be a fault of this file.
  void Respond(int status, const char* type, std::string_view text, Timestamp now) {
    http::Headers headers = HeadersFor(type);
    if (status == 405) headers.Add("Allow", "GET, HEAD, OPTIONS");
    if (status == 503) headers.Add("Retry-After", "5");
    const auto done =
        server_->Respond({status, std::move(headers), Bytes(text.begin(), text.end())}, now);
    ONAIR_CHECK(done);
  }

  void AnswerOptions(Timestamp now) {
    const auto done = server_->Respond({204,
                                        {{"Access-Control-Allow-Origin", "*"},
                                         {"Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"},
                                         {"Access-Control-Allow-Headers", "*"},
                                         {"Access-Control-Max-Age", "86400"}},
                                        {}},
                                       now);
    ONAIR_CHECK(done);
  }

  void AnswerWhip(const Server::Request& request, Timestamp now) {
    // What clients wrote comes back in no header, so none can break the message.
    const auto done = server_->Respond(around_.rtc.Answer(request, now), now);
    ONAIR_CHECK(done);
  }

  // The media follows the head straight from shared buffers until the connection closes.
  void StartFlv(const Server::Request& request, Timestamp now) {
    const std::string name = request.path.substr(1, request.path.size() - 1 - kFlvSuffix.size());
    const bool is_head = request.method == http::Method::kHead;
    const auto seat = opening_.Join(name, ViewerKind::kFlv, *this, driver_.stream(), now);
    if (!seat) {
      const bool is_absent = seat.error().code == ErrorCode::kStreamNotFound;
      return Respond(
          is_absent ? 404 : 503, "text/plain",
          is_absent ? "nobody publishes this stream\n" : "full: " + seat.error().detail + "\n",
          now);
    }
    seat_ = *seat;
    const auto done =
        server_->StartStream(200, HeadersFor("video/x-flv"), http::StreamFraming::kUntilClose, now);
    ONAIR_CHECK(done);
    if (!is_head) return;
    LeaveIfSeated();
    server_->FinishStream(now);
  }

  void Pump(Timestamp now) override {
    if (!seat_ || is_pumping_) return;
    is_pumping_ = true;
    DataSize unsent = driver_.stream().unsent();
    while (unsent < around_.config.viewer_unsent_limit &&
           opening_.MayTake(*seat_, driver_.stream(), now)) {
      relay::Taken next = around_.hub.Next(*seat_, now);
      if (std::holds_alternative<relay::Nothing>(next)) break;
      if (auto* const* tracks = std::get_if<relay::Tracks*>(&next)) {
        tracks_ = (*tracks)->tracks;
        is_start_due_ = true;
        continue;
      }
      relay::Entry& entry = *std::get<relay::Entry*>(next);
      opening_.Sent(entry.frame, now);
      unsent += Write(entry);
    }
    is_pumping_ = false;
  }

  DataSize Write(relay::Entry& entry) {
    const std::uint32_t at_ms = flv::WireTimestamp(entry.frame.dts);
    last_ms_ = at_ms;
    if (!std::exchange(has_begun_, true)) driver_.stream().Write(flv::FileHeader(tracks_));
    if (std::exchange(is_start_due_, false)) {
      driver_.stream().Write(flv::StartTags(tracks_, at_ms));
    }
    Buffer& tag = entry.wires[static_cast<std::size_t>(WireForm::kFlvTag)];
    if (tag.empty()) tag = flv::Tag(entry.frame, at_ms, flv::CodecsOf(tracks_));
    driver_.stream().Write(tag);
    return DataSize::Bytes(static_cast<std::int64_t>(tag.size()));
  }

  void EndOfStream(Timestamp) override {
    LeaveIfSeated();
    // The closed connection alone could be an edge that restarts.
    if (has_begun_) {
      driver_.stream().Write(flv::EndTag(last_ms_, flv::CodecsOf(tracks_).video));
    }
    driver_.Do([](auto& server, Timestamp at) { server->FinishStream(at); });
  }

  void LeaveIfSeated() {
    if (!seat_) return;
    const Hub::Seat seat = *std::exchange(seat_, std::nullopt);
    opening_.End();
    around_.hub.Leave(seat, *this);
  }

  // How the asker reached this edge, for the addresses that pages show.
  Place PlaceOf(const Server::Request& request) const {
    return {std::string(request.headers.Find("Host").value_or("localhost")), around_.rtmp_port,
            around_.config.identity ? Security::kTls : Security::kPlain};
  }
  std::vector<StreamSnapshot> Streams() const { return around_.hub.Streams(); }

  const Surroundings& around_;
  std::function<void()> on_closed_;
  std::optional<Hub::Seat> seat_;
  StreamTracks tracks_;
  std::uint32_t last_ms_ = 0;  // Of the last frame's tag.
  bool is_start_due_ = false;
  bool has_begun_ = false;
  bool is_pumping_ = false;
  Tapped<Server> server_;
  runtime::MachineDriver<Tapped<Server>> driver_;
  StallWatch stall_;
  TcpViewer opening_;
};

}  // namespace

std::unique_ptr<Connection> NewHttpConnection(const Surroundings& around,
                                              std::unique_ptr<runtime::ByteStream> stream,
                                              std::function<void()> on_closed) {
  return std::make_unique<HttpConnection>(around, std::move(stream), std::move(on_closed));
}

}  // namespace onair::edge
