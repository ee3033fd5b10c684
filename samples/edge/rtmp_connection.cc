// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "core/base/rng.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/machine_driver.h"
#include "samples/edge/connection.h"
#include "samples/edge/publish_key.h"
#include "samples/edge/tapped.h"
#include "samples/edge/tcp_viewer.h"
#include "transport/http/target.h"
#include "transport/rtmp/server_session.h"

namespace onair::edge {
namespace {

using Session = rtmp::ServerSession;

bool HasKey(const std::string& query, const std::string& key) {
  const auto parsed = http::ParseQuery(query);
  return IsPublishKey(parsed ? parsed->Find("key") : std::nullopt, key);
}

rtmp::ServerSessionConfig ConfigFor(const EdgeConfig& edge) {
  rtmp::ServerSessionConfig config;
  config.setup_timeout = edge.setup_timeout;
  config.publisher_timeout = edge.publisher_timeout;
  return config;
}

// A publisher or a viewer over RTMP.
class RtmpConnection final : public Connection, private Viewer, private Publisher {
 public:
  RtmpConnection(const Surroundings& around, std::unique_ptr<runtime::ByteStream> stream,
                 std::function<void()> on_closed)
      : around_(around),
        on_closed_(std::move(on_closed)),
        session_(Session(ConfigFor(around.config), Rng(std::random_device{}()), runtime::Now()),
                 [this](DataSize, Timestamp now) { Pump(now); }),
        driver_(
            around.loop, std::move(stream), session_,
            {.on_event = [this](Session::Event&& event,
                                Timestamp now) { std::visit([&](auto& e) { On(e, now); }, event); },
             .on_closed = [this](const Error&, Timestamp now) { OnClosed(now); }}),
        stall_(around.config.viewer_stall_timeout),
        opening_(around, [this](Timestamp now) { Pump(now); }) {}

  ~RtmpConnection() override { Release(PublishEnd::kLost, runtime::Now()); }

  void Start() override { driver_.Start(); }

  void Close(TimeDelta flush_within, Timestamp now) override {
    if (seat_) {
      Leave();
      driver_.Do([](auto& session, Timestamp at) { session->EndPlay(at); });
    }
    Release(PublishEnd::kInOrder, now);
    driver_.Close(flush_within);
  }

  void RequestReconnect(const std::string& tc_url, Timestamp) override {
    driver_.Do([&](auto& session, Timestamp at) { session->RequestReconnect(tc_url, at); });
  }

  bool IsAlive(Timestamp now) override {
    if (seat_) opening_.NoteLine(driver_.stream(), now);
    if (!seat_ || !stall_.IsStalled(driver_.stream(), now)) return true;
    ++around_.counters.viewers_stalled;
    return false;
  }

  DataSize held() const override { return driver_.stream().queued() + session_->pending(); }

 private:
  static constexpr TimeDelta kFarewell = TimeDelta::Seconds(2);

  void On(const Session::PublishRequested& request, Timestamp now) {
    if (!HasKey(request.query, around_.config.publish_key)) {
      ++around_.counters.publishers_refused;
      return session_->RejectPublish({ErrorCode::kPublishRejected, "wrong publish key"}, now);
    }
    Release(PublishEnd::kInOrder, now);
    auto channel = around_.hub.Publish(request.app + "/" + request.stream_key, *this, now);
    if (!channel) {
      const Error& why = channel.error();
      // A name that is taken and a full server are worth another try; a bad name is not.
      const bool is_bad = why.code == ErrorCode::kInvalidUrl;
      return session_->RejectPublish({is_bad ? ErrorCode::kPublishRejected : why.code, why.detail},
                                     now);
    }
    published_ = *channel;
    session_->AcceptPublish(now);
  }

  void On(const Session::PlayRequested& request, Timestamp now) {
    Release(PublishEnd::kInOrder, now);
    const auto seat = opening_.Join(request.app + "/" + request.stream_key, ViewerKind::kRtmp,
                                    *this, driver_.stream(), now);
    if (!seat) {
      const bool is_absent = seat.error().code == ErrorCode::kStreamNotFound;
      return session_->RejectPlay(
          {is_absent ? ErrorCode::kStreamNotFound : ErrorCode::kRtmpRejected,
           is_absent ? "nobody publishes this stream" : "full: " + seat.error().detail},
          now);
    }
    seat_ = *seat;
    session_->AcceptPlay(now);
  }

  void On(const Session::TracksChanged& changed, Timestamp now) {
    if (published_ != nullptr) around_.hub.SetTracks(*published_, *this, changed.tracks, now);
  }
  void On(EncodedFrame& frame, Timestamp now) {
    if (published_ != nullptr) around_.hub.Push(*published_, *this, std::move(frame), now);
  }
  void On(const Session::Metadata&, Timestamp) {}
  void On(const Session::StreamStopped&, Timestamp now) { Release(PublishEnd::kInOrder, now); }
  void On(const Session::Closed&, Timestamp now) {
    Release(PublishEnd::kLost, now);
    driver_.Close(kFarewell);
  }

  void OnClosed(Timestamp now) {
    Release(PublishEnd::kLost, now);
    std::exchange(on_closed_, nullptr)();  // Destroys this.
  }

  void Pump(Timestamp now) override {
    if (!seat_ || is_pumping_) return;
    is_pumping_ = true;
    DataSize unsent = driver_.stream().unsent();
    driver_.Do([&](auto& session, Timestamp) {
      while (unsent < around_.config.viewer_unsent_limit &&
             opening_.MayTake(*seat_, driver_.stream(), now)) {
        const relay::Taken next = around_.hub.Next(*seat_, now);
        if (std::holds_alternative<relay::Nothing>(next)) break;
        if (auto* const* tracks = std::get_if<relay::Tracks*>(&next)) {
          session->SetTracks((*tracks)->tracks, now);
          continue;
        }
        const EncodedFrame& frame = std::get<relay::Entry*>(next)->frame;
        opening_.Sent(frame, now);
        session->Send(frame, now);
        unsent += DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
      }
    });
    is_pumping_ = false;
  }

  // Told as final: a client that came back for its name would only be taken over again, or
  // take over for ever.
  void TakenOver(Timestamp) override {
    published_ = nullptr;
    driver_.Do([](auto& session, Timestamp at) {
      session->RejectPublish({ErrorCode::kPublishRejected, "another connection took over"}, at);
    });
  }

  void EndOfStream(Timestamp) override {
    Leave();
    driver_.Do([](auto& session, Timestamp at) { session->EndPlay(at); });
    driver_.Close(kFarewell);
  }

  void Leave() {
    const Hub::Seat seat = *std::exchange(seat_, std::nullopt);
    opening_.End();
    around_.hub.Leave(seat, *this);
  }

  // Gives back whatever this connection holds of the hub.
  void Release(PublishEnd how, Timestamp now) {
    if (seat_) Leave();
    if (published_ != nullptr) {
      around_.hub.Unpublish(*std::exchange(published_, nullptr), *this, how, now);
    }
  }

  const Surroundings& around_;
  std::function<void()> on_closed_;
  Hub::Channel* published_ = nullptr;
  std::optional<Hub::Seat> seat_;
  bool is_pumping_ = false;
  Tapped<Session> session_;
  runtime::MachineDriver<Tapped<Session>> driver_;
  StallWatch stall_;
  TcpViewer opening_;
};

}  // namespace

std::unique_ptr<Connection> NewRtmpConnection(const Surroundings& around,
                                              std::unique_ptr<runtime::ByteStream> stream,
                                              std::function<void()> on_closed) {
  return std::make_unique<RtmpConnection>(around, std::move(stream), std::move(on_closed));
}

}  // namespace onair::edge
