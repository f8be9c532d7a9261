#include "courier/look_up.hpp"

#include "courier/limits.hpp"
#include "resolving/asking.hpp"

namespace scop::courier {

Task<dns::Answer> look_up(pipe::Channel& resolver, std::string name, dns::Type type, std::string trace) {
  dns::Question question{std::move(name), type};
  return resolving::look_up(resolver, std::move(question), std::move(trace), in(limits::look_up));
}

Task<dane::Host> look_up_host(pipe::Channel& resolver, std::string host, dane::Host::Wish wish,
                              std::string trace) {
  dane::Host decision(std::move(host), wish);
  // In time or not: what has not come counts as failed.
  co_await resolving::settle(resolver, decision, std::move(trace), in(limits::look_up));
  co_return decision;
}

}  // namespace scop::courier
