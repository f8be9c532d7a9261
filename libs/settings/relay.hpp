// The [relay] section: queue, schedule, local mailboxes.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

// [[relay.lmtp]]: the mailboxes of `domain` are kept by another server.
struct LmtpRoute {
  std::string domain;          // lower case; "*": all of ours
  std::filesystem::path path;  // of a Unix socket; or
  std::string host;            // an IP address, with
  std::uint16_t port = 0;      // 0: the Unix socket
  std::string text() const;    // as it is written in the configuration
  bool operator==(const LmtpRoute&) const = default;
};

struct Relay {
  std::filesystem::path mail_folder;       // <mail_folder>/<domain>/<local part>/ is a Maildir
  bool subaddress_folders = false;         // user+lists@ goes to the folder "lists" where there is one
  std::uint64_t max_message = 50U << 20U;  // octets; over it 552 5.3.4
  std::uint64_t free_floor = 64U << 20U;   // octets that stay free on the queue's disk; under it 452 4.3.1
  std::vector<std::chrono::milliseconds> retry;  // waits behind the first attempts; the last one doubles
  std::chrono::milliseconds longest_wait{};
  std::chrono::milliseconds expire{};
  std::chrono::milliseconds delay_warning{};  // 0: none
  unsigned attempts = 200;                    // to the world at a time
  unsigned attempts_per_destination = 20;     // at most; five at first
  unsigned messages_in_memory = 4096;         // the rest of the queue waits on disk
  std::chrono::milliseconds quota_recount{};  // between two counts of a full mailbox
  bool tls_reports = true;      // to domains that want to hear about TLS to their hosts (RFC 8460)
  std::vector<LmtpRoute> lmtp;  // the first that fits
  bool operator==(const Relay&) const = default;
};

Relay read_relay(const config::Document& document);

}  // namespace scop::settings
