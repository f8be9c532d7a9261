#include "scop/acme_trouble.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/file.hpp"

namespace scop::command::acme {

namespace {

constexpr std::uint64_t most = 8U << 10U;
constexpr std::uint64_t latest = 253'402'300'799'000;  // the end of the year 9999, in milliseconds

std::filesystem::path file_of(const Pair& pair) { return pair.folder / "trouble"; }

}  // namespace

Trouble read_trouble(const Pair& pair) {
  const auto text = files::read_whole(file_of(pair), most);
  if (!text) return {};
  const auto lines = ascii::split(*text, '\n');
  if (lines.size() < 3) return {};
  const auto failures = ascii::parse_unsigned(lines[0]);
  const auto retry = ascii::parse_unsigned(lines[1]);
  if (!failures || *failures > 1'000'000 || !retry || *retry > latest) return {};
  return {.failures = static_cast<unsigned>(*failures),
          .retry_at = Time(std::chrono::milliseconds(*retry)),
          .problem = std::string(lines[2])};
}

Outcome<> write_trouble(const Pair& pair, const Trouble& trouble) {
  const auto text = fmt::format("{}\n{}\n{}\n", trouble.failures, trouble.retry_at.time_since_epoch().count(),
                                ascii::printable(trouble.problem, 1'000));
  return mesh_ca::replace_file(file_of(pair), text, 0600);
}

Outcome<> forget_trouble(const Pair& pair) {
  if (::unlink(file_of(pair).c_str()) == 0 || errno == ENOENT) return {};
  return std::unexpected(files::error_of(errno, "removing", file_of(pair)));
}

}  // namespace scop::command::acme
