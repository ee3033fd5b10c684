// SPDX-License-Identifier: Apache-2.0
//
// A peer that knows the passwords and does anything: the input is a schedule of signed requests
// and answers with attributes of its choice, of raw bytes, and of commands between them.
#include "tests/fuzz/drive_datagrams.h"
#include "tests/fuzz/stun_attributes.h"
#include "transport/ice/agent.h"
#include "transport/ice/digest.h"

namespace {

using namespace onair;
using namespace onair::ice;

const Credentials kOurs{"aaaa", std::string(22, 'a')};
const Credentials kPeers{"bbbb", std::string(22, 'b')};

AgentConfig MakeConfig(unsigned choice) {
  AgentConfig config{.local = kOurs};
  config.role = choice & 1 ? Role::kControlled : Role::kControlling;
  config.implementation = choice & 2 ? Implementation::kLite : Implementation::kFull;
  config.stun_servers = {*SocketAddress::Parse("192.0.2.9:3478")};
  config.turn_servers = {{*SocketAddress::Parse("192.0.2.9:3478"), TurnTransport::kUdp, "u", "p"},
                         {*SocketAddress::Parse("192.0.2.9:443"), TurnTransport::kTls, "u", "p"}};
  return config;
}

void Command(Agent& agent, unsigned number, Timestamp now) {
  const SocketAddress cellular = *SocketAddress::Parse("198.51.100.77:5001");
  switch (number) {
    case 0:
      agent.HandlePathSuspect(now);
      break;
    case 1:
      static_cast<void>(agent.AddLocalAddress(cellular, 900, now).has_value());
      break;
    case 2:
      agent.RemoveLocalAddress(cellular, now);
      break;
    case 3:
      static_cast<void>(agent.Restart(kOurs, now).has_value());
      break;
    case 4:
      static_cast<void>(agent.SetRemoteCredentials(kPeers, Implementation::kFull, now).has_value());
      break;
    case 5:
      static_cast<void>(agent.Send(Bytes{0x80, 1, 2}, now).has_value());
      break;
    case 6:
      agent.HandleStreamOpened(StreamId{2}, {}, now);
      break;
    case 7:
      agent.FinishLocalAddresses(now);
      break;
    default:
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SocketAddress local = *SocketAddress::Parse("198.51.100.1:5000");
  const SocketAddress server = *SocketAddress::Parse("192.0.2.9:3478");
  if (size == 0) return 0;
  Timestamp now = Timestamp::Zero();
  auto agent = Agent::Create(MakeConfig(data[0]), Rng(1), NullTrace(), now);
  if (!agent) std::abort();
  static_cast<void>(agent->AddLocalAddress(local, 0, now).has_value());
  static_cast<void>(
      agent
          ->SetRemoteCredentials(kPeers,
                                 data[0] & 4 ? Implementation::kLite : Implementation::kFull, now)
          .has_value());

  TransactionId id{};
  DatagramPath asked{local, *SocketAddress::Parse("198.51.100.2:6000")};
  const auto settle = [&] {
    const Timestamp wake = fuzz::Settle(*agent, [&](const DatagramTransmit& transmit) {
      const auto request = StunMessage::Parse(transmit.bytes);
      if (!request || request->kind() != StunClass::kRequest) return;
      id = request->transaction();
      asked = transmit.path;
    });
    if (wake <= now) std::abort();
  };
  settle();
  fuzz::Script script(ByteView(data, size).subspan(1));
  while (const auto step = script.Next()) {
    now = now + step->wait;
    Bytes buffer(2048);
    ByteView bytes = step->bytes;
    DatagramPath path = asked;
    path.remote.port = static_cast<std::uint16_t>(path.remote.port ^ (step->choice >> 6));
    const unsigned what = step->choice & 7;
    if (what == 1 || what == 2) {  // A check.
      StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, id);
      writer.Text(StunAttribute::kUsername, "aaaa:bbbb").U32(StunAttribute::kPriority, 7);
      if (what == 2) writer.Flag(StunAttribute::kUseCandidate);
      fuzz::WriteAttributes(writer, bytes);
      bytes = writer.Integrity(AsBytes(kOurs.password)).Fingerprint().Finish();
    } else if (what == 3 || what == 4) {  // An answer.
      const StunClass kind = what == 3 ? StunClass::kSuccess : StunClass::kError;
      StunWriter writer(buffer, StunMethod::kBinding, kind, id);
      fuzz::WriteAttributes(writer, bytes);
      bytes = writer.Integrity(AsBytes(kPeers.password)).Fingerprint().Finish();
    } else if (what == 5) {
      path = {local, server};
    } else if (what == 6) {
      Command(*agent, (step->choice >> 3) & 7, now);
    } else if (what == 7) {
      const std::string_view line(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      const auto candidate = ParseCandidate(line);
      if (candidate && *candidate) agent->AddRemoteCandidate(**candidate, now);
    }
    agent->HandleDatagram({bytes, path}, now);
    agent->HandleTimeout(now);
    settle();
    if (agent->paths().size() > CheckList::kMaxPairs) std::abort();
  }
  return 0;
}
