#include "resolver/context.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "files/descriptor.hpp"

namespace scop::resolver {

namespace {

// Does one thing after the other until the first that fails.
class Steps {
 public:
  explicit Steps(LibraryLog& log) : log_(log) {}

  void check(int status, const std::string& what) {
    if (status == 0 || problem_) return;
    const auto said = log_.take_complaints();
    problem_ = Error{ErrorKind::broken, fmt::format("libunbound: {}: {}{}{}", what, ub_strerror(status),
                                                    said.empty() ? "" : ": ", said)};
  }
  bool is_good() const { return !problem_; }
  Outcome<> outcome() const { return problem_ ? Outcome<>(std::unexpected(*problem_)) : Outcome<>(); }

 private:
  LibraryLog& log_;
  std::optional<Error> problem_;
};

// Read by the library's thread only later, where nobody would see that they are missing.
Outcome<> are_there(const settings::Resolver& settings) {
  std::error_code ignored;
  if (!settings.root_hints.empty() && !std::filesystem::is_regular_file(settings.root_hints, ignored))
    return failure(ErrorKind::unavailable,
                   "[resolver] root_hints: no such file: " + settings.root_hints.string());
  return {};
}

Outcome<> write_conf(const std::filesystem::path& file, std::string_view text) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  auto descriptor = files::create(file);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  return files::write_all(*descriptor, text, file);
}

// Any of these finalises the context: files are read, stubs and options are fixed from here on.
void set_local_data(Steps& steps, ub_ctx* context, const settings::Resolver& settings) {
  steps.check(ub_ctx_zone_remove(context, "scop.invalid."), "finishing the configuration");
  for (const auto& zone : settings.local_zones) {
    const auto space = zone.find(' ');
    const auto type = space == std::string::npos ? "transparent" : zone.substr(space + 1);
    const auto name = zone.substr(0, space);
    steps.check(type == "nodefault" ? ub_ctx_zone_remove(context, name.c_str())
                                    : ub_ctx_zone_add(context, name.c_str(), type.c_str()),
                "local zone " + zone);
  }
  for (const auto& record : settings.local_data)
    steps.check(ub_ctx_data_add(context, record.c_str()), "local data " + record);
}

}  // namespace

Outcome<Context> make_context(const settings::Resolver& settings, const std::string& conf,
                              const std::filesystem::path& state, LibraryLog& log) {
  if (auto there = are_there(settings); !there) return std::unexpected(std::move(there.error()));
  const auto file = state / "unbound.conf";
  if (auto written = write_conf(file, conf); !written) return std::unexpected(std::move(written.error()));
  Context context(ub_ctx_create());
  if (!context) return failure(ErrorKind::exhausted, "libunbound: no context could be made");
  Steps steps(log);
  ub_ctx_debugout(context.get(), log.file());
  steps.check(ub_ctx_set_option(context.get(), "val-log-squelch:", "no"), "asking for reasons");
  steps.check(ub_ctx_config(context.get(), file.c_str()), file.string());
  steps.check(ub_ctx_async(context.get(), 1), "asynchronous resolution");
  if (steps.is_good()) set_local_data(steps, context.get(), settings);
  if (auto done = steps.outcome(); !done) return std::unexpected(std::move(done.error()));
  return context;
}

}  // namespace scop::resolver
