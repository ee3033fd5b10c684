// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/context.h"

#include <openssl/err.h>

#include <cstring>

namespace onair::tls {
namespace {

Result<ContextPtr> NewContext(const SSL_METHOD* method) {
  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(method));
  if (!context) return Fail(ErrorCode::kInternal, "the TLS library gives no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // RFC 9325 section 3.5: renegotiation in TLS 1.2 is an attack surface nobody here needs.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

// A file the library refused: absent, or there and useless.
tl::unexpected<Error> FileFault(const std::string& path) {
  const bool is_absent = ERR_GET_REASON(ERR_peek_error()) == ERR_R_SYS_LIB ||
                         ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_SYS;
  const auto [reason, native] = TakeLibraryError();
  return Fail(is_absent ? ErrorCode::kFileNotFound : ErrorCode::kFileRead, path + ": " + reason,
              native);
}

Status LoadAuthorities(SSL_CTX* context, const std::string& ca_file) {
  if (ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return Fail(ErrorCode::kTlsUntrusted, "the system has no certificate store");
  }
  if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) == 1) return {};
  return FileFault(ca_file);
}

// Called from inside the library's handshake and reads, on the stream's own thread.
int KeepTicket(SSL* from, SSL_SESSION* ticket) {
  auto* place = static_cast<TicketPtr*>(SSL_get_app_data(from));
  // A copy: the library spoils its own when the connection is lost without a goodbye, which is
  // when a reconnect wants it.
  TicketPtr copy(SSL_SESSION_dup(ticket));
  if (place != nullptr && copy && SSL_SESSION_is_resumable(copy.get()) == 1) {
    *place = std::move(copy);
  }
  return 0;  // The library keeps its reference.
}

}  // namespace

void PutTicketsInto(SSL* session, TicketPtr& place) {
  SSL_set_app_data(session, &place);
}

std::pair<std::string, int> TakeLibraryError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return {"the peer broke off", 0};
  const char* reason =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  return {reason != nullptr ? reason : "unknown reason", ERR_GET_REASON(code)};
}

Result<Trust> Trust::Load(const std::string& ca_file, VerifyPeer verify) {
  auto context = NewContext(TLS_client_method());
  if (!context) return Forward(context);
  // Tickets leave as events; the library keeps none, so that nothing here grows.
  SSL_CTX_set_session_cache_mode(context->get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context->get(), KeepTicket);
  if (verify == VerifyPeer::kYes) {
    SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, nullptr);
    if (auto status = LoadAuthorities(context->get(), ca_file); !status) return Forward(status);
  }
  return Trust(std::make_shared<const Context>(Context{std::move(context.value())}));
}

Result<ServerIdentity> ServerIdentity::Load(const std::string& certificate_chain_file,
                                            const std::string& key_file) {
  auto context = NewContext(TLS_server_method());
  if (!context) return Forward(context);
  if (SSL_CTX_use_certificate_chain_file(context->get(), certificate_chain_file.c_str()) != 1) {
    return FileFault(certificate_chain_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context->get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context->get()) != 1) {
    return FileFault(key_file);
  }
  // Tickets carry the state, so a server of many viewers need not remember their sessions.
  SSL_CTX_set_session_cache_mode(context->get(), SSL_SESS_CACHE_OFF);
  return ServerIdentity(std::make_shared<const Context>(Context{std::move(context.value())}));
}

bool SessionTicket::is_single_use() const {
  return SSL_SESSION_get_protocol_version(session_->session.get()) >= TLS1_3_VERSION;
}

}  // namespace onair::tls
