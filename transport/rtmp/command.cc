// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/command.h"

#include <utility>

namespace onair::rtmp {
namespace {

constexpr std::size_t kMaxDescription = 200;

std::string Printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= kMaxDescription) break;
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte != 0x7f ? c : ' ';
  }
  return out;
}

// SRS writes the application's address into `redirect` and the whole one into `redirect2`.
std::string RedirectOf(const amf0::Value& info) {
  const amf0::Value* ex = info.Find("ex");
  if (ex == nullptr || ex->FindNumber("code") != 302.0) return {};
  for (const char* name : {"redirect2", "redirect"}) {
    const std::string* url = ex->FindText(name);
    if (url != nullptr && !url->empty()) return *url;
  }
  return {};
}

}  // namespace

const amf0::Value* Command::argument(std::size_t index) const {
  return index < arguments.size() ? &arguments[index] : nullptr;
}

const std::string* Command::text(std::size_t index) const {
  const amf0::Value* value = argument(index);
  return value ? value->text() : nullptr;
}

std::optional<Command> ParseCommand(const Message& message) {
  ByteView body = message.payload.view();
  // A type 17 message is one zero byte and then AMF0.
  const bool is_amf3 = message.type == static_cast<std::uint8_t>(MessageType::kCommandAmf3);
  if (is_amf3 && !body.empty()) body = body.subspan(1);
  amf0::Parsed parsed = amf0::Parse(body);
  if (parsed.values.empty()) return std::nullopt;
  const std::string* name = parsed.values[0].text();
  // FFmpeg's server says "onFCPublish" and nothing more. Source: libavformat/rtmpproto.c,
  // send_invoke_response (5.1).
  std::optional<double> transaction;
  if (parsed.values.size() > 1) transaction = parsed.values[1].number();
  if (parsed.values.size() == 1 && parsed.is_complete) transaction = 0;
  if (name == nullptr || !transaction) return std::nullopt;
  Command command{*name, *transaction, {}};
  for (std::size_t i = 2; i < parsed.values.size(); ++i) {
    command.arguments.push_back(std::move(parsed.values[i]));
  }
  return command;
}

StatusInfo ParseStatus(const Command& command) {
  StatusInfo status;
  const amf0::Value* info = command.argument(1);
  if (info == nullptr || info->object() == nullptr) return status;
  if (const auto* code = info->FindText("code")) status.code = Printable(*code);
  if (const auto* words = info->FindText("description")) status.description = Printable(*words);
  if (const auto* level = info->FindText("level")) status.is_error = *level == "error";
  if (const auto* tc_url = info->FindText("tcUrl")) status.tc_url = *tc_url;
  status.redirect = RedirectOf(*info);
  return status;
}

std::string Words(const StatusInfo& status) {
  std::string words = status.code.empty() ? "the server gave no reason" : status.code;
  if (!status.description.empty()) words += ": " + status.description;
  return words;
}

amf0::Writer BeginCommand(std::string_view name, double transaction) {
  amf0::Writer out;
  out.Text(name).Number(transaction).Null();
  return out;
}

Bytes StatusBody(std::string_view level, std::string_view code, std::string_view description) {
  amf0::Writer out = BeginCommand("onStatus", 0);
  out.BeginObject();
  out.Key("level").Text(level).Key("code").Text(code).Key("description").Text(description);
  out.EndObject();
  return out.Take();
}

}  // namespace onair::rtmp
