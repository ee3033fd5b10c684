// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/api/name_source.h"
#include "core/base/url.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/loop.h"

namespace onair {

// Asks an HTTPDNS service (transport/http/http_dns.h), one connection a question: a resumed TLS
// connection costs one round trip more than a kept one, and questions are minutes apart.
// single-owner, on the loop's thread; once the loop is stopped it may be destroyed anywhere.
class HttpDnsSource final : public NameSource {
 public:
  // Questions at a time; more fail with kResolveFailed.
  // Source: ours; a page of a feed names a handful of hosts.
  static constexpr std::size_t kQuestions = 8;

  // `loop` outlives it.
  HttpDnsSource(runtime::Loop& loop, Url service, runtime::ByteStreamConfig streams);
  ~HttpDnsSource() override;

  void Ask(const std::string& host, Done done) override;

 private:
  struct Question;
  void Finish(std::uint64_t id, Result<NameAnswer> answer);

  runtime::Loop& loop_;
  const Url service_;
  const runtime::ByteStreamConfig streams_;
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Question>> questions_;
};

}  // namespace onair
