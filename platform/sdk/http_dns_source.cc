// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/http_dns_source.h"

#include <utility>

#include "platform/runtime/machine_driver.h"
#include "transport/http/client_exchange.h"
#include "transport/http/http_dns.h"

namespace onair {
namespace {

using http::ClientExchange;

// From the connection to the head, and longest silence in the body.
// Source: ours; a service that needs more is no use to a viewer who waits.
constexpr TimeDelta kPatience = TimeDelta::Seconds(3);

Endpoint EndpointOf(const Url& url) {
  if (url.scheme == "https") return {url.host, url.port.value_or(443), Security::kTls};
  return {url.host, url.port.value_or(80), Security::kPlain};
}

}  // namespace

struct HttpDnsSource::Question {
  using Driver = runtime::MachineDriver<ClientExchange>;

  Question(ClientExchange made, std::string for_host, Done to)
      : exchange(std::move(made)), host(std::move(for_host)), done(std::move(to)) {}

  ClientExchange exchange;
  std::string host;
  Done done;
  int status = 0;
  std::string body;
  std::unique_ptr<Driver> driver;
};

HttpDnsSource::HttpDnsSource(runtime::Loop& loop, Url service, runtime::ByteStreamConfig streams)
    : loop_(loop), service_(std::move(service)), streams_(std::move(streams)) {}

HttpDnsSource::~HttpDnsSource() = default;

void HttpDnsSource::Ask(const std::string& host, Done done) {
  const auto url = http::HttpDnsUrl(service_, host);
  if (!url) return done(Forward(url));
  if (questions_.size() >= kQuestions) {
    return done(Fail(ErrorCode::kResolveFailed, host + ": too many names are being asked"));
  }
  http::ClientConfig limits;
  limits.head_timeout = kPatience;
  limits.body_timeout = kPatience;
  limits.body_limit = DataSize::Bytes(static_cast<std::int64_t>(http::kMaxHttpDnsAnswer));
  http::ClientRequest request;
  request.url = *url;
  request.headers = {{"Accept", "application/json"}};
  auto exchange = ClientExchange::Make(request, limits, runtime::Now());
  if (!exchange) return done(Forward(exchange));

  const std::uint64_t id = next_id_++;
  auto question = std::make_unique<Question>(std::move(*exchange), host, std::move(done));
  Question& q = *question;
  q.driver = std::make_unique<Question::Driver>(
      loop_, std::make_unique<runtime::ByteStream>(loop_, streams_), q.exchange,
      Question::Driver::Handlers{
          .on_event =
              [this, id, &q](ClientExchange::Event&& event, Timestamp) {
                if (const auto* head = std::get_if<ClientExchange::ResponseHead>(&event)) {
                  q.status = head->status;
                } else if (const auto* part = std::get_if<ClientExchange::BodyPart>(&event)) {
                  q.body.append(part->bytes.begin(), part->bytes.end());
                } else if (const auto* closed = std::get_if<ClientExchange::Closed>(&event)) {
                  Finish(id, Fail(ErrorCode::kResolveFailed, q.host + ": " + closed->error.detail));
                } else if (q.status != 200) {
                  Finish(id, Fail(ErrorCode::kResolveFailed, q.host + ": HTTP status", q.status));
                } else {
                  Finish(id, http::ParseHttpDnsAnswer(q.body, q.host));
                }
              },
          .on_closed =
              [this, id, &q](const Error& error, Timestamp) {
                Finish(id, Fail(ErrorCode::kResolveFailed, q.host + ": " + error.detail));
              }});
  questions_.emplace(id, std::move(question));
  q.driver->Open(EndpointOf(*url));
}

// The driver is in the middle of a call.
void HttpDnsSource::Finish(std::uint64_t id, Result<NameAnswer> answer) {
  const auto found = questions_.find(id);
  if (found == questions_.end() || !found->second->done) return;
  std::exchange(found->second->done, nullptr)(std::move(answer));
  loop_.Post([this, id] { questions_.erase(id); });
}

}  // namespace onair
