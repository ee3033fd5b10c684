// SPDX-License-Identifier: Apache-2.0
#include "transport/http/message_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <utility>

namespace onair::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;
using Fault = MessageParser::Fault;

// What both kinds of message have in common: where the parsed things go.
struct Collected {
  MessageHead head;
  Bytes body;
};

template <bool kIsRequest>
class BeastParser final : public beast::http::basic_parser<kIsRequest> {
 public:
  explicit BeastParser(Collected& into) : into_(into) {}

  // Between two chunks, or before the first.
  bool at_chunk_line() const { return is_head_done_ && this->chunked() && chunk_left_ == 0; }

 private:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    into_.head.method = std::string(method);
    into_.head.target = std::string(target);
    into_.head.version = version;
  }
  void on_response_impl(int status, string_view, int version, error_code&) override {
    into_.head.status = status;
    into_.head.version = version;
  }
  void on_field_impl(beast::http::field, string_view name, string_view value,
                     error_code&) override {
    // Trailers after a chunked body are dropped: nothing here asks for them.
    if (!is_head_done_) into_.head.headers.Add(std::string(name), std::string(value));
  }
  void on_header_impl(error_code&) override { is_head_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view part, error_code&) override { return Collect(part); }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override {
    chunk_left_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t left, string_view part, error_code&) override {
    chunk_left_ = left - part.size();
    return Collect(part);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t Collect(string_view part) {
    into_.body.insert(into_.body.end(), part.begin(), part.end());
    return part.size();
  }

  Collected& into_;
  bool is_head_done_ = false;
  std::uint64_t chunk_left_ = 0;
};

Fault FaultOf(const error_code& error) {
  using E = beast::http::error;
  if (error == E::header_limit || error == E::buffer_overflow) return Fault::kHeaderTooLarge;
  if (error == E::body_limit) return Fault::kBodyTooLarge;
  if (error == E::bad_version) return Fault::kVersion;
  if (error == E::partial_message || error == E::end_of_stream) return Fault::kCutShort;
  return Fault::kMalformed;
}

}  // namespace

class MessageParser::Core {
  template <typename F>
  auto Visit(F&& f) {
    return request_ ? f(*request_) : f(*response_);
  }

 public:
  Core(MessageKind kind, const Limits& limits) : limits_(limits) {
    if (kind == MessageKind::kRequest) {
      request_.emplace(collected_);
    } else {
      response_.emplace(collected_);
    }
    Visit([&](auto& parser) {
      parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
      parser.body_limit(limits.body_bytes ? boost::optional<std::uint64_t>(*limits.body_bytes)
                                          : boost::none);
      if (kind == MessageKind::kResponseToHead) parser.skip(true);
    });
  }

  void Append(ByteView in) {
    if (fault_ != Fault::kNone) return;
    inbox_.insert(inbox_.end(), in.begin(), in.end());
    has_begun_ = has_begun_ || !in.empty();
  }

  void AppendEnd() {
    if (fault_ != Fault::kNone || IsDone()) return;
    error_code error = beast::http::error::end_of_stream;
    Visit([&](auto& parser) {
      if (parser.got_some()) parser.put_eof(error);  // Beast wants a begun message here.
    });
    if (error) static_cast<void>(FailWith(error));
  }

  Step Next() {
    while (fault_ == Fault::kNone) {
      error_code error;
      const std::size_t used = IsDone() ? 0 : Put(error);
      position_ += used;
      if (error && error != beast::http::error::need_more) return FailWith(error);
      if (!is_head_given_ && IsHeaderDone()) return GiveHead();
      if (is_head_given_ && IsDone()) return Step::kDone;
      if (error || used == 0) return WaitForMore();
    }
    return Step::kFailed;
  }

  Bytes TakeBody() { return std::exchange(collected_.body, {}); }

  Bytes TakeSurplus() {
    Bytes rest(inbox_.begin() + static_cast<std::ptrdiff_t>(position_), inbox_.end());
    inbox_.clear();
    position_ = 0;
    return rest;
  }

  std::size_t held() const { return inbox_.size() + collected_.body.size(); }
  const MessageHead& head() const { return collected_.head; }
  bool has_begun() const { return has_begun_; }
  Fault fault() const { return fault_; }
  const std::string& error() const { return error_; }

 private:
  bool IsDone() {
    return Visit([](auto& parser) { return parser.is_done(); });
  }
  bool IsHeaderDone() {
    return Visit([](auto& parser) { return parser.is_header_done(); });
  }

  std::size_t Put(error_code& error) {
    const std::size_t size = inbox_.size() - position_;
    if (size == 0) return 0;
    // No message ends less than "0\r\n\r\n" after the start of a chunk's line, and Beast
    // 1.81 asserts that it never sees less of the last one.
    const bool at_chunk_line = Visit([](auto& parser) { return parser.at_chunk_line(); });
    if (at_chunk_line && size < 5) return 0;
    const boost::asio::const_buffer rest(inbox_.data() + position_, size);
    return Visit([&](auto& parser) { return parser.put(rest, error); });
  }

  Step GiveHead() {
    is_head_given_ = true;
    Visit([&](auto& parser) {
      collected_.head.keep_alive = parser.keep_alive();
      collected_.head.ends_at_close = parser.need_eof() && !parser.is_done();
    });
    return Step::kHead;
  }

  Step WaitForMore() {
    inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ = 0;
    // Beast bounds the fields, but neither a chunk's line nor the trailers.
    if (inbox_.size() <= limits_.header_bytes) return Step::kNeedMore;
    return FailWith(beast::http::error::header_limit);
  }

  Step FailWith(const error_code& error) {
    fault_ = FaultOf(error);
    error_ = error.message();
    inbox_.clear();
    position_ = 0;
    return Step::kFailed;
  }

  Limits limits_;
  Collected collected_;
  std::optional<BeastParser<true>> request_;  // One of the two is there.
  std::optional<BeastParser<false>> response_;
  Bytes inbox_;
  std::size_t position_ = 0;  // Of the first byte in inbox_ that is not parsed.
  bool is_head_given_ = false;
  bool has_begun_ = false;
  Fault fault_ = Fault::kNone;
  std::string error_;
};

MessageParser::MessageParser(MessageKind kind, const Limits& limits)
    : core_(std::make_unique<Core>(kind, limits)) {}
MessageParser::MessageParser(MessageParser&&) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&&) noexcept = default;
MessageParser::~MessageParser() = default;

void MessageParser::Append(ByteView in) {
  core_->Append(in);
}
void MessageParser::AppendEnd() {
  core_->AppendEnd();
}
MessageParser::Step MessageParser::Next() {
  return core_->Next();
}
Bytes MessageParser::TakeBody() {
  return core_->TakeBody();
}
Bytes MessageParser::TakeSurplus() {
  return core_->TakeSurplus();
}
const MessageHead& MessageParser::head() const {
  return core_->head();
}
std::size_t MessageParser::held() const {
  return core_->held();
}
bool MessageParser::has_begun() const {
  return core_->has_begun();
}
MessageParser::Fault MessageParser::fault() const {
  return core_->fault();
}
const std::string& MessageParser::error() const {
  return core_->error();
}

}  // namespace onair::http
