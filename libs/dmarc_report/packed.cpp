#include "dmarc_report/packed.hpp"

namespace scop::dmarc_report {

Outcome<std::string> unpack(std::string_view octets) {
  if (octets.starts_with(gzip::mark)) return gzip::inflate(octets);
  if (octets.starts_with("PK")) return unzip(octets);
  if (octets.size() > gzip::most_unpacked) return failure(ErrorKind::too_large, "report over 64 MiB");
  return std::string(octets);
}

}  // namespace scop::dmarc_report
