// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/link_header.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::webrtc {
namespace {

TEST_CASE("Servers for ICE are read from Link fields, one or several in each") {
  const http::Headers headers = {
      {"Link", "<stun:stun.example.net>; rel=\"ice-server\""},
      {"link",
       "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"user\"; "
       "credential=\"my,Pass;\\\"word\"; credential-type=\"password\", "
       "<turns:turn.example.net:5349>;rel=ice-server;username=u;credential=c"},
      {"Link", "<https://example.net/layers>; rel=\"urn:ietf:params:whep:ext:core:layer\""}};

  CHECK(IceServersIn(headers) ==
        std::vector<IceServer>{{"stun:stun.example.net", "", ""},
                               {"turn:turn.example.net?transport=udp", "user", "my,Pass;\"word"},
                               {"turns:turn.example.net:5349", "u", "c"}});
}

TEST_CASE("A server that is printed reads back") {
  const IceServer server{"turn:t.example:3478", "1700:me", "a\"b\\c"};

  CHECK(IceServersIn({{"Link", PrintIceServer(server)}}) == std::vector<IceServer>{server});
}

TEST_CASE("Broken links and other addresses are passed over") {
  const std::string text =
      GENERATE("", "x", "<", "<stun:a", "<stun:a>", "<stun:a>;", "<stun:a>; rel",
               "<stun:a>; rel=\"ice-server", "<http://a>; rel=\"ice-server\"", ";;,,<>",
               "<stun:a>; rel=\"x\"", "<stun:a> rel=ice-server");
  INFO(text);
  const auto servers = IceServersIn({{"Link", text}});
  CHECK(servers.size() <= (text.ends_with("\"ice-server") ? 1 : 0));
}

TEST_CASE("No more than eight servers are kept") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "<stun:a>; rel=ice-server, ";

  CHECK(IceServersIn({{"Link", text}}).size() == kMaxIceServers);
}

}  // namespace
}  // namespace onair::webrtc
