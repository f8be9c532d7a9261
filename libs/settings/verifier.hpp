// The [verifier] section: whose results are written, and what a DMARC policy may do.
#pragma once

#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Verifier {
  std::string authserv_id;                   // of Authentication-Results; default: [mesh] host
  bool enforce = true;                       // dmarc = "enforce"; "label" only writes results
  bool defer_temperror = false;              // 451 where DMARC cannot be judged for now
  std::vector<std::string> trusted_sealers;  // domains of ARC sealers that may override DMARC; A-labels
  bool reports = true;                       // DMARC aggregate reports are collected and sent
  std::string report_from;                   // "noreply-dmarc" or "postmaster", at [mesh] domain
};

Verifier read_verifier(const config::Document& document, std::string_view host, std::string_view domain);

}  // namespace scop::settings
