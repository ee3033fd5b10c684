// SPDX-License-Identifier: Apache-2.0
//
// A WHIP server behind a real HTTP connection whose client sends anything. Every request is
// answered, sessions stay within their limit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "tests/transport/webrtc/local_sides.h"
#include "transport/http/server_connection.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/whip_server.h"

using namespace onair;
using namespace onair::webrtc;

namespace {

constexpr std::size_t kLimit = 3;

std::string TokenFor(std::size_t number) {
  return "tokentokentoken" + std::to_string(number);
}

WhipServer::Response Decide(WhipServer& server, const WhipServer::Request& request) {
  auto decision = server.HandleRequest(request);
  if (const auto* answer = std::get_if<WhipServer::Answer>(&decision)) return answer->response;
  if (const auto* create = std::get_if<WhipServer::Create>(&decision)) {
    const auto answer = MakeAnswer(create->offer, Ingesting());
    if (!answer) return server.Refuse(answer.error());
    return server.Accept(TokenFor(server.sessions()), *create, *answer);
  }
  if (const auto* candidates = std::get_if<WhipServer::Candidates>(&decision)) {
    return candidates->response;
  }
  if (const auto* restart = std::get_if<WhipServer::Restart>(&decision)) {
    if (restart->ice.candidates.size() % 2 == 1) return server.RefuseRestart();
    return server.AcceptRestart(restart->token, AnySide().ice);
  }
  return std::get<WhipServer::Delete>(decision).response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Timestamp now = Timestamp::Zero();
  WhipServerConfig config;
  config.session_limit = kLimit;
  config.ice_servers = {{"turn:t.test", "u", "c"}};
  WhipServer server(config);
  http::ServerConnection connection({}, now);
  connection.HandleBytes({data, size}, now);
  for (int i = 0; i < 100'000; ++i) {
    auto out = connection.Poll();
    if (std::holds_alternative<Idle>(out)) return 0;
    const auto* event = std::get_if<http::ServerConnection::Event>(&out);
    if (event == nullptr) continue;
    if (const auto* request = std::get_if<http::ServerConnection::Request>(event)) {
      const auto response = Decide(server, *request);
      // A header made of what the client sent would be refused here.
      if (!connection.Respond(response, now)) std::abort();
      if (server.sessions() > kLimit) std::abort();
    }
  }
  std::abort();  // Never settled.
}
