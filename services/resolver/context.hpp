// libunbound's context made from the settings: everything that is read from files is read here, before the
// jail.
#pragma once

#include <unbound.h>

#include <memory>

#include "core/error.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

struct FreedContext {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, FreedContext>;

// Ready for queries, its thread not yet started.
Outcome<Context> make_context(const settings::Resolver& settings);

}  // namespace scop::resolver
