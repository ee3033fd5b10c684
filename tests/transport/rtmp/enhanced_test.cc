// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/enhanced.h"

#include <catch2/catch.hpp>

namespace onair::rtmp {
namespace {

// "_result" with its properties and its status.
template <typename Properties, typename Status>
Command Answer(Properties properties, Status status) {
  amf0::Writer out;
  out.Text("_result").Number(1).BeginObject();
  properties(out);
  out.EndObject().BeginObject();
  status(out);
  out.EndObject();
  Message message;
  message.type = static_cast<std::uint8_t>(MessageType::kCommandAmf0);
  message.payload = Buffer::Own(out.Take());
  return *ParseCommand(message);
}
void Nothing(amf0::Writer&) {}

TEST_CASE("A peer that says nothing of codecs leaves it open") {
  CHECK(SupportOf("hvc1", Answer(Nothing, Nothing)) == CodecSupport::kUnsaid);
  CHECK(SupportOf("hvc1", Command{}) == CodecSupport::kUnsaid);
  const auto of_other_type = [](amf0::Writer& out) {
    out.Key("fourCcList").Text("hvc1").Key("videoFourCcInfoMap").Number(7);
  };
  CHECK(SupportOf("hvc1", Answer(of_other_type, Nothing)) == CodecSupport::kUnsaid);
}

TEST_CASE("A codec is named by the list, by the map, by an asterisk, in either object") {
  const auto list = [](amf0::Writer& out) {
    out.Key("fourCcList").BeginStrictArray(2).Text("av01").Text("hvc1");
  };
  const auto any = [](amf0::Writer& out) { out.Key("fourCcList").BeginStrictArray(1).Text("*"); };
  const auto map = [](amf0::Writer& out) {
    out.Key("videoFourCcInfoMap").BeginObject().Key("hvc1").Number(4).EndObject();
  };
  const auto any_map = [](amf0::Writer& out) {
    out.Key("videoFourCcInfoMap").BeginObject().Key("*").Number(4).EndObject();
  };
  CHECK(SupportOf("hvc1", Answer(list, Nothing)) == CodecSupport::kNamed);
  CHECK(SupportOf("hvc1", Answer(Nothing, list)) == CodecSupport::kNamed);
  CHECK(SupportOf("hvc1", Answer(any, Nothing)) == CodecSupport::kNamed);
  CHECK(SupportOf("hvc1", Answer(map, Nothing)) == CodecSupport::kNamed);
  CHECK(SupportOf("hvc1", Answer(any_map, Nothing)) == CodecSupport::kNamed);
  CHECK(SupportOf("vp09", Answer(list, map)) == CodecSupport::kNotNamed);
}

TEST_CASE("A codec without any capability is not named") {
  const auto none = [](amf0::Writer& out) {
    out.Key("fourCcList").BeginStrictArray(0);
    out.Key("videoFourCcInfoMap").BeginObject().Key("hvc1").Number(0).EndObject();
  };
  CHECK(SupportOf("hvc1", Answer(none, Nothing)) == CodecSupport::kNotNamed);
}

TEST_CASE("What is written is understood, with its role") {
  const auto ours = [](amf0::Writer& out) { WriteHevcSupport(out, HevcRole::kForwards); };
  const Command answer = Answer(ours, Nothing);
  CHECK(SupportOf("hvc1", answer) == CodecSupport::kNamed);
  CHECK(answer.argument(0)->Find("videoFourCcInfoMap")->FindNumber("hvc1") == 4);
}

}  // namespace
}  // namespace onair::rtmp
