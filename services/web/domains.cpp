#include "web/domains.hpp"

#include "core/ascii.hpp"
#include "web/limits.hpp"

namespace scop::web {

Task<> Domains::keep_asking(pipe::Channel& accounts) {
  auto wait = limits::first_retry;
  for (;;) {
    const auto list = co_await accounts.call(pipe::methods::hosted_domains, {}, in(limits::accounts));
    if (list) {
      take(*list);
      wait = limits::refresh;
    } else {
      if (!is_away_)
        log_.warning("accounts did not answer, the last list of domains stays",
                     {{"status", pipe::name_of(list.error().code)}, {"reason", list.error().message}});
      is_away_ = true;
    }
    timer_.expires_after(wait);
    boost::system::error_code ignored;  // cancelled: ask now
    co_await timer_.async_wait(asio::redirect_error(use_task, ignored));
    if (is_away_) wait = std::min(wait * 2, limits::refresh);
  }
}

void Domains::take(const v1::DomainList& list) {
  std::set<std::string, std::less<>> domains;
  for (const auto& domain : list.domains()) {
    if (domains.size() < limits::domains) domains.insert(ascii::to_lower(domain));
  }
  if (domains != site_.domains || is_away_) log_.info("domains", {{"count", domains.size()}});
  is_away_ = false;
  site_.domains = std::move(domains);
}

}  // namespace scop::web
