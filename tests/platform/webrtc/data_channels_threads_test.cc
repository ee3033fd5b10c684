// SPDX-License-Identifier: Apache-2.0
//
// Data channels of several threads share one SCTP engine, whose timers act for all of them on
// whichever thread moves the time.
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "transport/webrtc/data_channels.h"

namespace onair::webrtc {
namespace {

constexpr int kRounds = 40;
constexpr int kMessages = 20;

Timestamp Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

// Drains `from` into `to`; the messages that came to `from`.
int Pass(DataChannels& from, DataChannels& to) {
  int came = 0;
  for (;;) {
    auto out = from.Poll();
    if (std::holds_alternative<Idle>(out)) return came;
    if (const auto* packet = std::get_if<DataChannels::Outgoing>(&out)) {
      to.HandleDatagram(packet->bytes, Now());
    } else {
      const auto& event = std::get<DataChannels::Event>(out);
      came += std::holds_alternative<DataChannels::Message>(event) ? 1 : 0;
    }
  }
}

int PassBoth(DataChannels& a, DataChannels& b) {
  a.HandleTimeout(Now());
  b.HandleTimeout(Now());
  const int came = Pass(a, b);
  return came + Pass(b, a);
}

// One thread's associations, one after the other; the messages that arrived.
int Talk() {
  int came = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto a = DataChannels::Create({.role = dtls::Role::kActive}, Now()).value();
    auto b = DataChannels::Create({.role = dtls::Role::kPassive}, Now()).value();
    const ChannelId id = a.Open({.label = "x"}, Now()).value();
    const Timestamp end = Now() + TimeDelta::Seconds(10);
    for (int sent = 0, here = 0; here < kMessages && Now() < end;) {
      const Bytes message(3000);
      if (sent < kMessages && a.Send(id, MessageKind::kBinary, message, Now())) ++sent;
      const int more = PassBoth(a, b);
      here += more;
      came += more;
      // Lets another thread's time run this one's timers.
      if (more == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
  }
  return came;
}

TEST_CASE("data channels of several threads come and go without touching each other") {
  std::array<int, 3> came{};
  std::array<std::thread, 3> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread([&came, i] { came[i] = Talk(); });
  }
  for (std::thread& thread : threads) thread.join();

  for (const int count : came) CHECK(count == kRounds * kMessages);
}

}  // namespace
}  // namespace onair::webrtc
