// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/drive_machine.h"
#include "transport/http/server_connection.h"

namespace {

// A server that answers whatever it is asked, so that pipelined requests are reached too.
class Answering {
 public:
  using Event = onair::http::ServerConnection::Event;
  Answering(onair::Timestamp now, bool streams) : connection_({}, now), streams_(streams) {}

  void HandleBytes(onair::ByteView in, onair::Timestamp now) {
    now_ = now;
    connection_.HandleBytes(in, now);
  }
  void HandleTimeout(onair::Timestamp now) { connection_.HandleTimeout(now); }
  onair::Output<Event> Poll() {
    auto out = connection_.Poll();
    const auto* event = std::get_if<Event>(&out);
    if (event != nullptr &&
        std::holds_alternative<onair::http::ServerConnection::Request>(*event)) {
      Answer();
    }
    return out;
  }

 private:
  void Answer() {
    if (!streams_) {
      if (!connection_.Respond({200, {}, {'o', 'k'}}, now_)) std::abort();
      return;
    }
    if (!connection_.StartStream(200, {}, onair::http::StreamFraming::kChunked, now_)) {
      std::abort();
    }
    connection_.WriteStream(onair::Bytes(3, 'x'), now_);
    connection_.FinishStream(now_);
  }

  onair::http::ServerConnection connection_;
  bool streams_;
  onair::Timestamp now_ = onair::Timestamp::Zero();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Answering server(onair::Timestamp::Zero(), (data[0] & 1) != 0);
  onair::fuzz::Drive(server, {data + 1, size - 1}, onair::Timestamp::Zero());
  return 0;
}
