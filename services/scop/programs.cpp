#include "scop/programs.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace scop::command {

namespace fs = std::filesystem;

Outcome<fs::path> own_program() {
  std::error_code error;
  auto self = fs::read_symlink("/proc/self/exe", error);
  if (error) return failure(ErrorKind::unavailable, "/proc/self/exe: " + error.message());
  return self;
}

Outcome<fs::path> daemons_folder() {
  const auto self = own_program();
  if (!self) return std::unexpected(self.error());
  const auto beside = self->parent_path();
  const auto installed = beside.parent_path() / "libexec/scop";
  for (const auto& folder : {beside, installed}) {
    if (::access((folder / "scop-relay").c_str(), X_OK) == 0) return folder;
  }
  return failure(ErrorKind::not_found,
                 fmt::format("scop-relay is neither in {} nor in {}: daemons are looked for there",
                             beside.string(), installed.string()));
}

}  // namespace scop::command
