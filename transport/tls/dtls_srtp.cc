// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/dtls_srtp.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace onair::dtls {
namespace {

struct ProfileInfo {
  SrtpProfile profile;
  const char* name;        // OpenSSL's.
  std::size_t salt_bytes;  // The key has 16.
};
constexpr std::array<ProfileInfo, 2> kProfiles = {
    {{SrtpProfile::kAeadAes128Gcm, "SRTP_AEAD_AES_128_GCM", 12},
     {SrtpProfile::kAes128CmSha1_80, "SRTP_AES128_CM_SHA1_80", 14}}};

const ProfileInfo* InfoOf(unsigned long id) {
  for (const ProfileInfo& info : kProfiles) {
    if (static_cast<unsigned long>(info.profile) == id) return &info;
  }
  return nullptr;
}
const ProfileInfo* InfoOf(SrtpProfile profile) {
  return InfoOf(static_cast<unsigned long>(profile));
}

}  // namespace

bool IsKnown(SrtpProfile profile) {
  return InfoOf(profile) != nullptr;
}

std::string NamesOf(const std::vector<SrtpProfile>& profiles) {
  std::string names;
  for (const SrtpProfile profile : profiles) {
    if (!names.empty()) names += ':';
    names += InfoOf(profile)->name;
  }
  return names;
}

std::optional<SrtpProfile> AgreedProfile(SSL& session) {
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(&session);
  const ProfileInfo* info = chosen != nullptr ? InfoOf(chosen->id) : nullptr;
  return info != nullptr ? std::optional(info->profile) : std::nullopt;
}

// RFC 5764 section 4.2: client key, server key, client salt, server salt.
Result<SrtpKeys> ExportKeys(SSL& session, SrtpProfile profile, Role role) {
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  SrtpKeys keys{profile, {}, {}};
  const std::size_t salt_bytes = InfoOf(profile)->salt_bytes;
  std::array<std::uint8_t, 2 * (sizeof keys.local.key + sizeof keys.local.salt)> material;
  if (SSL_export_keying_material(&session, material.data(),
                                 2 * (keys.local.key.size() + salt_bytes), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return Fail(ErrorCode::kInternal, "DTLS: no keys could be exported");
  }
  const std::uint8_t* next = material.data();
  const auto take = [&next](std::uint8_t* to, std::size_t count) {
    std::copy_n(next, count, to);
    next += count;
  };
  SrtpSecret& client = role == Role::kActive ? keys.local : keys.remote;
  SrtpSecret& server = role == Role::kActive ? keys.remote : keys.local;
  client.salt_bytes = server.salt_bytes = salt_bytes;
  take(client.key.data(), client.key.size());
  take(server.key.data(), server.key.size());
  take(client.salt.data(), salt_bytes);
  take(server.salt.data(), salt_bytes);
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

}  // namespace onair::dtls
