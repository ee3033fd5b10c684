// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/enhanced.h"

#include <algorithm>
#include <cstdint>
#include <variant>

namespace onair::rtmp {
namespace {

constexpr std::string_view kAnyCodec = "*";

// CapsExMask: Reconnect = 0x01.
constexpr std::uint32_t kCapsReconnect = 0x01;

// |"fourCcList": strict array of names|
CodecSupport InList(std::string_view four_cc, const amf0::Value& list) {
  const auto* names = std::get_if<amf0::Array>(&list.data);
  if (names == nullptr) return CodecSupport::kUnsaid;
  const bool is_named =
      std::any_of(names->items.begin(), names->items.end(), [&](const amf0::Value& item) {
        const std::string* name = item.text();
        return name != nullptr && (*name == four_cc || *name == kAnyCodec);
      });
  return is_named ? CodecSupport::kNamed : CodecSupport::kNotNamed;
}

// |"videoFourCcInfoMap": object of name: FourCcInfoMask|
CodecSupport InMap(std::string_view four_cc, const amf0::Value& map) {
  if (map.object() == nullptr) return CodecSupport::kUnsaid;
  const bool is_named = map.FindNumber(four_cc).value_or(0) > 0 ||  //
                        map.FindNumber(kAnyCodec).value_or(0) > 0;
  return is_named ? CodecSupport::kNamed : CodecSupport::kNotNamed;
}

CodecSupport Better(CodecSupport a, CodecSupport b) {
  if (a == CodecSupport::kNamed || b == CodecSupport::kNamed) return CodecSupport::kNamed;
  return a == CodecSupport::kUnsaid ? b : a;
}

CodecSupport InObject(std::string_view four_cc, const amf0::Value& object) {
  CodecSupport support = CodecSupport::kUnsaid;
  if (const auto* list = object.Find("fourCcList")) support = InList(four_cc, *list);
  const auto* map = object.Find("videoFourCcInfoMap");
  return map == nullptr ? support : Better(support, InMap(four_cc, *map));
}

}  // namespace

// The specification puts a server's answer into its properties; some put it beside the status.
CodecSupport SupportOf(std::string_view four_cc, const Command& command) {
  CodecSupport support = CodecSupport::kUnsaid;
  for (std::size_t i = 0; i < 2; ++i) {
    const amf0::Value* object = command.argument(i);
    if (object != nullptr) support = Better(support, InObject(four_cc, *object));
  }
  return support;
}

void WriteHevcSupport(amf0::Writer& out, HevcRole role) {
  out.Key("fourCcList").BeginStrictArray(1).Text("hvc1");
  out.Key("videoFourCcInfoMap").BeginObject();
  out.Key("hvc1").Number(static_cast<int>(role)).EndObject();
}

void WriteReconnectSupport(amf0::Writer& out) {
  out.Key("capsEx").Number(kCapsReconnect);
}

bool SupportsReconnect(const Command& connect) {
  const amf0::Value* object = connect.argument(0);
  const double mask = object ? object->FindNumber("capsEx").value_or(0) : 0;
  if (!(mask >= 1 && mask <= 0xffffffffU)) return false;
  return (static_cast<std::uint32_t>(mask) & kCapsReconnect) != 0;
}

Bytes ReconnectRequestBody(std::string_view tc_url, std::string_view description) {
  amf0::Writer out = BeginCommand("onStatus", 0);
  out.BeginObject().Key("level").Text("status").Key("code").Text(kReconnectRequest);
  if (!tc_url.empty()) out.Key("tcUrl").Text(tc_url);
  out.Key("description").Text(description).EndObject();
  return out.Take();
}

}  // namespace onair::rtmp
