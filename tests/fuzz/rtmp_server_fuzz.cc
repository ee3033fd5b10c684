// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/server_session.h"

namespace {

using namespace onair;

// A server that says yes, so that what lies behind acceptance is reached too.
class Accepting {
 public:
  using Event = rtmp::ServerSession::Event;
  explicit Accepting(Timestamp now) : session_({}, Rng(1), now), now_(now) {}

  void HandleBytes(ByteView in, Timestamp now) { session_.HandleBytes(in, now_ = now); }
  void HandleUnsent(DataSize unsent, Timestamp now) { session_.HandleUnsent(unsent, now); }
  void HandleTimeout(Timestamp now) { session_.HandleTimeout(now); }
  Output<Event> Poll() {
    auto out = session_.Poll();
    if (const auto* event = std::get_if<Event>(&out)) {
      if (std::holds_alternative<rtmp::ServerSession::PublishRequested>(*event)) {
        session_.AcceptPublish(now_);
      }
      if (std::holds_alternative<rtmp::ServerSession::PlayRequested>(*event)) {
        session_.AcceptPlay(now_);
        session_.Send(
            {Buffer::Own(Bytes(9)), FrameKind::kAudio, MediaTime::Zero(), MediaTime::Zero(), now_},
            now_);
      }
    }
    return out;
  }

 private:
  rtmp::ServerSession session_;
  Timestamp now_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Timestamp now = Timestamp::Zero();
  Accepting server(now);
  // Odd inputs begin behind the handshake, whose bytes mean nothing.
  Bytes handshake(1 + 2 * rtmp::kHandshakeBlock);
  handshake[0] = 3;
  if ((data[0] & 1) != 0) server.HandleBytes(handshake, now);
  fuzz::Drive(server, {data + 1, size - 1}, now);
  return 0;
}
