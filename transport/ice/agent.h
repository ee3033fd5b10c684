// SPDX-License-Identifier: Apache-2.0
//
// Finds a path to one peer and keeps it (RFC 8445), as a datagram machine. One component: RTP,
// RTCP and data channels are bundled. Candidates trickle both ways (RFC 8838).
//
//   AddLocalAddress() ... FinishLocalAddresses()  ->  LocalCandidate ..., GatheringDone
//   SetRemoteCredentials(), AddRemoteCandidate()  ->  checks  ->  SelectedPathChanged
//   Send()  ->  datagrams by the selected path; Data <- what came
//
// Whoever sends much asks selected_path() and, when it is direct, sends by it without this class,
// and asks AcceptsFrom() for datagrams that are neither STUN nor TURN (RFC 7983).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/rng.h"
#include "core/machine/datagram.h"
#include "core/machine/trace.h"
#include "transport/ice/agent_config.h"
#include "transport/ice/candidate.h"
#include "transport/ice/check_list.h"
#include "transport/ice/check_message.h"
#include "transport/ice/datagram_queue.h"
#include "transport/ice/gathering.h"
#include "transport/ice/path_report.h"
#include "transport/ice/relays.h"
#include "transport/ice/ring.h"
#include "transport/ice/selection.h"

namespace onair::ice {

// Single-owner, movable.
class Agent {
 public:
  enum class State { kNew = 1, kChecking, kConnected, kDisconnected, kFailed, kClosed };

  struct LocalCandidate {  // To be signalled; carries our ufrag.
    Candidate candidate;
  };
  struct GatheringDone {};  // Once a generation; later finds are still told.
  struct StateChanged {
    State state;
  };
  // Data leaves by another path from now on; nothing: there is none.
  struct SelectedPathChanged {
    std::optional<SelectedPath> path;
    SwitchReason reason;
  };
  struct Data {
    ByteView bytes;  // Stay until the next call.
    DatagramPath path;
  };
  // Open a TCP or TLS connection to a TURN server, then HandleStreamOpened() or -Closed().
  struct StreamWanted {
    StreamId id;
    SocketAddress server;
    TurnTransport transport;
    std::string host;  // For the certificate.
  };
  struct StreamBytes {  // To be written; bytes stay until the next call.
    StreamId id;
    ByteView bytes;
  };
  struct RoleChanged {  // RFC 8445 section 7.3.1.1: both sides had the same.
    Role role;
  };
  struct RelayLost {  // kTurnUnauthorized, kTurnRefused, kTimeout or the stream's error.
    Error error;
  };
  struct RestartFailed {};  // The path from before goes on.
  // kIceNoPath, kIceConsentLost. Nothing is sent any more until Restart().
  struct Failed {
    Error error;
  };
  using Event =
      std::variant<LocalCandidate, GatheringDone, StateChanged, SelectedPathChanged, Data,
                   StreamWanted, StreamBytes, RoleChanged, RelayLost, RestartFailed, Failed>;

  // kInvalidConfig or kIceMalformed by `config`; kUnsupported in a build without digests.
  // `trace` outlives the agent.
  static Result<Agent> Create(const AgentConfig& config, Rng rng, TraceSink& trace, Timestamp now);

  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleTimeout(Timestamp now);
  // `ends`: the connection's; its remote one is the server.
  void HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now);
  void HandleStreamBytes(StreamId id, ByteView in, Timestamp now);
  void HandleStreamClosed(StreamId id, const Error& why, Timestamp now);
  // Media says that the selected path fails (feedback is missing, the system changed networks):
  // all others are asked at once, and the first that answers when this one does not is taken.
  void HandlePathSuspect(Timestamp now);

  // A bound socket. `network_cost` as in Candidate. kLimit past Gathering::kMaxBases.
  Status AddLocalAddress(const SocketAddress& base, std::uint16_t network_cost, Timestamp now);
  // Its socket is gone; what used it moves to another path at once.
  void RemoveLocalAddress(const SocketAddress& base, Timestamp now);
  // A server that was heard of after Create(): asked from every address, present and future.
  // kLimit past AgentConfig::kMaxServers; kInvalidConfig.
  Status AddStunServer(const SocketAddress& server, Timestamp now);
  Status AddTurnServer(const TurnServer& server, Timestamp now);
  // All addresses of the present were added: GatheringDone may come.
  void FinishLocalAddresses(Timestamp now);

  // As the descriptions say, before SetRemoteCredentials(); a lite side stays controlled.
  void SetRole(Role role, Timestamp now);
  // From the peer's description. kIceMalformed; kInvalidState when others were set: a peer's
  // restart wants ours first.
  Status SetRemoteCredentials(const Credentials& remote, Implementation peer, Timestamp now);
  // May come before the credentials. Those of another generation and over the bounds of CheckList
  // are dropped and counted.
  void AddRemoteCandidate(const Candidate& candidate, Timestamp now);

  // RFC 8445 section 9: new credentials, new checks; the present path goes on meanwhile.
  // kIceMalformed, kInvalidState after Close().
  Status Restart(const Credentials& local, Timestamp now);

  // kInvalidState without a path; kLimit over kMaxDatagramBytes.
  Status Send(ByteView payload, Timestamp now);
  // Gives relayed addresses back (last transmits). No event follows.
  void Close(Timestamp now);

  [[nodiscard]] DatagramOutput<Event> Poll();

  // Whether data may be taken from there: an authentic check came by it. Counts as a sign of life.
  [[nodiscard]] bool AcceptsFrom(const DatagramPath& path, Timestamp now);
  std::optional<SelectedPath> selected_path() const;
  // Of every pair that exists, best first.
  std::vector<PathReport> paths() const;
  State state() const { return state_; }
  Role role() const { return role_; }
  const Credentials& local_credentials() const { return current_.local; }
  AgentStats stats() const;

 private:
  struct Session {
    Credentials local;
    std::optional<Credentials> remote = {};
  };

  Agent(const AgentConfig& config, Rng rng, TraceSink& trace, Timestamp now);

  // agent.cc: what comes in, and what follows.
  void Advance(Timestamp now);
  void Settle();
  void TakeFound();
  void GatherAgain();
  void HandleInner(ByteView bytes, const DatagramPath& path);
  void HandleData(ByteView bytes, const DatagramPath& path);
  void OnRelayEvent(const Relays::Event& event);
  void Forget(const Pair& pair);
  void Tell(Event event);
  void SetState(State state);
  void Fail(ErrorCode code, const char* detail);
  Idle Wake();
  Timestamp FirstDeadline() const;

  // agent_checks.cc: requests and answers.
  void OnRequest(const StunMessage& request, const DatagramPath& path);
  void OnAuthenticRequest(const Check& check, const DatagramPath& path);
  void OnLiteRequest(const Check& check, Pair& pair);
  void OnAnswer(const StunMessage& answer, const DatagramPath& path);
  void OnSuccess(Pair& pair, const Ping& ping);
  void OnRefusal(Pair& pair, const Ping& ping, int error);
  bool ResolveConflict(const Check& check);
  void SwitchRole(Role role);
  void StartCheck(Pair& pair);
  void RunChecks();
  void SendPing(Pair& pair, bool nominates);
  void PinSelected();
  void Transmit(const DatagramPath& path, int relay, ByteView bytes);
  const Session* SessionOf(const Pair& pair) const;
  bool MayCheck() const;

  // agent_paths.cc: which path is used.
  void RunPaths();
  void ExpireConsent();
  void RunPings();
  void RunPing(Pair& pair);
  void Evaluate();
  void EvaluateControlling(const Pair& selected);
  bool LeaveQuiet(const Pair& selected);
  void OnNominated(Pair& pair);
  void Select(std::uint32_t id, SwitchReason reason);
  void Deselect(SwitchReason reason);
  void Nominate();
  void CheckPatience();
  bool IsBusyAbove(const Pair& selected) const;
  Alarmed alarm() const;

  AgentConfig config_;
  Rng rng_;
  TraceSink* trace_;
  TransactionIds ids_;
  Timestamp now_;
  State state_ = State::kNew;
  Role role_;
  std::uint64_t tie_breaker_;
  bool is_peer_lite_ = false;
  Session current_;
  std::optional<Session> previous_;  // While a path from before a restart is in use.

  Gathering gathering_;
  Relays relays_;
  CheckList checks_;
  bool is_local_finished_ = false;
  bool is_gathering_told_ = false;
  Timestamp gathering_ends_at_ = Timestamp::PlusInfinity();

  Timestamp pace_at_ = Timestamp::MinusInfinity();
  std::uint32_t selected_ = 0;  // A pair's id; 0: none.
  Timestamp selected_at_ = Timestamp::MinusInfinity();
  bool is_settled_ = false;  // Controlling: the selected pair was nominated.
  Timestamp settle_at_ = Timestamp::PlusInfinity();
  std::optional<Timestamp> suspected_at_;
  Timestamp give_up_at_ = Timestamp::PlusInfinity();

  DatagramQueue outbox_;
  DatagramQueue inbox_;
  Ring<Event, 64> events_;
  AgentStats stats_;
};

// Static text for traces: "connected".
std::string_view ToString(Agent::State state);

}  // namespace onair::ice
