// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "transport/flv/amf0.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

namespace amf0 = flv::amf0;

// Adobe RTMP 1.0 section 7.1.1: name, transaction, command object, further arguments.
struct Command {
  std::string name;
  double transaction = 0;
  std::vector<amf0::Value> arguments;  // The command object first.

  // Null when there is no such argument. Borrowed.
  const amf0::Value* argument(std::size_t index) const;
  const std::string* text(std::size_t index) const;
};

// Empty when the message does not begin with a name and a number; a name alone has the number
// 0. Further values that cannot
// be understood are left out.
std::optional<Command> ParseCommand(const Message& message);

// Info object of onStatus, _result and _error (section 7.2.1.1).
struct StatusInfo {
  std::string code;         // "NetStream.Publish.Start".
  std::string description;  // Printable, at most 200 characters.
  bool is_error = false;    // level "error".
  std::string redirect;     // ex.redirect2 or ex.redirect where ex.code is 302.
  std::string tc_url;       // Of a reconnect request; may be relative, or empty.
};
StatusInfo ParseStatus(const Command& command);
// "code: description", for an Error's detail.
std::string Words(const StatusInfo& status);

// name, transaction, null: what follows is the command's own.
amf0::Writer BeginCommand(std::string_view name, double transaction);

// onStatus with level, code and description.
Bytes StatusBody(std::string_view level, std::string_view code, std::string_view description);

}  // namespace onair::rtmp
