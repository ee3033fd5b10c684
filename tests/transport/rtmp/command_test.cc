// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/command.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtmp {
namespace {

Message Of(Bytes body, MessageType type = MessageType::kCommandAmf0) {
  return {static_cast<std::uint8_t>(type), 0, 0, Buffer::Own(std::move(body))};
}

TEST_CASE("A status round-trips through a command") {
  const auto command = ParseCommand(Of(StatusBody("error", "NetStream.Publish.BadName", "taken")));

  REQUIRE(command);
  CHECK(command->name == "onStatus");
  const StatusInfo status = ParseStatus(*command);
  CHECK(status.is_error);
  CHECK(Words(status) == "NetStream.Publish.BadName: taken");
}

TEST_CASE("An AMF3 command has one byte in front of AMF0") {
  Bytes body = {0};
  const Bytes amf0 = BeginCommand("createStream", 4).Take();
  body.insert(body.end(), amf0.begin(), amf0.end());

  const auto command = ParseCommand(Of(body, MessageType::kCommandAmf3));

  REQUIRE(command);
  CHECK(command->transaction == 4);
}

TEST_CASE("Words of a peer are shortened and made printable") {
  const std::string wild = "a\n\x1b[31m" + std::string(1000, 'x');
  const auto command = ParseCommand(Of(StatusBody("error", "c", wild)));

  const StatusInfo status = ParseStatus(*command);

  CHECK(status.description.size() == 200);
  CHECK(status.description.substr(0, 7) == "a  [31m");
}

TEST_CASE("What does not begin with a name and a number is no command") {
  CHECK_FALSE(ParseCommand(Of({})));
  CHECK_FALSE(ParseCommand(Of({0x05, 0x05})));
  CHECK_FALSE(ParseCommand(Of({0x02, 0, 1, 'a', 0x00, 0x3f})));       // Cut off in the number.
  CHECK_FALSE(ParseCommand(Of({0x02, 0, 1, 'a', 0x02, 0, 1, 'b'})));  // Two names.
}

TEST_CASE("A name alone is a notice that wants no answer") {
  const auto command = ParseCommand(Of(amf0::Writer().Text("onFCPublish").Take()));

  REQUIRE(command);
  CHECK(command->name == "onFCPublish");
  CHECK(command->transaction == 0);
  CHECK(command->arguments.empty());
}

TEST_CASE("A redirect is found where servers put it") {
  amf0::Writer out = BeginCommand("_error", 1);
  out.BeginObject().Key("level").Text("error").Key("code").Text("NetConnection.Connect.Rejected");
  out.Key("ex").BeginObject().Key("code").Number(302).Key("redirect").Text("rtmp://b/live");
  out.Key("redirect2").Text("rtmp://b/live/room").EndObject().EndObject();

  CHECK(ParseStatus(*ParseCommand(Of(out.Take()))).redirect == "rtmp://b/live/room");
}

}  // namespace
}  // namespace onair::rtmp
