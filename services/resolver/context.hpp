// libunbound's context made from the settings. It may be made again inside the jail: what it reads is in the
// state folder, or named in the walls.
#pragma once

#include <unbound.h>

#include <filesystem>
#include <memory>

#include "core/error.hpp"
#include "resolver/library_log.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

struct FreedContext {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, FreedContext>;

// Ready for queries, its thread not yet started. `conf` (unbound_conf.hpp) becomes `state`/unbound.conf, for
// the library and for the curious.
Outcome<Context> make_context(const settings::Resolver& settings, const std::string& conf,
                              const std::filesystem::path& state, LibraryLog& log);

}  // namespace scop::resolver
