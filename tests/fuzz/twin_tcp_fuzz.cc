// SPDX-License-Identifier: Apache-2.0
//
// The input decides the fate of each packet between two TCP ends: passed, lost, damaged,
// doubled or late. Whatever it decides, the reader gets a prefix of what was written, and all
// of it once the input is used up.
#include <cstdlib>
#include <memory>

#include "core/twin/holding_link.h"
#include "core/twin/tcp_connection.h"

namespace {

using namespace onair;

// Shared by both ways.
struct Fate {
  const std::uint8_t* data;
  std::size_t left;
  std::uint8_t Next() {
    if (left == 0) return 0;
    --left;
    return *data++;
  }
};

class FatedLink final : public twin::HoldingLink {
 public:
  explicit FatedLink(Fate& fate) : HoldingLink("fated"), fate_(fate) {}

 private:
  void Take(twin::Packet packet, Timestamp now) override {
    const std::uint8_t byte = fate_.Next();
    const Timestamp leaves = now + TimeDelta::Millis(5 + (byte >> 3));
    switch (byte & 7) {
      case 1:
        return Drop();
      case 2:
        packet.bytes[fate_.Next() % packet.bytes.size()] ^= 0x10;
        break;
      case 3:
        CountDoubled();
        Release(packet, leaves + TimeDelta::Millis(fate_.Next()));
        break;
      case 4:
        return Release(std::move(packet), leaves + TimeDelta::Millis(2 * fate_.Next()));
      default:
        break;
    }
    Release(std::move(packet), leaves);
  }

  Fate& fate_;
};

class Reader final : public twin::StreamUser {
 public:
  void OnBytes(ByteView in) override {
    for (const std::uint8_t byte : in) {
      if (byte != static_cast<std::uint8_t>(count_++ * 31)) std::abort();
    }
  }
  void OnUnsent() override {}
  void OnClosed(const Error&) override {}
  std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Fate fate{data + 1, std::min<std::size_t>(size - 1, 400)};
  twin::World world;
  twin::SharedNetwork network(world, std::make_unique<FatedLink>(fate),
                              std::make_unique<FatedLink>(fate));
  twin::TcpSetup setup;
  setup.client.algorithm = static_cast<twin::TcpAlgorithm>(1 + data[0] % 3);
  setup.server.receive_buffer = DataSize::Kibibytes(4 + data[0] / 4);
  twin::TcpConnection connection(network, setup);
  Reader reader;
  connection.server().Attach(&reader);
  connection.ConnectAndAccept();
  constexpr std::size_t kSize = 60'000;
  Bytes bytes(kSize);
  for (std::size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31);
  connection.client().Write(std::move(bytes));
  world.RunFor(TimeDelta::Seconds(3600));
  // A SYN that was never answered, or a quarter of an hour of losses, ends it.
  const bool is_over = !connection.client().endpoint().is_connected();
  if (!is_over && reader.count() != kSize) std::abort();
  return 0;
}
