// SPDX-License-Identifier: Apache-2.0
//
// A WHIP or WHEP client whose server says anything at any time, through redirects, restarts and
// the farewell. Script: its first byte chooses the role; then steps of
//   what (1 byte), length (2 bytes), bytes of the server.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/signalling_client.h"
#include "transport/webrtc/whip_client.h"

using namespace onair;
using namespace onair::webrtc;

namespace {

class Driver {
 public:
  explicit Driver(SignallingRole role)
      : client_({}, std::make_unique<WhipClient>(
                        WhipConfig{role, ParseUrl("http://edge.test/whip").value(), "token"})) {}

  void Run(ByteView script) {
    client_.Offer(MakeOffer(Publishing()).value(), now_);
    Settle();
    while (script.size() >= 3) {
      const std::uint8_t what = script[0];
      const std::size_t length = static_cast<std::size_t>((script[1] << 8 | script[2]) & 0x0fff);
      script = script.subspan(3);
      const ByteView bytes = script.first(std::min(length, script.size()));
      script = script.subspan(bytes.size());
      Do(what, bytes);
      Settle();
    }
    client_.Close(now_);
    Settle();
    now_ = now_ + TimeDelta::Seconds(10);
    client_.HandleTimeout(now_);
    Settle();
    if (!has_ended_) std::abort();  // Close() ends whatever the server does.
  }

 private:
  void Do(std::uint8_t what, ByteView bytes) {
    IceDescription ice = AnySide().ice;
    switch (what & 7) {
      case 0:
        return client_.HandleClosed({ErrorCode::kPeerClosed, ""}, now_);
      case 1:
        return client_.Trickle(ice, now_);
      case 2:
        return client_.RestartIce(ice, now_);
      case 3:
        now_ = now_ + TimeDelta::Millis(what * 16);
        return client_.HandleTimeout(now_);
      case 4:
        return client_.AskIceServers(now_);
      case 5:
        return client_.Answer(MakeOffer(Playing()).value(), now_);
      default:
        return client_.HandleBytes(bytes, now_);
    }
  }

  void Settle() {
    for (int i = 0; i < 1000; ++i) {
      auto out = client_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        if (idle->wake_at <= now_ && !is_due_) {
          is_due_ = true;
          client_.HandleTimeout(now_);
          continue;
        }
        if (idle->wake_at <= now_) std::abort();  // Would spin.
        is_due_ = false;
        return;
      }
      const auto* event = std::get_if<SignallingClient::Event>(&out);
      if (event == nullptr) continue;
      if (std::holds_alternative<SignallingClient::OpenStream>(*event)) {
        client_.HandleConnected(now_);
      } else if (const auto* said = std::get_if<Signalling::Event>(event)) {
        has_ended_ = has_ended_ || std::holds_alternative<Signalling::Ended>(*said) ||
                     std::holds_alternative<Signalling::Failed>(*said);
      }
    }
    std::abort();  // Never settled.
  }

  SignallingClient client_;
  Timestamp now_ = Timestamp::Zero();
  bool is_due_ = false;
  bool has_ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Driver((data[0] & 1) != 0 ? SignallingRole::kPlay : SignallingRole::kPublish)
      .Run({data + 1, size - 1});
  return 0;
}
