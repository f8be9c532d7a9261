// Rows as they are kept → reports as they are sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dmarc_report/report.hpp"
#include "scop/v1/case.pb.h"

namespace scop::verifier {

// What is kept of one policy domain and day (UTC, days since 1970).
struct DayOfDomain {
  struct Counted {
    v1::ReportRow row;
    std::uint64_t count = 0;
  };
  std::string domain;
  std::int64_t day = 0;
  std::vector<Counted> rows;
};

// nullopt where no row can be read.
std::optional<dmarc_report::Report> report_from(const DayOfDomain& kept,
                                                const dmarc_report::Reporter& reporter);

}  // namespace scop::verifier
