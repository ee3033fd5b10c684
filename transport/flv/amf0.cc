// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/amf0.h"

#include <algorithm>
#include <utility>

#include "core/base/byte_reader.h"
#include "core/base/check.h"

namespace onair::flv::amf0 {
namespace {

// AMF 0 specification, section 2.1.
enum Marker : std::uint8_t {
  kNumber = 0x00,
  kBoolean = 0x01,
  kString = 0x02,
  kObject = 0x03,
  kNull = 0x05,
  kUndefined = 0x06,
  kReference = 0x07,
  kEcmaArray = 0x08,
  kObjectEnd = 0x09,
  kStrictArray = 0x0a,
  kDate = 0x0b,
  kLongString = 0x0c,
  kUnsupported = 0x0d,
  kXmlDocument = 0x0f,
  kTypedObject = 0x10,
};

constexpr std::size_t kMaxShortText = 65535;

std::string ToText(ByteView bytes) {
  return std::string(bytes.begin(), bytes.end());
}

class Parser {
 public:
  explicit Parser(ByteView bytes) : in_(bytes) {}

  bool at_end() const { return in_.remaining() == 0; }

  std::optional<Value> Next(int depth) {
    if (depth > kMaxDepth || ++count_ > kMaxValues) return std::nullopt;
    Value value;
    const std::uint8_t marker = in_.U8();
    if (!in_.ok() || !Body(marker, depth, value) || !in_.ok()) return std::nullopt;
    return value;
  }

 private:
  bool Body(std::uint8_t marker, int depth, Value& value) {
    switch (marker) {
      case kNumber:
        value.data = in_.F64();
        return true;
      case kBoolean:
        value.data = in_.U8() != 0;
        return true;
      case kString:
        value.data = ToText(in_.Take(in_.U16()));
        return true;
      case kLongString:
      case kXmlDocument:
        value.data = ToText(in_.Take(in_.U32()));
        return true;
      case kNull:
        value.data = amf0::Null{};
        return true;
      case kUndefined:
      case kUnsupported:
        return true;
      case kReference:
        in_.Skip(2);
        return true;  // No peer is known to send one.
      case kDate:
        value.data = Date{in_.F64()};
        in_.Skip(2);
        return true;  // Unused time zone.
      case kEcmaArray:
        in_.Skip(4);
        return Properties(depth, value);  // The count is a hint.
      case kTypedObject:
        in_.Skip(in_.U16());
        return Properties(depth, value);
      case kObject:
        return Properties(depth, value);
      case kStrictArray:
        return Items(depth, value);
      default:
        return false;
    }
  }

  // name (2 + n bytes), value, ... until an empty name and the end marker.
  bool Properties(int depth, Value& value) {
    Object object;
    while (in_.ok()) {
      std::string name = ToText(in_.Take(in_.U16()));
      if (name.empty() && PeekIsEnd()) {
        in_.Skip(1);
        value.data = std::move(object);
        return true;
      }
      std::optional<Value> property = Next(depth + 1);
      if (!property) return false;
      object.properties.push_back({std::move(name), std::move(*property)});
    }
    return false;
  }

  bool PeekIsEnd() {
    ByteReader ahead = in_;
    return ahead.U8() == kObjectEnd && ahead.ok();
  }

  bool Items(int depth, Value& value) {
    Array array;
    const std::uint32_t count = in_.U32();
    for (std::uint32_t i = 0; i < count; ++i) {
      std::optional<Value> item = Next(depth + 1);
      if (!item) return false;
      array.items.push_back(std::move(*item));
    }
    value.data = std::move(array);
    return true;
  }

  ByteReader in_;
  std::size_t count_ = 0;
};

}  // namespace

std::optional<double> Value::number() const {
  const auto* number = std::get_if<double>(&data);
  return number ? std::optional<double>(*number) : std::nullopt;
}

const std::string* Value::text() const {
  return std::get_if<std::string>(&data);
}

const Object* Value::object() const {
  return std::get_if<Object>(&data);
}

const Value* Value::Find(std::string_view name) const {
  const Object* own = object();
  if (own == nullptr) return nullptr;
  const auto found = std::find_if(own->properties.begin(), own->properties.end(),
                                  [&](const Property& p) { return p.name == name; });
  return found == own->properties.end() ? nullptr : &found->value;
}

const std::string* Value::FindText(std::string_view name) const {
  const Value* found = Find(name);
  return found ? found->text() : nullptr;
}

std::optional<double> Value::FindNumber(std::string_view name) const {
  const Value* found = Find(name);
  return found ? found->number() : std::nullopt;
}

Parsed Parse(ByteView bytes) {
  Parsed parsed;
  Parser parser(bytes);
  while (!parser.at_end()) {
    std::optional<Value> value = parser.Next(1);
    if (!value) return parsed;
    parsed.values.push_back(std::move(*value));
  }
  parsed.is_complete = true;
  return parsed;
}

Writer& Writer::Number(double value) {
  out_.U8(kNumber).F64(value);
  return *this;
}

Writer& Writer::Boolean(bool value) {
  out_.U8(kBoolean).U8(value ? 1 : 0);
  return *this;
}

Writer& Writer::Text(std::string_view value) {
  if (value.size() > kMaxShortText) {
    out_.U8(kLongString).U32(static_cast<std::uint32_t>(value.size())).Text(value);
  } else {
    out_.U8(kString).U16(static_cast<std::uint16_t>(value.size())).Text(value);
  }
  return *this;
}

Writer& Writer::Null() {
  out_.U8(kNull);
  return *this;
}

Writer& Writer::Undefined() {
  out_.U8(kUndefined);
  return *this;
}

Writer& Writer::BeginObject() {
  out_.U8(kObject);
  return *this;
}

Writer& Writer::BeginEcmaArray(std::uint32_t count_hint) {
  out_.U8(kEcmaArray).U32(count_hint);
  return *this;
}

Writer& Writer::BeginStrictArray(std::uint32_t count) {
  out_.U8(kStrictArray).U32(count);
  return *this;
}

Writer& Writer::Key(std::string_view name) {
  ONAIR_DCHECK(name.size() <= kMaxShortText);
  out_.U16(static_cast<std::uint16_t>(name.size())).Text(name);
  return *this;
}

Writer& Writer::EndObject() {
  out_.U16(0).U8(kObjectEnd);
  return *this;
}

}  // namespace onair::flv::amf0
