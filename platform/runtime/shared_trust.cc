// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/shared_trust.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace onair::runtime {
namespace {

constexpr std::size_t kMaxSettings = 8;

// Which writing of the file it is; equal for files that cannot be asked.
struct FileStamp {
  std::filesystem::file_time_type written{};
  std::uintmax_t size = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp StampOf(const std::string& file) {
  std::error_code ignored;
  FileStamp stamp;
  if (file.empty()) return stamp;
  stamp.written = std::filesystem::last_write_time(file, ignored);
  stamp.size = std::filesystem::file_size(file, ignored);
  return stamp;
}

struct Settings {
  std::string ca_file;
  tls::VerifyPeer verify;
  FileStamp stamp;
  bool operator==(const Settings&) const = default;
};

struct Table {
  Mutex mutex;
  // The one used last is at the end.
  std::vector<std::pair<Settings, std::shared_ptr<SharedTrust>>> rows ONAIR_GUARDED_BY(mutex);
};

// Never destroyed: connections of other threads may outlive main().
Table& TheTable() {
  static Table& table = *new Table;
  return table;
}

}  // namespace

std::optional<tls::SessionTicket> SharedTrust::TakeTicket(const Endpoint& server) {
  MutexLock lock(mutex_);
  const auto row = tickets_.find({server.host, server.port});
  if (row == tickets_.end()) return std::nullopt;
  const tls::SessionTicket ticket = row->second.ticket;
  if (ticket.is_single_use()) tickets_.erase(row);
  return ticket;
}

void SharedTrust::KeepTicket(const Endpoint& server, tls::SessionTicket ticket) {
  MutexLock lock(mutex_);
  tickets_.insert_or_assign({server.host, server.port}, Row{std::move(ticket), kept_++});
  if (tickets_.size() <= kMaxTickets) return;
  tickets_.erase(
      std::min_element(tickets_.begin(), tickets_.end(),
                       [](const auto& a, const auto& b) { return a.second.kept < b.second.kept; }));
}

Result<std::shared_ptr<SharedTrust>> TrustOfProcess(const std::string& ca_file,
                                                    tls::VerifyPeer verify) {
  const Settings settings{ca_file, verify, StampOf(ca_file)};
  Table& table = TheTable();
  MutexLock lock(table.mutex);  // Others wait for what is being loaded, and then have it too.
  auto& rows = table.rows;
  const auto known = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto& row) { return row.first == settings; });
  if (known != rows.end()) {
    std::rotate(known, known + 1, rows.end());
    return rows.back().second;
  }
  auto trust = tls::Trust::Load(ca_file, verify);
  if (!trust) return Forward(trust);
  if (rows.size() == kMaxSettings) rows.erase(rows.begin());
  rows.emplace_back(settings, std::make_shared<SharedTrust>(*std::move(trust)));
  return rows.back().second;
}

}  // namespace onair::runtime
