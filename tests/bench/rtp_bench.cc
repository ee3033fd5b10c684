// SPDX-License-Identifier: Apache-2.0
//
// What a packet costs: payload into the history, pacer, numbers of its sending, SRTP; and back.
//   rtp_bench [packets]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "tests/bench/stopwatch.h"
#include "tests/support/count_new.h"
#include "transport/rtp/transport.h"

namespace {

using namespace onair;
using namespace onair::rtp;

constexpr std::uint32_t kSsrc = 7;
constexpr int kBatch = 64;

struct Cost {
  std::vector<double> send_ns;  // Of a packet, by batch: the median knows no preemption.
  std::vector<double> receive_ns;
  std::int64_t allocations = 0;
  std::int64_t bytes = 0;
};

Transport MakeEnd(SrtpSuite suite, std::uint32_t local) {
  ExtensionMap extensions;
  extensions.Add(ExtensionKind::kMid, 1);
  extensions.Add(ExtensionKind::kAbsSendTime, 2);
  extensions.Add(ExtensionKind::kTransportSequence, 3);
  auto end = Transport::Make(
      {.clock = {}, .cname = "bench", .local_ssrc = local, .extensions = extensions}, Rng(local));
  const SrtpKey key{.suite = suite};
  if (!end || !end->SetKeys(key, key)) std::abort();
  return std::move(*end);
}

// One batch of full packets, sent and received; nothing is lost.
class Line {
 public:
  explicit Line(SrtpSuite suite) : sender_(MakeEnd(suite, 1)), receiver_(MakeEnd(suite, 2)) {
    const RtxConfig rtx{.ssrc = 8, .payload_type = 97};
    if (!sender_.AddSendStream({.ssrc = kSsrc, .payload_type = 96, .rtx = rtx, .mid = "0"}) ||
        !receiver_.AddReceiveStream({.ssrc = kSsrc, .payload_type = 96, .rtx = rtx})) {
      std::abort();
    }
    sender_.SetRates(DataRate::KilobitsPerSec(10'000'000), std::nullopt);
    for (Bytes& bytes : wire_) bytes.reserve(kMaxDatagramBytes);
  }

  void Run(Cost& cost) {
    now_ += TimeDelta::Millis(10);
    Send(cost);
    Receive(cost);
    Answer();
  }

 private:
  void Send(Cost& cost) {
    struct Written {
      std::size_t size;
      Marker marker;
    };
    const std::size_t size = sender_.max_payload_bytes(kSsrc);
    int left = kBatch;
    const bench::Stopwatch watch;
    sender_.SendFrame(kSsrc, {.timestamp = 0, .captured_at = now_}, now_,
                      [&](std::span<std::uint8_t> room) -> std::optional<Written> {
                        if (left-- == 0) return std::nullopt;
                        std::copy_n(media_.begin(), size, room.begin());
                        return Written{size, left == 0 ? Marker::kSet : Marker::kClear};
                      });
    sent_ = 0;
    while (true) {
      const auto output = sender_.Poll();
      if (std::holds_alternative<Idle>(output)) break;
      const auto* protected_bytes = std::get_if<Transport::Protected>(&output);
      if (protected_bytes == nullptr || sent_ == wire_.size()) continue;
      wire_[sent_++].assign(protected_bytes->bytes.begin(), protected_bytes->bytes.end());
    }
    cost.send_ns.push_back(watch.Seconds() * 1e9 / kBatch);
    for (std::size_t i = 0; i < sent_; ++i)
      cost.bytes += static_cast<std::int64_t>(wire_[i].size());
  }
  void Receive(Cost& cost) {
    const bench::Stopwatch watch;
    for (std::size_t i = 0; i < sent_; ++i) {
      receiver_.HandlePacket(wire_[i], now_);
      while (!std::holds_alternative<Idle>(receiver_.Poll())) {
      }
    }
    cost.receive_ns.push_back(watch.Seconds() * 1e9 / kBatch);
  }
  // Feedback and reports, not timed.
  void Answer() {
    receiver_.HandleTimeout(now_ + TimeDelta::Millis(1));
    while (true) {
      const auto output = receiver_.Poll();
      if (std::holds_alternative<Idle>(output)) return;
      if (const auto* reply = std::get_if<Transport::Protected>(&output)) {
        reply_.assign(reply->bytes.begin(), reply->bytes.end());
        sender_.HandlePacket(reply_, now_);
        while (!std::holds_alternative<Idle>(sender_.Poll())) {
        }
      }
    }
  }

  Transport sender_;
  Transport receiver_;
  Bytes media_ = Bytes(kMaxDatagramBytes, 0x55);
  std::vector<Bytes> wire_ = std::vector<Bytes>(kBatch + 4);
  Bytes reply_ = Bytes(kMaxDatagramBytes);
  std::size_t sent_ = 0;
  Timestamp now_ = Timestamp::Zero();
};

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Cost Measure(SrtpSuite suite, int packets) {
  Line line(suite);
  Cost warm_up;
  for (int i = 0; i < 1'000; ++i) line.Run(warm_up);
  Cost cost;
  cost.send_ns.reserve(static_cast<std::size_t>(packets / kBatch));
  cost.receive_ns.reserve(static_cast<std::size_t>(packets / kBatch));
  const std::int64_t before = test::NewCalls();
  for (int i = 0; i < packets / kBatch; ++i) line.Run(cost);
  cost.allocations = test::NewCalls() - before;
  return cost;
}

}  // namespace

int main(int argc, char** argv) {
  const int packets = std::max(kBatch, argc > 1 ? std::atoi(argv[1]) : 400'000) / kBatch * kBatch;
  std::printf("%-26s %10s %10s %12s %14s\n", "suite", "send ns", "receive ns", "bytes/packet",
              "new/1e6 pkts");
  const std::pair<const char*, SrtpSuite> suites[] = {
      {"AES128_CM_SHA1_80", SrtpSuite::kAes128CmSha1_80},
      {"AEAD_AES_128_GCM", SrtpSuite::kAeadAes128Gcm}};
  for (const auto& [name, suite] : suites) {
    const Cost cost = Measure(suite, packets);
    std::printf("%-26s %10.0f %10.0f %12.0f %14.1f\n", name, Median(cost.send_ns),
                Median(cost.receive_ns), static_cast<double>(cost.bytes) / packets,
                static_cast<double>(cost.allocations) * 1e6 / packets);
  }
}
